package crawler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"vane"
)

// ErrOnLease says that a post that is to be forgotten is on its way to the store.
var ErrOnLease = errors.New("a post that is to be forgotten is being stored: wait until that is done, and try again")

// Forget erases posts, as a person may demand: what waits to be stored, what is
// fetched again, and everything that is known of them. Of each only the id stays, also
// of one that was never seen, so that no later pass or import brings it back. When
// Forget returns, the texts are gone from the disk. It may be repeated. It erases
// nothing and fails with [ErrOnLease] while one of the posts is on lease; what the
// store has of them is the store's to erase, after this.
func (s *State) Forget(ctx context.Context, posts []vane.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids, err := json.Marshal(posts)
	if err != nil {
		return fmt.Errorf("forget %d posts: %w", len(posts), err)
	}
	var waited, bytes int64
	err = s.tx(ctx, func(tx txn) error {
		keys, held, err := outboxKeys(ctx, tx, string(ids))
		if err != nil {
			return err
		}
		for _, key := range keys {
			if s.leased[key] {
				return ErrOnLease
			}
		}
		waited, bytes = int64(len(keys)), held
		return forget(ctx, tx, string(ids), posts)
	})
	if err == nil {
		s.room.add(-waited, -bytes)
		err = s.emptyLog(ctx)
	}
	if err != nil {
		return fmt.Errorf("forget %d posts: %w", len(posts), err)
	}
	return nil
}

// inOutbox is the condition on the outbox for a JSON list of ids.
const inOutbox = `json_extract(post, '$.id') IN (SELECT value FROM json_each(?1))`

// outboxKeys are the keys of posts that wait to be stored, and their bytes there.
func outboxKeys(ctx context.Context, tx txn, ids string) (keys []int64, bytes int64, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT key, octet_length(post) FROM outbox WHERE `+inOutbox, ids)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var key, n int64
		if err := rows.Scan(&key, &n); err != nil {
			return nil, 0, err
		}
		keys, bytes = append(keys, key), bytes+n
	}
	return keys, bytes, rows.Err()
}

// forget erases posts; ids is the same as a JSON list of hexadecimal strings. Their
// pages' addresses, which may tell as much as a text, go as well, and with them the
// errors in the reports of passes that name one. The address of a post that is neither
// followed nor waits to be fetched is not known by then: an error that names it stays
// as long as the report of its pass.
func forget(ctx context.Context, tx txn, ids string, posts []vane.ID) error {
	const their = `(SELECT url FROM followed WHERE lower(hex(post)) IN (SELECT value FROM json_each(?1))
	UNION SELECT url FROM frontier WHERE page IN (SELECT value FROM json_each(?1)))`
	var steps []step
	for _, query := range []string{
		`UPDATE passes SET report = json_remove(report, '$.failed', '$.detail') WHERE EXISTS
	(SELECT 1 FROM json_each(report, '$.failed') AS page WHERE page.value ->> '$.url' IN ` + their + `)`,
		`DELETE FROM validators WHERE url IN ` + their,
		`DELETE FROM outbox WHERE ` + inOutbox,
		`DELETE FROM frontier WHERE page IN (SELECT value FROM json_each(?1))`,
		`DELETE FROM followed WHERE lower(hex(post)) IN (SELECT value FROM json_each(?1))`,
	} {
		steps = append(steps, step{query, []any{ids}})
	}
	for _, post := range posts {
		steps = append(steps, step{`INSERT OR REPLACE INTO seen (post, source, content, row, published, undated, forgotten)
VALUES (?, '', x'', x'', 0, 0, 1)`, []any{post[:]}})
	}
	return runSteps(ctx, tx, steps)
}

// emptyLog has SQLite carry over its log into the file, so that what was erased there
// is nowhere else either.
func (s *State) emptyLog(ctx context.Context) error {
	var busy, frames, carried int
	if err := s.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &carried); err != nil {
		return explain(err)
	}
	if busy != 0 {
		return errors.New("they are erased, but SQLite's log still has them, as another program reads the file: end it, and forget them again")
	}
	return nil
}
