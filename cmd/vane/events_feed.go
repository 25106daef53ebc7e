package main

import (
	"bytes"
	"cmp"
	"slices"

	"vane"
	"vane/hotspot"
	"vane/nlp"
)

// eventFeed gives posts to a clustering, near copies found first.
type eventFeed struct {
	events *hotspot.Events
	copies *nlp.Reprints
}

func newEventFeed(cfg hotspot.EventConfig, words []vane.Correction) *eventFeed {
	return &eventFeed{hotspot.NewEvents(cfg, words), nlp.NewReprints(nlp.DefaultReprints)}
}

// add gives posts in the order of their publication.
func (f *eventFeed) add(mentions []vane.Mention) {
	slices.SortFunc(mentions, func(a, b vane.Mention) int {
		return cmp.Or(a.PublishedAt.Compare(b.PublishedAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
	for _, m := range mentions {
		original := m.ID
		if m.Sketch != (vane.Sketch{}) { // that of texts without letters, which are no copies
			original = f.copies.Add(m.ID, m.Sketch)
		}
		f.events.Add(m, original)
	}
}
