//go:build linux || darwin

package engine

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// tryLock takes the file for this process and its children, and reports whether
// it could. The kernel gives it back when the last of them ends, however it ends.
func tryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// ownGroup keeps the terminal's Ctrl-C from the child: its parent ends it, after
// what is in flight was stored.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// alive reports whether a process of that id exists.
func alive(pid int) bool {
	if pid <= 0 {
		return false // these numbers mean groups
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
