package nlp

import (
	"math/bits"

	"vane"
)

const (
	// DefaultReprints is how many texts back copies are looked for: some days of a
	// busy installation, in about 50 MB.
	DefaultReprints = 1 << 17
	// maxReprints keeps the places of keys within 32 bits.
	maxReprints = 1 << 26
	// longestWalk is how many texts of one key a new one is compared with, latest
	// first. Texts that share a key are copies or few.
	longestWalk = 32
)

// Reprints finds copies among texts that come one after the other. It remembers the
// last texts, at most its capacity, in memory that it takes at once. What it answers
// depends on the texts before, in their order, and on nothing else. It is not safe for
// concurrent use.
type Reprints struct {
	places []place  // by the number of the text, modulo the capacity
	next   []uint32 // of each key of each place, where the text before with that key is
	heads  []uint32 // by key, where the latest text is; 0 is nowhere
	added  uint64
}

// place holds a remembered text.
type place struct {
	sketch Sketch
	first  vane.ID // of its group
	number uint64  // of the text, from 1
}

// NewReprints remembers at most that many texts, 1 to 64 million. It takes 360 bytes
// for each.
func NewReprints(capacity int) *Reprints {
	capacity = max(1, min(capacity, maxReprints))
	table := 1 << bits.Len(uint(capacity*sketchKeys/2))
	return &Reprints{
		places: make([]place, capacity),
		next:   make([]uint32, capacity*sketchKeys),
		heads:  make([]uint32, table),
	}
}

// Add tells which remembered text this one is a copy of, by the first of its group: its
// own id if it is none. It compares as [SameText] does; of several groups it chooses
// that of the most similar text. Groups that a later text connects stay as they are.
func (r *Reprints) Add(id vane.ID, s Sketch) (first vane.ID) {
	var buf [sketchKeys]uint32
	keys := keysOf(&s, &buf)
	p := r.find(&s, keys)
	if p == nil {
		r.remember(place{sketch: s, first: id}, keys)
		return id
	}
	first = p.first
	// The same text again is not remembered twice, or one notice that everybody posts
	// would leave no room; but it is renewed before it is forgotten.
	if p.sketch != s || r.added-p.number >= uint64(len(r.places)/2) {
		r.remember(place{sketch: s, first: first}, keys)
	}
	return first
}

// find is the remembered text that is most similar to a sketch, the earliest of
// equals, or nil.
func (r *Reprints) find(s *Sketch, keys []uint32) *place {
	var best *place
	bestSimilarity := 0.0
	for _, key := range keys {
		before := r.added + 1
		at := r.heads[key&uint32(len(r.heads)-1)]
		for n := 0; at != 0 && n < longestWalk; n++ {
			p := &r.places[(at-1)/sketchKeys]
			if p.number > before {
				break // the place holds a later text by now: what was before is forgotten
			}
			before = p.number
			if p.sketch == *s {
				return p
			}
			if sim, ok := copies(&p.sketch, s); ok && (sim > bestSimilarity || sim == bestSimilarity && p.number < best.number) {
				best, bestSimilarity = p, sim
			}
			at = r.next[at-1]
		}
	}
	return best
}

// remember puts a text in the place of the oldest.
func (r *Reprints) remember(p place, keys []uint32) {
	at := int(r.added % uint64(len(r.places)))
	r.added++
	p.number = r.added
	r.places[at] = p
	for k, key := range keys {
		head := &r.heads[key&uint32(len(r.heads)-1)]
		r.next[at*sketchKeys+k] = *head
		*head = uint32(at*sketchKeys+k) + 1
	}
}
