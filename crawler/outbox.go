package crawler

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"vane"
)

// Lease takes at most max of the oldest posts that are not on lease, for
// [vane.Outbox]. Closing the state, or a crash, ends the lease.
func (s *State) Lease(ctx context.Context, max int) (vane.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var batch vane.Batch
	if int(s.room.posts.Load()) <= len(s.leased) {
		return batch, nil
	}
	rows, err := s.db.QueryContext(ctx, `SELECT key, post FROM outbox ORDER BY key`)
	if err != nil {
		return batch, fmt.Errorf("lease posts: %w", explain(err))
	}
	defer rows.Close()
	for len(batch.Keys) < max && rows.Next() {
		var key int64
		var text sql.RawBytes
		if err := rows.Scan(&key, &text); err != nil {
			return vane.Batch{}, fmt.Errorf("lease posts: %w", explain(err))
		}
		if s.leased[key] {
			continue
		}
		var post vane.Post
		if err := json.Unmarshal(text, &post); err != nil {
			return vane.Batch{}, fmt.Errorf("read post %d of the outbox: %w", key, err)
		}
		batch.Keys = append(batch.Keys, key)
		batch.Posts = append(batch.Posts, post)
	}
	if err := rows.Err(); err != nil {
		return vane.Batch{}, fmt.Errorf("lease posts: %w", explain(err))
	}
	for _, key := range batch.Keys {
		s.leased[key] = true
	}
	return batch, nil
}

// Ack deletes a batch that is stored.
func (s *State) Ack(ctx context.Context, b vane.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys, err := json.Marshal(b.Keys)
	if err != nil {
		return fmt.Errorf("acknowledge %d posts: %w", len(b.Keys), err)
	}
	var posts, bytes int64
	err = s.tx(ctx, func(tx txn) error {
		const those = ` FROM outbox WHERE key IN (SELECT value FROM json_each(?))`
		if err := tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(octet_length(post)), 0)`+those, string(keys)).Scan(&posts, &bytes); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE`+those, string(keys))
		return err
	})
	if err != nil {
		return fmt.Errorf("acknowledge %d posts: %w", len(b.Keys), err)
	}
	s.endLease(b)
	s.room.add(-posts, -bytes)
	close(s.left)
	s.left = make(chan struct{})
	return nil
}

// Release gives a batch back, to be leased again.
func (s *State) Release(_ context.Context, b vane.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLease(b)
	return nil
}

// endLease forgets a lease; mu is held.
func (s *State) endLease(b vane.Batch) {
	for _, key := range b.Keys {
		delete(s.leased, key)
	}
}

// freed is closed when posts have left the outbox since the call.
func (s *State) freed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left
}

// Offer puts posts in the outbox that did not come from a crawl. They are on disk
// when it returns; many in one call are much faster than many calls. While the outbox
// is full it waits until some are stored, or ctx ends; on a disk that is nearly full it
// fails, for waiting makes no room there. Posts that were forgotten are left out.
func (s *State) Offer(ctx context.Context, posts ...vane.Post) error {
	if why := s.room.low(); why != "" {
		return fmt.Errorf("put %d posts in the outbox: %s", len(posts), why)
	}
	if err := s.waitForRoom(ctx, func(string) {}); err != nil {
		return fmt.Errorf("wait for room in the outbox: %w", err)
	}
	var put, bytes int64
	err := s.tx(ctx, func(tx txn) error {
		put, bytes = 0, 0
		for _, post := range posts {
			forgotten, err := isForgotten(ctx, tx, post.ID)
			if err != nil {
				return err
			}
			if forgotten {
				continue
			}
			n, err := putPost(ctx, tx, post)
			if err != nil {
				return err
			}
			put, bytes = put+1, bytes+n
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("put %d posts in the outbox: %w", len(posts), err)
	}
	s.room.add(put, bytes)
	return nil
}

// putPost puts a post in the outbox, and returns how many bytes it has there.
func putPost(ctx context.Context, tx txn, post vane.Post) (int64, error) {
	text, err := json.Marshal(post)
	if err != nil {
		return 0, fmt.Errorf("write post %s: %w", post.ID, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO outbox (post) VALUES (?)`, string(text))
	return int64(len(text)), err
}

func isForgotten(ctx context.Context, tx txn, post vane.ID) (forgotten bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM seen WHERE post = ? AND forgotten = 1)`, post[:]).Scan(&forgotten)
	return forgotten, err
}
