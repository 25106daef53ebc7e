package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ErrLocked says that another Vane runs on the data directory. Commands that only
// read go on with [Attach].
var ErrLocked = errors.New("the data directory is in use")

const (
	lockPoll = 50 * time.Millisecond
	// orphanWait is how long a child whose parent was killed may take to notice.
	orphanWait = 5 * time.Second
)

// lockDir takes the data directory for this process and the engine's child, and
// leaves its id there for whoever comes too late. The lock of a dead process is
// held by its child for a moment, which is waited for.
func lockDir(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	for start := time.Now(); ; {
		ok, err := tryLock(f)
		if ok {
			return f, writePID(f)
		}
		pid := readPID(path)
		switch {
		case err != nil:
			err = fmt.Errorf("lock %s: %w", path, err)
		case alive(pid) || time.Since(start) > orphanWait:
			err = fmt.Errorf("%w by process %d (lock %s): stop that one, or use another --data-dir", ErrLocked, pid, path)
		default:
			err = pause(ctx, lockPoll)
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}

// waitLock takes the lock as soon as it is free.
func waitLock(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	for {
		ok, err := tryLock(f)
		if ok {
			return f, nil
		}
		if err == nil {
			err = pause(ctx, lockPoll)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
		}
	}
}

func writePID(f *os.File) error {
	err := f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write lock: %w", err), f.Close())
	}
	return nil
}

// readPID is the process that took the lock last, or 0.
func readPID(path string) int {
	data, _ := os.ReadFile(path) // unreadable is as good as empty: the message then says 0
	pid, _ := strconv.Atoi(strings.TrimSpace(string(data)))
	return pid
}

// pause waits for d, or fails with the context's reason.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
