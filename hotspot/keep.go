package hotspot

import (
	"slices"
	"time"

	"vane"
)

// Keep gives episodes the identity of the hotspots that they go on from, as known
// from the last detection: counts change a little when late posts come in, and a
// hotspot must not start anew for that. Of the known ones that still lived and are
// not found any more, it gives their end: also of one whose episode turned out to be
// that of an earlier one.
func Keep(episodes []Episode, known []vane.Hotspot) (kept []Episode, ended []vane.Hotspot) {
	kept = slices.Clone(episodes)
	slices.SortStableFunc(kept, func(a, b Episode) int { return a.Window.From.Compare(b.Window.From) })
	known = slices.Clone(known)
	slices.SortStableFunc(known, func(a, b vane.Hotspot) int { return a.From.Compare(b.From) })
	taken := make([]bool, len(kept))
	for _, h := range known {
		i := 0
		for i < len(kept) && (taken[i] || !goesOn(kept[i], h)) {
			i++
		}
		switch {
		case i < len(kept):
			taken[i] = true
			kept[i].since(h.From)
		case h.State != vane.Closed:
			h.State = vane.Closed
			ended = append(ended, h)
		}
	}
	return kept, ended
}

// goesOn reports whether an episode is the hotspot, seen later.
func goesOn(e Episode, h vane.Hotspot) bool {
	until := h.To
	if h.State != vane.Closed {
		until = until.Add(closesAfter * time.Hour)
	}
	return e.Node == h.Node() && e.Window.From.Before(until) && h.From.Before(e.Window.To)
}

// Settled reports whether nothing has changed about an episode since it was stored as
// a hotspot that is over, so that it need not be looked at again.
func Settled(e Episode, h vane.Hotspot) bool {
	return e.State == vane.Closed && h.State == vane.Closed && e.Node == h.Node() &&
		e.Window.From.Equal(h.From) && e.Window.To.Equal(h.To)
}

// Unconfirmed adds to the episodes of the hours the sudden ones whose issue has none at
// the time.
func Unconfirmed(episodes, sudden []Episode) []Episode {
	for _, s := range sudden {
		if !slices.ContainsFunc(episodes, func(e Episode) bool {
			return e.Node.Tag == s.Node.Tag && s.Window.From.Before(e.Window.To.Add(latentFor)) && e.Window.From.Before(s.Window.To)
		}) {
			episodes = append(episodes, s)
		}
	}
	return episodes
}

// ToStore are the found hotspots that are worth keeping: the shown ones, and what
// became of those that were kept before. One that has cooled under what is shown is
// over.
func ToStore(found, shown, known []vane.Hotspot) []vane.Hotspot {
	is := func(h vane.Hotspot) func(vane.Hotspot) bool {
		return func(other vane.Hotspot) bool { return h.Node() == other.Node() && h.From.Equal(other.From) }
	}
	stored := slices.Clone(shown)
	for _, h := range found {
		before := slices.IndexFunc(known, is(h))
		if before < 0 || known[before].State == vane.Closed || slices.ContainsFunc(shown, is(h)) {
			continue
		}
		h.State = vane.Closed
		stored = append(stored, h)
	}
	return stored
}
