package vane

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"
)

// Outbox is the durable queue between the crawler and the store. Implementers
// must keep a leased batch until it is acknowledged, across crashes too, and be safe
// for concurrent use.
type Outbox interface {
	// Lease takes at most max of the oldest posts that are not on lease. An empty
	// batch means that nothing is waiting.
	Lease(ctx context.Context, max int) (Batch, error)
	// Ack deletes a batch that is stored.
	Ack(ctx context.Context, b Batch) error
	// Release gives a batch back, to be leased again.
	Release(ctx context.Context, b Batch) error
}

// Batch is posts on lease from the outbox, with the keys to acknowledge them by.
type Batch struct {
	Keys  []int64 // one per post
	Posts []Post
}

// Analyzer understands a post. It must be safe for concurrent use.
type Analyzer interface {
	Analyze(Post) Mention
}

// Store keeps mentions. Inserting a mention again, or an older version of it,
// must change nothing: that is what makes a retry safe.
type Store interface {
	Insert(ctx context.Context, mentions []Mention) error
}

const (
	// ingestBatch is large enough for ClickHouse to make few parts and for what a
	// batch costs beside its posts not to matter (a part of 50 columns takes as long as
	// thousands of posts in it), and small enough that three of them in memory are some
	// tens of megabytes.
	ingestBatch = 16_384
	// ingestAge is how long posts may wait for others to come with them: an insert of
	// ten posts costs as much as one of a thousand.
	ingestAge = 2 * time.Second
	// Waits between attempts to store a batch while the store is away.
	ingestFirstRetry = 250 * time.Millisecond
	ingestLastRetry  = 30 * time.Second
)

// Ingest is the middle of the flow: it moves posts from the outbox through the
// analyzer to the store.
type Ingest struct {
	Outbox   Outbox
	Analyzer Analyzer
	Store    Store
	Log      *slog.Logger
	Stored   func(n int)   // told after every stored batch; may be nil
	Patience time.Duration // how long the store may be away before a batch fails; 0 is for ever
}

// Run ingests until ctx ends: batches that are full at once, and what comes slowly
// after it gathered for some seconds. A batch that was not acknowledged when ctx ends
// stays in the outbox.
func (in Ingest) Run(ctx context.Context) error {
	for {
		if err := in.Drain(ctx); err != nil {
			return err
		}
		if !sleep(ctx, ingestAge) {
			return nil
		}
	}
}

// Drain ingests until the outbox is empty or ctx ends, analysing a batch while the one
// before it is stored. It fails when the outbox can't be read, or when the store stays
// away longer than Patience.
func (in Ingest) Drain(ctx context.Context) error {
	ahead, stop := context.WithCancel(ctx)
	defer stop()
	next := make(chan understood)
	var leasing error
	go func() {
		defer close(next)
		leasing = in.lease(ahead, next)
	}()
	var storing error
	for u := range next { // to its end, so that nothing stays on lease
		if storing == nil {
			if storing = in.store(ctx, u); storing != nil {
				stop()
			}
			continue
		}
		storing = errors.Join(storing, in.Outbox.Release(context.WithoutCancel(ctx), u.batch))
	}
	return errors.Join(ignoreCancel(ctx, storing), ignoreCancel(ahead, leasing))
}

// understood is a batch and what was understood of it.
type understood struct {
	batch    Batch
	mentions []Mention
}

// lease leases and analyses batches until the outbox is empty or ctx ends.
func (in Ingest) lease(ctx context.Context, next chan<- understood) error {
	for ctx.Err() == nil {
		batch, err := in.Outbox.Lease(ctx, ingestBatch)
		if err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		if len(batch.Posts) == 0 {
			return nil
		}
		select {
		case next <- understood{batch, AnalyzeAll(in.Analyzer, batch.Posts)}:
		case <-ctx.Done():
			return in.Outbox.Release(context.WithoutCancel(ctx), batch)
		}
	}
	return nil
}

// store stores and acknowledges one batch.
func (in Ingest) store(ctx context.Context, u understood) error {
	if err := in.insert(ctx, u.mentions); err != nil {
		return errors.Join(err, in.Outbox.Release(context.WithoutCancel(ctx), u.batch))
	}
	// The batch is stored: what is left is to forget it, even if ctx ended meanwhile.
	if err := in.Outbox.Ack(context.WithoutCancel(ctx), u.batch); err != nil {
		return fmt.Errorf("acknowledge stored posts: %w", err)
	}
	if in.Stored != nil {
		in.Stored(len(u.mentions))
	}
	return nil
}

// insert tries until the store takes the mentions, patience ends, or ctx ends.
func (in Ingest) insert(ctx context.Context, mentions []Mention) error {
	start := time.Now()
	for wait := ingestFirstRetry; ; wait = min(2*wait, ingestLastRetry) {
		err := in.Store.Insert(ctx, mentions)
		if err == nil {
			return nil
		}
		if in.Patience > 0 && time.Since(start) > in.Patience {
			return fmt.Errorf("store %d posts: %w", len(mentions), err)
		}
		in.Log.Warn("store is away, posts wait in the outbox", "posts", len(mentions), "retry_in", wait, "err", err)
		if !sleep(ctx, wait) {
			return ctx.Err()
		}
	}
}

// AnalyzeAll analyses posts on all cores, keeping their order.
func AnalyzeAll(a Analyzer, posts []Post) []Mention {
	mentions := make([]Mention, len(posts))
	workers := min(runtime.GOMAXPROCS(0), len(posts))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(posts); i += workers {
				mentions[i] = a.Analyze(posts[i])
			}
		})
	}
	wg.Wait()
	return mentions
}

// sleep waits for d and reports whether ctx lasted that long.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// ignoreCancel drops err when it only says that ctx ended, which is how a caller
// stops an ingest.
func ignoreCancel(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}
