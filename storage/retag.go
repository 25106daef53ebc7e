package storage

import (
	"context"
	"fmt"
	"time"

	"vane"
)

// OutdatedDay is a day of posts that a taxonomy did not tag.
type OutdatedDay struct {
	Day   time.Time `json:"day"` // its start, in Shanghai
	Posts uint64    `json:"posts"`
}

// Outdated lists the days of a window with posts that were tagged by another taxonomy,
// the newest first. Posts whose texts are gone, by retention, are none of them: nothing
// could tag them again.
func (s *Store) Outdated(ctx context.Context, taxonomy uint32, w vane.Window) ([]OutdatedDay, error) {
	var rows []struct {
		Day   int64  `ch:"day"`
		Posts uint64 `ch:"posts"`
	}
	if err := s.selectRows(ctx, &rows, "outdated_days", about("", w).with("taxonomy", taxonomy).numbering(vane.Daily)); err != nil {
		return nil, err
	}
	days := make([]OutdatedDay, len(rows))
	for i, r := range rows {
		days[i] = OutdatedDay{startOf(vane.Daily, uint32(r.Day)), r.Posts}
	}
	return days, nil
}

// EachOutdated calls f with the posts of a window that were tagged by another taxonomy,
// in no order. It stops at the first error, which it returns.
func (s *Store) EachOutdated(ctx context.Context, taxonomy uint32, w vane.Window, f func(vane.Mention) error) error {
	return s.each(ctx, "outdated_posts", about("", w).with("taxonomy", taxonomy), f)
}

// Promote makes a taxonomy the newest: what it tagged, stored by Insert, replaces what
// others made of the same version of a post, whatever comes again from them.
func (s *Store) Promote(ctx context.Context, taxonomy uint32) error {
	if err := s.promote(ctx, taxonomy); err != nil {
		return fmt.Errorf("make the taxonomy the newest: %w", err)
	}
	return nil
}
