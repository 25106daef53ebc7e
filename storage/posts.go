package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vane"
)

// Posts lists at most limit posts that carry the tag (an issue, a domain, or any
// post if empty) and were published in the window, newest first.
func (s *Store) Posts(ctx context.Context, tag vane.Tag, w vane.Window, limit int) ([]vane.Mention, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	var mentions []vane.Mention
	collect := func(m vane.Mention) error {
		mentions = append(mentions, m)
		return nil
	}
	err := s.each(ctx, "posts", about(tag, w).with("limit", max(0, limit)), collect)
	return mentions, err
}

// Each calls f with every post that [Store.Posts] would list, in no order, without
// holding them all. It stops at the first error, which it returns.
func (s *Store) Each(ctx context.Context, tag vane.Tag, w vane.Window, f func(vane.Mention) error) error {
	if err := w.Validate(); err != nil {
		return err
	}
	return s.each(ctx, "all_posts", about(tag, w), f)
}

// Post is the stored post of that id, or [vane.ErrNoPost].
func (s *Store) Post(ctx context.Context, id vane.ID) (vane.Mention, error) {
	var found []vane.Mention
	collect := func(m vane.Mention) error {
		found = append(found, m)
		return nil
	}
	if err := s.each(ctx, "post", params{"id": id.String()}, collect); err != nil {
		return vane.Mention{}, err
	}
	if len(found) == 0 {
		return vane.Mention{}, fmt.Errorf("post %s: %w", id, vane.ErrNoPost)
	}
	return found[0], nil
}

// Mentions are the stored posts of these ids, in no order; what is not stored is left out.
func (s *Store) Mentions(ctx context.Context, ids []vane.ID) (mentions []vane.Mention, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	ctx, err = withIDs(ctx, len(ids), func(i int) vane.ID { return ids[i] })
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, "posts_of_batch", nil, func(m vane.Mention) error {
		mentions = append(mentions, m)
		return nil
	})
	return mentions, err
}

// each streams the mentions that a query selects.
func (s *Store) each(ctx context.Context, name string, p params, f func(vane.Mention) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the query when f fails half-way
	rows, err := s.conn.Query(ctx, query(name), p.args()...)
	if err != nil {
		return fmt.Errorf("query %s: %w", name, err)
	}
	for rows.Next() {
		var r row
		if err := rows.ScanStruct(&r); err != nil {
			return errors.Join(fmt.Errorf("read %s: %w", name, err), rows.Close())
		}
		if err := f(r.mention()); err != nil {
			cancel()
			rows.Close() // its error is that of the cancelled query
			return err
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// Stats is what is stored as a whole. First and Last are zero when nothing is.
type Stats struct {
	Posts     uint64    `json:"posts" ch:"posts"`
	Tagged    uint64    `json:"tagged" ch:"tagged"`
	Sensitive uint64    `json:"sensitive" ch:"negative"`
	Sources   uint64    `json:"sources" ch:"sources"`
	First     time.Time `json:"first" ch:"first"` // published
	Last      time.Time `json:"last" ch:"last"`
}

// Stats counts everything that is stored.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var rows []Stats
	if err := s.selectRows(ctx, &rows, "stats", nil); err != nil {
		return Stats{}, err
	}
	st := rows[0] // an aggregate without groups is one row
	if st.Posts == 0 {
		return Stats{}, nil
	}
	st.First, st.Last = st.First.UTC(), st.Last.UTC()
	return st, nil
}
