package ask

import (
	"context"

	"vane"
)

// EventReader reads events; storage implements it.
type EventReader interface {
	// TopEvents lists the events that had posts in the window, at most limit, those with
	// most independent voices first, and tells how many there are.
	TopEvents(ctx context.Context, w vane.Window, limit int) (events []vane.Event, all uint64, err error)
	// Event is the event whose id begins with these hexadecimal digits.
	Event(ctx context.Context, id string) (vane.Event, error)
}

// EventKeeper keeps what analysts say of events, whatever later clusterings find. What
// can't be is a [Mistake].
type EventKeeper interface {
	// Merge says that events, named by their ids, are one.
	Merge(ctx context.Context, ids []string) error
	// Split says that posts of an event are about a thing of their own.
	Split(ctx context.Context, id string, posts []string) error
}

const (
	// usualEvents and mostEvents of a list.
	usualEvents = 20
	mostEvents  = 100
	// shownMembers of an event: its counts are of all.
	shownMembers = 20
)

// EventsQuery is what a list of events was asked with.
type EventsQuery struct {
	Window vane.Window `json:"window"`
}

// EventsCounts counts a list of events.
type EventsCounts struct {
	Events int    `json:"events" doc:"that there are; of them the largest are shown"`
	Shown  int    `json:"shown"`
	Posts  uint64 `json:"posts" doc:"sum over the events that are shown"`
}

// Events is the answer of [Desk.ListEvents].
type Events struct {
	Query  EventsQuery  `json:"query"`
	Counts EventsCounts `json:"counts"`
	Events []vane.Event `json:"events" nullable:"false" doc:"most independent voices first; of its posts the first 20 ids"`
}

// ListEvents lists the events that had posts in a window; limit 0 is 20.
func (d *Desk) ListEvents(ctx context.Context, from, to string, limit int) (Events, error) {
	if limit == 0 {
		limit = usualEvents
	}
	if limit < 1 || limit > mostEvents {
		return Events{}, mistake("limit", "%d events: use 1 to %d", limit, mostEvents)
	}
	w, err := d.window(from, to)
	if err != nil {
		return Events{}, err
	}
	found, all, err := d.Events.TopEvents(ctx, w, limit)
	if err != nil {
		return Events{}, err
	}
	a := Events{Query: EventsQuery{w}, Events: []vane.Event{}}
	for _, e := range found {
		a.Events = append(a.Events, shortEvent(e))
		a.Counts.Posts += e.Posts
	}
	a.Counts.Events, a.Counts.Shown = int(all), len(a.Events)
	return a, nil
}

// Event is one event with the texts of its cases, found by its whole id.
func (d *Desk) Event(ctx context.Context, id string) (vane.Event, error) {
	key, err := vane.ParseID(id)
	if err != nil || key.IsZero() {
		return vane.Event{}, mistake("id", "%q is no id of an event: write its 32 hexadecimal digits", Cut(id, 40))
	}
	return d.Events.Event(ctx, key.String())
}

// shortEvent is e with short texts, few members, and no absent lists.
func shortEvent(e vane.Event) vane.Event {
	e.Title = Cut(e.Title, evidenceLength)
	e.Members = append([]vane.ID{}, e.Members[:min(shownMembers, len(e.Members))]...)
	e.Cases = append([]vane.EvidencePost{}, e.Cases...)
	for i, c := range e.Cases {
		e.Cases[i].Title, e.Cases[i].Text = Cut(c.Title, evidenceLength), Cut(c.Text, evidenceLength)
	}
	for _, shares := range []*[]vane.Share{&e.Tags, &e.Regions, &e.Voices} {
		*shares = append([]vane.Share{}, *shares...)
	}
	e.Words = append([]string{}, e.Words...)
	e.Timeline = append([]vane.EventDay{}, e.Timeline...)
	return e
}
