package main

import (
	"context"
	"time"
)

// rollupEvery is how often the hours that are over and changed are counted anew, so
// that trends need not count their posts.
const rollupEvery = 2 * time.Minute

// rollup counts what changed since the last time.
func (f *flow) rollup(ctx context.Context) error {
	_, err := f.store.Rollup(ctx, time.Now())
	return err
}
