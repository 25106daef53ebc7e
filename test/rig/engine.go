package rig

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"vane/storage"
	"vane/storage/engine"
)

// OpenStore opens what the engine running on a folder keeps.
func OpenStore(ctx context.Context, engineDir string) (*storage.Store, error) {
	dsn, err := engine.Attach(engineDir)
	if err != nil {
		return nil, err
	}
	return storage.Open(ctx, storage.Config{DSN: dsn}, slog.New(slog.DiscardHandler))
}

// Stored is how many posts it keeps.
func Stored(ctx context.Context, engineDir string) (uint64, error) {
	store, err := OpenStore(ctx, engineDir)
	if err != nil {
		return 0, err
	}
	defer store.Close()
	stats, err := store.Stats(ctx)
	return stats.Posts, err
}

// EnginePID is the process that runs the ClickHouse of a data directory, as its own
// status file says; 0: none does.
func EnginePID(dataDir string) int {
	text, err := os.ReadFile(filepath.Join(dataDir, "clickhouse", "data", "status"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "PID: ")
	pid, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(pid)
	if err != nil || !Running(n) {
		return 0
	}
	return n
}
