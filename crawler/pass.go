package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"vane"
)

const (
	// takeSize is how many pages a pass has on lease beyond those it works on, shared
	// out among their hosts.
	takeSize = 512
	// groupSize bounds the pages of one commit, so that Lease never waits long.
	groupSize = 256
	// gatherTime is too short to be noticed, and long enough for a fast host to answer
	// with many pages.
	gatherTime = 20 * time.Millisecond
	// lanesPerWorker is how many pages of an unpaced host are on their way for each
	// worker: enough that the workers have something to do during a commit, and that a
	// commit has many pages.
	lanesPerWorker = 16
	// olderEnough is how many posts in a row must be older than the window of a backfill
	// for it to end, where lists show no dates: more than stay pinned to the top of one.
	olderEnough = 60
)

// pass is one pass over one source. One goroutine, that of run, owns everything in
// it and is the only one that talks to the state; each page that is fetched has a
// goroutine of its own, that ends by sending its outcome.
type pass struct {
	c       *Crawler
	plan    *plan
	state   *State
	opts    PassOptions
	log     *slog.Logger
	visitor visitor

	queues   queues
	waiting  int  // pages in queues
	flying   int  // pages being fetched
	started  int  // pages taken from queues, ever
	more     bool // the frontier may hold pages of any host that are due
	outcomes chan outcome
	report   PassReport
	ends     ends
	yield    yield
	olderRun int // posts in a row that a backfill found to be older than its window
}

// ends is what was seen that decides why the pass ends.
type ends struct {
	blocked, robots        string      // the first of each, for people
	failed                 []PageError // list pages that have not succeeded since
	seen, cut, full, older bool
	waits                  string // why nothing could be fetched at all
	late                   string // the time limit that was reached
}

func newPass(c *Crawler, p *plan, state *State, opts PassOptions) *pass {
	return &pass{
		c: c, plan: p, state: state, opts: opts,
		log:      c.log.With("source", p.src.Name),
		more:     true,
		outcomes: make(chan outcome, groupSize),
		report:   PassReport{Source: p.src.Name, Started: opts.Now().UTC().Truncate(time.Millisecond)},
	}
}

// run makes the pass, and records how it ended whatever happens to ctx.
func (p *pass) run(ctx context.Context) (PassReport, error) {
	var err error
	if p.report.ID, err = p.state.beginPass(ctx, p.plan, p.opts.Window, p.report.Started); err != nil {
		return p.report, err
	}
	// A page that is being fetched when the pass ends for another reason is let go.
	flight, land := p.takeOff(ctx)
	defer land()
	p.visitor = visitor{
		fetcher: p.c.fetcher(flight, p.plan.src),
		reader:  newReader(p.plan, p.c.cfg.AuthorSecret),
		slots:   p.c.slots,
		retry:   p.c.retryAt,
		limit:   p.c.cfg.Attempts,
		now:     p.opts.Now,
	}
	defer p.visitor.fetcher.close()
	err = p.loop(flight)
	if late := context.Cause(flight); errors.Is(late, errLate) {
		p.ends.late = late.Error()
	}
	land()
	err = errors.Join(err, p.drain(ctx))
	p.conclude(ctx)
	if end := p.state.endPass(context.WithoutCancel(ctx), &p.report); end != nil {
		return p.report, errors.Join(err, end)
	}
	p.warnOfNothing(ctx)
	p.log.Info("pass ended", "reason", p.report.Reason, "detail", p.report.Detail, "pages", p.report.Pages, "posts", p.report.Posts,
		"new", p.report.New, "changed", p.report.Changed, "errors", p.report.Errors, "left", p.report.Left)
	return p.report, err
}

// errLate is in the cause of a flight that ended because its time was over.
var errLate = errors.New("the time is over")

// takeOff returns the context of everything that is fetched, which ends with the
// pass's time.
func (p *pass) takeOff(ctx context.Context) (context.Context, context.CancelFunc) {
	end, why := p.opts.until, "quiet: "+p.plan.src.Quiet
	if most := p.plan.src.Limits.Time; most > 0 {
		if limit := time.Now().Add(most); end.IsZero() || limit.Before(end) {
			end, why = limit, "limits.time: "+most.String()
		}
	}
	if end.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, end, fmt.Errorf("%w, %s", errLate, why))
}

// loop fetches until nothing is due, a limit is reached, or flight ends. What it does
// with the state takes milliseconds and is not cut off by that.
func (p *pass) loop(flight context.Context) error {
	for p.waitForRoom(flight) && p.ends.blocked == "" {
		if err := p.dispatch(flight); err != nil {
			return err
		}
		if p.flying == 0 {
			again, err := p.rest(flight)
			if err != nil || !again {
				return err
			}
			continue
		}
		if err := p.settle(flight, p.gather()); err != nil {
			return err
		}
	}
	return nil
}

