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
	for deadline := time.Now().Add(20 * time.Second); (counts["first"] < 3 || counts["second"] < 2) && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
		passes, err := state.Passes(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		clear(counts)
		for _, pass := range passes {
			counts[pass.Source]++
		}
	}
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

func TestRunRefusesSourcesThatAreNotValid(t *testing.T) {
	c := newTestCrawler(t, testConfig(), openTestState(t))
	err := c.Run(t.Context(), []Source{{Name: "one"}, {Name: "two"}})
	if err == nil || !strings.Contains(err.Error(), "one") || !strings.Contains(err.Error(), "two") {
		t.Errorf("%v, want both sources named", err)
	}
}
