package main

import (
	"errors"
	"slices"
	"testing"
)

// A stack is deferred before anything is in it, and closes what comes later, the last
// first, all of it.
func TestStackClosesWhatWasOpenedAfterTheDefer(t *testing.T) {
	var closed []int
	failed := errors.New("disk failed")
	work := func() (err error) {
		var opened stack
		defer opened.close(&err)
		for i := range 3 {
			opened.push(func() error {
				closed = append(closed, i)
				if i == 1 {
					return failed
				}
				return nil
			})
		}
		return nil
	}
	if err := work(); !errors.Is(err, failed) || !slices.Equal(closed, []int{2, 1, 0}) {
		t.Errorf("closed %v, %v", closed, err)
	}
}
