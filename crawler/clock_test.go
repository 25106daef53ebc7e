package crawler

import (
	"testing"
	"time"

	"vane"
)

// A clock that was set back, by an hour or by years, does not keep a source waiting
// until the old time has come again; one that was set forward does not hurry it.
func TestClockSetBackKeepsNoSourceWaiting(t *testing.T) {
	now := time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC)
	p := &plan{src: Source{Name: "forum", Every: 10 * time.Minute}}
	for name, c := range map[string]struct{ last, earliest, latest time.Duration }{
		"the usual case":          {-3 * time.Minute, 7 * time.Minute, 7 * time.Minute},
		"set back by an hour":     {time.Hour, 10 * time.Minute, 10 * time.Minute},
		"set back by three years": {3 * 365 * 24 * time.Hour, 10 * time.Minute, 10 * time.Minute},
		"set forward by a day":    {-24 * time.Hour, 0, time.Minute},
	} {
		next := p.next(now.Add(c.last), p.src.Every, now).Sub(now)
		if next < c.earliest || next > c.latest {
			t.Errorf("%s: the next pass is in %s, want %s to %s", name, next, c.earliest, c.latest)
		}
	}
}

// Pages that were put off before the clock was set back are not put off for years.
func TestClockSetBackKeepsNoPageWaiting(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	state := openTestState(t)
	src := s.forumSource("forum")
	plan, err := compile(src)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := state.beginPass(t.Context(), plan, vane.Window{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := state.db.ExecContext(t.Context(), `UPDATE frontier SET due = ?`, millis(time.Now().AddDate(3, 0, 0))); err != nil {
		t.Fatal(err)
	}
	if _, err := state.beginPass(t.Context(), plan, vane.Window{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	due, pages, err := state.nextDue(t.Context(), src.Name)
	if err != nil || pages != 1 || time.Until(due) > maxRetryAfter {
		t.Errorf("%d pages, the next in %s, %v", pages, time.Until(due), err)
	}
}

// Whatever the clock says during a pass, every post comes home once.
func TestClockJumpsBetweenPasses(t *testing.T) {
	s := newSite(t)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src := s.forumSource("forum")
	jumps := []time.Duration{0, 25 * time.Hour, -25 * time.Hour, 0, -3 * 365 * 24 * time.Hour, time.Minute}
	for i, jump := range jumps {
		s.forum(numbers(1, 5*(i+1)), 10)
		report, err := c.Pass(t.Context(), src, PassOptions{Now: func() time.Time { return time.Now().Add(jump) }})
		if err != nil || report.New+report.Left < 5 { // posts of the future wait until the clock is right
			t.Errorf("with the clock at %s: %+v, %v", jump, report, err)
		}
	}
	if _, err := state.db.ExecContext(t.Context(), `UPDATE frontier SET due = 0`); err != nil { // some minutes later
		t.Fatal(err)
	}
	if report, err := c.Pass(t.Context(), src, PassOptions{}); err != nil || report.Left != 0 {
		t.Errorf("with the clock set right: %+v, %v", report, err)
	}
	batch, err := state.Lease(t.Context(), 1000)
	seen := map[vane.ID]bool{}
	for _, post := range batch.Posts {
		seen[post.ID] = true
	}
	if want := 5 * len(jumps); err != nil || len(batch.Posts) != want || len(seen) != want {
		t.Errorf("%d posts in the outbox, %d different ones, want %d; %v", len(batch.Posts), len(seen), want, err)
	}
}
