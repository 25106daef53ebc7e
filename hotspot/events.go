package hotspot

import (
	"cmp"
	"math"
	"slices"
	"time"

	"vane"
)

const (
	// indexed is how many of an event's heaviest features lead to it.
	indexed = 16
	// longestShelf is how many events one feature leads to, latest first: those that
	// share more are about a topic and not a thing.
	longestShelf = 64
	// mostCandidates are compared with a post in full.
	mostCandidates = 24
	// youngSimilarity is asked besides the configured one of a post that joins a lone
	// one, and less of the next, by the root of the event's posts: two posts about one
	// topic are often as similar as two about one event, but of an event of ten posts
	// one knows what it is about.
	youngSimilarity = 0.19
	// A post joins an event only if they share some names: features of most of the
	// event's posts, such that nameShare or more of the recent posts that have them are
	// the event's. 公积金 is in posts about many things, 丽发新城 in those of one event.
	nameShare   = 0.5
	namesShared = 2
	// namesFree is how many recent posts of others a name may be in besides, without
	// which an event of two could not begin.
	namesFree = 2
)

// Events clusters posts into events as they come. Posts should come in the order of
// their publication, by and large. Memory is bounded by the configuration, whatever
// comes, but for the ids of the posts and authors of what is open. What is found depends
// on the posts, their order and the corrections alone. It is not safe for concurrent use.
type Events struct {
	cfg     EventConfig
	rare    *rarity // over all posts
	recent  recency // over the last windows
	shelves map[feature][]*event
	of      map[vane.ID]*event // by member
	open    map[*event]struct{}
	words   corrections
	closed  []*event  // changed since they were last taken
	gone    []vane.ID // likewise, of events that became part of another
	now     time.Time // latest publication so far
	swept   time.Time
	number  uint64
	asked   uint64 // of candidates
	found   []*event
	buf     []weighted
}

// NewEvents is empty, and will respect the corrections.
func NewEvents(cfg EventConfig, words []vane.Correction) *Events {
	return &Events{
		cfg: cfg, rare: newRarity(), recent: newRecency(cfg.Window),
		shelves: map[feature][]*event{}, of: map[vane.ID]*event{}, open: map[*event]struct{}{},
		words: newCorrections(words),
	}
}

// Learn tells how posts are written without looking for an event in it. Events are
// found better when some thousand posts were learned from before the first is added.
func (es *Events) Learn(m vane.Mention) {
	es.buf = featuresOf(es.buf, &m)
	es.rare.add(es.buf, m.Words)
}

// Has reports whether the post is in an event that is open.
func (es *Events) Has(id vane.ID) bool { return es.of[id] != nil }

// Add puts a post into the event that it is about, or into a new one. original is the
// post that it is a near copy of, or its own id. A post that was added before is left
// where it is.
func (es *Events) Add(m vane.Mention, original vane.ID) {
	if es.of[m.ID] != nil || m.ID.IsZero() {
		return
	}
	es.now = later(es.now, m.PublishedAt)
	es.buf = featuresOf(es.buf, &m)
	told := es.rare.telling(es.buf)
	es.recent.add(m.PublishedAt, told)
	e := es.home(&m, original, told)
	if e == nil {
		es.number++
		e = newEvent(es.number, m.ID)
		es.open[e] = struct{}{}
	}
	es.unshelve(e)
	e.add(&m, told, original)
	es.of[m.ID] = e
	es.shelve(e)
	es.sweep()
}

// home is the open event that a post belongs to, or nil: that of the post it copies,
// or else the most similar.
func (es *Events) home(m *vane.Mention, original vane.ID, told []weighted) *event {
	if e := es.of[original]; e != nil && es.allowed(e, m.ID) {
		return e
	}
	var best *event
	most := 0.0
	for _, e := range es.candidates(told) {
		similarity := dot(told, e.centre) / e.length
		if similarity >= es.needed(e) && similarity >= most && (best == nil || similarity > most || e.number < best.number) &&
			m.PublishedAt.Sub(e.To) <= es.cfg.Window && es.shareName(told, e) && es.allowed(e, m.ID) {
			best, most = e, similarity
		}
	}
	return best
}

// needed is how similar a post must be to join the event.
func (es *Events) needed(e *event) float64 {
	return es.cfg.Similarity + youngSimilarity/math.Sqrt(float64(e.Posts))
}

// allowed reports whether the analyst did not say that the post is not of the event.
func (es *Events) allowed(e *event, id vane.ID) bool {
	for _, other := range es.words.apart[id] {
		if es.of[other] == e {
			return false
		}
	}
	return true
}

