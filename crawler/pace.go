package crawler

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	// firstBackoff and lastBackoff bound the wait after a 429 or 503 that does not
	// say how long; it doubles in between.
	firstBackoff = 5 * time.Second
	lastBackoff  = 15 * time.Minute
	// maxRetryAfter is the longest wait that is believed.
	maxRetryAfter = 24 * time.Hour
	// maxHostClocks is when clocks that have nothing left to say are dropped.
	maxHostClocks = 4096
)

// heldError says that a host may not be asked before Until, longer than the pass
// is willing to wait.
type heldError struct {
	Host  string
	Until time.Time
	Why   string
}

func (e *heldError) Error() string {
	return fmt.Sprintf("host %s is not to be asked before %s: %s", e.Host, e.Until.UTC().Format(time.RFC3339), e.Why)
}

// pace is when each host may be asked next. All sources share it, so that two
// sources on one host do not double its load.
type pace struct {
	mu    sync.Mutex
	hosts map[string]*hostClock
}

// hostClock has two hands: the ordinary pace, and what the host asked for.
type hostClock struct {
	next       time.Time     // ordinary pace
	crawlDelay time.Duration // from robots.txt
	held       time.Time     // from 429, 503, Retry-After
	failures   int           // in a row
}

func newPace() *pace { return &pace{hosts: map[string]*hostClock{}} }

// clock returns the clock of a host; mu is held.
func (p *pace) clock(host string, now time.Time) *hostClock {
	c := p.hosts[host]
	if c != nil {
		return c
	}
	if len(p.hosts) >= maxHostClocks {
		for name, old := range p.hosts {
			if old.next.Before(now) && old.held.Before(now) {
				delete(p.hosts, name)
			}
		}
	}
	c = &hostClock{}
	p.hosts[host] = c
	return c
}

// wait returns when the host may be asked, and takes that turn. It fails when ctx
// ends, and with a *heldError when the host asked for more time than patience.
func (p *pace) wait(ctx context.Context, host string, delay, patience time.Duration) error {
	for {
		at, err := p.turn(host, delay, patience)
		if err != nil || at.IsZero() {
			return err
		}
		timer := time.NewTimer(time.Until(at))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// turn takes the turn, or says when to ask again.
func (p *pace) turn(host string, delay, patience time.Duration) (again time.Time, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	c := p.clock(host, now)
	switch {
	case c.held.Sub(now) > patience:
		return time.Time{}, &heldError{host, c.held, "it answered that it is overloaded"}
	case c.held.After(now) && c.held.After(c.next):
		return c.held, nil
	case c.next.After(now):
		return c.next, nil
	}
	c.next = now.Add(max(delay, c.crawlDelay))
	return time.Time{}, nil
}

// slow makes the pace of a host at least d, as its robots.txt asks.
func (p *pace) slow(host string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	c := p.clock(host, now)
	c.crawlDelay = d
	c.next = later(c.next, now.Add(d))
}

// learn reads from an answer whether the host wants to be left alone.
func (p *pace) learn(host string, res *http.Response) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	c := p.clock(host, now)
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		c.failures = 0
		return
	}
	wait, said := retryAfter(res.Header.Get("Retry-After"), now)
	if !said {
		wait = backoff(c.failures)
	}
	c.failures++
	c.held = later(c.held, now.Add(wait))
}

// heldUntil is when the host that asked for time may be asked again; zero if none did.
func (p *pace) heldUntil(host string) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.hosts[host]; c != nil {
		return c.held
	}
	return time.Time{}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// backoff doubles with every failure, and is spread by a quarter both ways, so
// that many pages that failed together do not come back together.
func backoff(failures int) time.Duration {
	wait := min(firstBackoff<<min(failures, 16), lastBackoff)
	return wait*3/4 + rand.N(wait/2) //nolint:gosec // a spread needs no secret
}

// retryAfter reads the header, which is seconds or a date.
func retryAfter(header string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter), true
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter), true
	}
	return 0, false
}

// paceTransport asks each host at its pace.
type paceTransport struct {
	next            http.RoundTripper
	pace            *pace
	meter           *meter
	delay, patience time.Duration
}

func (t paceTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	err := t.pace.wait(req.Context(), req.URL.Host, t.delay, t.patience)
	t.meter.waited(req.URL.Host, time.Since(start))
	if err != nil {
		return nil, err
	}
	res, err := t.next.RoundTrip(req)
	if err == nil {
		t.pace.learn(req.URL.Host, res)
	}
	return res, err
}
