package crawler

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
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
