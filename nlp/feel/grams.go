package feel

import (
	"encoding/binary"
	"math/bits"
)

// lanes is how many numbers the table has for each n-gram: they are bytes side by
// side, so that one load brings them and one addition adds four.
const lanes = 1 + embed

// Lanes of the table.
const (
	laneBayes = 0 // a linear model of its own, weighted by naive Bayes
	laneEmbed = 1 // the first of embed lanes, which the network reads
	embed     = 4 // 2 to 8 do equally well; fewer lanes leave room for more n-grams
)

const bias = 128 // bytes of the table are stored with it, so that they add without sign

// gramsPerRune is how many n-grams begin at a rune: a pair and a triple. Single
// characters and longer n-grams did not help.
const gramsPerRune = 2

const runeBits = 21 // a code point has at most 21 bits

// gramSum is the sum over the n-grams of a clause.
type gramSum struct {
	lane [lanes]int32
	n    int32 // n-grams counted
}

// gramHash mixes up to three code points, which fit into 63 bits: the two halves of a
// product with an odd constant (as in wyhash).
func gramHash(packed uint64) uint64 {
	high, low := bits.Mul64(packed^0xA0761D6478BD642F, 0xE7037ED1A0B428DB)
	return high ^ low
}

// filter is a set of hashes, one bit each: which n-grams were seen often enough in
// training. Without it a rare n-gram would add the weights of another.
type filter []uint64 // its length is a power of two

func (f filter) has(h uint64) uint64 { return f[h>>6&uint64(len(f)-1)] >> (h & 63) & 1 }
func (f filter) add(h uint64)        { f[h>>6&uint64(len(f)-1)] |= 1 << (h & 63) }

// entry is the place of a hash in a table of n entries.
func entry(h uint64, n int) int { return int(h >> 32 * uint64(n) >> 32) }

// pack2 and pack3 are an n-gram as one number; pack1 begins one. Codes are one more
// than the code point: a NUL is a character too.
func pack1(a rune) uint64             { return uint64(a) + 1 }
func pack2(one uint64, b rune) uint64 { return one | uint64(b+1)<<runeBits }
func pack3(two uint64, c rune) uint64 { return two | uint64(c+1)<<(2*runeBits) }

// grams is the hashes of the n-grams at runes[i].
func grams(runes []rune, i int) (hashes [gramsPerRune]uint64, n int) {
	if i+1 >= len(runes) {
		return hashes, 0
	}
	pair := pack2(pack1(runes[i]), runes[i+1])
	hashes[0] = gramHash(pair)
	if i+2 >= len(runes) {
		return hashes, 1
	}
	hashes[1] = gramHash(pack3(pair, runes[i+2]))
	return hashes, 2
}

// table is the lanes of all entries, biased, and loadBytes-lanes bytes more so that
// the last entry too is read by one load.
type table []byte

const loadBytes = 8

func (t table) entries() int { return (len(t) - (loadBytes - lanes)) / lanes }

// sum adds the table over the n-grams of each clause that are not covered.
func (s *reading) sum(t table, known filter) {
	s.sums = s.sums[:0]
	for _, c := range s.clauses {
		var g gramSum
		for from := c.from; from < c.to; from += runesPerFlush {
			g.addRange(s, t, known, from, min(from+runesPerFlush, c.to))
		}
		s.sums = append(s.sums, g)
	}
}

// runesPerFlush keeps sixteen-bit sums of bytes from overflowing.
const runesPerFlush = 65535 / 255 / gramsPerRune

const evenBytes = 0x00FF00FF00FF00FF

// addRange adds the n-grams that begin in [from, to). The bytes of an entry are added
// as two words of four sixteen-bit sums.
func (g *gramSum) addRange(s *reading, t table, known filter, from, to int) {
	var even, odd, n uint64
	entries := uint64(t.entries())
	runes := s.runes
	for i := from; i < to; i++ {
		if s.zone[i] {
			continue
		}
		if i+1 == len(runes) {
			break
		}
		pair := pack2(pack1(runes[i]), runes[i+1])
		e, in := t.get(known, entries, pair)
		even, odd, n = even+e&evenBytes, odd+e>>8&evenBytes, n+in
		if i+2 == len(runes) {
			break
		}
		e, in = t.get(known, entries, pack3(pair, runes[i+2]))
		even, odd, n = even+e&evenBytes, odd+e>>8&evenBytes, n+in
	}
	for k := range g.lane {
		word := even
		if k%2 == 1 {
			word = odd
		}
		g.lane[k] += int32(word>>(16*(k/2))&0xFFFF) - bias*int32(n)
	}
	g.n += int32(n)
}

// get is the bytes of an n-gram and 1, or zeros and 0 if it is not known. It masks and
// does not branch, since which n-grams are known cannot be predicted.
func (t table) get(known filter, entries, key uint64) (e, in uint64) {
	h := gramHash(key)
	in = known.has(h)
	return binary.LittleEndian.Uint64(t[h>>32*entries>>32*lanes:]) & -in, in
}
