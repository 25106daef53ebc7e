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

// Waiting is what is in the outbox.
type Waiting struct {
	Posts  int
	Oldest time.Time // when the first of them was collected; zero: nothing waits
}

// Waiting tells what waits to be stored.
func (s *State) Waiting(ctx context.Context) (Waiting, error) {
	var w Waiting
	var first sql.RawBytes
	rows, err := s.db.QueryContext(ctx, `SELECT (SELECT count(*) FROM outbox), post FROM outbox ORDER BY key LIMIT 1`)
	if err != nil {
		return w, fmt.Errorf("read outbox: %w", explain(err))
	}
	defer rows.Close()
	if rows.Next() {
		var post vane.Post
		if err := errors.Join(rows.Scan(&w.Posts, &first), json.Unmarshal(first, &post)); err != nil {
			return w, fmt.Errorf("read the first post of the outbox: %w", err)
		}
		w.Oldest = post.CollectedAt
	}
	if err := rows.Err(); err != nil {
		return w, fmt.Errorf("read outbox: %w", explain(err))
	}
	return w, nil
}
