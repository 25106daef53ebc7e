package crawler

import (
	"context"
	"errors"
	"fmt"
)

// QuickCheck reads the whole file and looks whether its pages belong together: a disk
// that fails, or a copy that was cut off, shows there first.
func (s *State) QuickCheck(ctx context.Context) error {
	var found string
	err := s.db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found)
	if err == nil && found != "ok" {
		err = errors.New(found)
	}
	if err != nil {
		return fmt.Errorf("check crawl state: %w", explain(err))
	}
	return nil
}

// Shared reports whether the file belongs to another process, beside which this one reads.
func (s *State) Shared() bool { return s.owned == nil }
