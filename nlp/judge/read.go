package judge

import (
	"math"
	"math/bits"
	"unicode/utf8"
)

// titleRunes is where the title of a post is, if it has one.
const titleRunes = 30

const runeBits = 21 // a code point has at most 21 bits

// Kinds of features, which never hash alike on purpose.
const (
	kindGram uint64 = 1 << 63
	kindSet  uint64 = 0
	inTitles uint64 = 0x5851F42D4C957F2D // makes another feature of a pair in the title
)

// hash mixes a number, by the halves of a product with an odd constant (as in wyhash).
func hash(x uint64) uint32 {
	high, low := bits.Mul64(x^0xA0761D6478BD642F, 0xE7037ED1A0B428DB)
	return uint32((high ^ low) >> 16)
}

// SetKey is the feature of a word set, by its words.
func SetKey(words []string) uint32 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, w := range words {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h = (h ^ 0xFF) * 1099511628211
	}
	return hash(kindSet | h>>1)
}

// eachGram calls do with the features of a text that its characters make, which may
// come more than once, and where they begin and end in it.
func eachGram(text string, do func(key uint32, from, to int)) {
	var a, b rune // the two characters before
	var atA, atB int
	n := 0
	for at := 0; at < len(text); n++ {
		c, end := runeAt(text, at)
		if n > 0 {
			pair := kindGram | uint64(b+1) | uint64(c+1)<<runeBits
			do(hash(pair), atB, end)
			if n <= titleRunes {
				do(hash(pair^inTitles), atB, end)
			}
			if n > 1 {
				do(hash(kindGram|uint64(a+1)|uint64(b+1)<<runeBits|uint64(c+1)<<(2*runeBits)), atA, end)
			}
		}
		a, b, atA, atB = b, c, atB, at
		at = end
	}
}

// runeAt is the character at i and where it ends: by hand where it is Chinese, as most
// are.
func runeAt(s string, i int) (r rune, end int) {
	if c := s[i]; c > 0xE0 && c < 0xED && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80 {
		return rune(c&0x0F)<<12 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F), i + 3
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	return r, i + n
}

// weight is that of a row for a lane, in units of its scale.
func (m *Model) weight(row, lane int) int {
	return int(m.table[row*m.words+lane/8]>>(8*(lane%8))&0xFF) - rowBias
}

// setWeight sets what was 0.
func (m *Model) setWeight(row, lane, weight int) {
	m.table[row*m.words+lane/8] |= uint64(weight+rowBias) << (8 * (lane % 8))
}

// knownBits is 64 KB: a tenth of them are set by the features of a model.
const knownBits = 1 << 19

// Row is the row of a feature.
func (m *Model) Row(key uint32) (int32, bool) {
	if m.known[key%knownBits/64]>>(key%64)&1 == 0 { // most often
		return -1, false
	}
	return m.find(key)
}

func (m *Model) find(key uint32) (int32, bool) {
	mask := uint32(len(m.places) - 1)
	for i := key & mask; m.places[i] != 0; i = (i + 1) & mask {
		if row := m.places[i] - 1; m.keys[row] == key {
			return int32(row), true
		}
	}
	return -1, false
}

// place builds the places of the rows: at most half of them are used.
func (m *Model) place() {
	m.known = make([]uint64, knownBits/64)
	m.places = make([]uint16, 1<<bits.Len(uint(2*len(m.keys))))
	mask := uint32(len(m.places) - 1)
	for row, key := range m.keys {
		m.known[key%knownBits/64] |= 1 << (key % 64)
		i := key & mask
		for m.places[i] != 0 {
			i = (i + 1) & mask
		}
		m.places[i] = uint16(row) + 1
	}
}

// sums adds rows, each once. The bytes of a row are added as words of four
// sixteen-bit sums, the even ones and the odd ones.
type sums struct {
	seen      []uint64 // rows
	even, odd []uint64
	pending   int     // rows in even and odd
	rows      int     // rows in total and even and odd
	total     []int32 // by lane, biased
	features  int     // of the text, known or not
}

const (
	evenBytes = 0x00FF00FF00FF00FF
	maxPended = 65535 / 255
	rowBias   = 128
)

func (s *sums) reset(m *Model) {
	n := (len(m.keys) + 63) / 64
	if len(s.seen) != n || len(s.even) != m.words {
		*s = sums{seen: make([]uint64, n), even: make([]uint64, m.words), odd: make([]uint64, m.words), total: make([]int32, 8*m.words)}
	}
	clear(s.seen)
	clear(s.total)
	s.rows, s.features = 0, 0
}

func (s *sums) addRow(m *Model, row int32) {
	if s.seen[row/64]>>(row%64)&1 != 0 {
		return
	}
	s.seen[row/64] |= 1 << (row % 64)
	if s.pending == maxPended {
		s.flush()
	}
	words := m.table[int(row)*m.words:][:m.words]
	even, odd := s.even[:len(words)], s.odd[:len(words)]
	for i, w := range words {
		even[i] += w & evenBytes
		odd[i] += w >> 8 & evenBytes
	}
	s.pending++
	s.rows++
}

func (s *sums) flush() {
	for i := range s.even {
		for k := range 4 {
			s.total[8*i+2*k] += int32(s.even[i] >> (16 * k) & 0xFFFF)
			s.total[8*i+2*k+1] += int32(s.odd[i] >> (16 * k) & 0xFFFF)
		}
		s.even[i], s.odd[i] = 0, 0
	}
	s.pending = 0
}

// read sums the rows of a case into logits, by lane. Long texts have more features,
// and are no surer for it.
func (m *Model) read(mem *Memory, c *Case) {
	s := &mem.sums
	s.reset(m)
	eachGram(c.Text, func(key uint32, _, _ int) {
		s.features++
		if row, ok := m.Row(key); ok {
			s.addRow(m, row)
		}
	})
	for _, row := range c.Sets {
		s.features++
		if row >= 0 {
			s.addRow(m, row)
		}
	}
	s.flush()
	mem.logits = mem.logits[:0]
	norm := float32(1 / math.Sqrt(float64(s.features+1)))
	for lane, b := range m.bias {
		sum := s.total[lane] - int32(rowBias*s.rows)
		mem.logits = append(mem.logits, b+float32(sum)*m.scale[lane]*norm)
	}
}

// Reason is a piece of a text that speaks for an issue.
type Reason struct{ From, To int }

// maxReasons are enough to see what the model looked at.
const maxReasons = 3

// Reasons are the pieces of a text that speak most for an issue, the strongest first.
// They don't overlap.
func (m *Model) Reasons(text string, lane int) []Reason {
	type piece struct {
		Reason
		weight int
	}
	var found []piece
	eachGram(text, func(key uint32, from, to int) {
		row, ok := m.Row(key)
		if !ok {
			return
		}
		w := m.weight(int(row), lane)
		if w <= 0 {
			return
		}
		for i := range found { // as few as maxReasons
			if p := &found[i]; from < p.To && p.From < to {
				if w > p.weight {
					*p = piece{Reason{from, to}, w}
				}
				return
			}
		}
		found = append(found, piece{Reason{from, to}, w})
		for i := len(found) - 1; i > 0 && found[i].weight > found[i-1].weight; i-- {
			found[i], found[i-1] = found[i-1], found[i]
		}
		found = found[:min(len(found), maxReasons)]
	})
	var reasons []Reason
	for _, p := range found {
		reasons = append(reasons, p.Reason)
	}
	return reasons
}
