// Package storagetest gives tests a real ClickHouse: one embedded engine per test
// binary, started when the first test asks for it, and a database per test.
package storagetest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"vane/storage"
	"vane/storage/engine"
)

// Main runs a package's tests. Call it from TestMain: the test binary is its own
// engine, as vane is.
//
//	func TestMain(m *testing.M) { storagetest.Main(m) }
func Main(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "engine" {
		fmt.Fprintln(os.Stderr, engine.Serve(os.Args[2:]))
		os.Exit(1)
	}
	code := m.Run()
	if err := shared.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// New is a store on an empty, migrated database of its own.
func New(t testing.TB) *storage.Store {
	t.Helper()
	store := Open(t, DSN(t))
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store
}

// Open connects to a database that is closed with the test.
func Open(t testing.TB, dsn string) *storage.Store {
	t.Helper()
	store, err := storage.Open(t.Context(), storage.Config{DSN: dsn}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// DSN is the address of a database that no other test uses and that is not there yet.
func DSN(t testing.TB) string {
	t.Helper()
	return inDatabase(t, Engine(t).DSN(), fmt.Sprintf("test_%d", shared.databases.Add(1)))
}

// Engine is the test binary's engine. Its read-only user sees the database vane
// only, which tests that need it share.
func Engine(t testing.TB) *engine.Engine {
	t.Helper()
	shared.once.Do(shared.start)
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.engine
}

// Kill ends the engine's process as a power cut would, kill -9. It is started again
// within seconds, at the same address.
func Kill(t testing.TB) {
	t.Helper()
	status, err := os.ReadFile(filepath.Join(shared.dir, "engine", "data", "status"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "PID: ")
	line, _, _ := strings.Cut(rest, "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Library is the path of the installed library.
func Library(t testing.TB) string {
	t.Helper()
	path, err := findLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func findLibrary() (string, error) {
	dir, err := engine.DefaultCacheDir()
	if err != nil {
		return "", err
	}
	path, err := engine.FindLibrary(dir)
	if err != nil {
		return "", fmt.Errorf("run `make engine`: %w", err)
	}
	return path, nil
}

func inDatabase(t testing.TB, dsn, database string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + database
	return u.String()
}

// shared is the one engine of a test binary. Only tests have such a variable:
// TestMain must find what the tests started.
var shared instance

type instance struct {
	once      sync.Once
	engine    *engine.Engine
	dir       string
	databases atomic.Int64
	err       error
}

func (i *instance) start() {
	cfg := engine.DefaultConfig()
	if cfg.Library, i.err = findLibrary(); i.err != nil {
		return
	}
	if i.dir, i.err = os.MkdirTemp("", "vane-storagetest-"); i.err != nil {
		return
	}
	cfg.DataDir = filepath.Join(i.dir, "engine")
	i.engine, i.err = engine.Start(context.Background(), cfg, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

func (i *instance) close() error {
	if i.engine == nil {
		return nil
	}
	if err := i.engine.Close(); err != nil {
		return err
	}
	if !strings.Contains(i.dir, "vane-storagetest-") {
		return nil
	}
	return os.RemoveAll(i.dir)
}
