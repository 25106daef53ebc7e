package api

import (
	"context"
	"sync/atomic"
	"time"
)

// errorsFor is how long a failure is answered from memory: a store that is away is not
// asked by everybody in turn.
const errorsFor = time.Second

// cache keeps one answer, whole as it is sent, for a short time. While it is made
// anew one asker makes it and the others wait for him, no longer than they like.
type cache struct {
	keep time.Duration
	now  func() time.Time
	make func(context.Context) ([]byte, error)

	making  chan struct{} // holds who makes the answer
	current atomic.Pointer[cached]
}

type cached struct {
	body  []byte
	etag  string
	err   error
	until time.Time
}

func newCache(keep time.Duration, now func() time.Time, makeBody func(context.Context) ([]byte, error)) *cache {
	return &cache{keep: keep, now: now, make: makeBody, making: make(chan struct{}, 1)}
}

// get is the answer, at most keep old, or why there is none.
func (c *cache) get(ctx context.Context) (*cached, error) {
	if have := c.current.Load(); have != nil && c.now().Before(have.until) {
		return have, have.err
	}
	select {
	case c.making <- struct{}{}:
		defer func() { <-c.making }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if have := c.current.Load(); have != nil && c.now().Before(have.until) {
		return have, have.err // another asker made it meanwhile
	}
	// Who asked first may go away; the others still want the answer.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), makingTimeout)
	defer cancel()
	made := &cached{}
	if made.body, made.err = c.make(ctx); made.err != nil {
		made.until = c.now().Add(errorsFor)
	} else {
		made.etag, made.until = etagOf(made.body), c.now().Add(c.keep)
	}
	c.current.Store(made)
	return made, made.err
}
