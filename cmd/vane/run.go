package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"vane"
	"vane/crawler"
	"vane/dashboards/web"
	"vane/nlp"
	"vane/storage"
)

func (a *app) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "crawl on schedule, detect hotspots, and serve the board",
		Long: `Run does everything, as configured, until it is interrupted: it crawls the enabled
sources on their schedules, tags and stores their posts, looks for hotspots every
ten minutes, and serves the board.`,
		Example: "  vane run --config configs/vane.yaml",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.runAll(cmd.Context()) },
	}
}

const (
	// detectEvery is how often hotspots are looked for. Hours are the grain, so more
	// often than this only repeats the answer.
	detectEvery = 10 * time.Minute
	// recordEvery keeps the dashboards' picture of the crawl fresh.
	recordEvery = time.Minute
	// shutdownGrace is how long a page that is being sent may take to finish.
	shutdownGrace = 3 * time.Second
)

// flow is the opened parts, in the order in which posts pass through them.
type flow struct {
	crawler  *crawler.Crawler
	state    *crawler.State // outbox
	analyzer *nlp.Analyzer
	store    *storage.Store
	names    map[vane.Tag]string
}

// openFlow opens every part. The dictionary and the engine take seconds each, so
// they load side by side.
func (a *app) openFlow(ctx context.Context, opened *stack) (*flow, error) {
	f := &flow{}
	loading := make(chan error, 1)
	go func() {
		var err error
		f.analyzer, err = a.analyzer()
		loading <- err
	}()
	var err error
	if f.store, err = a.openStore(ctx, opened); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done(): // the dictionary may load on: nobody waits for it, and the process ends
		return nil, ctx.Err()
	case err := <-loading:
		if err != nil {
			return nil, err
		}
	}
	if f.names, err = a.cfg.issueNames(); err != nil {
		return nil, err
	}
	if f.state, err = a.openState(ctx, opened); err != nil {
		return nil, err
	}
	cfg, err := a.crawlerConfig()
	if err != nil {
		return nil, err
	}
	if f.crawler, err = crawler.New(cfg, f.state, a.log); err != nil {
		return nil, err
	}
	opened.push(func() error { f.crawler.Close(); return nil })
	return f, nil
}

// ingest is the middle of the flow. patience is how long a one-time command waits
// for a store that is away; 0 waits for ever.
func (f *flow) ingest(a *app, patience time.Duration, stored func(int)) vane.Ingest {
	return vane.Ingest{
		Outbox: f.state, Analyzer: f.analyzer, Store: f.store,
		Log: a.log, Stored: stored, Patience: patience,
	}
}

// runAll starts everything and waits until ctx ends or a part fails for good.
func (a *app) runAll(ctx context.Context) (err error) {
	var opened stack
	defer opened.close(&err)
	sources, err := a.cfg.sources()
	if err != nil {
		return err
	}
	listener, err := a.listen(ctx)
	if err != nil {
		return err
	}
	opened.push(ignoreClosed(listener.Close))
	f, err := a.openFlow(ctx, &opened)
	if err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return f.crawler.Run(ctx, sources) })
	work.Go(func() error { return f.ingest(a, 0, nil).Run(ctx) })
	work.Go(func() error { return a.every(ctx, detectEvery, "hotspot detection", f.detectNow(a)) })
	work.Go(func() error { return a.every(ctx, recordEvery, "recording of crawl passes", f.recordPasses) })
	work.Go(func() error { return a.serveBoard(ctx, listener, f) })
	a.say("看板：http://%s （Ctrl-C 结束）", listener.Addr())
	return work.Wait()
}

// every does something now and then, until ctx ends. A failure is logged and the
// next round tries again: the store may be away for a while.
func (a *app) every(ctx context.Context, wait time.Duration, what string, do func(context.Context) error) error {
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			a.log.Error(what+" failed", "next_try_in", wait, "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// detectNow looks for hotspots as of this moment.
func (f *flow) detectNow(a *app) func(context.Context) error {
	return func(ctx context.Context) error {
		start := time.Now()
		hotspots, err := detect(ctx, f.store, a.cfg.Hotspot, f.names, start.UTC())
		if err == nil {
			a.log.Info("hotspots detected", "hotspots", len(hotspots), "took", time.Since(start).Round(time.Millisecond))
		}
		return err
	}
}

// recordPasses copies how the last passes went from the local state to the store,
// where dashboards read it. Copying a pass again replaces it.
func (f *flow) recordPasses(ctx context.Context) error {
	const last = 1000 // more than ran since the last copy, unless the store was away for days
	reports, err := f.state.Passes(ctx, last)
	if err != nil {
		return err
	}
	passes := make([]storage.Pass, len(reports))
	for i, r := range reports {
		passes[i] = storage.Pass{
			Source: r.Source, Started: r.Started, Ended: r.Ended, Reason: string(r.Reason),
			Pages: uint64(r.Pages), Posts: uint64(r.Posts), New: uint64(r.New), Errors: uint64(r.Errors),
		}
	}
	return f.store.SavePasses(ctx, passes)
}

// listen opens the board's port early, so that a taken port is said before the
// engine starts.
func (a *app) listen(ctx context.Context) (net.Listener, error) {
	address := a.cfg.Web.Listen
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("web.listen %q: write address:port, such as 127.0.0.1:8080", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("web.listen %q: the board has no login yet and listens on loopback only, such as 127.0.0.1:8080", address)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open the board's port: %w; set web.listen to a free one", err)
	}
	return listener, nil
}

// serveBoard serves the pages until ctx ends.
func (a *app) serveBoard(ctx context.Context, listener net.Listener, f *flow) error {
	board := web.Board{
		Config: a.cfg.Web, Reader: f.store, Names: f.names,
		Lookback: a.cfg.Hotspot.Lookback, Now: time.Now, Log: a.log,
	}
	handler, err := board.Handler()
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			a.log.Warn("a page was cut off", "err", err)
		}
	})
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the board: %w", err)
	}
	return nil
}

// ignoreClosed is a closer that may be called after somebody else closed.
func ignoreClosed(closer func() error) func() error {
	return func() error {
		if err := closer(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}
