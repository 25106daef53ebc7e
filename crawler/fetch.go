package crawler

import (
	"context"
	"errors"
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
		next:   fetch(bodyTransport{limit: src.Limits.Body, buffers: c.buffers}),
		fetch:  fetch(bodyTransport{limit: robotsMax, cut: true, buffers: c.buffers}),
		robots: c.robots,
		agent:  c.cfg.userAgent(),
	}
}

// slotTransport takes a slot for the time of a request. The layers behind it read
// the whole body, so that the timeout holds for that too.
type slotTransport struct {
	next    http.RoundTripper
	slots   *slots
	timeout time.Duration
}

func (t slotTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	done, err := t.slots.ask(req.Context(), req.URL.Host)
	if err != nil {
		return nil, err
	}
	defer done()
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

// handTransport stands first and hands a page over as it came out of the chain: colly
// would copy it several times. Colly is left with an empty one.
type handTransport struct{ next http.RoundTripper }

// replyKey is the key in a request's context of the reply that is handed over.
type replyKey struct{}

func (t handTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(req)
	into, ok := req.Context().Value(replyKey{}).(*reply)
	if err != nil || !ok {
		return res, err
	}
	page, ok := res.Body.(readBody)
	if !ok {
		return nil, errors.New("fetch page: the body was not read") // the layers are in the wrong order
	}
	*into = reply{document: document{url: req.URL, status: res.StatusCode, body: page.all}}
	if req.Response == nil {
		into.valid = validatorsOf(res.Header)
	}
	setBody(res, nil)
	return res, nil
}

func newFetcher(ctx context.Context, chain http.RoundTripper, agent string) fetcher {
	c := colly.NewCollector(
		colly.UserAgent(agent),
		colly.AllowURLRevisit(),
		colly.ParseHTTPErrorResponse(),
		colly.StdlibContext(ctx),
		colly.MaxBodySize(0), // it would cut; the chain fails
	)
	c.WithTransport(handTransport{chain})
	c.SetRequestTimeout(0) // it would count the wait for the host's turn; the chain has its own
	return fetcher{collector: c}
}

// get fetches a page, whatever its status.
func (f fetcher) get(req request) (reply, error) {
	if f.render != nil {
		return f.render(req.url)
	}
	var page reply
	c := f.collector.Clone() // it shares everything but the context
	c.Context = context.WithValue(c.Context, replyKey{}, &page)
	method, body := http.MethodGet, io.Reader(nil)
	if req.body != "" {
		method, body = http.MethodPost, strings.NewReader(req.body)
	}
	if err := c.Request(method, req.url, body, nil, req.header); err != nil {
		return page, err
	}
	if page.status == 0 {
		return page, fmt.Errorf("fetch %s: no answer", req.url)
	}
	return page, nil
}
