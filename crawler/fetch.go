package crawler

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gocolly/colly/v2"
)

// chain is what every request of a source goes through, on every hop:
//
//	robots → pace → slot → charset → body limit → guarded transport
//
// Waiting for robots.txt and for a host's turn holds no slot.
func (c *Crawler) chain(src Source) http.RoundTripper {
	fetch := func(body bodyTransport) http.RoundTripper {
		body.next = c.transport
		slot := slotTransport{next: charsetTransport{body}, slots: c.slots, timeout: c.cfg.Timeout}
		return paceTransport{next: slot, pace: c.pace, delay: src.Delay, patience: c.cfg.Patience}
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
type fetcher struct{ collector *colly.Collector }

const documentKey = "document"

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
	c.OnResponse(func(r *colly.Response) {
		if doc, ok := r.Ctx.GetAny(documentKey).(*document); ok {
			*doc = document{url: r.Request.URL, status: r.StatusCode, body: r.Body}
		}
	})
	return fetcher{c}
}

// get fetches a page, whatever its status.
func (f fetcher) get(url string) (document, error) {
	var doc document
	ctx := colly.NewContext()
	ctx.Put(documentKey, &doc)
	if err := f.collector.Request(http.MethodGet, url, nil, ctx, nil); err != nil {
		return doc, err
	}
	if doc.url == nil {
		return doc, fmt.Errorf("fetch %s: no answer", url)
	}
	return doc, nil
}
