package crawler

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed sql/*.sql
var schema embed.FS

// busyTimeout is how long to wait for another process that has the file, such as
// one that is just ending.
const busyTimeout = 3 * time.Second

// memoryPath is the path of a state that is thrown away.
const memoryPath = ":memory:"

var (
	// ErrInUse says that the file belongs to another process. What only looks at it goes
	// on with [ReadState].
	ErrInUse = errors.New("another Vane uses this data directory: stop it, or choose another directory")
	// ErrOlder says that a file which is only looked at is an older Vane's.
	ErrOlder = errors.New("the crawl state is an older Vane's: run vane migrate, or start vane run, to bring it up to date")
)

// State is what a crawler must not forget: frontier, seen posts, outbox, passes. It
// is one SQLite file that belongs to one process at a time; others may read it. It is
// safe for concurrent use; what goes in is on disk when the call returns.
type State struct {
	db      *sql.DB // one connection: SQLite has one writer
	owned   *owner  // nil: this process only reads
	beside  bool    // of a reader: another process has the file
	version int     // of the schema
	room    *room   // of the outbox

	writing  sync.Mutex           // held in a transaction
	prepared map[string]*sql.Stmt // by query
	used     map[string]int       // how often queries came that are not prepared

	mu     sync.Mutex
	leased map[int64]bool // keys of the outbox; a crash ends every lease
	left   chan struct{}  // closed and replaced when posts leave the outbox
}

// OpenState opens the file at path, or makes it, for this process alone. It fails with
// [ErrInUse] while another one has it. The path :memory: keeps everything in memory.
func OpenState(ctx context.Context, path string) (*State, error) {
	s, err := openState(ctx, path, busyTimeout)
	if err != nil {
		return nil, err
	}
	if err := s.check(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("open crawl state %s: %w", path, err), s.Close())
	}
	return s, nil
}

// checkBytes is the size up to which a file is checked whenever it is opened for
// writing: a second and a half. The damage of a larger one shows when it is read.
const checkBytes = 256 << 20

// check looks for damage, as a disk that fails or a copy that was cut off leaves it. It
// is said at the start, and not by the pass that happens to need the page.
func (s *State) check(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if path == memoryPath || err == nil && info.Size() > checkBytes {
		return nil
	}
	if err != nil {
		return err
	}
	return s.QuickCheck(ctx)
}

// QuickCheck reads the whole file and looks whether its pages belong together.
func (s *State) QuickCheck(ctx context.Context) error {
	var found string
	if err := s.db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found); err != nil {
		return explain(err)
	}
	if found != "ok" {
		return fmt.Errorf("%s: %s", damaged, found)
	}
	return nil
}

// Shared reports whether the file belonged to another process, beside which this one
// reads, when it was opened.
func (s *State) Shared() bool { return s.beside }

// Version is the version of the file's schema; [StateVersion] is this program's.
func (s *State) Version() int { return s.version }

// current refuses to read what an older file may not have.
func (s *State) current() error {
	known, err := schemaVersion()
	if err == nil && s.version < known {
		return ErrOlder
	}
	return err
}

// damaged is what to do about a damaged file.
const damaged = "the file is damaged: move it away, with the files beside it whose names begin like its own, and start again: sources are crawled anew, what is stored counts once, and posts that were not stored yet are collected again"

func openState(ctx context.Context, path string, patience time.Duration) (s *State, err error) {
	defer func() {
		if err != nil {
			s, err = nil, fmt.Errorf("open crawl state %s: %w", path, err)
		}
	}()
	owned := &owner{}
	if path != memoryPath {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if owned, err = own(ctx, path, patience); err != nil {
			return nil, err
		}
	}
	db, err := openDB(path, "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)")
	if err != nil {
		return nil, errors.Join(err, owned.close())
	}
	s = newState(path, db, owned)
	if err = s.prepare(ctx); err == nil {
		err = s.readVersion(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// ReadState opens the file at path to look at it, also beside the process that it
// belongs to. It changes nothing: [State.Health] and [State.Backlog] answer, or fail with
// [ErrOlder]; [State.Snapshot] copies also what is older; what writes fails. There must be
// such a file, and no newer Vane's.
func ReadState(ctx context.Context, path string) (s *State, err error) {
	defer func() {
		if err != nil {
			s, err = nil, fmt.Errorf("read crawl state %s: %w", path, err)
		}
	}()
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	// Whether anybody has it tells passes that were killed from those that run.
	owned, err := own(ctx, path, 0)
	beside := errors.Is(err, ErrInUse)
	if err == nil {
		err = owned.close()
	}
	if err != nil && !beside {
		return nil, err
	}
	db, err := openDB(path, "query_only(ON)")
	if err != nil {
		return nil, err
	}
	s = newState(path, db, nil)
	s.beside = beside
	if err := s.readVersion(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// readVersion reads the schema's version, and refuses one that this program does not know.
func (s *State) readVersion(ctx context.Context) error {
	known, err := schemaVersion()
	if err != nil {
		return err
	}
	if err := s.db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&s.version); err != nil {
		return explain(err)
	}
	if s.version > known {
		return errNewer(s.version, known)
	}
	return nil
}

func errNewer(version, known int) error {
	return fmt.Errorf("the file is of a newer Vane (version %d, this one knows %d): use that one", version, known)
}

func newState(path string, db *sql.DB, owned *owner) *State {
	return &State{
		db: db, owned: owned, room: newRoom(func() (int64, error) { return freeBytes(filepath.Dir(path)) }),
		prepared: map[string]*sql.Stmt{}, used: map[string]int{}, leased: map[int64]bool{}, left: make(chan struct{}),
	}
}

// openDB opens a SQLite file with the settings of its connection. The outbox holds
// posts that may have to be gone for good, hence secure_delete.
func openDB(path string, settings ...string) (*sql.DB, error) {
	settings = append([]string{fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds())}, settings...)
	pragmas := url.Values{"_pragma": settings, "_txlock": {"immediate"}}
	name := "file::memory:?"
	if path != memoryPath {
		name = "file:" + (&url.URL{Path: path}).EscapedPath() + "?"
	}
	db, err := sql.Open("sqlite", name+pragmas.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // and the connection of :memory: is the database
	db.SetConnMaxIdleTime(0)
	db.SetConnMaxLifetime(0)
	return db, nil
}

// prepare brings the file up to date, ends the leases of a process that is gone,
// and counts the outbox.
func (s *State) prepare(ctx context.Context) error {
	return s.tx(ctx, func(tx txn) error {
		if err := migrate(ctx, tx); err != nil {
			return err
		}
		for _, query := range []string{
			`UPDATE frontier SET lease = 0 WHERE lease = 1`,
			`UPDATE passes SET reason = 'killed' WHERE reason IS NULL`,
		} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return err
			}
		}
		var posts, bytes int64
		if err := tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(octet_length(post)), 0) FROM outbox`).Scan(&posts, &bytes); err != nil {
			return err
		}
		s.room.add(posts, bytes)
		return nil
	})
}

// schemaFiles are the files that make the schema, in order. A file's place is the
// version of the schema it makes.
func schemaFiles() ([]string, error) { return fs.Glob(schema, "sql/*.sql") }

func schemaVersion() (int, error) {
	files, err := schemaFiles()
	return len(files), err
}

// migrate runs the files of sql that the database has not had yet, in order.
func migrate(ctx context.Context, tx txn) error {
	files, err := schemaFiles()
	if err != nil {
		return err
	}
	var version int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if version > len(files) {
		return errNewer(version, len(files))
	}
	for _, name := range files[version:] {
		ddl, err := schema.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(ddl)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, len(files)))
	return err
}

// Close gives the file up. Leases end.
func (s *State) Close() error {
	if err := errors.Join(s.db.Close(), s.owned.close()); err != nil {
		return fmt.Errorf("close crawl state: %w", err)
	}
	return nil
}

// explain says what to do about what SQLite complains of.
func explain(err error) error {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return err
	}
	var advice string
	switch lite.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		advice = "another program has it open for writing: stop that one"
	case sqlite3.SQLITE_FULL:
		advice = "the disk is full: free some space; nothing is lost"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		advice = damaged
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		advice = "the file can't be written: check its owner and permissions"
	case sqlite3.SQLITE_IOERR:
		advice = "the disk fails or is full"
	default:
		return err
	}
	return fmt.Errorf("%s: %w", advice, err)
}
