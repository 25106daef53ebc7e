package rig

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is a running vane.
type Process struct {
	cmd    *exec.Cmd
	log    *Log
	exited chan struct{}
}

// Start starts a program, vane or one that ends up being it. What it says, on both
// outputs, is in its log.
func Start(program string, args ...string) (*Process, error) {
	p := &Process{cmd: exec.Command(program, args...), log: &Log{}, exited: make(chan struct{})} //nolint:gosec,noctx // the suite's own commands; they end by signals
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is in its state
		close(p.exited)
	}()
	return p, nil
}

// Run runs a program to its end and gives its exit code and what it said. One that
// does not end in time is killed, and has the code -1.
func Run(most time.Duration, program string, args ...string) (code int, said string, err error) {
	p, err := Start(program, args...)
	if err != nil {
		return 0, "", err
	}
	if !p.Ended(most) {
		p.Kill()
		return -1, p.Said(), nil
	}
	return p.Code(), p.Said(), nil
}

// PID is the process's id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Alive reports whether it runs.
func (p *Process) Alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// Ended waits until it has ended, at most so long, and reports whether it has.
func (p *Process) Ended(most time.Duration) bool {
	select {
	case <-p.exited:
		return true
	case <-time.After(most):
		return false
	}
}

// Signal sends a signal; a process that is gone does not mind.
func (p *Process) Signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// Kill is kill -9, and returns when the process is gone.
func (p *Process) Kill() {
	p.Signal(syscall.SIGKILL)
	<-p.exited
}

// Code is the exit code, -1 if a signal ended it.
func (p *Process) Code() int { return p.cmd.ProcessState.ExitCode() }

// Said is what the process wrote.
func (p *Process) Said() string { return p.log.String() }

// Files is how many file descriptors a process has open.
func Files(pid int) (int, error) {
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(entries), err
}

// Resident is the memory of a process in bytes.
func Resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, fmt.Errorf("read the memory of process %d: %q", pid, text)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// Running reports whether a process of that id exists and is not only waited for.
func Running(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return !strings.HasPrefix(rest, "Z")
}

// Goroutines asks a vane for the stacks of all its goroutines, which ends it, and
// counts them by where they are.
func (p *Process) Goroutines(most time.Duration) (int, error) {
	before := strings.Count(p.Said(), "\ngoroutine ")
	p.Signal(syscall.SIGQUIT)
	if !p.Ended(most) {
		p.Kill()
		return 0, fmt.Errorf("the process did not tell its goroutines within %s", most)
	}
	return strings.Count(p.Said(), "\ngoroutine ") - before, nil
}

// Log keeps what a process says. It may be read while it is written.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
