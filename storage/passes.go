package storage

import (
	"context"
	"fmt"
	"time"

	"vane"
)

// Pass is how one pass over a source went.
type Pass struct {
	Source  string    `json:"source" ch:"source"`
	Started time.Time `json:"started" ch:"started"`
	Ended   time.Time `json:"ended" ch:"ended"`
	Reason  string    `json:"reason" ch:"reason"` // why it ended
	Pages   uint64    `json:"pages" ch:"pages"`
	Posts   uint64    `json:"posts" ch:"posts"`
	New     uint64    `json:"new" ch:"fresh"` // posts seen for the first time
	Errors  uint64    `json:"errors" ch:"errors"`
}

// SavePasses keeps how passes went. A pass is known by source and start: saved
// again, it replaces itself.
func (s *Store) SavePasses(ctx context.Context, passes []Pass) error {
	err := s.insertRows(ctx, "insert_crawl_passes", len(passes), func(i int) []any {
		p := passes[i]
		return []any{p.Source, p.Started, p.Ended, p.Reason, p.Pages, p.Posts, p.New, p.Errors}
	})
	if err != nil {
		return fmt.Errorf("save %d crawl passes: %w", len(passes), err)
	}
	return nil
}

// Passes lists the passes that began in the window, newest first.
func (s *Store) Passes(ctx context.Context, w vane.Window) ([]Pass, error) {
	var passes []Pass
	if err := s.selectRows(ctx, &passes, "crawl_passes", params{"from": millis(w.From), "to": millis(w.To)}); err != nil {
		return nil, err
	}
	for i := range passes {
		passes[i].Started, passes[i].Ended = passes[i].Started.UTC(), passes[i].Ended.UTC()
	}
	return passes, nil
}
