//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// freeBytes is what the file system of a folder has left for ordinary users.
func freeBytes(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("ask for the free space of %s: %w", dir, err)
	}
	return s.Bavail * uint64(s.Bsize), nil
}

// sameDisk reports whether two folders lie in one file system, and so fill it together.
func sameDisk(a, b string) bool {
	var one, other syscall.Stat_t
	return syscall.Stat(a, &one) == nil && syscall.Stat(b, &other) == nil && one.Dev == other.Dev
}

// ownerOf is the account that a file or folder belongs to.
func ownerOf(file string) (uid int, err error) {
	var s syscall.Stat_t
	if err := syscall.Stat(file, &s); err != nil {
		return 0, fmt.Errorf("ask who owns %s: %w", file, err)
	}
	return int(s.Uid), nil
}
