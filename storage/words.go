package storage

import (
	"context"
	"fmt"
	"time"

	"vane"
)

// SaveWordVerdict keeps what was decided about a word. A later decision replaces an
// earlier one.
func (s *Store) SaveWordVerdict(ctx context.Context, v vane.WordVerdict) error {
	row := func(int) []any { return []any{v.Word, v.Accepted, string(v.Issue), v.At} }
	if err := s.insertRows(ctx, "insert_word_verdicts", 1, row); err != nil {
		return fmt.Errorf("save the verdict on %s: %w", v.Word, err)
	}
	return nil
}

// WordVerdicts lists all decisions, the newest first.
func (s *Store) WordVerdicts(ctx context.Context) ([]vane.WordVerdict, error) {
	var rows []struct {
		Word     string    `ch:"word"`
		Accepted bool      `ch:"accepted"`
		Issue    string    `ch:"issue"`
		At       time.Time `ch:"at"`
	}
	if err := s.selectRows(ctx, &rows, "word_verdicts", nil); err != nil {
		return nil, err
	}
	verdicts := make([]vane.WordVerdict, len(rows))
	for i, r := range rows {
		verdicts[i] = vane.WordVerdict{Word: r.Word, Accepted: r.Accepted, Issue: vane.Tag(r.Issue), At: r.At.UTC()}
	}
	return verdicts, nil
}
