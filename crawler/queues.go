package crawler

import (
	"context"
	"slices"
	"strings"
	"time"
)

// hostQueue is the pages of one host that a pass has in memory.
type hostQueue struct {
	origin string // scheme and host
	pages  []page
	flying int  // being fetched
	more   bool // the frontier may hold more that are due
}

// queues are the pages that a pass has on lease, by host. However many pages one host
// has, and however slow it is, the others have theirs.
type queues struct {
	hosts []*hostQueue // in the order they came up
	named map[string]*hostQueue
}

// of is the queue of a host.
func (qs *queues) of(origin string) *hostQueue {
	if q := qs.named[origin]; q != nil {
		return q
	}
	q := &hostQueue{origin: origin}
	if qs.named == nil {
		qs.named = map[string]*hostQueue{}
	}
	qs.named[origin] = q
	qs.hosts = append(qs.hosts, q)
	return q
}

// share is how many pages of one host are taken at one time.
func (qs *queues) share() int { return max(1, takeSize/max(1, len(qs.hosts))) }

// hungry are the hosts that have less than half of their share, and may have more in
// the frontier. Hosts that have nothing left are forgotten.
func (qs *queues) hungry() (origins []string) {
	qs.hosts = slices.DeleteFunc(qs.hosts, func(q *hostQueue) bool {
		idle := len(q.pages) == 0 && q.flying == 0 && !q.more
		if idle {
			delete(qs.named, q.origin)
		}
		return idle
	})
	for _, q := range qs.hosts {
		if q.more && 2*len(q.pages) < qs.share() {
			origins = append(origins, q.origin)
		}
	}
	return origins
}

// take leases pages for the hosts that can do with some.
func (p *pass) take(ctx context.Context) error {
	if p.more {
		origins, err := p.state.waitingOrigins(ctx, p.plan.src.Name)
		if err != nil {
			return err
		}
		for _, origin := range origins {
			p.queues.of(origin).more = true
		}
		p.more = false
	}
	hungry := p.queues.hungry()
	if len(hungry) == 0 {
		return nil
	}
	share := p.queues.share()
	pages, err := p.state.takePages(ctx, p.plan, hungry, time.Now(), share)
	if err != nil {
		return err
	}
	p.waiting += len(pages)
	taken := map[string]int{}
	for _, pg := range pages {
		q := p.queues.of(pg.origin)
		q.pages = append(q.pages, pg)
		taken[pg.origin]++
	}
	for _, origin := range hungry {
		p.queues.of(origin).more = taken[origin] == share
	}
	return nil
}

// originOf is scheme and host of a page, as the frontier's column of that name.
func originOf(link string) string {
	const past = len("https://")
	if len(link) < past {
		return link
	}
	if end := strings.IndexByte(link[past:], '/'); end >= 0 {
		return link[:past+end]
	}
	return link
}
