package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// startTimeout is long: a data directory of years is loaded before it answers.
	startTimeout = 2 * time.Minute
	startPoll    = 20 * time.Millisecond
	// closeWait is how long the child may take to notice that its pipe is closed.
	closeWait = 5 * time.Second
	// portAttempts is how often a free port may be snatched away before we give up.
	portAttempts = 3
	// Waits before a child that died is started again; one that lived for steady
	// begins with the first wait again.
	firstRestart = 100 * time.Millisecond
	lastRestart  = 5 * time.Second
	steady       = time.Minute
)

// Engine is a running embedded ClickHouse. Its methods may be called from any
// goroutine.
type Engine struct {
	cfg     Config
	log     *slog.Logger
	lock    *os.File
	writer  Access
	reader  Access
	stop    context.CancelFunc
	pid     atomic.Int64  // of the running child
	deaths  atomic.Int64  // of children, so far
	stopped chan struct{} // closed when the supervisor has ended
	once    sync.Once
	err     error // of the end
}

// Start runs an engine on cfg.DataDir and returns when it answers over the native
// protocol. ctx limits the start only; the engine runs until [Engine.Close], and is
// started again whenever its process dies. It fails with [ErrLocked] if another
// Vane runs there. Any other failure quotes the engine's last words and says what
// to do.
func Start(ctx context.Context, cfg Config, log *slog.Logger) (*Engine, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the engine's folder: %w", err)
	}
	lock, err := lockDir(ctx, filepath.Join(cfg.DataDir, "lock"))
	if err != nil {
		return nil, err
	}
	e := &Engine{cfg: cfg, log: log, lock: lock, stopped: make(chan struct{})}
	first, err := e.firstChild(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the embedded engine: %w", err), lock.Close())
	}
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.stop = stop
	go e.supervise(live, first)
	return e, nil
}

// complete fills in what the configuration leaves open.
func (c Config) complete() (Config, error) {
	if err := c.Validate(); err != nil {
		return c, err
	}
	if c.Library == "" {
		library, err := FindLibrary(c.CacheDir)
		if err != nil {
			return c, err
		}
		c.Library = library
	}
	if len(c.Command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return c, fmt.Errorf("find this program: %w", err)
		}
		c.Command = []string{self, "engine"}
	}
	var err error
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return c, fmt.Errorf("find the engine's folder: %w", err)
	}
	return c, nil
}

// firstChild chooses the ports, writes the configuration and starts the child. A
// free port that somebody takes before the child does is replaced.
func (e *Engine) firstChild(ctx context.Context) (*child, error) {
	writerSecret, err := password(e.cfg.DataDir, writerPassword)
	if err != nil {
		return nil, err
	}
	readerSecret, err := password(e.cfg.DataDir, readerPassword)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		tcp, http, err := choosePorts(e.cfg)
		if err != nil {
			return nil, err
		}
		e.writer = Access{loopback, tcp, http, writer, writerSecret}
		e.reader = Access{loopback, tcp, http, reader, readerSecret}
		c, err := e.spawn(ctx)
		if err == nil || !errors.Is(err, errPortTaken) || attempt == portAttempts {
			return c, err
		}
	}
}

// spawn starts a child and waits until it answers.
func (e *Engine) spawn(ctx context.Context) (*child, error) {
	config, err := newSettings(e.cfg, e.reader, e.writer.Password).write(e.cfg.DataDir)
	if err != nil {
		return nil, err
	}
	if err := (running{os.Getpid(), e.writer.TCPPort, e.writer.HTTPPort}).write(e.cfg.DataDir); err != nil {
		return nil, err
	}
	c, err := startChild(e.cfg, config, e.lock, e.log)
	if err != nil {
		return nil, err
	}
	e.pid.Store(int64(c.cmd.Process.Pid))
	if err := c.ready(ctx, e.writer); err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

// supervise keeps a child running until live ends.
func (e *Engine) supervise(live context.Context, c *child) {
	defer close(e.stopped)
	wait, born := firstRestart, time.Now()
	for {
		if c != nil {
			select {
			case <-live.Done():
				c.end()
				return
			case <-c.exited:
			}
			if time.Since(born) > steady {
				wait = firstRestart
			}
			e.deaths.Add(1)
			e.log.Error("the engine died and is started again", "wait", wait, "err", c.failure())
		}
		if pause(live, wait) != nil {
			return
		}
		wait, born = min(2*wait, lastRestart), time.Now()
		var err error
		if c, err = e.spawn(live); err != nil && live.Err() == nil {
			e.log.Error("the engine does not start", "wait", wait, "err", err)
		}
	}
}

// DSN is the writer's address, in the form that storage.Config takes. It stays the
// same when the engine's process is started again.
func (e *Engine) DSN() string { return e.writer.dsn() }

// ReadOnly is the access for dashboards: it may read the tables of Vane and
// nothing else.
func (e *Engine) ReadOnly() Access { return e.reader }

// PeakMemory is the most memory that the engine's process had resident, in bytes.
func (e *Engine) PeakMemory() (int64, error) { return PeakMemory(int(e.pid.Load())) }

// Restarts is how often the engine's process died and was started again.
func (e *Engine) Restarts() int64 { return e.deaths.Load() }

// Close ends the engine and gives the data directory free. What was acknowledged
// is on disk.
func (e *Engine) Close() error {
	e.once.Do(func() {
		e.stop()
		<-e.stopped
		if err := e.lock.Close(); err != nil {
			e.err = fmt.Errorf("close the embedded engine: %w", err)
		}
	})
	return e.err
}
