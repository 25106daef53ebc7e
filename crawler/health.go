package crawler

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"vane"
)

// SourceHealth is how a source does.
type SourceHealth struct {
	Source    string        `json:"source"`
	Started   time.Time     `json:"started,omitzero"` // of the last pass, zero if there was none
	Ended     time.Time     `json:"ended,omitzero"`   // zero while it runs
	Reason    Reason        `json:"reason,omitempty"`
	Detail    string        `json:"detail,omitempty"`
	Errors    int           `json:"errors"` // of the last pass
	Next      time.Time     `json:"next,omitzero"`
	Every     time.Duration `json:"every_ns,omitempty"`  // between two passes, as it is now
	Today     int           `json:"posts_today"`         // new posts of the passes of this day of Asia/Shanghai
	Failing   int           `json:"failing_passes"`      // last passes in a row that ended with error, robots or blocked
	Empty     int           `json:"empty_passes"`        // last passes in a row whose pages gave nothing
	Unmatched []string      `json:"unmatched,omitempty"` // keys whose selectors gave nothing in the last passes that read enough to tell
	Flagged   bool          `json:"flagged"`             // Empty or Unmatched for three passes: the selectors may no longer fit
	Waiting   int           `json:"pages_waiting"`
	Buried    int           `json:"pages_given_up"`
	Followed  int           `json:"posts_followed"`
	Paused    string        `json:"paused,omitempty"` // why nothing is collected just now, see [State.Paused]
}

// Health tells how every source does that was passed over or is scheduled, by name.
func (s *State) Health(ctx context.Context) ([]SourceHealth, error) {
	return s.health(ctx, time.Now())
}

func (s *State) health(ctx context.Context, now time.Time) ([]SourceHealth, error) {
	if err := s.current(); err != nil {
		return nil, err
	}
	list, err := s.scheduled(ctx)
	if err != nil {
		return nil, err
	}
	paused := s.Paused()
	for i := range list {
		h := &list[i]
		passes, err := s.passesOf(ctx, h.Source, keptPasses)
		if err != nil {
			return nil, err
		}
		h.judge(passes, now)
		h.Paused = paused
		err = s.db.QueryRowContext(ctx, `SELECT
	(SELECT count(*) FROM frontier WHERE source = ?1 AND buried IS NULL),
	(SELECT count(*) FROM frontier WHERE source = ?1 AND buried IS NOT NULL),
	(SELECT count(*) FROM followed WHERE source = ?1)`, h.Source).Scan(&h.Waiting, &h.Buried, &h.Followed)
		if err != nil {
			return nil, fmt.Errorf("count pages of %s: %w", h.Source, explain(err))
		}
	}
	return list, nil
}

// scheduled lists every source that the state knows, with its schedule.
func (s *State) scheduled(ctx context.Context) ([]SourceHealth, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT source, next, every FROM (
	SELECT source FROM passes UNION SELECT source FROM schedule) LEFT JOIN schedule USING (source) ORDER BY source`)
	if err != nil {
		return nil, fmt.Errorf("read schedule: %w", explain(err))
	}
	defer rows.Close()
	list := []SourceHealth{}
	for rows.Next() {
		var h SourceHealth
		var next, every sql.NullInt64
		if err := rows.Scan(&h.Source, &next, &every); err != nil {
			return nil, fmt.Errorf("read schedule: %w", explain(err))
		}
		if next.Valid {
			h.Next, h.Every = time.UnixMilli(next.Int64).UTC(), time.Duration(every.Int64)*time.Millisecond
		}
		list = append(list, h)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read schedule: %w", explain(err))
	}
	return list, nil
}

// judge reads from the last passes, the newest first, how the source does.
func (h *SourceHealth) judge(passes []PassReport, now time.Time) {
	if len(passes) > 0 {
		last := passes[0]
		h.Started, h.Ended, h.Reason, h.Detail, h.Errors = last.Started, last.Ended, last.Reason, last.Detail, last.Errors
	}
	midnight := vane.Daily.Floor(now)
	for _, r := range passes {
		if !r.Started.Before(midnight) {
			h.Today += r.New
		}
	}
	for _, r := range passes {
		if r.Reason == "" || r.Reason == Cancelled || r.Reason == Killed {
			continue // says nothing of the site
		}
		if r.Reason != Failed && r.Reason != Robots && r.Reason != Blocked {
			break
		}
		h.Failing++
	}
	h.Empty = countEmpty(passes)
	h.Unmatched = unmatchedIn(passes)
	h.Flagged = h.Empty >= emptyPasses || len(h.Unmatched) > 0
}

// unmatchedIn lists the keys that gave nothing in the last passes that read posts:
// in at least emptyPasses of them and for at least enoughToJudge posts.
func unmatchedIn(newestFirst []PassReport) []string {
	var common []string
	passes, posts := 0, 0
	for _, r := range newestFirst {
		if r.Posts == 0 {
			continue
		}
		if passes == 0 {
			common = slices.Clone(r.Unmatched)
		}
		common = slices.DeleteFunc(common, func(key string) bool { return !slices.Contains(r.Unmatched, key) })
		passes++
		posts += r.Posts
		if passes >= emptyPasses && posts >= enoughToJudge {
			return common
		}
	}
	return nil
}
