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
