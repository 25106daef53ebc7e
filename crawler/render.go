package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// renderer loads a page in a browser. It gives the document as the page's scripts
// left it, and returns soon after ctx ends.
type renderer interface {
	render(ctx context.Context, address string) (reply, error)
}

const (
	// renderTimeout bounds a page with all its scripts, each of which waits for its
	// host's turn.
	renderTimeout = 2 * time.Minute
	// settleTime is how long a page has to ask for nothing to count as loaded.
	settleTime = 500 * time.Millisecond
	// maxSubrequests of a page are answered: scripts and what they load.
	maxSubrequests = 60
)

var errNoChromium = errors.New("the source says render: true, and no browser is configured: set crawler.chromium to the path of a Chromium")

// fetcher is what a pass fetches with, until ctx ends.
func (c *Crawler) fetcher(ctx context.Context, src Source) fetcher {
	chain := c.chain(src)
	f := newFetcher(ctx, chain, c.cfg.userAgent())
	if src.Render {
		b := newChromium(ctx, c.cfg, chain, src.Limits.Body)
		f.render, f.stop = func(address string) (reply, error) { return renderer(b).render(ctx, address) }, b.close
	}
	return f
}

// close ends what the fetcher started.
func (f fetcher) close() {
	if f.stop != nil {
		f.stop()
	}
}

// checkRender refuses a source that needs a browser where there is none.
func (c *Crawler) checkRender(src Source) error {
	if src.Render && c.cfg.Chromium == "" {
		return fmt.Errorf("source %s: %w", src.Name, errNoChromium)
	}
	return nil
}

// chromium is a browser that has no network of its own: each request it makes is
// stopped and answered by the crawler's chain, so that robots.txt, the pace of every
// host, the limit of a page and the guard against private addresses hold for scripts
// too. Images, styles and the like are not loaded.
type chromium struct {
	browser context.Context // the library keeps a browser in its context; it starts with the first page
	cancel  context.CancelFunc
	agent   string
	net     http.RoundTripper
	limit   int64 // bytes of a page
}

// newChromium is a browser that lives as long as ctx.
func newChromium(ctx context.Context, cfg Config, chain http.RoundTripper, limit int64) *chromium {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(cfg.Chromium),
		chromedp.UserAgent(cfg.userAgent()),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		// What is not stopped, such as a WebSocket, finds no way out.
		chromedp.Flag("proxy-server", "http://127.0.0.1:9"), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		// Chromium refuses to run as root with its sandbox.
		chromedp.Flag("no-sandbox", os.Geteuid() == 0),
	)
	allocator, cancel := chromedp.NewExecAllocator(ctx, options...)
	browser, _ := chromedp.NewContext(allocator) // ends with it
	return &chromium{browser: browser, cancel: cancel, agent: cfg.userAgent(), net: chain, limit: limit}
}

// close ends the browser and waits until its process and its files are gone.
func (b *chromium) close() {
	b.cancel()
	chromedp.FromContext(b.browser).Allocator.Wait()
}

// start starts the browser, if it does not run.
func (b *chromium) start() error {
	if err := chromedp.Do(b.browser); err != nil {
		return fmt.Errorf("start the browser of crawler.chromium: %w", err)
	}
	return nil
}

// render loads a page in a tab of its own.
func (b *chromium) render(ctx context.Context, address string) (reply, error) {
	if err := b.start(); err != nil {
		return reply{}, err
	}
	tab, closeTab := chromedp.NewContext(b.browser)
	defer closeTab()
	tab, cancel := context.WithTimeout(tab, renderTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	v := &view{chromium: b, ctx: tab}
	if err := chromedp.Listen(tab, v.event); err != nil {
		return reply{}, fmt.Errorf("render %s: %w", address, err)
	}
	if _, err := chromedp.Call(tab, fetch.Enable, fetch.EnableParams{}); err != nil {
		return reply{}, fmt.Errorf("render %s: %w", address, err)
	}
	html, err := v.load(address)
	v.work.Wait()
	if v.failed != nil {
		return reply{}, v.failed // why the document did not come, in the crawler's own words
	}
	if err != nil && v.document.status >= http.StatusBadRequest {
		return reply{document: v.document}, nil // a browser does not show an error page without text
	}
	if err != nil {
		return reply{}, fmt.Errorf("render %s: %w", address, err)
	}
	if int64(len(html)) > b.limit {
		return reply{}, &tooLargeError{b.limit}
	}
	v.document.body = []byte(html)
	return reply{document: v.document}, nil
}

// view is a page that is being loaded.
type view struct {
	*chromium
	ctx context.Context

	work   sync.WaitGroup
	open   atomic.Int64 // requests on their way
	asked  atomic.Int64 // requests so far
	active atomic.Int64 // when the last one ended, Unix milliseconds

	mu       sync.Mutex
	frame    string // of the page itself, not of what it embeds
	document document
	failed   error
}

// load goes to the page, waits until it asks for nothing more, and takes it.
func (v *view) load(address string) (string, error) {
	if err := chromedp.Do(v.ctx, chromedp.Navigate(address)); err != nil {
		return "", err
	}
	v.active.Store(time.Now().UnixMilli())
	for v.open.Load() > 0 || time.Since(time.UnixMilli(v.active.Load())) < settleTime {
		if !sleep(v.ctx, settleTime/5) {
			return "", v.ctx.Err()
		}
	}
	return chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.documentElement ? document.documentElement.outerHTML : ""`))
}

// event takes a stopped request. It must not wait.
func (v *view) event(ev any) {
	stopped, ok := ev.(*fetch.EventRequestPaused)
	if !ok {
		return
	}
	v.open.Add(1)
	v.work.Go(func() {
		defer func() {
			v.active.Store(time.Now().UnixMilli())
			v.open.Add(-1)
		}()
		v.answer(stopped)
	})
}

// answer answers a stopped request, or fails it. The tab may be gone by then.
func (v *view) answer(stopped *fetch.EventRequestPaused) {
	isPage := v.isPage(stopped)
	if !isPage && (!isNeeded(stopped) || v.asked.Add(1) > maxSubrequests) {
		v.refuse(stopped)
		return
	}
	res, err := v.roundTrip(stopped)
	if isPage {
		v.note(res, stopped.Request.URL, err)
	}
	if err != nil {
		v.refuse(stopped)
		return
	}
	if _, err := chromedp.Call(v.ctx, fetch.FulfillRequest, res.params); err != nil {
		v.refuse(stopped) // the browser does not take the answer
	}
}

// refuse lets a request fail. That it can't means that the tab is gone, and the
// request with it.
func (v *view) refuse(stopped *fetch.EventRequestPaused) {
	_, _ = chromedp.Call(v.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: stopped.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
}

// isPage reports whether a request is for the page itself, or where it is redirected.
func (v *view) isPage(stopped *fetch.EventRequestPaused) bool {
	if stopped.ResourceType != network.ResourceTypeDocument {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.frame == "" {
		v.frame = string(stopped.FrameID)
	}
	return v.frame == string(stopped.FrameID)
}

// isNeeded reports whether a page may need a request to build its text.
func isNeeded(stopped *fetch.EventRequestPaused) bool {
	switch stopped.ResourceType {
	case network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch:
		return stopped.Request.Method == http.MethodGet || stopped.Request.Method == http.MethodPost
	}
	return false
}

// note keeps what became of the page itself.
func (v *view) note(res fulfilled, address string, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed = err
	if u, bad := resolve(nil, address); bad == nil && err == nil {
		v.document.url, v.document.status = u, int(res.params.ResponseCode)
	}
}
