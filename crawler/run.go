package crawler

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// startSpread is the time over which the first passes of a start are spread: long
// enough for a few hundred sources not to begin at once.
const startSpread = time.Minute

// Run makes passes over the enabled sources, each at its own interval, until ctx
// ends and the passes that were running have ended too. A source whose pass takes
// longer than its interval skips a turn.
func (c *Crawler) Run(ctx context.Context, sources []Source) error {
	var problems []error
	for _, src := range sources {
		problems = append(problems, src.Validate())
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
	for _, src := range sources {
		if !src.Enabled {
			continue
		}
		if err := c.schedule(ctx, s, src); err != nil {
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

// stopTimeout is how long Run waits for passes to end: much more than they take.
const stopTimeout = 30 * time.Second

func (c *Crawler) schedule(ctx context.Context, s gocron.Scheduler, src Source) error {
	last, _, err := c.state.lastPass(ctx, src.Name)
	if err != nil {
		return err
	}
	first := firstPass(src, last.Started, time.Now())
	_, err = s.NewJob(gocron.DurationJob(src.Every), gocron.NewTask(func() { c.runPass(ctx, src) }),
		gocron.WithName(src.Name), gocron.WithSingletonMode(gocron.LimitModeReschedule),
		gocron.WithStartAt(gocron.WithStartDateTime(first)))
	if err != nil {
		return fmt.Errorf("schedule %s: %w", src.Name, err)
	}
	return nil
}

// runPass makes a scheduled pass. Run goes on with the others if one fails.
func (c *Crawler) runPass(ctx context.Context, src Source) {
	if ctx.Err() != nil {
		return
	}
	if _, err := c.Pass(ctx, src, PassOptions{}); err != nil {
		c.log.Error("pass failed", "source", src.Name, "err", err)
	}
}

// firstPass is when a source is due first: at its interval after the last pass, or
// if that is over, within startSpread from now, at an instant that depends on its
// name only.
func firstPass(src Source, last, now time.Time) time.Time {
	if due := last.Add(src.Every); due.After(now) {
		return due
	}
	h := fnv.New32a()
	h.Write([]byte(src.Name)) // a hash never returns an error
	spread := min(startSpread, src.Every)
	// The scheduler refuses an instant that is over by the time it looks.
	return now.Add(100*time.Millisecond + time.Duration(uint64(spread)*uint64(h.Sum32())>>32))
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
