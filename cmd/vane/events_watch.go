package main

import (
	"context"
	"slices"
	"time"

	"vane"
	"vane/hotspot"
	"vane/storage"
)

const (
	// eventsEvery is how often new posts are put into events: events are read by people,
	// and alerts don't wait for them.
	eventsEvery = time.Hour
	// eventsOverlap is how much earlier than the last round a post may have been
	// collected and be stored only now: it may have waited in the outbox.
	eventsOverlap = 6 * time.Hour
	// eventsTurn is for how long a process that finds events keeps others from it, beyond
	// two rounds: two that cluster the same posts would drop each other's events.
	eventsTurn = 2*eventsEvery + 5*time.Minute
	eventsJob  = "events"
)

// eventWatch keeps the events of the last weeks up to date.
type eventWatch struct {
	cfg       hotspot.EventConfig
	store     *storage.Store
	owner     string // of the turn
	feed      *eventFeed
	words     []vane.Correction
	forgotten uint64    // posts, when the feed began
	last      time.Time // of the last round
}

// round adds the posts that are new since the last round. The first one, and one before
// which the analyst spoke or posts were forgotten, begins anew: what is forgotten must
// not be written again from memory.
func (w *eventWatch) round(ctx context.Context, now time.Time) error {
	mine, err := w.store.TakeTurn(ctx, eventsJob, w.owner, eventsTurn)
	if err != nil {
		return err
	}
	if !mine {
		w.feed = nil // another process goes on
		return nil
	}
	words, err := w.store.Corrections(ctx)
	if err != nil {
		return err
	}
	forgotten, err := w.store.ForgottenPosts(ctx)
	if err != nil {
		return err
	}
	span := vane.Window{From: now.Add(-w.cfg.Window), To: now}
	if w.feed != nil && forgotten == w.forgotten && slices.Equal(words, w.words) {
		return w.goOn(ctx, span)
	}
	w.feed = nil
	feed, err := findEvents(ctx, w.store, w.cfg, span)
	if err != nil {
		return err
	}
	w.feed, w.words, w.forgotten, w.last = feed, words, forgotten, now
	return nil
}

// goOn adds what came in since the last round.
func (w *eventWatch) goOn(ctx context.Context, span vane.Window) error {
	var fresh []vane.Mention
	err := w.store.EachCollected(ctx, span, w.last.Add(-eventsOverlap), func(m vane.Mention) error {
		if !w.feed.events.Has(m.ID) {
			w.feed.events.Learn(m)
			fresh = append(fresh, m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.feed.add(fresh)
	if err := saveEvents(ctx, w.store, w.feed.events, w.feed.events.Changed()); err != nil {
		w.feed = nil // what changed is not known any more: begin anew
		return err
	}
	w.last = span.To
	return nil
}

// watchEvents keeps events up to date until ctx ends.
func (f *flow) watchEvents(a *app) func(context.Context) error {
	w := &eventWatch{cfg: a.cfg.Events, store: f.store, owner: f.alarm.owner}
	return func(ctx context.Context) error { return w.round(ctx, time.Now().UTC()) }
}
