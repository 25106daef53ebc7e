package nlp

import (
	"math/bits"
	"unicode/utf8"
)

// hit is an occurrence of a pattern in a text, as a half-open range of bytes.
type hit struct {
	pattern  int32
	from, to int32
}

// matcher finds all occurrences of many words in one pass. A bitmap over hashes of
// two neighbouring characters rules out nearly every position; what passes is looked
// up by the two, and compared with the words that begin with them. A word of one
// character is looked up by that.
type matcher struct {
	patterns []string
	bitmap   []uint64 // a power of two of them
	places   []int32  // of pairs, by hash, at most half of them used; 0 for none, else the pair + 1
	pairs    []pair
	entries  []entry // patterns of two characters and more, by pair
	singles  [singlesSize / 64]uint64
	single   []uint16       // patterns of one character, by character; 0 for none, else the pattern + 1
	astral   map[rune]int32 // the same for characters that are not in single
	edges    []edge         // by pattern

	hasSingles bool
}

// pair is two characters with which patterns begin.
type pair struct {
	first, second rune
	whole         int32  // the pattern that is the pair, or -1
	from, to      int32  // entries
	edge          edge   // of whole
	thirds        uint64 // the lowest six bits of the third characters of its patterns
}

// entry is a pattern of two characters and more as the scan compares it.
type entry struct {
	third   rune // 0 for a pattern of two characters
	pattern int32
	length  int32 // bytes
	edge    edge
}

const (
	singlesSize = 1 << 16
)

// edge says which ends of a pattern must not touch more letters or digits.
type edge uint8

const (
	leftEdge edge = 1 << iota
	rightEdge
)

// newMatcher builds a matcher over folded, distinct, non-empty patterns.
func newMatcher(patterns []string) *matcher {
	m := &matcher{
		patterns: patterns, edges: make([]edge, len(patterns)),
		single: make([]uint16, singlesSize), astral: map[rune]int32{},
	}
	byPair := map[[2]rune][]entry{}
	var order [][2]rune
	for i, p := range patterns {
		m.edges[i] = edgesOf(p)
		first, n := decode(p, 0)
		if n == len(p) {
			m.addSingle(first, i)
			continue
		}
		second, k := decode(p, n)
		e := entry{pattern: int32(i), length: int32(len(p)), edge: m.edges[i]}
		if n+k < len(p) {
			e.third, _ = decode(p, n+k)
		}
		key := [2]rune{first, second}
		if byPair[key] == nil {
			order = append(order, key)
		}
		byPair[key] = append(byPair[key], e)
	}
	m.places = make([]int32, 1<<bits.Len(uint(2*len(order))))
	// At least 64 bits a pair: with fewer the bitmap is nearer, but then most of what
	// passes is no pair.
	m.bitmap = make([]uint64, 1<<bits.Len(uint(len(order))))
	for _, key := range order {
		m.addPair(key[0], key[1], byPair[key])
	}
	return m
}

func (m *matcher) addSingle(r rune, pattern int) {
	m.hasSingles = true
	m.singles[r%singlesSize/64] |= 1 << (r % 64)
	if r >= singlesSize {
		m.astral[r] = int32(pattern)
	} else {
		m.single[r] = uint16(pattern + 1)
	}
}

func (m *matcher) addPair(first, second rune, entries []entry) {
	p := pair{first: first, second: second, from: int32(len(m.entries)), whole: -1}
	for _, e := range entries {
		if e.third == 0 {
			p.whole, p.edge = e.pattern, e.edge
		} else {
			p.thirds |= 1 << (e.third % 64)
		}
		m.entries = append(m.entries, e)
	}
	p.to = int32(len(m.entries))
	m.pairs = append(m.pairs, p)
	h := pairHash(first, second)
	m.bitmap[h/64%uint32(len(m.bitmap))] |= 1 << (h % 64)
	for m.places[h%uint32(len(m.places))] != 0 {
		h++
	}
	m.places[h%uint32(len(m.places))] = int32(len(m.pairs))
}

// pairHash spreads the pairs of characters over the bitmap.
func pairHash(a, b rune) uint32 { return (uint32(a)*0x9E3779B1 + uint32(b)*0x85EBCA77) >> 8 }

// mayHave reports whether there may be a pair with this hash.
func (m *matcher) mayHave(h uint32) bool {
	return m.bitmap[h/64&uint32(len(m.bitmap)-1)]>>(h%64)&1 != 0
}

// pairOf is the pair of two characters, whose hash is h, or nil.
func (m *matcher) pairOf(a, b rune, h uint32) *pair {
	for mask := uint32(len(m.places) - 1); ; h++ {
		n := m.places[h&mask]
		if n == 0 {
			return nil
		}
		if p := &m.pairs[n-1]; p.first == a && p.second == b {
			return p
		}
	}
}

