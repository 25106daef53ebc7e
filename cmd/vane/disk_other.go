//go:build !unix

package main

import (
	"fmt"
	"os"
)

// freeBytes is not known on this system.
func freeBytes(dir string) (uint64, error) {
	return 0, fmt.Errorf("ask for the free space of %s: not known on this system", dir)
}

// sameDisk is not known on this system, and so taken for true.
func sameDisk(string, string) bool { return true }

// ownerOf is this account: others are not told apart on this system.
func ownerOf(string) (uid int, err error) { return os.Geteuid(), nil }
