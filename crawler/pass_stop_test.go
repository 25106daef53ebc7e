package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
)

func TestDryRunStoresNothing(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 12), 10)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	for range 2 {
		var posts []vane.Post
		report, err := c.Pass(t.Context(), s.forumSource("forum"), PassOptions{DryRun: func(p vane.Post) error {
			posts = append(posts, p)
			return nil
		}})
		if err != nil || len(posts) != 12 || report.New != 12 {
			t.Errorf("dry run gives %d posts, %+v, %v", len(posts), report, err)
		}
	}
	if n, err := state.Pending(t.Context()); n != 0 || err != nil {
		t.Errorf("%d posts in the outbox, %v", n, err)
	}
	if passes, err := state.Passes(t.Context(), 10); len(passes) != 0 || err != nil {
		t.Errorf("passes %v, %v", passes, err)
	}
	_, err := newTestCrawler(t, testConfig(), nil).Pass(t.Context(), s.forumSource("forum"), PassOptions{DryRun: func(vane.Post) error { return errStop }})
	if !errors.Is(err, errStop) {
		t.Errorf("the error of DryRun comes back as %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	report, err := c.Pass(ctx, s.forumSource("forum"), PassOptions{DryRun: func(vane.Post) error { cancel(); return nil }})
	if err != nil || report.Reason != Cancelled {
		t.Errorf("a cancelled dry run: %+v, %v", report, err)
	}
}

var errStop = errors.New("enough")

func TestPassEndsSoonAfterCancel(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 50), 50)
	release := make(chan struct{})
	defer close(release)
	hang := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	s.handle("/post/9", hang)
	state := openTestState(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	src := s.forumSource("forum")
	report, err := newTestCrawler(t, testConfig(), state).Pass(ctx, src, PassOptions{Progress: func(p PassProgress) {
		if p.Posts == 49 {
			cancel()
		}
	}})
	if err != nil || report.Reason != Cancelled || report.New != 49 || report.Left != 1 {
		t.Errorf("%+v, %v, want the page that hangs left", report, err)
	}
}

// Whatever a pass waits for, it ends with its context. That takes milliseconds; what a
// busy machine is given is still less than any of these would last.
func TestCancelEndsEverything(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	hang := func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	for name, arrange := range map[string]func(*site, *Source, *Config){
		"a page":        func(s *site, _ *Source, _ *Config) { s.handle("/list", hang) },
		"robots.txt":    func(s *site, _ *Source, _ *Config) { s.handle("/robots.txt", hang) },
		"a host's turn": func(_ *site, src *Source, _ *Config) { src.Delay = time.Hour },
		"crawl delay":   func(s *site, _ *Source, _ *Config) { s.page("/robots.txt", "User-agent: *\nCrawl-delay: 60") },
		"a host that asked for time": func(s *site, _ *Source, cfg *Config) {
			cfg.Patience = time.Hour
			s.handle("/list", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "600")
				w.WriteHeader(http.StatusTooManyRequests)
			})
		},
		"a server that fails": func(s *site, _ *Source, cfg *Config) {
			cfg.Patience = time.Hour
			s.handle("/list", status(http.StatusInternalServerError))
		},
		"room in the outbox": func(_ *site, src *Source, cfg *Config) { src.Delay, cfg.OutboxMax = time.Millisecond, 1 },
		"many pages": func(s *site, _ *Source, _ *Config) {
			for n := range 50 {
				s.handle("/post/"+fmt.Sprint(n+1), hang)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.forum(numbers(1, 50), 50)
			src, cfg := s.forumSource("forum"), testConfig()
			arrange(s, &src, &cfg)
			c := newTestCrawler(t, cfg, openTestState(t))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan PassReport, 1)
			go func() {
				report, err := c.Pass(ctx, src, PassOptions{})
				if err != nil {
					t.Error(err)
				}
				ended <- report
			}()
			time.Sleep(100 * time.Millisecond) // until it waits
			cancel()
			select {
			case report := <-ended:
				if report.Reason != Cancelled || report.Left == 0 {
					t.Errorf("%+v, want a cancelled pass with something left", report)
				}
			case <-time.After(cfg.Timeout * 2 / 3):
				t.Error("the pass goes on")
				<-ended
			}
		})
	}
}

