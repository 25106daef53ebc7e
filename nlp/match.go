package nlp

import (
	"strings"
	"unicode/utf8"
)

// hit is an occurrence of a pattern in a text, as a half-open range of bytes.
type hit struct {
	pattern  int32
	from, to int32
}

// matcher finds all occurrences of many words in one pass. A bitmap over hashes of
// two neighbouring characters rules out nearly every position; what passes is
// compared with the words that begin with these two.
type matcher struct {
	patterns []string
	bitmap   [bitmapSize / 64]uint64
	heads    []int32 // by pairHash & headMask: first pattern of the chain, or -1
	next     []int32 // by pattern: the next of its chain, or -1
	singles  [singlesSize / 64]uint64
	single   map[rune]int32 // patterns of one character
	edges    []edge
}

const (
	bitmapSize  = 1 << 17 // 16 KB: stays in the first cache, and under 5% full with 6,000 words
	singlesSize = 1 << 16
	headMask    = 1<<13 - 1
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
		patterns: patterns,
		heads:    make([]int32, headMask+1),
		next:     make([]int32, len(patterns)),
		single:   map[rune]int32{},
		edges:    make([]edge, len(patterns)),
	}
	for i := range m.heads {
		m.heads[i] = -1
	}
	for i, p := range patterns {
		m.add(int32(i), p)
	}
	return m
}

func (m *matcher) add(id int32, p string) {
	m.next[id] = -1
	m.edges[id] = edgesOf(p)
	first, n := decode(p, 0)
	if n == len(p) {
		m.single[first] = id
		m.singles[uint32(first)%singlesSize/64] |= 1 << (first % 64)
		return
	}
	second, _ := decode(p, n)
	h := pairHash(first, second)
	m.bitmap[h%bitmapSize/64] |= 1 << (h % 64)
	m.next[id], m.heads[h&headMask] = m.heads[h&headMask], id
}

// pairHash spreads the pairs of characters over the bitmap.
func pairHash(a, b rune) uint32 { return (uint32(a)*0x9E3779B1 + uint32(b)*0x85EBCA77) >> 8 }

// find appends the occurrences of all patterns in s to hits, ordered by where they
// begin. It allocates only when hits has no room.
func (m *matcher) find(s string, hits []hit) []hit {
	var before rune // the character before the current one
	start := -1     // where it begins
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		if start >= 0 {
			if h := pairHash(before, r); m.bitmap[h%bitmapSize/64]>>(h%64)&1 != 0 {
				hits = m.verify(s, start, h, hits)
			}
		}
		if m.singles[uint32(r)%singlesSize/64]>>(r%64)&1 != 0 {
			if id, ok := m.single[r]; ok && m.free(id, s, i, i+n) {
				hits = append(hits, hit{id, int32(i), int32(i + n)})
			}
		}
		before, start = r, i
		i += n
	}
	return hits
}

// verify compares what stands at start with the patterns of the chain of h.
func (m *matcher) verify(s string, start int, h uint32, hits []hit) []hit {
	for id := m.heads[h&headMask]; id >= 0; id = m.next[id] {
		p := m.patterns[id]
		if strings.HasPrefix(s[start:], p) && m.free(id, s, start, start+len(p)) {
			hits = append(hits, hit{id, int32(start), int32(start + len(p))})
		}
	}
	return hits
}

// free reports whether the Latin ends of pattern id are ends of a Latin word in s:
// app is not in happy, and 7天 is not in 17天.
func (m *matcher) free(id int32, s string, from, to int) bool {
	e := m.edges[id]
	if e == 0 {
		return true
	}
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

// decode is utf8.DecodeRuneInString at s[i:], quick for ASCII and Chinese.
func decode(s string, i int) (rune, int) {
	c := s[i]
	if c < utf8.RuneSelf {
		return rune(c), 1
	}
	if c >= 0xE1 && c <= 0xEC && i+2 < len(s) {
		c1, c2 := s[i+1], s[i+2]
		if c1&0xC0 == 0x80 && c2&0xC0 == 0x80 {
			return rune(c&0x0F)<<12 | rune(c1&0x3F)<<6 | rune(c2&0x3F), 3
		}
	}
	return utf8.DecodeRuneInString(s[i:])
}

// longestAt is the longest pattern that s has at i.
func (m *matcher) longestAt(s string, i int) (id int32, ok bool) {
	first, n := decode(s, i)
	if i+n >= len(s) {
		return 0, false
	}
	second, _ := decode(s, i+n)
	h := pairHash(first, second)
	if m.bitmap[h%bitmapSize/64]>>(h%64)&1 == 0 {
		return 0, false
	}
	id = -1
	for k := m.heads[h&headMask]; k >= 0; k = m.next[k] {
		if p := m.patterns[k]; hasPrefix(s[i:], p) && (id < 0 || len(p) > len(m.patterns[id])) {
			id = k
		}
	}
	return id, id >= 0
}
