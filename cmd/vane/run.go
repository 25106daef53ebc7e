package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"vane"
	"vane/crawler"
	"vane/dashboards/web"
	"vane/storage"
)

func (a *app) runCommand() *cobra.Command {
	var shard string
	cmd := &cobra.Command{
		Use:   "run",
		Short: "crawl on schedule, detect hotspots, and serve the board",
		Long: `Run does everything, as configured, until it is interrupted: it crawls the enabled
sources on their schedules, tags and stores their posts, looks for hotspots every
ten minutes, and serves the board.`,
		Example: `  vane run --config configs/vane.yaml
  vane run --config configs/vane.yaml --shard 1/3   the first of three machines`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.setShard(cmd, shard); err != nil {
				return err
			}
			return a.runAll(cmd.Context())
		},
	}
	shardFlag(cmd, &shard)
	return cmd
}

const (
	// detectEvery is how often hotspots are looked for: the grain of sudden rises.
	detectEvery = 10 * time.Minute
	// recordEvery keeps the dashboards' picture of the crawl fresh.
	recordEvery = time.Minute
)

// flow is the opened parts, in the order in which posts pass through them.
type flow struct {
	crawler  *crawler.Crawler
	state    *crawler.State // outbox
	analyzer *liveAnalyzer
	store    *storage.Store
	hot      detection
	alarm    *alarm
}

// openFlow opens every part. The dictionary and the engine take seconds each, so
// they load side by side.
func (a *app) openFlow(ctx context.Context, opened *stack) (*flow, error) {
	f := &flow{analyzer: &liveAnalyzer{}}
	loading := make(chan error, 1)
	go func() {
		analyzer, err := a.analyzer()
		f.analyzer.current.Store(analyzer)
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
	if f.hot, err = a.cfg.detection(); err != nil {
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
	if f.alarm, err = a.newAlarm(f.store); err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return f.crawler.Run(ctx, sources) })
	work.Go(func() error { return f.ingest(a, 0, nil).Run(ctx) })
	work.Go(func() error { return a.every(ctx, detectEvery, "hotspot detection", f.detectNow(a)) })
	work.Go(func() error { return a.every(ctx, eventsEvery, "clustering of events", f.watchEvents(a)) })
	work.Go(func() error { return a.every(ctx, rollupEvery, "counting of hours", f.rollup) })
	work.Go(func() error { return a.every(ctx, recordEvery, "recording of crawl passes", f.recordPasses) })
	work.Go(func() error { return a.serve(ctx, listener, f) })
	a.say("看板：%s （Ctrl-C 结束）", listener.address())
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

// detectNow looks for hotspots as of this moment, and tells who is to be told.
func (f *flow) detectNow(a *app) func(context.Context) error {
	return func(ctx context.Context) error {
		start := time.Now()
		hotspots, err := f.hot.detect(ctx, f.store, start.UTC())
		if err != nil {
			return err
		}
		a.log.Info("hotspots detected", "hotspots", len(hotspots), "took", time.Since(start).Round(time.Millisecond))
		return f.alarm.tell(ctx, hotspots, start.UTC())
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

// sourceHealth is how the crawl does, for the board.
func (f *flow) sourceHealth(ctx context.Context) ([]web.Source, error) {
	health, err := f.state.Health(ctx)
	if err != nil {
		return nil, err
	}
	sources := make([]web.Source, len(health))
	for i, h := range health {
		sources[i] = web.Source{
			Name: h.Source, Ended: h.Ended, Next: h.Next, Reason: string(h.Reason), Detail: h.Detail,
			Today: h.Today, Waiting: h.Waiting, Errors: h.Errors, Flagged: h.Flagged,
			Late: late(h, time.Now()),
		}
	}
	return sources, nil
}

const (
	// failingPasses in a row make a source's data out of date.
	failingPasses = 3
	// overdue is how long a pass may be late, beside its own interval: it may be running.
	overdue = time.Hour
)

// late reports whether what is stored of a source may be out of date.
func late(h crawler.SourceHealth, now time.Time) bool {
	return h.Failing >= failingPasses || h.Flagged || !h.Next.IsZero() && now.Sub(h.Next) > h.Every+overdue
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
