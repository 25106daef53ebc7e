package main

import (
	"context"
	"errors"
	"time"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/storage"
)

// eventDesk lets analysts merge and split events in a running vane, as vane events does
// beside it: it takes effect at the next clustering.
type eventDesk struct {
	app   *app
	store *storage.Store
}

// Merge implements [ask.EventKeeper].
func (d eventDesk) Merge(ctx context.Context, ids []string) error {
	words, err := mergeWords(ctx, d.store, ids)
	return d.keep(ctx, words, err)
}

// Split implements [ask.EventKeeper].
func (d eventDesk) Split(ctx context.Context, id string, posts []string) error {
	words, err := splitWords(ctx, d.store, id, posts)
	return d.keep(ctx, words, err)
}

// keep records and keeps the words of who asks, unless they could not be found.
func (d eventDesk) keep(ctx context.Context, words []vane.Correction, err error) error {
	var wrong usageError
	switch {
	case errors.As(err, &wrong), errors.Is(err, vane.ErrNoEvent), errors.Is(err, errNotSplit):
		return ask.Mistake{Field: "event", Says: err.Error()}
	case err != nil:
		return err
	}
	now := time.Now().UTC()
	object := stamped(words, now)
	if err := d.app.audit().Record(ctx, now, access.Corrected, object); err != nil {
		return err
	}
	return d.store.SaveCorrections(ctx, words)
}
