package crawler

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// robotsSite is a site and the robots layer of a crawler, with a clock of its own.
type robotsSite struct {
	*site
	layer robotsTransport
	now   time.Time
}

func newRobotsSite(t *testing.T) *robotsSite {
	s := &robotsSite{site: newSite(t), now: time.Now()}
	transport := newTransport(testConfig())
	t.Cleanup(transport.CloseIdleConnections)
	r := newRobots(newPace(), slog.New(slog.DiscardHandler))
	r.now = func() time.Time { return s.now }
	s.layer = robotsTransport{
		next: transport, fetch: bodyTransport{next: transport, limit: robotsMax, cut: true, buffers: &sync.Pool{}}, robots: r, agent: "Vane/test",
	}
	return s
}

func (s *robotsSite) get(t *testing.T, path string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.layer.RoundTrip(req)
	if err == nil {
		res.Body.Close()
	}
	return err
}

func TestRobotsAreObeyed(t *testing.T) {
	for rules, forbidden := range map[string]string{
		"":                                   "",
		"User-agent: *\nDisallow: /":         "/a /b?x=1 /private/c",
		"User-agent: *\nDisallow: /private/": "/private/c",
		"User-agent: *\nDisallow: /b?x=":     "/b?x=1",
		"User-agent: vane\nDisallow: /a\n\nUser-agent: *\nDisallow: /":        "/a",
		"User-agent: other\nDisallow: /":                                      "",
		"User-agent: *\nDisallow: /\nAllow: /a":                               "/b?x=1 /private/c",
		"\xef\xbb\xbfUser-agent: *\nDisallow: /a":                             "/a",
		"Oops\nUser-agent *\nUser-agent: *\nDisallow: /a\n??":                 "/a",
		"<html><body>首页</body></html>":                                        "",
		"User-agent: *\n#" + strings.Repeat("x", robotsMax) + "\nDisallow: /": "",
	} {
		s := newRobotsSite(t)
		s.page("/robots.txt", rules)
		for _, path := range []string{"/a", "/b?x=1", "/private/c"} {
			err := s.get(t, path)
			if want := slices.Contains(strings.Fields(forbidden), path); errors.Is(err, errRobots) != want || !want && err != nil {
				t.Errorf("%.60q: %s gives %v, forbidden should be %v", rules, path, err, want)
			}
		}
		// The server's log is the proof.
		for _, path := range s.requests() {
			if slices.Contains(strings.Fields(forbidden), path) {
				t.Errorf("%.60q: %s was fetched", rules, path)
			}
		}
	}
}

func TestRobotsThatCantBeHad(t *testing.T) {
	for code, allowed := range map[int]bool{404: true, 403: true, 410: true, 500: false, 503: false, 429: false} {
		s := newRobotsSite(t)
		s.handle("/robots.txt", status(code))
		err := s.get(t, "/a")
		var held *heldError
		if allowed != (err == nil) || !allowed && (!errors.As(err, &held) || !held.Until.Equal(s.now.Add(robotsRetry))) {
			t.Errorf("%d: %v, allowed should be %v", code, err, allowed)
		}
		if allowed {
			continue
		}
		s.page("/robots.txt", "User-agent: *\nDisallow: /b")
		if err := s.get(t, "/a"); err == nil {
			t.Errorf("%d: fetched before robots.txt was asked for again", code)
		}
		s.now = s.now.Add(robotsRetry)
		if err := s.get(t, "/a"); err != nil {
			t.Errorf("%d: %v after the site recovered", code, err)
		}
	}
}

func TestRobotsAreKeptForADay(t *testing.T) {
	s := newRobotsSite(t)
	asked := 0
	s.handle("/robots.txt", func(w http.ResponseWriter, r *http.Request) {
		if asked++; r.UserAgent() != "Vane/test" {
			t.Errorf("asked as %q", r.UserAgent())
		}
	})
	for range 5 {
		if err := s.get(t, "/a"); err != nil {
			t.Fatal(err)
		}
	}
	s.now = s.now.Add(robotsTTL)
	if err := s.get(t, "/a"); err != nil || asked != 2 {
		t.Errorf("asked %d times, %v, want twice", asked, err)
	}
}

func TestRobotsAreFollowed(t *testing.T) {
	s := newRobotsSite(t)
	s.handle("/robots.txt", redirect("/other.txt"))
	s.page("/other.txt", "User-agent: *\nDisallow: /a")
	if err := s.get(t, "/a"); !errors.Is(err, errRobots) {
		t.Errorf("%v, want the rules behind the redirect", err)
	}
	s = newRobotsSite(t)
	s.handle("/robots.txt", redirect("/robots.txt"))
	if err := s.get(t, "/a"); err != nil {
		t.Errorf("%v, want no rules behind a loop", err)
	}
}

func TestRobotsSlowThePace(t *testing.T) {
	for rules, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 7":      7 * time.Second,
		"User-agent: *\nCrawl-delay: 0.5":    500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 864000": maxCrawlDelay,
		"User-agent: *\nDisallow: /x":        0,
	} {
		s := newRobotsSite(t)
		s.page("/robots.txt", rules)
		if err := s.get(t, "/a"); err != nil {
			t.Fatal(err)
		}
		host := strings.TrimPrefix(s.URL, "http://")
		if got := s.layer.robots.pace.clock(host, time.Now()).crawlDelay; got != want {
			t.Errorf("%q: delay %v, want %v", rules, got, want)
		}
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

// A page may not lead around robots.txt by a redirect.
func TestRobotsHoldForEveryHop(t *testing.T) {
	s, other := newSite(t), newSite(t)
	s.forum(numbers(1, 3), 10)
	s.page("/robots.txt", "User-agent: *\nDisallow: /secret")
	s.handle("/post/1", redirect("/secret/1"))
	s.page("/secret/1", "<h1>秘密</h1>")
	other.page("/robots.txt", "User-agent: *\nDisallow: /")
	other.page("/post/2", "<h1>别处</h1>")
	s.handle("/post/2", redirect(other.URL+"/post/2"))
	report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), s.forumSource("forum"), Done)
	if report.New != 1 || report.Errors != 2 {
		t.Errorf("%+v, want one post and two refusals", report)
	}
	if asked := slices.Concat(s.requests(), other.requests()); slices.Contains(asked, "/secret/1") || len(asked) != 4 {
		t.Errorf("asked for %q", asked)
	}
}

func FuzzParseRobots(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a\nCrawl-delay: 3"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if data, err := parseRobots(body); err == nil {
			data.TestAgent("/a", agentName)
			if d := data.FindGroup(agentName).CrawlDelay; d < 0 {
				t.Errorf("%q asks for a delay of %v", body, d)
			}
		}
	})
}
