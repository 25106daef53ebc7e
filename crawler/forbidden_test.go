package crawler

import (
	"slices"
	"testing"
	"time"
)

const forbidsPosts = "User-agent: *\nDisallow: /post/"

// expireRobots has every robots.txt asked for again, and its pages looked after, as a
// day later.
func expireRobots(t *testing.T, c *Crawler, state *State) {
	t.Helper()
	c.robots.mu.Lock()
	for _, rules := range c.robots.hosts {
		rules.until = time.Time{}
	}
	c.robots.mu.Unlock()
	if _, err := state.db.ExecContext(t.Context(), `UPDATE frontier SET due = 1 WHERE rules IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
}

func TestForbiddenPagesAreFetchedWhenRobotsAllowsThem(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 25), 10)
	s.page("/robots.txt", forbidsPosts)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src := s.forumSource("forum")
	if report := mustPass(t, c, src, Done); report.New != 0 || report.Errors != 25 || report.Left != 0 {
		t.Fatalf("%+v, want every post forbidden", report)
	}
	s.requests()

	// The same rules: one page is looked after, and not fetched.
	expireRobots(t, c, state)
	if report := mustPass(t, c, src, Seen); report.New != 0 || report.Errors != 1 {
		t.Errorf("the same rules: %+v, want one page refused", report)
	}
	if asked := s.requests(); !slices.Equal(asked, []string{"/list"}) {
		t.Errorf("the same rules: asked for %q", asked)
	}

	s.page("/robots.txt", "User-agent: *\nDisallow: /post/1")
	expireRobots(t, c, state)
	report := mustPass(t, c, src, Seen)
	// 1 and 10 to 19 are forbidden still.
	if report.New != 14 || report.Left != 0 {
		t.Errorf("other rules: %+v, want 14 posts", report)
	}
	s.page("/robots.txt", "")
	expireRobots(t, c, state)
	if report := mustPass(t, c, src, Seen); report.New != 11 {
		t.Errorf("no rules: %+v, want the other 11 posts", report)
	}
	if got := titles(outboxPosts(t, state)); len(slices.Compact(got)) != 25 {
		t.Errorf("%d posts, want 25", len(got))
	}
}

// Rules that change while the program is not running are seen by the first pass.
func TestForbiddenPagesAreLookedAfterByANewProcess(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 5), 10)
	s.page("/robots.txt", forbidsPosts)
	state := openTestState(t)
	src := s.forumSource("forum")
	mustPass(t, newTestCrawler(t, testConfig(), state), src, Done)
	s.page("/robots.txt", "")
	if report := mustPass(t, newTestCrawler(t, testConfig(), state), src, Seen); report.New != 5 {
		t.Errorf("%+v, want five posts", report)
	}
}

// A page that redirects to a forbidden one is refused by another host's rules: it is
// given up, and not tried for ever within one pass.
func TestAForbiddenRedirectIsGivenUp(t *testing.T) {
	s, other := newSite(t), newSite(t)
	s.forum(numbers(1, 2), 10)
	other.page("/robots.txt", "User-agent: *\nDisallow: /")
	s.handle("/post/1", redirect(other.URL+"/x"))
	c := newTestCrawler(t, testConfig(), openTestState(t))
	for _, want := range []Reason{Done, Seen} {
		if report := mustPass(t, c, s.forumSource("forum"), want); report.Errors > 1 {
			t.Errorf("%+v, want one refusal", report)
		}
	}
	if asked := other.requests(); len(asked) != 0 {
		t.Errorf("asked for %q", asked)
	}
}
