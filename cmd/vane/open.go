package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"vane/crawler"
	"vane/storage"
	"vane/storage/engine"
)

// stack is the things a command opened, closed in reverse order.
type stack []func() error

func (s *stack) push(closer func() error) { *s = append(*s, closer) }

// close closes everything and adds what went wrong to *err. It is deferred before
// anything is opened, hence the pointer: a copy of that moment would be empty.
func (s *stack) close(err *error) {
	for i := len(*s) - 1; i >= 0; i-- {
		*err = errors.Join(*err, (*s)[i]())
	}
}

// openStore connects to the configured server, or starts the embedded engine, and
// brings the schema up to date.
func (a *app) openStore(ctx context.Context, opened *stack) (*storage.Store, error) {
	cfg, err := a.server(ctx, opened)
	if err != nil {
		return nil, err
	}
	store, err := a.connect(ctx, cfg, opened)
	if err != nil || a.cfg.Storage.DSN != "" {
		return store, err
	}
	return store, store.CheckParts(ctx)
}

// server is the configured server, or the embedded engine, started for this.
func (a *app) server(ctx context.Context, opened *stack) (storage.Config, error) {
	cfg := a.cfg.Storage.Config
	if cfg.DSN != "" {
		return cfg, nil
	}
	e, err := a.startEngine(ctx)
	if err != nil {
		return cfg, err
	}
	opened.push(e.Close)
	cfg.DSN = e.DSN()
	return cfg, nil
}

// openReader is openStore for commands that only read: if another vane works on
// the data directory, they read through its engine instead of being refused.
func (a *app) openReader(ctx context.Context, opened *stack) (*storage.Store, error) {
	return a.openBeside(ctx, opened, a.connect)
}

// openAsItIs is openReader for what must not bring the schema up to date.
func (a *app) openAsItIs(ctx context.Context, opened *stack) (*storage.Store, error) {
	return a.openBeside(ctx, opened, a.connected)
}

// openBeside connects to the configured server, to the engine of another vane, or to one
// that is started for this.
func (a *app) openBeside(ctx context.Context, opened *stack, connect func(context.Context, storage.Config, *stack) (*storage.Store, error)) (*storage.Store, error) {
	cfg, err := a.runningServer()
	started := err != nil // none runs, or one is just starting
	if started {
		if cfg, err = a.server(ctx, opened); errors.Is(err, engine.ErrLocked) {
			started = false
			cfg, err = a.runningServer()
		}
	}
	if err != nil {
		return nil, err
	}
	store, err := connect(ctx, cfg, opened)
	if err == nil && started {
		err = store.CheckParts(ctx)
	}
	return store, err
}

// runningServer is the configured server, or the engine of a vane that runs: whoever
// reads through it needs no library of their own.
func (a *app) runningServer() (cfg storage.Config, err error) {
	cfg = a.cfg.Storage.Config
	if cfg.DSN == "" {
		cfg.DSN, err = engine.Attach(a.engineDir())
	}
	return cfg, err
}

// connect opens the store at cfg.DSN and migrates it.
func (a *app) connect(ctx context.Context, cfg storage.Config, opened *stack) (*storage.Store, error) {
	store, err := a.connected(ctx, cfg, opened)
	if err != nil {
		return nil, err
	}
	if _, err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	return store, nil
}

// connected opens the store at cfg.DSN as it is.
func (a *app) connected(ctx context.Context, cfg storage.Config, opened *stack) (*storage.Store, error) {
	store, err := storage.Open(ctx, cfg, a.log)
	if err != nil {
		return nil, err
	}
	opened.push(store.Close)
	return store, nil
}

func (a *app) engineDir() string { return filepath.Join(a.dataDir, "clickhouse") }

// startEngine starts the embedded engine, fetching it first if it is not there.
func (a *app) startEngine(ctx context.Context) (*engine.Engine, error) {
	cfg := a.cfg.Storage.Engine
	cfg.DataDir = a.engineDir()
	if cfg.Library = a.cfg.Storage.Libchdb; cfg.Library == "" {
		library, err := a.installEngine(ctx)
		if err != nil {
			return nil, err
		}
		cfg.Library = library
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find vane's own program file: %w", err)
	}
	cfg.Command = []string{self, "engine", engineChild}
	a.engine, err = engine.Start(ctx, cfg, a.log)
	return a.engine, err
}

func (a *app) stateFile() string { return filepath.Join(a.dataDir, "vane.sqlite") }

// openState opens the crawler's local state in the data directory.
func (a *app) openState(ctx context.Context, opened *stack) (*crawler.State, error) {
	if err := os.MkdirAll(a.dataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	state, err := crawler.OpenState(ctx, a.stateFile())
	if err != nil {
		return nil, err
	}
	opened.push(state.Close)
	return state, nil
}

// crawlerConfig completes the configured values with what only the process knows.
func (a *app) crawlerConfig() (crawler.Config, error) {
	cfg := a.cfg.Crawler
	secret, err := a.cfg.authorSecret(a.dataDir)
	if err != nil {
		return cfg, err
	}
	cfg.AuthorSecret, cfg.Version, cfg.Environ = secret, version(), os.Environ()
	return cfg, cfg.Validate()
}
