package hotspot

import (
	"cmp"
	"slices"

	"vane"
)

const (
	// unitedSimilarity is how similar the centres of two events must be to be one: what
	// many write about in many ways begins as several.
	unitedSimilarity = 0.25
	// unitedPosts are the fewest posts of an event whose centre says what it is about.
	unitedPosts = 3
	// unitedName is the share of all posts up to which a feature that most posts of both
	// have names a thing, and not a topic.
	unitedName = 0.03
)

// unite makes one of events that turn out to be about one thing.
func (es *Events) unite() {
	var changed []*event
	for e := range es.open {
		if e.changed && e.Posts >= unitedPosts {
			changed = append(changed, e)
		}
	}
	slices.SortFunc(changed, func(a, b *event) int { return cmp.Compare(a.number, b.number) })
	for _, e := range changed {
		for e != nil {
			if _, open := es.open[e]; !open {
				break
			}
			e = es.absorbTwin(e)
		}
	}
}

// absorbTwin makes one of an event and the most similar one that is about the same
// thing. It gives that one event, or nil if there is no other.
func (es *Events) absorbTwin(e *event) *event {
	var twin *event
	most := unitedSimilarity
	for _, o := range es.candidates(e.shelved) {
		if o == e || o.Posts < unitedPosts || es.gap(e, o) || !es.mayUnite(e, o) {
			continue
		}
		if s := dot(e.centre, o.centre) / (e.length * o.length); s >= most && es.shareNames(e, o) {
			twin, most = o, s
		}
	}
	if twin == nil {
		return nil
	}
	first, second := e, twin
	if second.number < first.number {
		first, second = second, first
	}
	es.unshelve(first)
	es.unshelve(second)
	delete(es.open, second)
	first.absorb(second)
	first.changed = true
	for _, id := range second.Members {
		es.of[id] = first
	}
	es.gone = append(es.gone, second.ID)
	es.shelve(first)
	return first
}

// gap reports whether more time lies between two events than one waits for a post.
func (es *Events) gap(a, b *event) bool {
	return a.From.Sub(b.To) > es.cfg.Window || b.From.Sub(a.To) > es.cfg.Window
}

// mayUnite reports whether the analyst did not say that the two are apart.
func (es *Events) mayUnite(a, b *event) bool {
	for id, others := range es.words.apart {
		for _, other := range others {
			if es.of[id] == a && es.of[other] == b {
				return false
			}
		}
	}
	return true
}

// shareNames reports whether two events have names in common.
func (es *Events) shareNames(a, b *event) bool {
	names := 0
	for _, f := range a.centre {
		i, ok := slices.BinarySearchFunc(b.centre, f.feature, func(w weighted, f feature) int { return cmp.Compare(w.feature, f) })
		if ok && 2*uint64(f.posts) >= a.Posts && 2*uint64(b.centre[i].posts) >= b.Posts &&
			float64(es.rare.count(f.feature)) <= unitedName*float64(es.rare.posts) {
			names++
		}
	}
	return names >= namesShared
}

// Gone gives the events that were found to be part of another one since it was last
// called: their ids are no events any more.
func (es *Events) Gone() []vane.ID {
	gone := es.gone
	es.gone = nil
	return gone
}
