package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vane/backup"
	"vane/crawler"
	"vane/storage/engine"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE|FOLDER",
		Short: "copy the data directory into one file, also while vane runs",
		Long: `Backup writes the crawl state, the posts of the embedded engine, the users, the record of
who did what and the key of the authors' pseudonyms into one file that only its owner may
read, and reads it again to see that it is whole. In a folder it chooses a name by the
time. The configuration is not in it: keep that folder as you keep programs. Posts on a
server of your own (storage.dsn) are not in it either: back that up by its own means.`,
		Example: "  vane backup /backups\n  vane backup vane.tar --data-dir /srv/vane",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.backup(cmd.Context(), args[0], time.Now().UTC())
		},
	}
}

// backedUp is the answer of backup.
type backedUp struct {
	File       string    `json:"file"`
	Bytes      int64     `json:"bytes"`
	Files      int       `json:"files"`
	Created    time.Time `json:"created"`
	ClickHouse bool      `json:"clickhouse"` // false: it is on a server of its own
}

// The names of what a backup holds, which are those of the data directory.
const (
	backedState   = "vane.sqlite"
	backedPosts   = "clickhouse/backup"
	backupPattern = "vane-20060102-150405.tar"
)

// backedFiles are small files of the data directory that are copied as they are.
func (a *app) backedFiles() ([]string, error) {
	files, err := fs.Glob(os.DirFS(a.dataDir), "audit*.jsonl*")
	if words := inFolder(a.dataDir, a.cfg.NLP.Accepted); words != "" {
		files = append(files, words)
	}
	return append(files, authorKeyFile, "users.json", "clickhouse/grafana.password"), err
}

// inFolder is the path of a file inside of a folder, with slashes; "" if it is elsewhere.
func inFolder(dir, file string) string {
	if file == "" {
		return ""
	}
	from, err := filepath.Abs(dir)
	to, err2 := filepath.Abs(file)
	path, err3 := filepath.Rel(from, to)
	if errors.Join(err, err2, err3) != nil || !filepath.IsLocal(path) {
		return ""
	}
	return filepath.ToSlash(path)
}

