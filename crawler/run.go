package crawler

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Run makes passes over the enabled sources whose hosts are this process's, each at
// its own times, until ctx ends and the passes that were running have ended too. A
// source has one pass at a time; when the next is due is decided when one has ended.
func (c *Crawler) Run(ctx context.Context, sources []Source) error {
	var problems []error
	var plans []*plan
	for _, src := range sources {
		p, err := compile(src)
		problems = append(problems, err)
		if err == nil && src.Enabled && len(c.cfg.shard().starts(p.start)) > 0 {
			plans = append(plans, p)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	if c.state == nil {
		return errors.New("run without a state: open one")
	}
	// Planned before anything begins: a state that can't be written is said at once.
	due := make([]time.Time, len(plans))
	for i, p := range plans {
		var err error
		if due[i], err = c.planNext(ctx, p, time.Now()); err != nil {
			return err
		}
	}
	var passes sync.WaitGroup
	for i, p := range plans {
		passes.Go(func() { c.keepPassing(ctx, p, due[i]) })
	}
	passes.Wait()
	return nil
}

// scheduleRetry is when it is tried again to schedule a source, which fails when the
// disk is full.
const scheduleRetry = time.Minute

// keepPassing makes the passes over a source, the first one at due, until ctx ends. A
// pass that fails is followed by the next all the same.
func (c *Crawler) keepPassing(ctx context.Context, p *plan, due time.Time) {
	for sleep(ctx, time.Until(due)) {
		if _, err := c.Pass(ctx, p.src, PassOptions{until: p.times.quiet.next(time.Now())}); err != nil {
			c.log.Error("pass failed", "source", p.src.Name, "err", err)
		}
		due = c.planned(ctx, p)
	}
}

// planned is when the next pass is due; it is asked for until it can be recorded, or ctx
// ends.
func (c *Crawler) planned(ctx context.Context, p *plan) time.Time {
	for {
		due, err := c.planNext(ctx, p, time.Now())
		if err == nil || ctx.Err() != nil {
			return due
		}
		c.log.Error("the next pass can't be planned yet", "source", p.src.Name, "retry_in", scheduleRetry, "err", err)
		if !sleep(ctx, scheduleRetry) {
			return due
		}
	}
}

// planNext decides when the next pass is due, and records it.
func (c *Crawler) planNext(ctx context.Context, p *plan, now time.Time) (time.Time, error) {
	passes, err := c.state.passesOf(ctx, p.src.Name, adaptPasses)
	if err != nil {
		return time.Time{}, err
	}
	before, err := c.state.scheduledEvery(ctx, p.src.Name)
	if err != nil {
		return time.Time{}, err
	}
	var last time.Time
	if len(passes) > 0 {
		last = passes[0].Started
	}
	every := p.interval(passes, before)
	next := p.next(last, every, now)
	return next, c.state.recordSchedule(ctx, p.src.Name, next, every)
}

// retryAt is when a page that failed is to be fetched again: when the host says, or
// else later with every attempt.
func (c *Crawler) retryAt(host string, attempts int) time.Time {
	now := time.Now()
	if held := c.pace.heldUntil(host); held.After(now) {
		return held
	}
	return now.Add(backoff(attempts - 1))
}