// drain settles the pages that were being fetched when the loop ended.
func (p *pass) drain(ctx context.Context) error {
	var errs error
	for p.flying > 0 {
		errs = errors.Join(errs, p.settle(ctx, p.gather()))
	}
	return errs
}

// dispatch starts as many pages as hosts and limits allow.
func (p *pass) dispatch(flight context.Context) error {
	if err := p.take(context.WithoutCancel(flight)); err != nil {
		return err
	}
	lanes := 1
	if p.plan.src.Delay == 0 {
		lanes = lanesPerWorker * p.c.cfg.Workers
	}
	for _, q := range p.queues.hosts {
		for len(q.pages) > 0 && q.flying < lanes {
			if p.started >= p.plan.src.Limits.Pages {
				p.ends.full = true
				return nil
			}
			next := q.pages[0]
			q.pages = q.pages[1:]
			q.flying++
			p.waiting--
			p.flying++
			p.started++
			go func() { p.outcomes <- p.visitor.visit(flight, next) }()
		}
	}
	return nil
}

// gather waits for an outcome, and a moment for those of other pages that are on
// their way: a commit of many costs hardly more than a commit of one.
func (p *pass) gather() []outcome {
	outs := []outcome{<-p.outcomes}
	moment := time.NewTimer(gatherTime)
	defer moment.Stop()
	for more := true; more && len(outs) < min(groupSize, p.flying); {
		select {
		case out := <-p.outcomes:
			outs = append(outs, out)
		case <-moment.C:
			more = false
		}
	}
	for _, out := range outs {
		p.flying--
		p.queues.of(out.page.origin).flying--
	}
	return outs
}

// settle records outcomes, also of a pass that is being stopped.
func (p *pass) settle(ctx context.Context, outs []outcome) error {
	t, err := p.state.commit(context.WithoutCancel(ctx), p.plan, outs, p.opts.DryRun != nil)
	if err != nil {
		return err
	}
	for origin := range t.origins {
		p.queues.of(origin).more = true
	}
	before := p.report
	p.count(outs, t)
	p.c.meter.progressed(before, p.report)
	if p.olderRun >= olderEnough {
		p.ends.older = true
		if err := p.state.dropBackfillLists(context.WithoutCancel(ctx), p.plan.src.Name); err != nil {
			return err
		}
	}
	if p.opts.DryRun != nil {
		if err := handOut(t.out, p.opts.DryRun); err != nil {
			p.opts.DryRun = func(vane.Post) error { return nil } // it has had enough
			return err
		}
	}
	if p.opts.Progress != nil {
		p.opts.Progress(PassProgress{
			Source: p.report.Source, Pages: p.report.Pages, Posts: p.report.Posts,
			New: p.report.New, Errors: p.report.Errors, Queued: p.waiting + p.flying,
		})
	}
	return nil
}

func handOut(posts []vane.Post, take func(vane.Post) error) error {
	for _, post := range posts {
		if err := take(post); err != nil {
			return err
		}
	}
	return nil
}

// rest is called when nothing is being fetched. It reports whether there is more to
// do, and if that is due only soon, waits for it.
func (p *pass) rest(ctx context.Context) (again bool, err error) {
	if p.ends.full {
		return false, nil
	}
	due, pages, err := p.state.nextDue(context.WithoutCancel(ctx), p.plan.src.Name)
	if err != nil {
		return false, err
	}
	wait := time.Until(due)
	switch {
	case pages > 0 && wait <= p.c.cfg.Patience:
		p.more = true
		return sleep(ctx, max(wait, 0)+time.Millisecond), nil
	case pages > 0 && p.started == 0:
		p.ends.waits = fmt.Sprintf("the host asked for time, nothing is to be fetched before %s", due.UTC().Format(time.RFC3339))
	}
	p.more, err = p.state.retryForbidden(context.WithoutCancel(ctx), p.plan.src.Name, p.c.robots.current)
	return p.more, err
}

// waitForRoom pauses the pass while the outbox is full, because the store is away, or
// the disk nearly is: it must not fill up with what the store has not taken. It reports
// whether ctx lasted.
func (p *pass) waitForRoom(ctx context.Context) bool {
	if p.opts.DryRun != nil {
		return ctx.Err() == nil
	}
	paused := false
	err := p.state.waitForRoom(ctx, func(why string) {
		paused = true
		p.log.Warn("crawling pauses", "why", why)
	})
	if paused && err == nil {
		p.log.Info("crawling goes on")
	}
	return err == nil
}

func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return "" // it was resolved before it came here
	}
	return u.Host
}

// sleep waits for d and reports whether ctx lasted that long.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
