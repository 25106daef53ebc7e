package crawler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vane"
)

// daySlack is how far the date of a list row may be off that of the post's own page:
// lists often show the day only, which is read as its midnight.
const daySlack = 24 * time.Hour

// keepWindow drops what a page of a backfill holds from outside its window, and sees
// whether everything on the page is older.
func (v visitor) keepWindow(out *outcome) {
	w := out.page.window
	if w == (vane.Window{}) {
		return
	}
	older := 0
	found := len(out.rows) + len(out.posts)
	out.rows = slices.DeleteFunc(out.rows, func(row draft) bool {
		if row.Published.IsZero() {
			return false // its own page says when
		}
		if row.Published.Before(w.From.Add(-daySlack)) {
			older++
			return true
		}
		return !row.Published.Before(w.To)
	})
	out.posts = slices.DeleteFunc(out.posts, func(r reading) bool {
		if !r.post.Undated && r.post.PublishedAt.Before(w.From) {
			older++
		}
		return r.post.Undated || !w.Contains(r.post.PublishedAt)
	})
	out.older = found > 0 && older == found
}

// dropBackfillLists ends the lists of a backfill.
func (s *State) dropBackfillLists(ctx context.Context, source string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM frontier WHERE source = ? AND kind = 'list' AND until IS NOT NULL AND depth > 0`, source)
	if err != nil {
		return fmt.Errorf("end the backfill of %s: %w", source, explain(err))
	}
	return nil
}
