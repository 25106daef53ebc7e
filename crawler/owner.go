package crawler

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ownerSuffix names the file beside the state that says who owns it.
const ownerSuffix = ".owner"

// owner keeps a state for one process, which leases pages and posts in its memory.
// SQLite's own exclusive lock would keep out those too who only look. So it is taken
// on an empty file beside the state, and ends with the process, however that ends.
type owner struct {
	db   *sql.DB
	lock *sql.Conn
}

// own takes the state at path, for which it waits as long as patience says.
func own(ctx context.Context, path string, patience time.Duration) (*owner, error) {
	db, err := openDB(path+ownerSuffix, fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()))
	if err != nil {
		return nil, err
	}
	o := &owner{db: db}
	if o.lock, err = db.Conn(ctx); err == nil {
		_, err = o.lock.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	}
	if err != nil {
		return nil, errors.Join(inUse(err), o.close())
	}
	return o, nil
}

func inUse(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY {
		return ErrInUse
	}
	return explain(err)
}

// close gives the state up.
func (o *owner) close() error {
	if o == nil || o.db == nil {
		return nil
	}
	var err error
	if o.lock != nil {
		err = o.lock.Close()
	}
	return errors.Join(err, o.db.Close())
}
