package main

import (
	"context"
	"errors"
	"time"

	"vane/crawler"
	"vane/storage"
)

// record copies how this process, which crawls these sources, does from its own state
// to the store, where dashboards read it. One part that fails does not keep the others.
func (f *flow) record(sources []crawler.Source) func(context.Context) error {
	return func(ctx context.Context) error {
		now := time.Now().UTC()
		return errors.Join(f.recordPasses(ctx), f.recordHealth(ctx, sources, now), f.recordPipeline(ctx, now))
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

// recordHealth tells how the sources do. What the state knows of others, which were
// crawled once or are switched off, says nothing of today.
func (f *flow) recordHealth(ctx context.Context, sources []crawler.Source, now time.Time) error {
	crawled := map[string]bool{}
	for _, s := range sources {
		crawled[s.Name] = true
	}
	health, err := f.state.Health(ctx)
	if err != nil {
		return err
	}
	var told []storage.SourceHealth
	for _, h := range health {
		if !crawled[h.Source] {
			continue
		}
		told = append(told, storage.SourceHealth{
			Source: h.Source, Process: f.owner, At: now, Ended: h.Ended, Next: h.Next,
			Reason: string(h.Reason), Detail: h.Detail, Errors: uint64(h.Errors), Failing: uint64(h.Failing),
			Flagged: h.Flagged, Late: late(h, now), Today: uint64(h.Today), Waiting: uint64(h.Waiting), GivenUp: uint64(h.Buried),
		})
	}
	return f.store.SaveSourceHealth(ctx, told)
}

// recordPipeline tells what waits in the outbox and what was stored. What can't be
// told now is told the next time.
func (f *flow) recordPipeline(ctx context.Context, now time.Time) error {
	backlog, err := f.state.Backlog(ctx)
	if err != nil {
		return err
	}
	stored := f.stored.Swap(0)
	err = f.store.SavePipeline(ctx, []storage.Pipeline{{
		Process: f.owner, At: now, Waiting: uint64(backlog.Posts), Room: uint64(backlog.Room), Oldest: backlog.Oldest, Stored: stored,
	}})
	if err != nil {
		f.stored.Add(stored)
	}
	return err
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
