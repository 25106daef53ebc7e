package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
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
	s, err := gocron.NewScheduler(gocron.WithLogger(cronLog{c.log}), gocron.WithStopTimeout(stopTimeout))
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	for _, p := range plans {
		if err := c.schedule(ctx, s, p); err != nil {
			return errors.Join(err, s.Shutdown())
		}
	}
	s.Start()
	<-ctx.Done()
	if err := s.Shutdown(); err != nil {
		return fmt.Errorf("stop the passes: %w", err)
	}
	return nil
}

const (
	// stopTimeout is how long Run waits for passes to end: much more than they take.
	stopTimeout = 30 * time.Second
	// scheduleAhead is the least time to the next pass: the scheduler refuses an instant
	// that is over by the time it looks. On a busy machine more is tried.
	scheduleAhead = 10 * time.Millisecond
	// scheduleRetry is when it is tried again to schedule a source, which fails when the
	// disk is full.
	scheduleRetry = time.Minute
)

// schedule plans the next pass over a source, which plans the one after it.
func (c *Crawler) schedule(ctx context.Context, s gocron.Scheduler, p *plan) error {
	at, err := c.planNext(ctx, p, time.Now())
	if err != nil {
		return err
	}
	return c.scheduleAt(ctx, s, p, at)
}

// scheduleAt plans a pass for an instant, or if that is over, for soon. How soon is soon
// enough depends on how busy the machine is.
func (c *Crawler) scheduleAt(ctx context.Context, s gocron.Scheduler, p *plan, at time.Time) error {
	for ahead := scheduleAhead; ; ahead *= 2 {
		_, err := s.NewJob(gocron.OneTimeJob(gocron.OneTimeJobStartDateTime(later(at, time.Now().Add(ahead)))), gocron.NewTask(func() { c.runPass(ctx, s, p) }),
			gocron.WithName(p.src.Name), gocron.WithLimitedRuns(1)) // without the limit it keeps jobs that are over
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, gocron.ErrOneTimeJobStartDateTimePast) || ctx.Err() != nil:
			return fmt.Errorf("schedule %s: %w", p.src.Name, err)
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

// runPass makes a scheduled pass. Run goes on with the others if one fails.
func (c *Crawler) runPass(ctx context.Context, s gocron.Scheduler, p *plan) {
	if ctx.Err() != nil {
		return
	}
	if _, err := c.Pass(ctx, p.src, PassOptions{until: p.times.quiet.next(time.Now())}); err != nil {
		c.log.Error("pass failed", "source", p.src.Name, "err", err)
	}
	for ctx.Err() == nil {
		err := c.schedule(ctx, s, p)
		if err == nil {
			return
		}
		c.log.Error("the next pass can't be scheduled yet", "source", p.src.Name, "retry_in", scheduleRetry, "err", err)
		sleep(ctx, scheduleRetry)
	}
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

// cronLog passes on what the scheduler complains of; of its talk only for debugging.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Debug(msg string, args ...any) { l.log.Debug(msg, args...) }
func (l cronLog) Info(msg string, args ...any)  { l.log.Debug(msg, args...) }
func (l cronLog) Warn(msg string, args ...any)  { l.log.Warn(msg, args...) }
func (l cronLog) Error(msg string, args ...any) { l.log.Error(msg, args...) }
