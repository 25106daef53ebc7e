package main

import (
	"context"
	"sync/atomic"
	"time"

	"vane"
	"vane/crawler"
	"vane/dashboards/metrics"
	"vane/storage/engine"
)

// watch is what a running vane tells of itself: /readyz and /metrics.
type watch struct {
	*metrics.Metrics
	ready  *readiness
	stored atomic.Int64 // when a batch was stored last, in Unix nanoseconds; at first, when vane started
}

// watched makes the metrics of a flow, and puts them where the flow counts.
func (a *app) watched(f *flow) *watch {
	w := &watch{}
	w.stored.Store(time.Now().UnixNano())
	w.ready = &readiness{why: a.unready(f, w.lastStored), now: time.Now}
	now := metrics.Now{Look: func(ctx context.Context) metrics.Standing { return a.standing(ctx, f, w.ready) }}
	if a.engine != nil {
		now.EngineVersion = engine.Version
	}
	w.Metrics = metrics.New(version(), now)
	return w
}

func (w *watch) lastStored() time.Time { return time.Unix(0, w.stored.Load()) }

// timed counts the rounds of a task.
func (w *watch) timed(task string, do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		start := time.Now()
		err := do(ctx)
		if ctx.Err() == nil {
			w.Task(task, time.Since(start), time.Now(), err)
		}
		return err
	}
}

// countedStore is a store whose inserts are counted.
type countedStore struct {
	vane.Store
	watch *watch
}

// Insert implements vane.Store.
func (c countedStore) Insert(ctx context.Context, mentions []vane.Mention) error {
	start := time.Now()
	err := c.Store.Insert(ctx, mentions)
	if ctx.Err() != nil && err != nil {
		return err // vane ends
	}
	c.watch.Inserted(batchOf(mentions), time.Since(start), err)
	if err == nil {
		c.watch.stored.Store(time.Now().UnixNano())
	}
	return err
}

func batchOf(mentions []vane.Mention) metrics.Batch {
	b := metrics.Batch{Posts: len(mentions)}
	for _, m := range mentions {
		if len(m.Tags) > 0 {
			b.Tagged++
		}
		if m.Sensitive {
			b.Sensitive++
		}
	}
	return b
}

// standing is how things stand now.
func (a *app) standing(ctx context.Context, f *flow, ready *readiness) metrics.Standing {
	at := metrics.Standing{Ready: ready.Why(ctx) == "", ClickHouseUp: f.store.Ping(ctx) == nil, DiskFree: -1}
	if a.engine != nil {
		at.Restarts = float64(a.engine.Restarts())
	}
	if free, err := freeBytes(a.dataDir); err == nil {
		at.DiskFree = float64(free)
	} else {
		at.Unknown++
	}
	if w, err := f.state.Backlog(ctx); err == nil {
		at.Outbox = &metrics.Outbox{Posts: float64(w.Posts), Max: float64(a.cfg.Crawler.OutboxMax), Oldest: w.Oldest, Now: time.Now()}
	} else {
		at.Unknown++
	}
	crawled := f.crawler.Metrics()
	at.Fetches, at.FetchedBytes = outcomes(crawled.Traffic), float64(crawled.Bytes)
	health, err := f.state.Health(ctx)
	if err != nil {
		at.Unknown++
	}
	for _, h := range health {
		at.Sources = append(at.Sources, standingOf(h, crawled.Sources[h.Source]))
	}
	return at
}

// outcomes are the crawler's requests by how they were answered.
func outcomes(t crawler.Traffic) map[string]float64 {
	by := map[string]float64{}
	for class, name := range []string{"no_answer", "1xx", "2xx", "3xx", "4xx", "5xx"} {
		by[name] = float64(t.Statuses[class])
	}
	return by
}

func standingOf(h crawler.SourceHealth, read crawler.Read) metrics.Source {
	return metrics.Source{
		Name: h.Source, Ended: h.Ended, Failing: float64(h.Failing), Waiting: float64(h.Waiting), Late: late(h, time.Now()),
		Pages: float64(read.Pages), New: float64(read.New), Changed: float64(read.Changed), Error: float64(read.Errors),
	}
}

// stateCounts counts things by the state they are in.
func stateCounts[T any](list []T, state func(T) string) map[string]int {
	counts := map[string]int{}
	for _, v := range list {
		counts[state(v)]++
	}
	return counts
}
