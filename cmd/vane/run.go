package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"slices"
	"sync/atomic"
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
sources on their schedules, tags and stores their posts, looks for hotspots as often as
hotspot.every says, and serves the board.`,
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

// recordEvery keeps the dashboards' picture of this process fresh.
const recordEvery = time.Minute

// flow is the opened parts, in the order in which posts pass through them.
type flow struct {
	crawler  *crawler.Crawler
	state    *crawler.State // outbox
	analyzer *liveAnalyzer
	store    *storage.Store
	hot      detection
	alarm    *alarm
	owner    string        // names this process beside others
	stored   atomic.Uint64 // posts since they were last recorded
	watch    *watch
}

// openFlow opens every part. The dictionary and the engine take seconds each, so
// they load side by side.
func (a *app) openFlow(ctx context.Context, opened *stack) (*flow, error) {
	owner, err := a.owner()
	if err != nil {
		return nil, err
	}
	f := &flow{owner: owner, analyzer: &liveAnalyzer{}}
	loading := make(chan error, 1)
	go func() {
		analyzer, err := a.analyzer()
		f.analyzer.current.Store(analyzer)
		loading <- err
	}()
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
	f.watch = a.watched(f)
	return f, nil
}

// ingest is the middle of the flow. patience is how long a one-time command waits
// for a store that is away; 0 waits for ever.
func (f *flow) ingest(a *app, patience time.Duration, stored func(int)) vane.Ingest {
	return vane.Ingest{
		Outbox: f.state, Analyzer: f.analyzer, Store: countedStore{f.store, f.watch},
		Log: a.log, Patience: patience,
		Stored: func(n int) {
			f.stored.Add(uint64(n))
			if stored != nil {
				stored(n)
			}
		},
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
	f.alarm.metrics = f.watch.Metrics
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return f.crawler.Run(ctx, sources) })
	work.Go(func() error { return f.ingest(a, 0, nil).Run(ctx) })
	work.Go(func() error {
		return a.every(ctx, a.cfg.Hotspot.Every, "hotspot detection", f.watch.timed("detect", f.detectNow(a)))
	})
	work.Go(func() error {
		return a.every(ctx, eventsEvery, "clustering of events", f.watch.timed("events", f.watchEvents(a)))
	})
	work.Go(func() error { return a.every(ctx, rollupEvery, "counting of hours", f.watch.timed("rollup", f.rollup)) })
	work.Go(func() error {
		return a.every(ctx, recordEvery, "recording for dashboards", f.watch.timed("passes", f.record(enabled(sources))))
	})
	work.Go(func() error { return a.serve(ctx, listener, f) })
	a.say("看板：%s （Ctrl-C 结束）", listener.address())
	return work.Wait()
}

// enabled are the sources that are crawled on schedule.
func enabled(sources []crawler.Source) []crawler.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s crawler.Source) bool { return !s.Enabled })
}

// breath is the part of the time between two rounds that passes even if a round takes
// longer than that: what else there is to do must not starve.
const breath = 0.1

// every does something now and then, until ctx ends: a round begins so long after the
// one before it began. A failure is logged and the next round tries again: the store may
// be away for a while.
func (a *app) every(ctx context.Context, wait time.Duration, what string, do func(context.Context) error) error {
	for {
		start := time.Now()
		if err := do(ctx); err != nil && ctx.Err() == nil {
			a.log.Error(what+" failed", "next_try_in", wait, "err", err)
			if advice := storage.Advice(err); advice != "" {
				a.log.Error(advice)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(max(wait-time.Since(start), time.Duration(breath*float64(wait)))):
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
		f.watch.Hotspots(stateCounts(hotspots, func(h vane.Hotspot) string { return string(h.State) }))
		a.log.Info("hotspots detected", "hotspots", len(hotspots), "took", time.Since(start).Round(time.Millisecond))
		return f.alarm.tell(ctx, hotspots, start.UTC())
	}
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
			Name: h.Source, Ended: h.Ended, Next: h.Next, Reason: string(h.Reason), Detail: cmp.Or(h.Paused, h.Detail),
			Today: h.Today, Waiting: h.Waiting, Errors: h.Errors, Flagged: h.Flagged,
			Late: late(h, time.Now()),
		}
	}
	return sources, nil
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
