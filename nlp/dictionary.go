package nlp

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// dictionary cuts a text as gse does, in its words: along the path of the least
// distance, where the distance of a word is log₂(total frequency ÷ its frequency).
// What it cuts into words are units: characters, and runs of Latin letters and digits.
//
// It is a trie in a double array. The arc from a node of base b by a unit of code c is
// arcs[b+c], if the code of that is c; the arcs from the root are a table of their own.
type dictionary struct {
	codes   [1 << 16]uint16   // of the units of one character of the Basic Multilingual Plane; 0 for none
	others  map[string]uint16 // codes of the other units
	longest int               // bytes of the longest unit of others
	root    []arc             // by code
	arcs    []arc
	weights []weight
	routes  *sync.Pool // of *route
}

// arc is a unit and the node behind it: its code, the weight of the word that ends
// there, and the base of the arcs that go on. No arcs go on from base 0.
type arc uint64

const (
	maxWeights = 1 << 24
	maxBase    = 1 << 24
	noCode     = 1<<16 - 1 // of a free place of arcs
)

func newArc(code uint16, weight, base uint32) arc {
	return arc(code) | arc(weight)<<16 | arc(base)<<40
}

func (a arc) code() uint16   { return uint16(a) }                  //nolint:gosec // the lowest bits are the code
func (a arc) weight() uint32 { return uint32(a>>16) % maxWeights } //nolint:gosec // 24 bits
func (a arc) base() uint32   { return uint32(a >> 40) }            //nolint:gosec // 24 bits

// weight is what all words of one frequency have in common.
type weight struct {
	distance float32
	freq     float32
}

// Weights that are not of words.
const (
	noWord      = iota // no word ends here
	unknownUnit        // a unit that is no word: gse gives it the distance 32
)

// route is the room for finding one path.
type route struct {
	codes []uint16
	steps []step // one more than units
}

// step is the best way to the end of a unit.
type step struct {
	end      int32 // byte of the text
	distance float32
	from     int32 // unit that the last word begins with
	weight   uint32
}

// Segment lists the words of s.
func (d *dictionary) Segment(s string) []Token { return d.AppendTokens(nil, s) }

// AppendTokens appends the words of s to tokens.
func (d *dictionary) AppendTokens(tokens []Token, s string) []Token {
	p := d.routes.Get().(*route)
	defer d.routes.Put(p)
	n := d.read(p, s)
	d.find(p, n)
	count := 0
	for i := n; i > 0; i = int(p.steps[i].from) {
		count++
	}
	at := len(tokens) + count
	if cap(tokens) < at {
		tokens = append(make([]Token, 0, at), tokens...)
	}
	tokens = tokens[:at]
	for i := n; i > 0; {
		last := p.steps[i]
		i = int(last.from)
		at--
		tokens[at] = Token{int(p.steps[i].end), int(last.end), d.weights[last.weight].freq}
	}
	return tokens
}

// find is gse's path: forward over the units, along every word that begins at each. Of
// two ways of one length the earlier stays.
func (d *dictionary) find(p *route, units int) {
	codes, steps, arcs := p.codes[:units+1], p.steps[:units+1], d.arcs
	for i := range units {
		distance := steps[i].distance
		a := d.root[codes[i]]
		w := a.weight()
		if w == noWord {
			w = unknownUnit
		}
		steps[i+1].reach(distance+d.weights[w].distance, i, w)
		for j := i + 1; ; j++ {
			// No arc has the code 0 that stands behind the last unit.
			a = arcs[a.base()+uint32(codes[j])]
			if a.code() != codes[j] {
				break
			}
			if w := a.weight(); w != noWord {
				steps[j+1].reach(distance+d.weights[w].distance, i, w)
			}
		}
	}
}

// reach notes a way, unless a way that is as short is known. A distance of 0 is none.
func (s *step) reach(distance float32, from int, weight uint32) {
	if s.distance == 0 || s.distance > distance {
		s.distance, s.from, s.weight = distance, int32(from), weight
	}
}

// read splits s into units, and says how many there are.
func (d *dictionary) read(p *route, s string) int {
	if most := len(s) + 1; len(p.codes) < most {
		p.codes, p.steps = make([]uint16, most), make([]step, most)
	}
	codes, steps := p.codes[:len(s)+1], p.steps[:len(s)+1]
	steps[0] = step{}
	n := 0
	for i := 0; i < len(s); n++ {
		c := s[i]
		if c >= 0xE1 && c <= 0xEC && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80 {
			codes[n] = d.codes[rune(c&0x0F)<<12|rune(s[i+1]&0x3F)<<6|rune(s[i+2]&0x3F)]
			i += 3
		} else {
			end := unitAt(s, i)
			codes[n] = d.code(s[i:end])
			i = end
		}
		steps[n+1] = step{end: int32(i)}
	}
	codes[n] = 0
	return n
}

// unitAt is where the unit ends that begins at i: a character, or a run of letters and
// digits of at most two bytes each.
func unitAt(s string, i int) int {
	r, n := decode(s, i)
	end := i + n
	for isLatin(r, n) && end < len(s) {
		if r, n = decode(s, end); isLatin(r, n) {
			end += n
		}
	}
	return end
}

// isLatin reports whether a character of n bytes belongs to a run.
func isLatin(r rune, n int) bool {
	if r < utf8.RuneSelf {
		return isAlnum(byte(r)) //nolint:gosec // ASCII
	}
	return n == 2 && (unicode.IsLetter(r) || unicode.IsNumber(r))
}

// code is the code of a unit, in which capital letters count as small ones.
func (d *dictionary) code(unit string) uint16 {
	r, n := decode(unit, 0)
	switch {
	case n < len(unit) || r > 0xFFFF:
		if len(unit) > d.longest {
			return 0
		}
		return d.others[lower(unit)]
	case r == utf8.RuneError && n == 1:
		return 0
	case r >= 'A' && r <= 'Z':
		return d.codes[r|0x20]
	default:
		return d.codes[r]
	}
}

// lower writes the capital letters of ASCII small, as gse does.
func lower(unit string) string {
	isCapital := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	for i := range len(unit) {
		if isCapital(unit[i]) {
			small := []byte(unit)
			for j, c := range small {
				if isCapital(c) {
					small[j] = c | 0x20
				}
			}
			return string(small)
		}
	}
	return unit
}
