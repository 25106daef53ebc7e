package storage

import (
	"context"
	"fmt"
	"time"

	"vane"
)

// Pipeline is how a process did at a moment, and since it told last.
type Pipeline struct {
	Process string
	At      time.Time
	Waiting uint64    // posts in its outbox
	Room    uint64    // posts that may wait there before crawling pauses
	Oldest  time.Time // when the first of them was collected; zero: none waits
	Stored  uint64    // posts since it told last
}

// SourceHealth is how a source of a process did at a moment.
type SourceHealth struct {
	Source  string
	Process string
	At      time.Time
	Ended   time.Time // of the last pass; zero: none has ended yet
	Next    time.Time // when the next pass is due; zero: not planned
	Reason  string    // why the last pass ended
	Detail  string
	Errors  uint64 // of the last pass
	Failing uint64 // last passes in a row that got nothing
	Flagged bool   // the selectors may no longer fit
	Late    bool   // what is stored of it may be out of date
	Today   uint64 // new posts since midnight in Asia/Shanghai
	Waiting uint64 // pages still to be fetched
	GivenUp uint64 // pages that failed too often
}

// SavePipeline keeps how processes did. Told again, a moment replaces itself.
func (s *Store) SavePipeline(ctx context.Context, told []Pipeline) error {
	err := s.insertRows(ctx, "insert_pipeline", len(told), func(i int) []any {
		p := told[i]
		return []any{p.Process, p.At, p.Waiting, p.Room, orNever(p.Oldest), p.Stored}
	})
	if err != nil {
		return fmt.Errorf("save how the process does: %w", err)
	}
	return nil
}

// SaveSourceHealth keeps how sources do. What a process tells of a source replaces what
// it told before.
func (s *Store) SaveSourceHealth(ctx context.Context, told []SourceHealth) error {
	err := s.insertRows(ctx, "insert_source_health", len(told), func(i int) []any {
		h := told[i]
		return []any{
			h.Source, h.Process, h.At, orNever(h.Ended), orNever(h.Next), h.Reason, h.Detail, h.Errors, h.Failing, h.Flagged, h.Late, h.Today, h.Waiting, h.GivenUp,
		}
	})
	if err != nil {
		return fmt.Errorf("save how %d sources do: %w", len(told), err)
	}
	return nil
}

// Pipeline lists how all processes did in a window, oldest first.
func (s *Store) Pipeline(ctx context.Context, w vane.Window) ([]Pipeline, error) {
	var rows []struct {
		Process string    `ch:"process"`
		At      time.Time `ch:"at"`
		Waiting uint64    `ch:"waiting"`
		Room    uint64    `ch:"room"`
		Oldest  time.Time `ch:"oldest_at"`
		Stored  uint64    `ch:"stored"`
	}
	if err := s.selectRows(ctx, &rows, "pipeline", params{"from": millis(w.From), "to": millis(w.To)}); err != nil {
		return nil, err
	}
	told := make([]Pipeline, len(rows))
	for i, r := range rows {
		told[i] = Pipeline{r.Process, r.At.UTC(), r.Waiting, r.Room, known(r.Oldest), r.Stored}
	}
	return told, nil
}

// SourceHealth lists how the sources of all processes do, as each told last.
func (s *Store) SourceHealth(ctx context.Context) ([]SourceHealth, error) {
	var rows []struct {
		Source  string    `ch:"source"`
		Process string    `ch:"process"`
		At      time.Time `ch:"at"`
		Ended   time.Time `ch:"ended_at"`
		Next    time.Time `ch:"next_at"`
		Reason  string    `ch:"reason"`
		Detail  string    `ch:"detail"`
		Errors  uint64    `ch:"errors"`
		Failing uint64    `ch:"failing"`
		Flagged bool      `ch:"flagged"`
		Late    bool      `ch:"late"`
		Today   uint64    `ch:"today"`
		Waiting uint64    `ch:"waiting"`
		GivenUp uint64    `ch:"given_up"`
	}
	if err := s.selectRows(ctx, &rows, "source_health", nil); err != nil {
		return nil, err
	}
	told := make([]SourceHealth, len(rows))
	for i, r := range rows {
		told[i] = SourceHealth(r)
		told[i].At, told[i].Ended, told[i].Next = r.At.UTC(), known(r.Ended), known(r.Next)
	}
	return told, nil
}
