package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// count adds outcomes to the report.
func (p *pass) count(outs []outcome, t tally) {
	p.report.New += t.fresh
	p.report.Changed += t.changed
	p.report.Undated += t.undated
	p.report.Gone += t.gone
	p.ends.seen = p.ends.seen || t.seen
	p.ends.older = p.ends.older || t.older
	p.ends.cut = p.ends.cut || t.cut
	for _, out := range outs {
		p.countPage(out)
		p.noteEnd(out)
		p.yield.add(out)
		p.countOlder(out)
	}
}

func (p *pass) countPage(out outcome) {
	if out.fetched {
		p.report.Pages++
	}
	if out.unchanged {
		p.report.Unchanged++
	}
	p.report.Posts += len(out.posts)
	if out.panics {
		p.report.Panics++
		p.log.Error("reading a page crashed, it is given up", "url", out.page.url, "err", out.err)
	}
	for _, err := range out.errors() {
		if errors.Is(err, errGone) && out.fate == done {
			continue // counted by what the state knew of it
		}
		p.report.Errors++
		if len(p.report.Failed) < maxReportedErrors {
			p.report.Failed = append(p.report.Failed, PageError{out.page.url, err.Error(), out.at.UTC().Truncate(time.Millisecond)})
		}
	}
}

// countOlder counts the posts in a row that are older than the window of a backfill.
func (p *pass) countOlder(out outcome) {
	switch {
	case !out.page.isDetail():
	case out.older:
		p.olderRun++
	case len(out.posts) > 0:
		p.olderRun = 0
	}
}

// noteEnd keeps what about an outcome may end the pass, or a list. A list page that was
// postponed and then came did not fail.
func (p *pass) noteEnd(out outcome) {
	e := &p.ends
	if out.page.kind == listPage && (out.err != nil || out.fate == done) {
		e.failed = slices.DeleteFunc(e.failed, func(f PageError) bool { return f.URL == out.page.url })
	}
	switch {
	case out.err == nil:
	case errors.Is(out.err, errBlocked):
		e.blocked = cmp.Or(e.blocked, out.said())
	case out.page.kind != listPage:
	case errors.Is(out.err, errRobots):
		e.robots = cmp.Or(e.robots, out.said())
	default:
		e.failed = append(e.failed, PageError{URL: out.page.url, Reason: out.said()})
	}
}

// said is what went wrong with the page, for people.
func (out outcome) said() string { return fmt.Sprintf("%s: %v", out.page.url, out.err) }

// conclude says why the pass ended.
func (p *pass) conclude(ctx context.Context) {
	p.report.Ended = p.opts.Now().UTC().Truncate(time.Millisecond)
	p.report.Empty = p.yield.empty(p.report)
	p.report.Unmatched = p.yield.unmatched(p.plan)
	e := p.ends
	switch {
	case ctx.Err() != nil:
		p.report.Reason = Cancelled
	case e.blocked != "":
		p.report.Reason, p.report.Detail = Blocked, e.blocked
	case e.robots != "":
		p.report.Reason, p.report.Detail = Robots, e.robots
	case len(e.failed) > 0:
		p.report.Reason, p.report.Detail = Failed, e.failed[0].Reason
	case e.waits != "":
		p.report.Reason, p.report.Detail = Failed, e.waits
	case e.late != "":
		p.report.Reason, p.report.Detail = Budget, e.late
	case e.full:
		p.report.Reason, p.report.Detail = Budget, fmt.Sprintf("limits.pages: %d", p.plan.src.Limits.Pages)
	case e.cut:
		p.report.Reason, p.report.Detail = Budget, fmt.Sprintf("limits.depth: %d", p.plan.src.Limits.Depth)
	case e.older:
		p.report.Reason, p.report.Detail = Done, "what follows is older than the window"
	case e.seen:
		p.report.Reason = Seen
	default:
		p.report.Reason = Done
	}
}
