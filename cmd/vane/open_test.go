package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is opened after close was deferred is closed, the last first, and every failure
// is told.
func TestStackClosesWhatWasOpenedLater(t *testing.T) {
	var closed []string
	command := func() (err error) {
		var opened stack
		defer opened.close(&err)
		for _, name := range []string{"engine", "store"} {
			opened.push(func() error {
				closed = append(closed, name)
				return errors.New(name + " fails")
			})
		}
		return errors.New("the command fails")
	}
	err := command()
	if !slices.Equal(closed, []string{"store", "engine"}) || err == nil || err.Error() != "the command fails\nstore fails\nengine fails" {
		t.Errorf("closed %q, %v", closed, err)
	}
}

// Root is kept out of the data directory of another account, where its files would be in
// the way, and told as whom to come.
func TestRootLeavesADataDirectoryAlone(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	mine, theirs := t.TempDir(), t.TempDir()
	if err := os.Chown(theirs, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir, command string
		uid          int
		refused      bool
	}{
		{mine, "doctor", 0, false},
		{theirs, "doctor", 0, true},
		{theirs, "doctor", 65534, false},
		{theirs, provisionCommand, 0, false},
		{filepath.Join(theirs, "none"), "doctor", 0, false},
	} {
		err := (&app{dataDir: c.dir}).checkAccount(c.command, c.uid)
		if (err != nil) != c.refused || err != nil && !strings.Contains(err.Error(), " vane doctor …`") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
