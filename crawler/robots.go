package crawler

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

const (
	robotsPath = "/robots.txt"
	robotsTTL  = 24 * time.Hour // RFC 9309, section 2.4
	// robotsRetry is when a robots.txt that could not be had is asked for again;
	// until then nothing of the host is fetched.
	robotsRetry = 10 * time.Minute
	robotsMax   = 500 << 10 // RFC 9309, section 2.5
	robotsHops  = 5         // RFC 9309, section 2.3.1.2
	// maxCrawlDelay keeps a mistyped Crawl-delay from stopping a source.
	maxCrawlDelay = time.Minute
)

// errRobots is in the error about a page that robots.txt forbids.
var errRobots = errors.New("robots.txt forbids it")

// robotsError is errRobots with the host and the hash of its rules, so that the page
// can be tried again when there are others.
type robotsError struct {
	origin string // scheme and host
	rules  rulesHash
}

func (e *robotsError) Error() string { return errRobots.Error() }
func (e *robotsError) Unwrap() error { return errRobots }

// rulesHash tells whether a robots.txt is another one.
type rulesHash [8]byte

func hashRules(body []byte) rulesHash {
	sum := sha256.Sum256(body)
	return rulesHash(sum[:8])
}

// robots keeps the rules of every host. All sources share it.
type robots struct {
	pace  *pace
	log   *slog.Logger
	now   func() time.Time
	mu    sync.Mutex
	hosts map[string]*robotsRules
}

// robotsRules are the rules of one host, fetched by one request at a time.
type robotsRules struct {
	turn  chan struct{} // holds one token, for whoever reads or fetches
	data  *robotstxt.RobotsData
	hash  rulesHash // of data
	until time.Time
}

func newRobots(p *pace, log *slog.Logger) *robots {
	return &robots{pace: p, log: log, now: time.Now, hosts: map[string]*robotsRules{}}
}

// rules returns the rules of a host, that may have to be fetched still.
func (r *robots) rules(origin string) *robotsRules {
	r.mu.Lock()
	defer r.mu.Unlock()
	rules := r.hosts[origin]
	if rules == nil {
		if len(r.hosts) >= maxHostClocks {
			clear(r.hosts) // they are fetched again
		}
		rules = &robotsRules{turn: make(chan struct{}, 1)}
		r.hosts[origin] = rules
	}
	return rules
}

// current is the hash of the rules that hold for an origin, if they are known and
// nobody is about to change them.
func (r *robots) current(origin string) (rulesHash, bool) {
	r.mu.Lock()
	rules := r.hosts[origin]
	r.mu.Unlock()
	if rules == nil {
		return rulesHash{}, false
	}
	select {
	case rules.turn <- struct{}{}:
		defer func() { <-rules.turn }()
		return rules.hash, rules.data != nil
	default:
		return rulesHash{}, false
	}
}

// robotsTransport fetches nothing that robots.txt forbids, on every hop of a
// redirect.
type robotsTransport struct {
	next   http.RoundTripper // for pages
	fetch  http.RoundTripper // for robots.txt itself
	robots *robots
	agent  string // the User-Agent header
}

func (t robotsTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.allowed(req); err != nil {
		return nil, err
	}
	return t.next.RoundTrip(req)
}

// allowed is nil, errRobots, a *heldError while the rules can't be had, or why they
// could not be asked for.
func (t robotsTransport) allowed(req *http.Request) error {
	ctx := req.Context()
	origin := req.URL.Scheme + "://" + req.URL.Host
	rules := t.robots.rules(origin)
	select {
	case rules.turn <- struct{}{}:
		defer func() { <-rules.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if now := t.robots.now(); !now.Before(rules.until) {
		if err := t.refresh(ctx, rules, req.URL.Scheme, req.URL.Host, now); err != nil {
			return err
		}
	}
	if rules.data == nil {
		return &heldError{req.URL.Host, rules.until, "its robots.txt can't be had"}
	}
	if !rules.data.TestAgent(req.URL.RequestURI(), agentName) {
		return &robotsError{origin, rules.hash} // the client adds the address
	}
	return nil
}

// refresh fetches the rules. A server that fails is not asked for anything until
// its rules can be read; one that has none allows everything.
func (t robotsTransport) refresh(ctx context.Context, rules *robotsRules, scheme, host string, now time.Time) error {
	status, body, err := t.get(ctx, scheme+"://"+host+robotsPath)
	if err != nil {
		return fmt.Errorf("fetch robots.txt of %s: %w", host, err)
	}
	switch {
	case status >= 500 || status == http.StatusTooManyRequests:
		rules.data, rules.until = nil, now.Add(robotsRetry)
		t.robots.log.Warn("robots.txt can't be had, the host waits", "host", host, "status", status, "until", rules.until)
		return nil
	case status < 200 || status > 299:
		body = nil // there is none
	}
	data, err := parseRobots(body)
	if err != nil {
		rules.data, rules.until = nil, now.Add(robotsRetry)
		t.robots.log.Warn("robots.txt can't be read, the host waits", "host", host, "err", err)
		return nil
	}
	rules.data, rules.hash, rules.until = data, hashRules(body), now.Add(robotsTTL)
	delay := min(data.FindGroup(agentName).CrawlDelay, maxCrawlDelay)
	if delay > 0 {
		t.robots.pace.slow(host, delay)
	}
	t.robots.log.Debug("read robots.txt", "host", host, "status", status, "crawl_delay", delay)
	return nil
}

// get follows redirects as far as the RFC says; beyond that there is no robots.txt.
func (t robotsTransport) get(ctx context.Context, url string) (status int, body []byte, err error) {
	client := http.Client{
		Transport: t.fetch,
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > robotsHops {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("User-Agent", t.agent)
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body) // bounded by the body layer
	return res.StatusCode, body, err
}

// parseRobots reads the rules. Lines that are none, as people write them, must not
// make the others void, which is what the library would do.
func parseRobots(body []byte) (*robotstxt.RobotsData, error) {
	data, err := robotstxt.FromBytes(body)
	if err == nil {
		return data, nil
	}
	var rules bytes.Buffer
	for lines := bufio.NewScanner(bytes.NewReader(body)); lines.Scan(); {
		name, _, _ := strings.Cut(lines.Text(), ":")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "user-agent", "allow", "disallow":
			fmt.Fprintln(&rules, strings.TrimSpace(lines.Text()))
		}
	}
	return robotstxt.FromBytes(rules.Bytes())
}
