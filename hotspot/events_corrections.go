package hotspot

import (
	"bytes"
	"slices"

	"vane"
)

// corrections are the analyst's words by post.
type corrections struct {
	together, apart map[vane.ID][]vane.ID
}

// newCorrections takes the latest word on each two posts.
func newCorrections(words []vane.Correction) corrections {
	type pair struct{ a, b vane.ID }
	latest := map[pair]vane.Correction{}
	var order []pair
	for _, w := range words {
		p := pair{w.A, w.B}
		if bytes.Compare(p.a[:], p.b[:]) > 0 {
			p = pair{w.B, w.A}
		}
		before, ok := latest[p]
		if !ok {
			order = append(order, p)
		}
		if !ok || !w.At.Before(before.At) {
			latest[p] = w
		}
	}
	c := corrections{map[vane.ID][]vane.ID{}, map[vane.ID][]vane.ID{}}
	for _, p := range order {
		side := c.apart
		if latest[p].Together {
			side = c.together
		}
		side[p.a] = append(side[p.a], p.b)
		side[p.b] = append(side[p.b], p.a)
	}
	return c
}

// Merge is the words that make one event of two.
func Merge(a, b vane.Event) []vane.Correction {
	return []vane.Correction{{A: a.ID, B: b.ID, Together: true}}
}

// Split is the words that take posts out of an event and make one event of them. The
// first post of an event can't leave it: the others would have no name.
func Split(e vane.Event, posts []vane.ID) []vane.Correction {
	var words []vane.Correction
	for i, id := range posts {
		if id == e.ID || slices.Contains(posts[:i], id) {
			continue
		}
		words = append(words, vane.Correction{A: e.ID, B: id})
		if i > 0 {
			words = append(words, vane.Correction{A: posts[0], B: id, Together: true})
		}
	}
	return words
}
