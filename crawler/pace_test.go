package crawler

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// waited is how long the pace makes a request wait. The clock is that of a synctest
// bubble, so the times are exact.
func waited(t *testing.T, p *pace, host string, delay time.Duration) time.Duration {
	t.Helper()
	start := time.Now()
	if err := p.wait(t.Context(), host, delay, time.Hour); err != nil {
		t.Fatal(err)
	}
	return time.Since(start)
}

func answer(code int, retryAfter string) *http.Response {
	res := &http.Response{StatusCode: code, Header: http.Header{}}
	if retryAfter != "" {
		res.Header.Set("Retry-After", retryAfter)
	}
	return res
}

func TestPaceIsPerHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		for i, step := range []struct {
			host string
			want time.Duration
		}{{"slow", 0}, {"fast", 0}, {"slow", 2 * time.Second}, {"other", 0}, {"slow", 2 * time.Second}, {"fast", 0}} {
			if got := waited(t, p, step.host, 2*time.Second); got != step.want {
				t.Errorf("step %d: %s waits %v, want %v", i, step.host, got, step.want)
			}
		}
	})
}

func TestPaceObeysCrawlDelayAndTheSlowerSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.slow("host", 5*time.Second)
		if got := waited(t, p, "host", time.Second); got != 5*time.Second {
			t.Errorf("after robots.txt: %v, want 5s", got)
		}
		if got := waited(t, p, "host", 10*time.Second); got != 5*time.Second {
			t.Errorf("a second source: %v, want 5s", got)
		}
		if got := waited(t, p, "host", 0); got != 10*time.Second {
			t.Errorf("behind the slower source: %v, want 10s", got)
		}
	})
}

func TestPaceObeysRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
		for _, c := range []struct {
			header func() string
			want   time.Duration
		}{
			{func() string { return "30" }, 30 * time.Second},
			{func() string { return "0" }, 0},
			{func() string { return in(90 * time.Second) }, 90 * time.Second},
			{func() string { return in(-time.Minute) }, 0},
		} {
			header, want := c.header(), c.want
			p := newPace()
			p.learn("host", answer(http.StatusTooManyRequests, header))
			if got := waited(t, p, "host", 0); got != want {
				t.Errorf("Retry-After %q: waits %v, want %v", header, got, want)
			}
			if got := waited(t, p, "other", 0); got != 0 {
				t.Errorf("Retry-After %q: another host waits %v", header, got)
			}
		}
	})
}

func TestPaceBacksOffAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		for _, want := range []time.Duration{5, 10, 20, 40} {
			p.learn("host", answer(http.StatusServiceUnavailable, "soon"))
			want *= time.Second
			if got := waited(t, p, "host", 0); got < want*3/4 || got > want*5/4 {
				t.Errorf("waits %v, want about %v", got, want)
			}
		}
		p.learn("host", answer(http.StatusOK, ""))
		p.learn("host", answer(http.StatusServiceUnavailable, ""))
		if got := waited(t, p, "host", 0); got > 7*time.Second {
			t.Errorf("waits %v after it recovered, want about 5s", got)
		}
		for n := range 100 {
			if got := backoff(n); got > lastBackoff*5/4 {
				t.Errorf("backoff(%d) is %v", n, got)
			}
		}
	})
}

func TestPaceDoesNotHoldARequestForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.learn("host", answer(http.StatusTooManyRequests, "3600"))
		var held *heldError
		err := p.wait(t.Context(), "host", 0, time.Minute)
		if !errors.As(err, &held) || time.Until(held.Until) != time.Hour {
			t.Errorf("%v, want to be told to come back in an hour", err)
		}
	})
}

func TestPaceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.slow("host", time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := p.wait(ctx, "host", 0, 2*time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestPaceForgetsHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		for n := range 3 * maxHostClocks {
			waited(t, p, time.Duration(n).String(), time.Millisecond)
			time.Sleep(time.Microsecond)
		}
		if len(p.hosts) > maxHostClocks {
			t.Errorf("%d clocks are kept", len(p.hosts))
		}
	})
}

// Two sources at once: the pace of one is not that of the other.
func TestASlowHostDoesNotSlowAnother(t *testing.T) {
	slow, fast := newSite(t), newSite(t)
	slow.forum(numbers(1, 5), 10)
	fast.forum(numbers(1, 30), 10)
	c := newTestCrawler(t, testConfig(), openTestState(t))
	ctx, cancel := context.WithCancel(t.Context())
	slowSource := slow.forumSource("slow")
	slowSource.Delay = time.Hour
	ended := make(chan PassReport, 1)
	go func() {
		report, err := c.Pass(ctx, slowSource, PassOptions{})
		if err != nil {
			t.Error(err)
		}
		ended <- report
	}()
	if report := mustPass(t, c, fast.forumSource("fast"), Done); report.New != 30 {
		t.Errorf("fast: %+v", report)
	}
	cancel()
	if report := <-ended; report.Reason != Cancelled || report.Pages > 1 {
		t.Errorf("slow: %+v, want it to be waiting still", report)
	}
}
