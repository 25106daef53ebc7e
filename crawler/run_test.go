package crawler

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestRunMakesPassesOnSchedule(t *testing.T) {
	a, b := newSite(t), newSite(t)
	a.forum(numbers(1, 3), 10)
	b.forum(numbers(1, 3), 10)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	first, second, off := a.forumSource("first"), b.forumSource("second"), a.forumSource("off")
	first.Every, second.Every, off.Enabled = 200*time.Millisecond, 300*time.Millisecond, false
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, []Source{first, second, off}) }()
	counts := map[string]int{}
	soon(t, func() bool {
		passes, err := state.Passes(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		clear(counts)
		for _, pass := range passes {
			if pass.Reason != "" { // it has ended
				counts[pass.Source]++
			}
		}
		return counts["first"] >= 3 && counts["second"] >= 2
	})
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if counts["first"] < 3 || counts["second"] < 2 || counts["off"] > 0 {
		t.Errorf("passes %v", counts)
	}
	if n, _ := state.Pending(t.Context()); n != 6 {
		t.Errorf("%d posts, want 6", n)
	}
}

// soon waits until ok, for as long as a slow machine may need.
func soon(t *testing.T, ok func() bool) {
	t.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("it did not happen in two minutes")
}

// On a busy machine a pass is planned for a moment that is over when it comes to that.
func TestPassThatIsOverdueIsMade(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	p, err := compile(s.forumSource("forum"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); c.keepPassing(ctx, p, time.Now().Add(-time.Hour)) }()
	soon(t, func() bool { n, err := state.Pending(t.Context()); return err != nil || n == 3 })
	cancel()
	<-ended
}

func TestRunRefusesSourcesThatAreNotValid(t *testing.T) {
	c := newTestCrawler(t, testConfig(), openTestState(t))
	err := c.Run(t.Context(), []Source{{Name: "one"}, {Name: "two"}})
	if err == nil || !strings.Contains(err.Error(), "one") || !strings.Contains(err.Error(), "two") {
		t.Errorf("%v, want both sources named", err)
	}
}