// What limits.time leaves is fetched by the next pass.
func TestPassEndsWhenItsTimeIsOver(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 50), 50)
	page := s.pages["/post/49"]
	s.handle("/post/49", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	src := s.forumSource("forum")
	src.Limits.Pages = 1
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	mustPass(t, c, src, Budget) // the list
	src.Delay, src.Limits.Pages, src.Limits.Time = time.Millisecond, 1000, time.Second
	report := mustPass(t, c, src, Budget)
	if !strings.Contains(report.Detail, "limits.time: 1s") || report.New > 1 || report.New+report.Left < 50 || report.Errors != 0 {
		t.Errorf("%+v, want one post at most, and the others left", report)
	}
	s.handle("/post/49", page)
	src.Delay, src.Limits.Time = 0, 0
	mustPass(t, c, src, Seen)
	if got := titles(outboxPosts(t, state)); len(got) != 50 || len(slices.Compact(got)) != 50 {
		t.Errorf("%d posts, want 50 once each", len(got))
	}
	report, err := c.Pass(t.Context(), src, PassOptions{until: time.Now().Add(-time.Second)})
	if err != nil || report.Reason != Budget || !strings.Contains(report.Detail, "quiet") || report.Pages != 0 {
		t.Errorf("in quiet hours: %+v, %v", report, err)
	}
}

func TestOfferWaitsForRoom(t *testing.T) {
	state := openTestState(t)
	cfg := testConfig()
	cfg.OutboxMax = 2
	newTestCrawler(t, cfg, state)
	if err := state.Offer(t.Context(), testPost(0), testPost(1)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := state.Offer(ctx, testPost(2)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("offered to a full outbox: %v", err)
	}
	offered := make(chan error, 1)
	go func() { offered <- state.Offer(t.Context(), testPost(3)) }()
	batch, err := state.Lease(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Ack(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if err := <-offered; err != nil {
		t.Error(err)
	}
	if got := titles(outboxPosts(t, state)); !slices.Equal(got, []string{"第 1 条", "第 3 条"}) {
		t.Errorf("in the outbox: %q", got)
	}
}

func TestPassPausesWhileTheOutboxIsFull(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 30), 10)
	state := openTestState(t)
	cfg := testConfig()
	cfg.OutboxMax = 5
	var logged strings.Builder
	c, err := New(cfg, state, slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	src := s.forumSource("forum")
	src.Delay = time.Millisecond // one page after the other, so that the bound is kept exactly
	ended := make(chan PassReport, 1)
	go func() {
		report, err := c.Pass(t.Context(), src, PassOptions{})
		if err != nil {
			t.Error(err)
		}
		ended <- report
	}()
	for total := 0; total < 30; {
		n, err := state.Pending(t.Context())
		if n > cfg.OutboxMax || err != nil {
			t.Fatalf("%d posts in the outbox, above %d; %v", n, cfg.OutboxMax, err)
		}
		if n < cfg.OutboxMax {
			time.Sleep(time.Millisecond)
			continue
		}
		batch, err := state.Lease(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		total += len(batch.Posts)
		if err := state.Ack(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if report := <-ended; report.New != 30 || report.Reason != Done {
		t.Errorf("%+v", report)
	}
	if got := strings.Count(logged.String(), "outbox is full"); got < 5 || got > 6 {
		t.Errorf("was full six times, said %d times that the outbox is full", got)
	}
}

func TestPassesOverOneSourceDoNotOverlap(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	c := newTestCrawler(t, testConfig(), openTestState(t))
	src := s.forumSource("forum")
	var inside error
	_, err := c.Pass(t.Context(), src, PassOptions{Progress: func(PassProgress) {
		_, inside = c.Pass(t.Context(), src, PassOptions{})
	}})
	if err != nil || inside == nil || !strings.Contains(inside.Error(), "running") {
		t.Errorf("the second pass gives %v, the first %v", inside, err)
	}
}
