package main

import (
	"time"

	"vane"
)

// window reads --from and --to; what is wrong with them is a wrong use.
func window(from, to string, now time.Time) (vane.Window, error) {
	w, err := vane.ParseWindow(from, to, now)
	if err != nil {
		return w, usageError{err}
	}
	return w, nil
}
