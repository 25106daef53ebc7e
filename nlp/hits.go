package nlp

import (
	"math/bits"
	"slices"
)

// maxHits bounds what is remembered of one set of words in one text: a text that says
// the same a thousand times says it 256 times.
const maxHits = 256

// evaluation is the state of tagging one text. It is reused from text to text.
//
// A text hits hundreds of words, and wakes few rules: so the hits are only chained by
// their words, and the hits of a slot are gathered when a rule asks for them.
type evaluation struct {
	r       *rules
	text    string // as far as it is read
	length  int    // of the whole text, which the tokens cover
	subject int32  // where evidence may begin
	number  uint64 // of the text: what is of another text does not count
	scopes  scopes
	tokens  []Token
	hits    []hit    // by place
	next    []int32  // by hit: the next one of the same pattern, or -1
	seen    []uint64 // patterns that hit, 64 to a number
	chains  []chain  // by pattern, of those that hit
	slots   []slotHits
	met     []uint64 // needs of rules that the text meets, 64 to a number
	woken   []uint64 // rules to try: the text has all that they need
	order   []int32  // room for the hits of a slot
	spans   []span   // room for the results of nodes
	content *wordSet // words of the text
	wokenBy []uint8  // by issue: rules that the text wakes, at most 255
	judging judging
}

// chain is the hits of one pattern.
type chain struct{ first, last int32 }

// slotHits is the hits of a slot.
type slotHits struct {
	number uint64 // of the text
	hits   []hit
}

// newEvaluation has room for so many content words of a text.
func newEvaluation(r *rules, words int) *evaluation {
	return &evaluation{
		r:       r,
		seen:    make([]uint64, (len(r.matcher.patterns)+63)/64),
		chains:  make([]chain, len(r.matcher.patterns)),
		slots:   make([]slotHits, r.slots),
		met:     make([]uint64, len(r.needless)),
		woken:   make([]uint64, len(r.needless)/maxNeeds),
		content: newWordSet(words),
		wokenBy: make([]uint8, len(r.issues)),
	}
}

// begin finds the hits of a text and the rules that they wake.
func (e *evaluation) begin(text string, tokens []Token, marks []span) {
	e.subject = subjectEnd(text)
	e.text, e.length, e.tokens = text[:readEnd(text, e.subject)], len(text), tokens
	e.number++
	clear(e.woken)
	clear(e.seen)
	clear(e.met)
	e.scopes.scan(e.text)
	e.hits = outside(marks, e.r.matcher.find(e.text, e.hits[:0]))
	if len(e.hits) > 0 {
		e.chainHits()
		e.wake()
	}
}

// scopesOf is the scopes of the whole text, of which tagging read the beginning.
func (e *evaluation) scopesOf(text string) *scopes {
	if len(e.text) < len(text) {
		e.scopes.scan(text)
	}
	return &e.scopes
}

// outside keeps the hits that touch no mark.
func outside(marks []span, hits []hit) []hit {
	if len(marks) == 0 {
		return hits
	}
	kept := hits[:0]
	for _, h := range hits {
		for len(marks) > 0 && marks[0].to <= h.from {
			marks = marks[1:]
		}
		if len(marks) == 0 || h.to <= marks[0].from {
			kept = append(kept, h)
		}
	}
	return kept
}

// chainHits chains the hits of each pattern, and notes the rules that need it.
func (e *evaluation) chainHits() {
	if cap(e.next) < len(e.hits) {
		e.next = make([]int32, cap(e.hits))
	}
	e.next = e.next[:len(e.hits)]
	for i, h := range e.hits {
		e.next[i] = -1
		c := &e.chains[h.pattern]
		if e.hasSeen(h.pattern) {
			e.next[c.last] = int32(i)
			c.last = int32(i)
			continue
		}
		*c = chain{int32(i), int32(i)}
		e.seen[h.pattern/64] |= 1 << (h.pattern % 64)
		for _, need := range e.r.needsOf(h.pattern) {
			e.met[need.word] |= need.bits
		}
	}
}

// wake finds the rules all of whose needs are met. It is a superset of those that hold:
// where the hits stand is looked at by eval.
func (e *evaluation) wake() {
	for i := range e.woken {
		e.woken[i] = ^uint64(0)
		for n := i; n < len(e.met); n += len(e.woken) {
			e.woken[i] &= e.met[n] | e.r.needless[n]
		}
	}
}

// hasSeen reports whether the text has hits of a pattern.
func (e *evaluation) hasSeen(p int32) bool { return e.seen[p/64]>>(p%64)&1 != 0 }

// nextWoken is the first rule from number on that the text wakes.
func (e *evaluation) nextWoken(number int32) (int32, bool) {
	for n := int(number / 64); n < len(e.woken); n++ {
		if rest := e.woken[n] >> (number % 64); rest != 0 {
			return number + int32(bits.TrailingZeros64(rest)), true
		}
		number = int32(n+1) * 64
	}
	return 0, false
}

// slot lists the hits of a slot, by place, at most maxHits. A word in another word of
// the text is no hit, unless the slot is raw.
func (e *evaluation) slot(s int32) []hit {
	list := &e.slots[s]
	if list.number == e.number {
		return list.hits
	}
	list.number, list.hits = e.number, list.hits[:0]
	for _, i := range e.gather(s) {
		if h := e.hits[i]; s >= e.r.rawFrom || !e.straddled(h) {
			list.hits = append(list.hits, h)
		}
		if len(list.hits) == maxHits {
			break
		}
	}
	return list.hits
}

// gather lists the hits of the words of a slot, in order.
func (e *evaluation) gather(s int32) []int32 {
	e.order = e.order[:0]
	for _, p := range e.r.members.list(s) {
		if e.hasSeen(p) {
			for i := e.chains[p].first; i >= 0; i = e.next[i] {
				e.order = append(e.order, i)
			}
		}
	}
	slices.Sort(e.order)
	return e.order
}
