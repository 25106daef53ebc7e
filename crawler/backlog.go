package crawler

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vane"
)

// Backlog is what waits in the outbox.
type Backlog struct {
	Posts  int       // those on lease included
	Room   int       // posts that may wait before crawling pauses
	Oldest time.Time // when the post that waits longest was collected; zero: none waits
}

// Backlog tells what waits to be stored.
func (s *State) Backlog(ctx context.Context) (Backlog, error) {
	if err := s.current(); err != nil {
		return Backlog{}, err
	}
	b := Backlog{Room: int(s.room.maxPosts.Load()), Posts: int(s.room.posts.Load())}
	if s.owned == nil { // who only reads has not counted along
		if err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM outbox`).Scan(&b.Posts); err != nil {
			return b, fmt.Errorf("read the outbox: %w", explain(err))
		}
	}
	var text []byte
	err := s.db.QueryRowContext(ctx, `SELECT post FROM outbox ORDER BY key LIMIT 1`).Scan(&text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return b, nil
	case err != nil:
		return b, fmt.Errorf("read the outbox: %w", explain(err))
	}
	var post vane.Post
	if err := json.Unmarshal(text, &post); err != nil {
		return b, fmt.Errorf("read the first post of the outbox: %w", err)
	}
	b.Oldest = post.CollectedAt.UTC()
	return b, nil
}
