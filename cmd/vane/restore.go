package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"vane/backup"
	"vane/crawler"
	"vane/storage"
	"vane/storage/engine"
)

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "make an empty data directory from a backup",
		Long: `Restore makes the data directory as it was when vane backup wrote FILE, and brings it up
to this version. The directory must be empty or not there. Nothing is written before the
whole file was read and found as it was written.`,
		Example: "  vane restore /backups/vane-20260308-120000.tar --data-dir /srv/vane",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0]) },
	}
}

// restoredFrom is the answer of restore.
type restoredFrom struct {
	File    string `json:"file"`
	Posts   uint64 `json:"posts"`
	Waiting int    `json:"posts_waiting"` // in the outbox
}

// restoring is the folder in the data directory that holds what is not restored yet.
const restoring = ".restoring"

func (a *app) restore(ctx context.Context, file string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m, err := backup.Verify(f)
	if err == nil {
		err = a.restorable(m)
	}
	if err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	if err := a.emptyDataDir(); err != nil {
		return err
	}
	target := a.dataDir
	a.dataDir = filepath.Join(target, restoring)
	result, err := a.restoreInto(ctx, f, m)
	if err == nil {
		err = moveUp(a.dataDir, target)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(a.dataDir))
	}
	result.File = file
	return a.printRestored(result, m, target)
}

// restorable refuses what this program or configuration can't take.
func (a *app) restorable(m backup.Manifest) error {
	state, err := crawler.StateVersion()
	schema, err2 := storage.SchemaVersion()
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	switch {
	case m.State > state || m.Schema > schema:
		return fmt.Errorf("it is of a newer Vane (%s): restore it with that one", m.Vane)
	case m.ClickHouse && a.cfg.Storage.DSN != "":
		return errors.New("it holds the posts of an embedded engine, and storage.dsn names a server: restore it with a configuration without storage.dsn")
	}
	return nil
}

// emptyDataDir makes the data directory, and refuses one that holds something.
func (a *app) emptyDataDir() error {
	if err := os.MkdirAll(a.dataDir, 0o700); err != nil {
		return fmt.Errorf("restore: make the data directory: %w", err)
	}
	entries, err := os.ReadDir(a.dataDir)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("restore: the data directory %s is not empty (%s and %d more): name another one with --data-dir, or move it away",
			a.dataDir, entries[0].Name(), len(entries)-1)
	}
	return nil
}

// restoreInto fills the new data directory and opens it once, as every command does.
func (a *app) restoreInto(ctx context.Context, f *os.File, m backup.Manifest) (result restoredFrom, err error) {
	if err := os.Mkdir(a.dataDir, 0o700); err != nil {
		return result, fmt.Errorf("restore: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return result, fmt.Errorf("restore: %w", err)
	}
	if err := backup.Extract(f, a.dataDir); err != nil {
		return result, err
	}
	var opened stack
	defer opened.close(&err)
	state, err := a.openState(ctx, &opened)
	if err != nil {
		return result, err
	}
	waiting, err := state.Backlog(ctx)
	if err != nil {
		return result, err
	}
	result.Waiting = waiting.Posts
	if m.ClickHouse {
		result.Posts, err = a.restorePosts(ctx, &opened)
	}
	return result, err
}

// restorePosts has an engine read its tables back, and counts the posts.
func (a *app) restorePosts(ctx context.Context, opened *stack) (uint64, error) {
	copied := engine.BackupDir(a.engineDir())
	cfg, err := a.server(ctx, opened)
	if err != nil {
		return 0, err
	}
	store, err := a.connected(ctx, cfg, opened)
	if err != nil {
		return 0, err
	}
	if err := store.Restore(ctx, "."); err != nil {
		return 0, err
	}
	schema, err := store.Schema(ctx)
	if err == nil && len(schema.Unknown) > 0 { // the manifest said otherwise
		err = fmt.Errorf("restore: the tables are a newer Vane's (%v): restore them with that one", schema.Unknown)
	}
	if err != nil {
		return 0, err
	}
	if _, err := store.Migrate(ctx); err != nil {
		return 0, err
	}
	stats, err := store.Stats(ctx)
	return stats.Posts, errors.Join(err, os.RemoveAll(copied))
}

// moveUp moves everything in a folder beside it, and deletes the folder.
func moveUp(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	if err := os.Remove(from); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

func (a *app) printRestored(r restoredFrom, m backup.Manifest, dir string) error {
	if a.json {
		return a.printJSON(r)
	}
	stored := fmt.Sprintf("已入库 %d 条", r.Posts)
	if !m.ClickHouse {
		stored = "已入库的信息在 storage.dsn 的服务器上，请用它自己的备份恢复"
	}
	fmt.Fprintf(a.out, "已恢复到 %s：备份时间 %s，%s，待入库 %d 条。\n", dir, clock(m.Created), stored, r.Waiting)
	return nil
}
