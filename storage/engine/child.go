package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// errPortTaken says that somebody listens where the child wanted to.
var errPortTaken = errors.New("a port is taken")

// wordsBytes is how much of the child's last output is kept: a stack trace and the
// sentence before it.
const wordsBytes = 64 << 10

// statementFailed is what ClickHouse says before it waits at its prompt, where
// nobody will ever type: the process does not end then.
const statementFailed = "Received exception"

// child is one process that runs the server.
type child struct {
	cmd    *exec.Cmd
	pipe   io.Closer // its standard input: closing it ends the process
	words  *words
	exited chan struct{} // closed when the process is gone
}

// startChild starts the process. It holds the lock too, so that the directory is
// not free before the last one that writes there is gone.
func startChild(cfg Config, config string, lock *os.File, log *slog.Logger) (*child, error) {
	args := append(cfg.Command[1:len(cfg.Command):len(cfg.Command)], "--library", cfg.Library, "--config", config)
	//nolint:gosec,noctx // the command is this program; it ends by its pipe, not with a context
	cmd := exec.Command(cfg.Command[0], args...)
	c := &child{cmd: cmd, words: &words{log: log}, exited: make(chan struct{})}
	c.cmd.Dir = cfg.DataDir
	c.cmd.Stdout, c.cmd.Stderr = c.words, c.words
	c.cmd.ExtraFiles = []*os.File{lock}
	ownGroup(c.cmd)
	pipe, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make pipe: %w", err)
	}
	c.pipe = pipe
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start process: %w", err)
	}
	go func() {
		if err := c.cmd.Wait(); err != nil {
			fmt.Fprintln(c.words, err) // such as "signal: killed"
		}
		close(c.exited)
	}()
	return c, nil
}

// ready waits until the server greets its writer and takes questions over HTTP, which
// it listens for a moment later.
func (c *child) ready(ctx context.Context, a Access) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout,
		fmt.Errorf("it did not answer within %s", startTimeout))
	defer cancel()
	for {
		err := a.hello(ctx)
		if err == nil {
			err = a.listens(ctx)
		}
		if err == nil {
			return nil
		}
		if strings.Contains(c.words.all(), statementFailed) {
			return c.failure()
		}
		select {
		case <-c.exited:
			return c.failure()
		case <-ctx.Done():
			return fmt.Errorf("%w (last try: %w); its last words: %s", context.Cause(ctx), err, c.words.last())
		case <-time.After(startPoll):
		}
	}
}

// end closes the pipe, waits, and kills a process that does not follow.
func (c *child) end() {
	c.pipe.Close() // it may be closed already, by the process's end
	select {
	case <-c.exited:
	case <-time.After(closeWait):
		_ = c.cmd.Process.Kill() // the only error is that it has ended
		<-c.exited
	}
}

// advice is what to do about the child's last words, where Vane knows.
const advice = `
Address already in use      another program uses the port: end it, or set storage.engine.tcp_port and http_port to 0 for free ones
No space left on device     the disk is full: free some space, or move the data directory
Cannot lock file            another ClickHouse uses this data directory: end it, or use another --data-dir
failed to map segment       there is too little memory to load the library: it needs about 1 GB of address space
Cannot allocate memory      there is too little memory: end other programs, or give the machine more
MEMORY_LIMIT_EXCEEDED       the server needs more than storage.engine.memory_bytes: raise it
cannot open shared object   the library is not there or can't be read: run vane engine --install, or correct storage.libchdb
file too short              the library's file is broken: delete it and run vane engine --install
invalid ELF header          the library's file is not a library for this machine: delete it and run vane engine --install
SIGBUS                      the library's file is broken: delete it and run vane engine --install
not the libchdb             the library is of another version: delete it and run vane engine --install
GLIBC_                      the system is too old for the library: use a newer one, or set storage.dsn to a ClickHouse server
Permission denied           the data directory can't be written: check its owner
Read-only file system       the data directory can't be written: move it
`

// failure explains the end of the process.
func (c *child) failure() error {
	all := c.words.all()
	for line := range strings.Lines(advice) {
		sign, what, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok || !strings.Contains(all, sign) {
			continue
		}
		err := fmt.Errorf("%s (%s)", strings.TrimSpace(what), lineWith(all, sign))
		if sign == "Address already in use" {
			return fmt.Errorf("%w: %w", errPortTaken, err)
		}
		return err
	}
	return fmt.Errorf("its process ended; its last words: %s", c.words.last())
}

// words keeps the last output of a child and logs what ClickHouse warns of.
type words struct {
	log *slog.Logger
	mu  sync.Mutex
	buf []byte
}

// Write implements io.Writer.
func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.buf = append(w.buf, p...)
	w.buf = w.buf[max(0, len(w.buf)-wordsBytes):]
	w.mu.Unlock()
	for line := range bytes.Lines(p) {
		if level, text, ok := logLine(string(line)); ok {
			w.log.Log(context.Background(), level, "engine: "+text)
		}
	}
	return len(p), nil
}

func (w *words) all() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.buf)
}

// last is the end of the output without the frames of stack traces.
func (w *words) last() string {
	text := stackFrame.ReplaceAllString(w.all(), "")
	lines := lastLines(text, 3)
	if len(lines) == 0 {
		return "none"
	}
	return strings.Join(lines, "; ")
}

var (
	stackFrame = regexp.MustCompile(`(?m)^(\d+\. .*|goroutine .*|\t.*)$`)
	// serverLine is how ClickHouse logs: time, thread, query, level, text.
	serverLine = regexp.MustCompile(`^[\d.]+ [\d:.]+ \[ \d+ \] \{[^}]*\} <(\w+)> (.*)`)
)

// logLine takes a line of ClickHouse's log apart. Its warnings are about its own
// housekeeping, and an error of a query or connection is the business of whoever
// made it, who gets it too: neither is news for an operator of Vane.
func logLine(line string) (slog.Level, string, bool) {
	m := serverLine.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		return 0, "", false
	}
	level, text := m[1], m[2]
	if level == "Warning" || strings.HasPrefix(text, "executeQuery:") || strings.Contains(text, "Handler") {
		return slog.LevelDebug, text, true
	}
	return slog.LevelError, text, true
}

// lineWith is the first line of text that holds sign, shortened.
func lineWith(text, sign string) string {
	const most = 300
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.Contains(line, sign) {
			return line[:min(len(line), most)]
		}
	}
	return sign
}
