package main

import (
	"errors"
	"slices"
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
