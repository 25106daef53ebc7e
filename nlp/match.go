package nlp

import "unicode/utf8"

// hit is an occurrence of a pattern in a text, as a half-open range of bytes.
type hit struct {
	pattern  int32
	from, to int32
}

// matcher finds all occurrences of many words in one pass. A bitmap over hashes of
// two neighbouring characters rules out nearly every position; what passes is
// compared with the words that begin with these two. A word of one character is
// looked up by that.
type matcher struct {
	patterns []string
	bitmap   [bitmapSize / 64]uint64
	starts   [buckets + 1]int32 // by bucket of a pair: its first entry
	entries  []entry            // patterns of two characters and more, by bucket
	singles  [singlesSize / 64]uint64
	single   []uint16 // patterns of one character, by character; 0 for none, else the pattern + 1
	edges    []edge   // by pattern
}

// entry is a pattern as the scan compares it: character by character up to the third.
type entry struct {
	first, second, third rune // third is 0 for a pattern of two characters
	pattern              int32
}

const (
	bitmapSize  = 1 << 17 // 16 KB: stays in the first cache, and under 5% full with 6,000 words
	buckets     = 1 << 13
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
	m := &matcher{patterns: patterns, edges: make([]edge, len(patterns)), single: make([]uint16, singlesSize)}
	byBucket := make([][]entry, buckets)
	count := 0
	for i, p := range patterns {
		m.edges[i] = edgesOf(p)
		first, n := decode(p, 0)
		if n == len(p) {
			m.single[uint32(first)%singlesSize] = uint16(i + 1)
			m.singles[uint32(first)%singlesSize/64] |= 1 << (first % 64)
			continue
		}
		e := entry{first: first, pattern: int32(i)}
		second, k := decode(p, n)
		e.second = second
		if n+k < len(p) {
			e.third, _ = decode(p, n+k)
		}
		h := pairHash(first, second)
		m.bitmap[h%bitmapSize/64] |= 1 << (h % 64)
		byBucket[h%buckets] = append(byBucket[h%buckets], e)
		count++
	}
	m.entries = make([]entry, 0, count)
	for b, entries := range byBucket {
		m.starts[b] = int32(len(m.entries))
		m.entries = append(m.entries, entries...)
	}
	m.starts[buckets] = int32(len(m.entries))
	return m
}

// pairHash spreads the pairs of characters over the bitmap.
func pairHash(a, b rune) uint32 { return (uint32(a)*0x9E3779B1 + uint32(b)*0x85EBCA77) >> 8 }

// find appends the occurrences of all patterns in s, which must be valid UTF-8, to
// hits, ordered by where they begin. It allocates only when hits has no room.
func (m *matcher) find(s string, hits []hit) []hit {
	var before rune // the character before the current one
	start := -1     // where it begins
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
		if start >= 0 {
			if h := pairHash(before, r); m.bitmap[h%bitmapSize/64]>>(h%64)&1 != 0 {
				hits = m.verify(s, start, i+n, before, r, h, hits)
			}
		}
		if m.singles[uint32(r)%singlesSize/64]>>(r%64)&1 != 0 {
			if id := int32(m.single[uint32(r)%singlesSize]) - 1; hasPrefix(s[i:], m.patterns[id]) && m.free(id, s, i, i+n) {
				hits = append(hits, hit{id, int32(i), int32(i + n)})
			}
		}
		before, start = r, i
		i += n
	}
	return hits
}

// verify compares what stands at start with the patterns of the bucket of h. The first
// two characters are a and b, and end at next.
func (m *matcher) verify(s string, start, next int, a, b rune, h uint32, hits []hit) []hit {
	third := rune(-1)
	for _, e := range m.entries[m.starts[h%buckets]:m.starts[h%buckets+1]] {
		if e.first != a || e.second != b {
			continue
		}
		end := next
		if e.third != 0 {
			if third < 0 && next < len(s) {
				third, _ = decode(s, next)
			}
			if e.third != third {
				continue
			}
			p := m.patterns[e.pattern]
			if !hasPrefix(s[start:], p) {
				continue
			}
			end = start + len(p)
		}
		if m.free(e.pattern, s, start, end) {
			hits = append(hits, hit{e.pattern, int32(start), int32(end)})
		}
	}
	return hits
}

// longestAt is the longest pattern that s has at i.
func (m *matcher) longestAt(s string, i int) (id int32, ok bool) {
	first, n := decode(s, i)
	id = int32(m.single[uint32(first)%singlesSize]) - 1
	if i+n >= len(s) {
		return id, id >= 0
	}
	second, _ := decode(s, i+n)
	h := pairHash(first, second)
	if m.bitmap[h%bitmapSize/64]>>(h%64)&1 == 0 {
		return id, id >= 0
	}
	for _, e := range m.entries[m.starts[h%buckets]:m.starts[h%buckets+1]] {
		if p := m.patterns[e.pattern]; hasPrefix(s[i:], p) && (id < 0 || len(p) > len(m.patterns[id])) {
			id = e.pattern
		}
	}
	return id, id >= 0
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
