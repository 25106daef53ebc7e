package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"vane/crawler"
	"vane/storage"
)

const (
	// leastFree is the free space under which vane says that the disk is full, whatever
	// crawler.min_free_bytes says: a merge of a month of posts needs some hundred megabytes.
	leastFree = 512 << 20
	// stuckAfter is how long the first post of the outbox may wait, and how long nothing
	// may have been stored, before ingest counts as stuck. A store that is away is tried
	// every half minute.
	stuckAfter = 10 * time.Minute
	// readyFor is how long an answer holds: anybody may ask, as often as they like.
	readyFor = 2 * time.Second
	// readyTimeout ends the questions behind an answer.
	readyTimeout = 3 * time.Second
)

// readiness tells whether vane can do its work, in one sentence if it can't. The
// sentence names no address, file or error: anybody may read it. The log and vane doctor
// say more.
type readiness struct {
	why func(context.Context, time.Time) string // why not; "" if ready
	now func() time.Time

	mu     sync.Mutex
	at     time.Time // of the answer
	answer string
}

// Why is why vane is not ready, or "".
func (r *readiness) Why(ctx context.Context) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); r.at.IsZero() || now.Sub(r.at) >= readyFor {
		// Whoever asks first asks for all: that they went away must not be the answer.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTimeout)
		defer cancel()
		r.answer, r.at = r.why(ctx, now), now
	}
	return r.answer
}

// ServeHTTP answers 200, or 503 and the reason.
func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	why := r.Why(req.Context())
	if why == "" {
		fmt.Fprintln(w, "ready")
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprintln(w, why)
}

// away is what is said of a ClickHouse that is not there.
const away = "ClickHouse does not answer; posts wait in the outbox until it does"

// unready looks in the order in which one thing is the cause of another.
func (a *app) unready(f *flow, lastStored func() time.Time) func(context.Context, time.Time) string {
	return func(ctx context.Context, now time.Time) string {
		if free, err := freeBytes(a.dataDir); err == nil && free < a.leastFree() {
			return diskFull(free, a.leastFree())
		}
		if f.store.Ping(ctx) != nil {
			return away
		}
		schema, err := f.store.Schema(ctx)
		switch {
		case err != nil && f.store.Ping(ctx) != nil: // it went away meanwhile
			return away
		case err != nil:
			return "the tables of ClickHouse can't be read; see vane's log"
		}
		if why := schemaBehind(schema); why != "" {
			return why
		}
		waiting, err := f.state.Backlog(ctx)
		if err != nil {
			return "the crawl state can't be read; see vane's log"
		}
		if why := outboxStuck(waiting, a.cfg.Crawler.OutboxMax, lastStored(), now); why != "" {
			return why
		}
		if why := f.state.Paused(); why != "" {
			return "crawling has paused: " + why
		}
		return ""
	}
}

// leastFree is the free space under which crawling pauses, or less than a merge needs.
func (a *app) leastFree() uint64 { return max(leastFree, uint64(a.cfg.Crawler.MinFree)) }

func diskFull(free, least uint64) string {
	return fmt.Sprintf("the disk is full: %s are left for the data directory, less than %s; free some space", bytesText(free), bytesText(least))
}

func schemaBehind(schema storage.SchemaState) string {
	switch {
	case len(schema.Unknown) > 0:
		return "the schema is a newer Vane's; run that one"
	case len(schema.Missing) > 0:
		return fmt.Sprintf("the schema is behind: %d migrations are missing; run vane migrate", len(schema.Missing))
	}
	return ""
}

// outboxStuck tells whether posts wait that nobody fetches. A long outbox of old posts,
// such as an import leaves, is not stuck while batches are stored.
func outboxStuck(w crawler.Backlog, most int, stored, now time.Time) string {
	switch {
	case w.Posts >= most:
		return fmt.Sprintf("the outbox is full: %d posts wait to be stored, crawling has paused", w.Posts)
	case w.Oldest.IsZero() || now.Sub(w.Oldest) < stuckAfter || now.Sub(stored) < stuckAfter:
		return ""
	}
	return fmt.Sprintf("the outbox is stuck: %d posts wait, and nothing was stored for %s", w.Posts, now.Sub(stored).Round(time.Minute))
}

// bytesText is a size for people.
func bytesText(n uint64) string {
	switch {
	case n < 10<<20:
		return fmt.Sprintf("%d KB", n>>10)
	case n < 10<<30:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d GB", n>>30)
}
