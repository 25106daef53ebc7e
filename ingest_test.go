package vane

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// queue is an outbox in memory: what is leased and not acknowledged stays.
type queue struct {
	mu      sync.Mutex
	waiting []Post
	leased  int
}

func (q *queue) Lease(_ context.Context, max int) (Batch, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	free := q.waiting[q.leased:]
	b := Batch{Posts: slices.Clone(free[:min(max, len(free))])}
	b.Keys = make([]int64, len(b.Posts))
	q.leased += len(b.Posts)
	return b, nil
}

func (q *queue) Ack(_ context.Context, b Batch) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = q.waiting[len(b.Posts):]
	q.leased -= len(b.Posts)
	return nil
}

func (q *queue) Release(_ context.Context, b Batch) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leased -= len(b.Posts)
	return nil
}

type analyze func(Post) Mention

func (f analyze) Analyze(p Post) Mention { return f(p) }

type insert func(context.Context, []Mention) error

func (f insert) Insert(ctx context.Context, ms []Mention) error { return f(ctx, ms) }

func waiting(n int) *queue {
	q := &queue{}
	for i := range n {
		q.waiting = append(q.waiting, Post{Title: fmt.Sprint(i)})
	}
	return q
}

func newIngest(q *queue, store insert) Ingest {
	return Ingest{
		Outbox: q, Store: store, Log: slog.New(slog.DiscardHandler),
		Analyzer: analyze(func(p Post) Mention { return Mention{Post: p} }),
	}
}

var errAway = errors.New("away")

func TestDrainStoresEveryPostOnceInOrder(t *testing.T) {
	q, want := waiting(3*ingestBatch+1), 0
	in := newIngest(q, func(_ context.Context, ms []Mention) error {
		for _, m := range ms {
			if m.Title != fmt.Sprint(want) {
				t.Fatalf("post %s where %d was due", m.Title, want)
			}
			want++
		}
		return nil
	})
	told := 0
	in.Stored = func(n int) { told += n }
	if err := in.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want != 3*ingestBatch+1 || told != want || len(q.waiting) != 0 {
		t.Errorf("%d stored, %d told, %d left", want, told, len(q.waiting))
	}
}

func TestStoreThatComesBackGetsTheBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, tries := waiting(5), 0
		in := newIngest(q, func(context.Context, []Mention) error {
			if tries++; tries < 6 {
				return errAway
			}
			return nil
		})
		if err := in.Drain(t.Context()); err != nil || len(q.waiting) != 0 {
			t.Errorf("%v, %d left after %d tries", err, len(q.waiting), tries)
		}
	})
}

func TestPatienceEndsAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waiting(5)
		in := newIngest(q, func(context.Context, []Mention) error { return errAway })
		in.Patience = time.Minute
		start := time.Now()
		if err := in.Drain(t.Context()); !errors.Is(err, errAway) {
			t.Errorf("error is %v", err)
		}
		if d := time.Since(start); d < time.Minute || d > 3*time.Minute {
			t.Errorf("patience of a minute lasted %s", d)
		}
		if len(q.waiting) != 5 || q.leased != 0 {
			t.Errorf("%d waiting, %d on lease", len(q.waiting), q.leased)
		}
	})
}

func TestCancelLeavesTheBatchInTheOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := waiting(5)
		in := newIngest(q, func(context.Context, []Mention) error { return errAway })
		time.AfterFunc(time.Hour, cancel)
		if err := in.Run(ctx); err != nil {
			t.Errorf("a stopped ingest says %v", err)
		}
		if len(q.waiting) != 5 || q.leased != 0 {
			t.Errorf("%d waiting, %d on lease", len(q.waiting), q.leased)
		}
	})
}

func TestStoredBatchIsAcknowledgedThoughStoppedMeanwhile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	q := waiting(5)
	in := newIngest(q, func(context.Context, []Mention) error { cancel(); return nil })
	if err := in.Drain(ctx); err != nil || len(q.waiting) != 0 {
		t.Errorf("%v, %d left", err, len(q.waiting))
	}
}

func TestFailureReleasesTheBatchThatWasAnalysedAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waiting(3 * ingestBatch)
		in := newIngest(q, func(context.Context, []Mention) error { return errAway })
		in.Patience = time.Minute
		if err := in.Drain(t.Context()); !errors.Is(err, errAway) {
			t.Errorf("error is %v", err)
		}
		if len(q.waiting) != 3*ingestBatch || q.leased != 0 {
			t.Errorf("%d waiting, %d on lease", len(q.waiting), q.leased)
		}
	})
}
