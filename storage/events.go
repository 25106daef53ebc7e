package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vane"
)

// SaveEvents keeps events as they are now. Saved again, an event replaces itself.
func (s *Store) SaveEvents(ctx context.Context, events []vane.Event) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		whole, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode event %s: %w", e.ID, err)
		}
		tags := make([]string, len(e.Tags))
		for k, t := range e.Tags {
			tags[k] = t.Key
		}
		rows[i] = []any{
			e.ID[:], false, e.Title, e.From, e.To, e.Peak, e.Posts, e.Authors, e.Texts, e.Sources, e.SensitiveShare, tags, string(whole),
		}
	}
	if err := s.insertRows(ctx, "insert_events", len(rows), func(i int) []any { return rows[i] }); err != nil {
		return fmt.Errorf("save %d events: %w", len(rows), err)
	}
	return nil
}

// DropEvents drops some events: they became part of others.
func (s *Store) DropEvents(ctx context.Context, ids []vane.ID) error {
	if len(ids) == 0 {
		return nil
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id.String()
	}
	if err := s.conn.Exec(ctx, query("drop_events"), params{"ids": names}.args()...); err != nil {
		return fmt.Errorf("drop %d events: %w", len(ids), err)
	}
	return nil
}

// EventsSpan is the window, widened so that no stored event that has posts in it begins
// before it or ends after it.
func (s *Store) EventsSpan(ctx context.Context, w vane.Window) (vane.Window, error) {
	if err := w.Validate(); err != nil {
		return w, err
	}
	var rows []struct {
		Events uint64    `ch:"events"`
		First  time.Time `ch:"first"`
		Last   time.Time `ch:"last"`
	}
	if err := s.selectRows(ctx, &rows, "events_span", params{"from": millis(w.From), "to": millis(w.To)}); err != nil {
		return w, err
	}
	for _, r := range rows {
		if r.Events > 0 && r.First.Before(w.From) {
			w.From = r.First.UTC()
		}
		if r.Events > 0 && !r.Last.Before(w.To) {
			w.To = r.Last.UTC().Add(time.Millisecond) // a window ends behind its last post
		}
	}
	return w, nil
}

// ForgetEvents drops the events that had posts in the window but those to keep: what a
// clustering of all their posts did not find again is no event any more.
func (s *Store) ForgetEvents(ctx context.Context, w vane.Window, keep []vane.Event) error {
	if err := w.Validate(); err != nil {
		return err
	}
	ids := make([]string, len(keep))
	for i, e := range keep {
		ids[i] = e.ID.String()
	}
	p := params{"from": millis(w.From), "to": millis(w.To), "keep": ids}
	if err := s.conn.Exec(ctx, query("forget_events"), p.args()...); err != nil {
		return fmt.Errorf("forget events: %w", err)
	}
	return nil
}

// Events lists the events that had posts in the window, those with most independent
// voices first: distinct authors or distinct texts, whichever are fewer.
func (s *Store) Events(ctx context.Context, w vane.Window) ([]vane.Event, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	return s.events(ctx, "events", params{"from": millis(w.From), "to": millis(w.To)})
}

// TopEvents are the first of [Store.Events], at most limit, and how many there are.
func (s *Store) TopEvents(ctx context.Context, w vane.Window, limit int) (events []vane.Event, all uint64, err error) {
	if err := w.Validate(); err != nil {
		return nil, 0, err
	}
	p := params{"from": millis(w.From), "to": millis(w.To)}
	var counts []struct {
		Events uint64 `ch:"events"`
	}
	if err := s.selectRows(ctx, &counts, "events_count", p); err != nil {
		return nil, 0, err
	}
	events, err = s.events(ctx, "events_top", p.with("limit", max(0, limit)))
	return events, counts[0].Events, err
}

// Event is the event whose id begins with these hexadecimal digits.
func (s *Store) Event(ctx context.Context, id string) (vane.Event, error) {
	found, err := s.events(ctx, "event", params{"id": id})
	switch {
	case err != nil:
		return vane.Event{}, err
	case len(found) == 0:
		return vane.Event{}, fmt.Errorf("event %q: %w", id, vane.ErrNoEvent)
	case len(found) > 1:
		return vane.Event{}, fmt.Errorf("event %q: several ids begin so: write more of it", id)
	}
	return found[0], nil
}

func (s *Store) events(ctx context.Context, name string, p params) ([]vane.Event, error) {
	var rows []struct {
		Event string `ch:"event"`
	}
	if err := s.selectRows(ctx, &rows, name, p); err != nil {
		return nil, err
	}
	events := make([]vane.Event, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Event), &events[i]); err != nil {
			return nil, fmt.Errorf("decode an event: %w", err)
		}
	}
	return events, nil
}

// EventsOf tells which of some posts are part of an event that has posts in the window.
func (s *Store) EventsOf(ctx context.Context, w vane.Window, posts []vane.ID) (map[vane.ID]vane.EventRef, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	names := make([]string, len(posts))
	for i, id := range posts {
		names[i] = id.String()
	}
	var rows []struct {
		ID      vane.ID  `ch:"id"`
		Title   string   `ch:"title"`
		Members []string `ch:"members"`
	}
	p := params{"from": millis(w.From), "to": millis(w.To), "posts": names}
	if err := s.selectRows(ctx, &rows, "events_of_posts", p); err != nil {
		return nil, err
	}
	of := map[vane.ID]vane.EventRef{}
	for _, r := range rows {
		for _, name := range r.Members {
			id, err := vane.ParseID(name)
			if err != nil {
				return nil, fmt.Errorf("read the posts of event %s: %w", r.ID, err)
			}
			of[id] = vane.EventRef{ID: r.ID, Title: r.Title}
		}
	}
	return of, nil
}

// SaveCorrections keeps the analyst's words. A later word on the same posts replaces
// an earlier one.
func (s *Store) SaveCorrections(ctx context.Context, words []vane.Correction) error {
	err := s.insertRows(ctx, "insert_event_corrections", len(words), func(i int) []any {
		a, b := words[i].A, words[i].B
		if bytes.Compare(a[:], b[:]) > 0 {
			a, b = b, a
		}
		return []any{a[:], b[:], words[i].Together, words[i].At}
	})
	if err != nil {
		return fmt.Errorf("save %d corrections of events: %w", len(words), err)
	}
	return nil
}

// Corrections lists all words of the analyst, oldest first.
func (s *Store) Corrections(ctx context.Context) ([]vane.Correction, error) {
	var rows []struct {
		A        vane.ID   `ch:"a"`
		B        vane.ID   `ch:"b"`
		Together bool      `ch:"together"`
		At       time.Time `ch:"at"`
	}
	if err := s.selectRows(ctx, &rows, "event_corrections", nil); err != nil {
		return nil, err
	}
	words := make([]vane.Correction, len(rows))
	for i, r := range rows {
		words[i] = vane.Correction{A: r.A, B: r.B, Together: r.Together, At: r.At.UTC()}
	}
	return words, nil
}

// EachCollected is [Store.Each] of the posts that were collected since a moment.
func (s *Store) EachCollected(ctx context.Context, w vane.Window, since time.Time, f func(vane.Mention) error) error {
	if err := w.Validate(); err != nil {
		return err
	}
	return s.each(ctx, "collected_posts", params{"from": millis(w.From), "to": millis(w.To), "since": millis(since)}, f)
}
