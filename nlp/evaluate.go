package nlp

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// span is a half-open range of bytes of the folded text.
type span struct{ from, to int32 }

const (
	// maxSpans bounds the places where one part of a rule is found to hold.
	maxSpans = 64
	// maxSentenceGap is how many characters may stand between A and B of A~B: people
	// write sentences of hundreds of characters, joined by commas, whose ends have
	// nothing to do with each other.
	maxSentenceGap = 40
	// maxGap is how many characters may stand between A and B of A>B.
	maxGap = 8
)

// eval lists where n holds, ordered by beginning, at most maxSpans places.
func (e *evaluation) eval(n *node, r *rule) []span {
	switch n.op {
	case opWord:
		return e.words(n.slot, r)
	case opAny:
		return e.any(n, r)
	case opNot:
		if found := e.eval(&n.kids[0], r); len(found) > 0 && len(e.eval(&n.kids[1], r)) == 0 {
			return found
		}
		return nil
	}
	a := e.eval(&n.kids[0], r)
	if len(a) == 0 {
		return nil
	}
	b := e.eval(&n.kids[1], r)
	if len(b) == 0 {
		return nil
	}
	switch n.op {
	case opBefore:
		return e.before(a, b)
	case opClause:
		return e.together(a, b, e.scopes.clauses, len(e.text))
	case opSentence:
		return e.together(a, b, e.scopes.sentences, maxSentenceGap)
	default:
		return e.closest(a, b)
	}
}

// words lists the hits of a slot that count for the rule's issue.
func (e *evaluation) words(slot int32, r *rule) []span {
	from := len(e.spans)
	for _, h := range e.slot(slot) {
		if len(e.spans)-from == maxSpans {
			break
		}
		if e.counts(h, r) {
			e.spans = append(e.spans, span{h.from, h.to})
		}
	}
	return e.spans[from:len(e.spans):len(e.spans)]
}

// counts reports whether a hit counts for the rule's issue: not inside a word that the
// issue excludes, and not negated where that matters.
func (e *evaluation) counts(h hit, r *rule) bool {
	is := &e.r.issues[r.issue]
	if is.exclude >= 0 {
		for _, x := range e.slot(is.exclude) {
			if x.from <= h.from && h.to <= x.to {
				return false
			}
		}
	}
	if r.terms || is.negatable[h.pattern] {
		return !e.negated(h)
	}
	return true
}

func (e *evaluation) any(n *node, r *rule) []span {
	var all []span
	for i := range n.kids {
		all = append(all, e.eval(&n.kids[i], r)...)
	}
	slices.SortFunc(all, func(a, b span) int { return int(a.from - b.from) })
	return all[:min(len(all), maxSpans)]
}

// before lists A…B where A ends before B begins, in one clause, with at most maxGap
// characters between.
func (e *evaluation) before(a, b []span) []span {
	from := len(e.spans)
	for _, x := range a {
		first := sort.Search(len(b), func(i int) bool { return b[i].from >= x.to })
		for _, y := range b[first:] {
			if y.from-x.to > maxGap*utf8.UTFMax || len(e.spans)-from == maxSpans {
				break
			}
			if e.near(x, y, maxGap) && inOneUnit(e.scopes.clauses, x.from, y.to) {
				e.spans = append(e.spans, span{x.from, y.to})
			}
		}
	}
	return e.spans[from:len(e.spans):len(e.spans)]
}

// together lists, for every A, the nearest B of the same sentence or clause with at
// most gap characters between.
func (e *evaluation) together(a, b []span, ends []int32, gap int) []span {
	from := len(e.spans)
	for _, x := range a {
		lo, hi := unit(ends, x.from, int32(len(e.text)))
		if x.to > hi {
			continue
		}
		best := span{0, -1}
		first := sort.Search(len(b), func(i int) bool { return b[i].from >= lo })
		for _, y := range b[first:] {
			if y.from >= hi {
				break
			}
			if h := hull(x, y); y.to <= hi && (best.to < 0 || h.to-h.from < best.to-best.from) && e.near(x, y, gap) {
				best = h
			}
		}
		if best.to >= 0 {
			e.spans = append(e.spans, best)
		}
	}
	found := e.spans[from:len(e.spans):len(e.spans)]
	slices.SortFunc(found, func(a, b span) int { return int(a.from - b.from) })
	return found
}

// near reports whether at most gap characters stand between two spans.
func (e *evaluation) near(a, b span, gap int) bool {
	from, to := min(a.to, b.to), max(a.from, b.from)
	switch bytes := int(to - from); {
	case bytes <= gap: // or they overlap
		return true
	case bytes > gap*utf8.UTFMax:
		return false
	default:
		return utf8.RuneCountInString(e.text[from:to]) <= gap
	}
}

// closest is the A and the B that are nearest to each other, anywhere in the text.
func (e *evaluation) closest(a, b []span) []span {
	best := hull(a[0], b[0])
	for _, x := range a {
		for _, y := range b {
			if h := hull(x, y); h.to-h.from < best.to-best.from {
				best = h
			}
		}
	}
	e.spans = append(e.spans, best)
	return e.spans[len(e.spans)-1 : len(e.spans) : len(e.spans)]
}

func hull(a, b span) span { return span{min(a.from, b.from), max(a.to, b.to)} }

// inOneUnit reports whether [from, to) lies in one sentence or clause.
func inOneUnit(ends []int32, from, to int32) bool {
	return unitOf(ends, from) == unitOf(ends, to-1)
}
