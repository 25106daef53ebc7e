package crawler

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
)

// archive fills the site with a post for every day of November 2026, newest first,
// three on a page. Lists show the day if dated.
func (s *site) archive(dated bool) Source {
	for page := range 10 {
		var list strings.Builder
		for i := range 3 {
			day := 30 - 3*page - i
			shown := ""
			if dated {
				shown = fmt.Sprintf("<em>2026-11-%02d</em>", day)
			}
			fmt.Fprintf(&list, `<li><a href="/post/%d">帖子 %d</a>%s</li>`, day, day, shown)
			s.page(fmt.Sprintf("/post/%d", day), fmt.Sprintf(`<h1>帖子 %d</h1><p class="text">退款难</p><time>2026-11-%02d 12:30</time>`, day, day))
		}
		if page < 9 {
			fmt.Fprintf(&list, `<a class="next" href="/list?page=%d">下一页</a>`, page+2)
		}
		path := "/list"
		if page > 0 {
			path = fmt.Sprintf("/list?page=%d", page+1)
		}
		s.page(path, list.String())
	}
	src := s.forumSource("forum")
	if dated {
		src.List.Fields.Published = Field{{Select: "em"}}
	}
	return src
}

func novemberDays(from, to int) vane.Window {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, vane.Beijing()) }
	return vane.Window{From: day(from), To: day(to)}
}

// backfill passes over a source as if in December, until nothing is left.
func backfill(t *testing.T, c *Crawler, src Source, w vane.Window) (first PassReport) {
	t.Helper()
	december := func() time.Time { return time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC) }
	for n := range 50 {
		report, err := c.Pass(t.Context(), src, PassOptions{Window: w, Now: december})
		if err != nil || report.Errors > 0 {
			t.Fatal(report, err)
		}
		if n == 0 {
			first = report
		}
		w = vane.Window{} // ordinary passes go on with it
		if report.Left == 0 {
			return first
		}
	}
	t.Fatal("the backfill does not end")
	return first
}

func TestBackfillTakesThePostsOfItsWindow(t *testing.T) {
	for _, dated := range []bool{true, false} {
		s := newSite(t)
		src := s.archive(dated)
		state := openTestState(t)
		report := backfill(t, newTestCrawler(t, testConfig(), state), src, novemberDays(20, 24))
		if report.Reason != Done || report.New != 4 {
			t.Errorf("dated %v: %+v, want four posts", dated, report)
		}
		if got, want := titles(outboxPosts(t, state)), []string{"帖子 20", "帖子 21", "帖子 22", "帖子 23"}; !slices.Equal(got, want) {
			t.Errorf("dated %v: %q, want %q", dated, got, want)
		}
		asked := s.requests()
		if dated && (slices.Contains(asked, "/list?page=6") || slices.Contains(asked, "/post/25") || slices.Contains(asked, "/post/18")) {
			t.Errorf("asked for %q, which is far from the window", asked)
		}
	}
}

// A backfill reads on over known posts, and takes the rest.
func TestBackfillGoesOnBehindKnownPosts(t *testing.T) {
	s := newSite(t)
	src := s.archive(true)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src.Limits.Depth = 3
	mustPassAt(t, c, src, Budget)
	outboxPosts(t, state) // the newest nine
	s.requests()
	report := backfill(t, c, src, novemberDays(1, 31))
	if report.New != 21 || report.Reason != Done {
		t.Errorf("%+v, want the other 21", report)
	}
	if slices.Contains(s.requests(), "/post/30") {
		t.Error("a known post was fetched again")
	}
}

// mustPassAt is mustPass in December 2026.
func mustPassAt(t *testing.T, c *Crawler, src Source, want Reason) {
	t.Helper()
	report, err := c.Pass(t.Context(), src, PassOptions{Now: func() time.Time { return time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC) }})
	if err != nil || report.Reason != want {
		t.Fatal(report, err)
	}
}

// What limits.pages leaves of a backfill is done by ordinary passes, in its window.
func TestBackfillGoesOnInLaterPasses(t *testing.T) {
	s := newSite(t)
	src := s.archive(true)
	src.Limits.Pages = 5
	state := openTestState(t)
	if report := backfill(t, newTestCrawler(t, testConfig(), state), src, novemberDays(5, 15)); report.Reason != Budget {
		t.Errorf("%+v, want the budget to end the first pass", report)
	}
	got := titles(outboxPosts(t, state))
	for day := 5; day < 15; day++ {
		if title := fmt.Sprintf("帖子 %d", day); !slices.Contains(got, title) {
			t.Errorf("%s is missing from %q", title, got)
		}
	}
	// The ordinary passes took what is newer, up to the known posts.
	if len(got) != 26 || slices.Contains(got, "帖子 4") {
		t.Errorf("%q, want the window and what is newer", got)
	}
}

// Lists without dates: the backfill ends when many posts in a row were too old.
func TestBackfillWithoutDatesInListsEnds(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 400), 10) // all of 2026-11-20
	src := s.forumSource("forum")
	src.Delay = time.Millisecond // one page after the other
	report := backfill(t, newTestCrawler(t, testConfig(), openTestState(t)), src, novemberDays(25, 31))
	if report.New != 0 || report.Reason != Done || report.Pages > 100 {
		t.Errorf("%+v, want an end long before the 440 pages", report)
	}
}

func TestBackfillNeedsAWindow(t *testing.T) {
	s := newSite(t)
	_, err := newTestCrawler(t, testConfig(), openTestState(t)).Pass(t.Context(), s.forumSource("forum"), PassOptions{Window: novemberDays(5, 5)})
	if err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("%v, want the window refused", err)
	}
}

// A backfill and an ordinary pass that meet on one list do not take each other's pages.
func TestBackfillAndOrdinaryPassesDoNotMix(t *testing.T) {
	s := newSite(t)
	src := s.archive(false)
	src.Limits.Pages = 6
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	december := func() time.Time { return time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC) }
	if _, err := c.Pass(t.Context(), src, PassOptions{Window: novemberDays(28, 30), Now: december}); err != nil {
		t.Fatal(err)
	}
	src.Limits.Pages = 1000
	backfill(t, c, src, vane.Window{})
	if got := titles(outboxPosts(t, state)); len(got) != 30 {
		t.Errorf("%d posts, want all 30: %q", len(got), got)
	}
}