func (a *app) backup(ctx context.Context, target string, now time.Time) (err error) {
	if _, err := os.Stat(a.stateFile()); err != nil {
		return fmt.Errorf("back up %s: there is no data of Vane: %w", a.dataDir, err)
	}
	if info, err := os.Stat(target); err == nil && info.IsDir() {
		target = filepath.Join(target, now.Format(backupPattern))
	}
	if _, err := os.Stat(target); err == nil {
		return fmt.Errorf("back up: %s exists: name another file", target)
	}
	// It gets its name when it is whole.
	out, err := os.OpenFile(target+".part", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("back up: %w; name another file, or delete that one", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	m, err := a.copyInto(ctx, out, now)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	size, err := verified(out.Name())
	if err != nil {
		return err
	}
	if err = placeNew(out.Name(), target); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return a.printBackedUp(backedUp{target, size, len(m.Files), m.Created, m.ClickHouse})
}

// verified reads a backup again from the disk, and gives its size.
func verified(file string) (size int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, fmt.Errorf("read the backup again: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, fmt.Errorf("read the backup again: %w", err)
	}
	if _, err := backup.Verify(f); err != nil {
		return 0, fmt.Errorf("read the backup again: %s: %w", file, err)
	}
	return info.Size(), nil
}

func (a *app) printBackedUp(b backedUp) error {
	if a.cfg.AuthorSecret != "" {
		a.say("author_secret of the configuration is not in the backup: without it every author counts as new")
	}
	if !b.ClickHouse {
		a.say("the posts on the server of storage.dsn are not in the backup: back that server up too, after this")
	}
	if a.json {
		return a.printJSON(b)
	}
	fmt.Fprintf(a.out, "备份完成：%s（%s，%d 个文件，已校验）。其中有密钥，请妥善保管。\n", b.File, bytesText(uint64(b.Bytes)), b.Files)
	return nil
}

// copyInto copies in this order: first the crawl state, then ClickHouse. A post leaves
// the outbox only after it is in ClickHouse, so what the copy of the outbox has no more,
// the later copy of ClickHouse has; and what both have counts once, because a post that
// is delivered again changes nothing. What was crawled after the first copy is unknown
// to its frontier, and is crawled again. The other order would lose posts that were
// stored in between: gone from the outbox, not yet in ClickHouse, and known as seen.
func (a *app) copyInto(ctx context.Context, out *os.File, now time.Time) (m backup.Manifest, err error) {
	var opened stack
	defer opened.close(&err)
	if left := a.cutOffBackups(); len(left) > 0 {
		return m, fmt.Errorf("back up: another backup is running, or one was cut off; if none runs, delete %s", strings.Join(left, " and "))
	}
	work, err := os.MkdirTemp(a.dataDir, ".backup-")
	if err != nil {
		return m, fmt.Errorf("back up: %w", err)
	}
	opened.push(func() error { return os.RemoveAll(work) })
	state, err := crawler.ReadState(ctx, a.stateFile())
	if err != nil {
		return m, err
	}
	opened.push(state.Close)
	m = backup.Manifest{Vane: version(), Created: now, State: state.Version(), ClickHouse: a.cfg.Storage.DSN == ""}
	if err := a.roomFor(out.Name(), a.stateBytes()); err != nil {
		return m, err
	}
	snapshot := filepath.Join(work, backedState)
	if err := state.Snapshot(ctx, snapshot); err != nil {
		return m, err
	}
	posts := ""
	if m.ClickHouse {
		if posts, m.Schema, err = a.copyPosts(ctx, filepath.Base(work), out.Name(), &opened); err != nil {
			return m, err
		}
	}
	w := backup.NewWriter(out, m)
	if err := w.Add(backedState, snapshot); err != nil {
		return m, err
	}
	files, err := a.backedFiles()
	if err != nil {
		return m, fmt.Errorf("list the records: %w", err)
	}
	for _, name := range files {
		if err := w.Add(name, filepath.Join(a.dataDir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return m, err
		}
	}
	if posts != "" {
		if err := w.AddTree(backedPosts, posts); err != nil {
			return m, err
		}
	}
	return w.Close()
}

// cutOffBackups are the folders of backups that did not come to their end: each may hold
// a copy of all posts, also of those that were forgotten since.
func (a *app) cutOffBackups() (left []string) {
	for _, dir := range []string{a.dataDir, engine.BackupDir(a.engineDir())} {
		found, _ := filepath.Glob(filepath.Join(dir, ".backup-*")) // the pattern is well formed
		left = append(left, found...)
	}
	return left
}

// copyPosts has the engine copy its tables into a folder, which is deleted with opened.
func (a *app) copyPosts(ctx context.Context, name, target string, opened *stack) (folder string, schema int64, err error) {
	store, err := a.openAsItIs(ctx, opened)
	if err != nil {
		return "", 0, err
	}
	posts, err := store.BytesOnDisk(ctx)
	if err != nil {
		return "", 0, err
	}
	if err := a.roomFor(target, posts, a.stateBytes()); err != nil {
		return "", 0, err
	}
	applied, err := store.Schema(ctx)
	if err != nil {
		return "", 0, err
	}
	folder = filepath.Join(engine.BackupDir(a.engineDir()), name)
	opened.push(func() error { return os.RemoveAll(folder) })
	return folder, applied.Version, store.Backup(ctx, name)
}

// stateBytes is what the crawl state takes, with what SQLite has not folded in yet.
func (a *app) stateBytes() (n uint64) {
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(a.stateFile() + suffix); err == nil {
			n += uint64(info.Size())
		}
	}
	return n
}

// roomFor refuses a backup that would fill a disk: what it copies lies beside the data
// first, and then in the file, which may be on the same disk.
func (a *app) roomFor(target string, parts ...uint64) error {
	needed := a.leastFree()
	var copied uint64
	for _, part := range parts {
		copied += part
	}
	if sameDisk(a.dataDir, filepath.Dir(target)) {
		return enough("the copy and the file need", a.dataDir, needed+2*copied)
	}
	return errors.Join(enough("the copy needs", a.dataDir, needed+copied), enough("the file needs", filepath.Dir(target), copied))
}

// enough refuses if a disk has too little room. Where that can't be known, the write that
// fails will say so.
func enough(what, dir string, needed uint64) error {
	free, err := freeBytes(dir)
	if err == nil && free < needed {
		return fmt.Errorf("back up: %s %s in %s, and %s are free: free some space, or write to another disk", what, bytesText(needed), dir, bytesText(free))
	}
	return nil
}
