package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"
)

// chain is what every request of a source goes through, on every hop:
//
//	robots → pace → conditional → slot → charset → body limit → meter → guarded transport
//
// Waiting for robots.txt and for a host's turn holds no slot.
func (c *Crawler) chain(src Source) http.RoundTripper {
	fetch := func(body bodyTransport) http.RoundTripper {
		body.next = meterTransport{next: c.transport, meter: c.meter}
		slot := slotTransport{next: charsetTransport{body}, slots: c.slots, timeout: c.cfg.Timeout}
		return paceTransport{next: conditionalTransport{slot}, pace: c.pace, meter: c.meter, delay: src.Delay, patience: c.cfg.Patience}
	}
	return robotsTransport{
		next:   fetch(bodyTransport{limit: src.Limits.Body}),
		fetch:  fetch(bodyTransport{limit: robotsMax, cut: true}),
		robots: c.robots,
		agent:  c.cfg.userAgent(),
	}
}

// slots bounds how much is done at one time.
type slots chan struct{}

func (s slots) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err // even if there is room: what is waiting when a pass is stopped is not begun
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slots) free() { <-s }

// slotTransport takes a slot for the time of a request. The layers behind it read
// the whole body, so that the timeout holds for that too.
type slotTransport struct {
	next    http.RoundTripper
	slots   slots
	timeout time.Duration
}

func (t slotTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.slots.take(req.Context()); err != nil {
		return nil, err
	}
	defer t.slots.free()
	ctx, cancel := context.WithTimeout(req.Context(), t.timeout)
	defer cancel()
	res, err := t.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	res.Request = req
	return res, nil
}

// fetcher is a collector of one pass. Of colly it uses requests, cookies, redirects
// and URL handling, synchronously; everything else is the chain's.
type fetcher struct {
	collector *colly.Collector
	render    func(address string) (reply, error) // nil: pages are read as they come
	stop      func()                              // may be nil
}

// reply is a page as it came.
type reply struct {
	document
	valid validators // none if the page was redirected: they are another page's
}

const replyKey = "reply"

func newFetcher(ctx context.Context, chain http.RoundTripper, agent string) fetcher {
	c := colly.NewCollector(
		colly.UserAgent(agent),
		colly.AllowURLRevisit(),
		colly.ParseHTTPErrorResponse(),
		colly.StdlibContext(ctx),
		colly.MaxBodySize(0), // it would cut; the chain fails
	)
	c.WithTransport(chain)
	c.SetRequestTimeout(0) // it would count the wait for the host's turn; the chain has its own
	c.OnRequest(func(r *colly.Request) {
		if a, ok := r.Ctx.GetAny(replyKey).(*reply); ok {
			a.url = r.URL
		}
	})
	c.OnResponse(func(r *colly.Response) {
		if a, ok := r.Ctx.GetAny(replyKey).(*reply); ok {
			a.take(r)
		}
	})
	return fetcher{collector: c}
}

// take takes what colly got. Until then, a.url is what was asked for.
func (a *reply) take(r *colly.Response) {
	if a.url == r.Request.URL {
		a.valid = validatorsOf(*r.Headers)
	}
	a.document = document{url: r.Request.URL, status: r.StatusCode, body: r.Body}
}

// get fetches a page, whatever its status.
func (f fetcher) get(req request) (reply, error) {
	if f.render != nil {
		return f.render(req.url)
	}
	var a reply
	ctx := colly.NewContext()
	ctx.Put(replyKey, &a)
	method, body := http.MethodGet, io.Reader(nil)
	if req.body != "" {
		method, body = http.MethodPost, strings.NewReader(req.body)
	}
	if err := f.collector.Request(method, req.url, body, ctx, req.header); err != nil {
		return a, err
	}
	if a.status == 0 {
		return a, fmt.Errorf("fetch %s: no answer", req.url)
	}
	return a, nil
}
