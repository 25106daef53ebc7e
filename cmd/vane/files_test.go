package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// entries are the names in a folder.
func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// TestWriteWholeUnderALongName: a name may be as long as the file system takes.
func TestWriteWholeUnderALongName(t *testing.T) {
	file := filepath.Join(t.TempDir(), strings.Repeat("消", 83)+".html") // 254 bytes
	if err := writeWhole(file, shared, bytesTo(nil)); err != nil {
		t.Error(err)
	}
}

// What a file holds afterwards, who may read it, and that nothing is left beside it.
func TestWriteWhole(t *testing.T) {
	broken := errors.New("the store went away")
	for _, c := range []struct {
		what   string
		before string // "" for no file
		mode   os.FileMode
		write  func(io.Writer) error
		want   string
	}{
		{"a new file", "", personal, bytesTo([]byte("new")), "new"},
		{"another one is replaced", "old", shared, bytesTo([]byte("new")), "new"},
		{"what others could read is personal now", "old", personal, bytesTo([]byte("new")), "new"},
		{"half of one leaves the old one", "old", shared, func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat("half", 10_000))
			return errors.Join(err, broken)
		}, "old"},
		{"half of a new one leaves none", "", shared, func(io.Writer) error { return broken }, ""},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "report.html")
		if c.before != "" {
			lay(t, file, c.before, shared)
		}
		err := writeWhole(file, c.mode, c.write)
		if failed := c.want != "new"; errors.Is(err, broken) != failed || failed && !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", c.what, err)
		}
		got, err := os.ReadFile(file)
		if c.want == "" && !errors.Is(err, os.ErrNotExist) || string(got) != c.want {
			t.Errorf("%s: it holds %q, %v", c.what, got, err)
		}
		if info, err := os.Stat(file); c.want == "new" && (err != nil || info.Mode() != c.mode) {
			t.Errorf("%s: mode %v, %v, want %v", c.what, info.Mode(), err, c.mode)
		}
		if left := entries(t, dir); len(left) > 1 || c.want == "" && len(left) > 0 {
			t.Errorf("%s: left beside it: %v", c.what, left)
		}
	}
}

// While it is written, nobody else may read it, whatever it will be.
func TestWhatIsBeingWrittenIsPersonal(t *testing.T) {
	dir := t.TempDir()
	err := writeWhole(filepath.Join(dir, "posts.csv"), shared, func(io.Writer) error {
		for _, name := range entries(t, dir) {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != personal {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := writeWhole(filepath.Join(dir, "none", "posts.csv"), shared, bytesTo(nil)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("into a folder that is not there: %v", err)
	}
	if err := writePassedOn(filepath.Join(dir, "new", "posts.csv"), shared, bytesTo(nil)); err != nil {
		t.Errorf("into a folder that is made: %v", err)
	}
}

// A new file takes no other one's name.
func TestPlaceNew(t *testing.T) {
	dir := t.TempDir()
	part, file := filepath.Join(dir, "vane.tar.part"), filepath.Join(dir, "vane.tar")
	lay(t, part, "whole", personal)
	if err := placeNew(part, file); err != nil {
		t.Error(err)
	}
	if left := entries(t, dir); !slices.Equal(left, []string{"vane.tar"}) {
		t.Errorf("there are %v", left)
	}
	lay(t, part, "another", personal)
	if err := placeNew(part, file); !errors.Is(err, os.ErrExist) {
		t.Errorf("a name that is taken: %v", err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "whole" {
		t.Errorf("the other file is now %q, %v", text, err)
	}
	if err := placeNew(filepath.Join(dir, "none"), filepath.Join(dir, "b.tar")); !errors.Is(err, os.ErrNotExist) || len(entries(t, dir)) != 2 {
		t.Errorf("nothing to name: %v, %v", err, entries(t, dir))
	}
}
