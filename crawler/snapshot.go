package crawler

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Snapshot writes the state of this moment into a new file, also beside the process that
// the state belongs to, which goes on meanwhile.
func (s *State) Snapshot(ctx context.Context, file string) (err error) {
	if s.owned == nil { // SQLite takes the new file for something that this one writes to
		if _, err := s.db.ExecContext(ctx, `PRAGMA query_only = OFF`); err != nil {
			return fmt.Errorf("copy the crawl state: %w", explain(err))
		}
		defer func() {
			_, again := s.db.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only = ON`)
			err = errors.Join(err, again)
		}()
	}
	if _, err := s.db.ExecContext(ctx, `VACUUM INTO ?`, file); err != nil {
		return fmt.Errorf("copy the crawl state: %w", explain(err))
	}
	if err := os.Chmod(file, 0o600); err != nil {
		return fmt.Errorf("copy the crawl state: %w", err)
	}
	return nil
}

// StateVersion is the version of the state's schema that this program makes.
func StateVersion() (int, error) { return schemaVersion() }
