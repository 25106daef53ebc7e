package api

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// cache keeps one answer, whole as it is sent, for a short time. While it is made
// anew one asker makes it and the others wait for him.
type cache struct {
	keep time.Duration
	now  func() time.Time
	make func(context.Context) ([]byte, error)

	making  sync.Mutex
	current atomic.Pointer[cached]
}

type cached struct {
	body  []byte
	etag  string
	until time.Time
}

// get is the answer, at most keep old.
func (c *cache) get(ctx context.Context) (*cached, error) {
	if have := c.current.Load(); have != nil && c.now().Before(have.until) {
		return have, nil
	}
	c.making.Lock()
	defer c.making.Unlock()
	if have := c.current.Load(); have != nil && c.now().Before(have.until) {
		return have, nil // another asker made it meanwhile
	}
	// Who asked first may go away; the others still want the answer.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), makingTimeout)
	defer cancel()
	body, err := c.make(ctx)
	if err != nil {
		return nil, err
	}
	made := &cached{body: body, etag: etagOf(body), until: c.now().Add(c.keep)}
	c.current.Store(made)
	return made, nil
}