// find appends the occurrences of all patterns in s, which must be valid UTF-8, to
// hits, ordered by where they begin. It allocates only when hits has no room.
func (m *matcher) find(s string, hits []hit) []hit {
	var before rune // the character before the current one, 0 at the beginning
	start := 0      // where it begins
	bitmap := m.bitmap
	mask := uint32(len(bitmap) - 1)
	for i := 0; i < len(s); {
		// Decoding by hand: this loop is most of the time of matching.
		r, n := rune(s[i]), 1
		switch {
		case r < utf8.RuneSelf:
		case r >= 0xE0 && r < 0xF0 && i+2 < len(s):
			r, n = r&0x0F<<12|rune(s[i+1]&0x3F)<<6|rune(s[i+2]&0x3F), 3
		default:
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		if h := pairHash(before, r); bitmap[h/64&mask]>>(h%64)&1 != 0 {
			if p := m.pairOf(before, r, h); p != nil {
				hits = m.verify(s, start, i+n, p, hits)
			}
		}
		if m.hasSingles && m.isSingle(r) {
			hits = m.verifySingle(s, i, i+n, r, hits)
		}
		before, start = r, i
		i += n
	}
	return hits
}

// isSingle reports whether the character may be a pattern.
func (m *matcher) isSingle(r rune) bool { return m.singles[uint32(r)%singlesSize/64]>>(r%64)&1 != 0 }

// verify compares what stands at start with the patterns that begin with the pair p,
// which ends at next.
func (m *matcher) verify(s string, start, next int, p *pair, hits []hit) []hit {
	third := rune(0)
	if next < len(s) {
		third, _ = decode(s, next)
	}
	if third == 0 || p.thirds>>(third%64)&1 == 0 { // most often
		if p.whole >= 0 && (p.edge == 0 || p.edge.free(s, start, next)) {
			hits = append(hits, hit{p.whole, int32(start), int32(next)})
		}
		return hits
	}
	entries := m.entries[p.from:p.to]
	for i := range entries {
		e := &entries[i]
		end := start + int(e.length)
		if e.third != 0 && (e.third != third || end > len(s) || s[next:end] != m.patterns[e.pattern][next-start:]) {
			continue
		}
		if e.edge == 0 || e.edge.free(s, start, end) {
			hits = append(hits, hit{e.pattern, int32(start), int32(end)})
		}
	}
	return hits
}

// verifySingle looks up the character r between start and end.
func (m *matcher) verifySingle(s string, start, end int, r rune, hits []hit) []hit {
	id, ok := m.singleOf(r)
	if !ok || r < utf8.RuneSelf && !m.edges[id].free(s, start, end) {
		return hits
	}
	return append(hits, hit{id, int32(start), int32(end)})
}

// singleOf is the pattern that is the character r.
func (m *matcher) singleOf(r rune) (id int32, ok bool) {
	if r >= singlesSize {
		id, ok = m.astral[r]
		return id, ok
	}
	id = int32(m.single[r]) - 1
	return id, id >= 0
}

// mayBegin reports whether a pattern may begin with the character before i.
func (m *matcher) mayBegin(s string, i int, first rune) bool {
	if m.hasSingles && m.isSingle(first) {
		return true
	}
	if i >= len(s) {
		return false
	}
	second, _ := decode(s, i)
	return m.mayHave(pairHash(first, second))
}

// longestAt is the longest pattern that s has at i.
func (m *matcher) longestAt(s string, i int) (id int32, ok bool) {
	first, n := decode(s, i)
	if m.hasSingles && m.isSingle(first) {
		id, ok = m.singleOf(first)
	}
	if i+n >= len(s) {
		return id, ok
	}
	second, _ := decode(s, i+n)
	h := pairHash(first, second)
	if !m.mayHave(h) {
		return id, ok
	}
	pair := m.pairOf(first, second, h)
	if pair == nil {
		return id, ok
	}
	for _, e := range m.entries[pair.from:pair.to] {
		if p := m.patterns[e.pattern]; hasPrefix(s[i:], p) && (!ok || len(p) > len(m.patterns[id])) {
			id, ok = e.pattern, true
		}
	}
	return id, ok
}

// free reports whether the Latin ends of a pattern are ends of a Latin word in s: app
// is not in happy, and 7天 is not in 17天.
func (e edge) free(s string, from, to int) bool {
	if e&leftEdge != 0 && from > 0 && sameClass(s[from-1], s[from]) {
		return false
	}
	return e&rightEdge == 0 || to == len(s) || !sameClass(s[to-1], s[to])
}

func edgesOf(p string) (e edge) {
	if isLetter(p[0]) || isDigit(p[0]) {
		e |= leftEdge
	}
	if c := p[len(p)-1]; isLetter(c) || isDigit(c) {
		e |= rightEdge
	}
	return e
}

func sameClass(a, b byte) bool { return isLetter(a) && isLetter(b) || isDigit(a) && isDigit(b) }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// decode is utf8.DecodeRuneInString at s[i:], quick for ASCII, Chinese and full-width
// signs: for characters of three bytes, but for those whose second byte may not be
// just any.
func decode(s string, i int) (rune, int) {
	c := s[i]
	if c < utf8.RuneSelf {
		return rune(c), 1
	}
	if c > 0xE0 && c < 0xF0 && c != 0xED && i+2 < len(s) {
		c1, c2 := s[i+1], s[i+2]
		if c1&0xC0 == 0x80 && c2&0xC0 == 0x80 {
			return rune(c&0x0F)<<12 | rune(c1&0x3F)<<6 | rune(c2&0x3F), 3
		}
	}
	return utf8.DecodeRuneInString(s[i:])
}