// candidates are the open events that share most with a post, by their features.
func (es *Events) candidates(told []weighted) []*event {
	es.asked++
	es.found = es.found[:0]
	for _, f := range told {
		for _, e := range es.shelves[f.feature] {
			if e.asked != es.asked {
				e.asked, e.score = es.asked, 0
				es.found = append(es.found, e)
			}
			e.score += f.weight
		}
	}
	if len(es.found) > mostCandidates {
		slices.SortFunc(es.found, func(a, b *event) int {
			return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.number, b.number))
		})
		es.found = es.found[:mostCandidates]
	}
	return es.found
}

// shareName reports whether a post and an event share a name.
func (es *Events) shareName(told []weighted, e *event) bool {
	names := 0
	for _, f := range told {
		i, ok := slices.BinarySearchFunc(e.centre, f.feature, func(w weighted, f feature) int { return cmp.Compare(w.feature, f) })
		if !ok || 2*uint64(e.centre[i].posts) < e.Posts {
			continue
		}
		with := float64(e.centre[i].posts)
		seen := es.recent.count(f.feature) - 1 // without this post
		if with >= nameShare*(seen-namesFree) {
			if names++; names == namesShared {
				return true
			}
		}
	}
	return false
}

func (es *Events) shelve(e *event) {
	e.shelved = heaviest(slices.Clone(e.centre), indexed)
	for _, f := range e.shelved {
		shelf := append(es.shelves[f.feature], e)
		if len(shelf) > longestShelf {
			shelf = slices.Delete(shelf, 0, 1)
		}
		es.shelves[f.feature] = shelf
	}
}

func (es *Events) unshelve(e *event) {
	for _, f := range e.shelved {
		shelf := es.shelves[f.feature]
		if i := slices.Index(shelf, e); i >= 0 {
			shelf = slices.Delete(shelf, i, i+1)
		}
		if len(shelf) == 0 {
			delete(es.shelves, f.feature)
			continue
		}
		es.shelves[f.feature] = shelf
	}
}

// sweep closes events that no post will join any more, now and then, and, when too
// many are open, those that have waited longest: lone posts first.
func (es *Events) sweep() {
	full := len(es.open) > es.cfg.MaxOpen
	if !full && es.now.Sub(es.swept) < es.cfg.Window/64 {
		return
	}
	es.swept = es.now
	es.unite()
	pinned := es.pinned()
	var waiting []*event
	for e := range es.open {
		switch {
		case pinned[e]:
		case es.now.Sub(e.To) > es.cfg.Window:
			es.close(e)
		default:
			waiting = append(waiting, e)
		}
	}
	if len(es.open) <= es.cfg.MaxOpen {
		return
	}
	slices.SortFunc(waiting, func(a, b *event) int {
		return cmp.Or(cmp.Compare(min(a.Posts, 2), min(b.Posts, 2)), a.To.Compare(b.To), cmp.Compare(a.number, b.number))
	})
	for _, e := range waiting[:len(waiting)/8] {
		es.close(e)
	}
}

// pinned are the events that stay open because the analyst joined them with posts
// that may be still to come.
func (es *Events) pinned() map[*event]bool {
	pinned := map[*event]bool{}
	for id := range es.words.together {
		if e := es.of[id]; e != nil {
			pinned[e] = true
		}
	}
	return pinned
}

func (es *Events) close(e *event) {
	es.unshelve(e)
	delete(es.open, e)
	for _, id := range e.Members {
		delete(es.of, id)
	}
	if e.changed && e.Posts >= uint64(es.cfg.MinPosts) {
		es.closed = append(es.closed, e)
	}
}

// Changed gives the events that are new or have new posts since it was last called,
// in the order of their first posts, whether they are open still or not. Events that
// the analyst merged are given as one.
func (es *Events) Changed() []vane.Event {
	es.unite()
	all := es.closed
	es.closed = nil
	done := map[*event]bool{}
	for e := range es.open {
		if !e.changed || done[e] {
			continue
		}
		group := es.merged(e)
		for _, g := range group {
			done[g] = true
		}
		if whole := joined(group); whole.Posts >= uint64(es.cfg.MinPosts) {
			all = append(all, whole)
		}
	}
	for e := range done {
		e.changed = false
	}
	slices.SortFunc(all, func(a, b *event) int { return cmp.Compare(a.number, b.number) })
	changed := make([]vane.Event, len(all))
	for i, e := range all {
		changed[i] = e.told(es.rare)
	}
	return changed
}

// merged is the events that the analyst made one with e, e among them, by number.
func (es *Events) merged(e *event) []*event {
	group := []*event{e}
	if len(es.words.together) == 0 {
		return group
	}
	for i := 0; i < len(group); i++ {
		for _, id := range group[i].Members {
			for _, other := range es.words.together[id] {
				if o := es.of[other]; o != nil && !slices.Contains(group, o) {
					group = append(group, o)
				}
			}
		}
	}
	slices.SortFunc(group, func(a, b *event) int { return cmp.Compare(a.number, b.number) })
	return group
}
