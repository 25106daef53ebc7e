//go:build linux || darwin

package crawler

import "syscall"

// freeBytes is what an ordinary user may still write on the disk that holds dir.
func freeBytes(dir string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil //nolint:unconvert // another type on another system
}
