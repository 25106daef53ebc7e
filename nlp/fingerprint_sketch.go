package nlp

import (
	"encoding/binary"
	"math/bits"
	"strings"

	"vane"
)

// SketchSize is the size of a [Sketch] in bytes.
const SketchSize = 64

var _ [SketchSize]byte = Sketch{}

// Sketch stands for a text where texts are compared: copies that differ in a few
// characters have similar sketches. It is a function of the text alone, so that
// sketches of different days, machines and runs can be compared. It holds
//
//   - the number of letters of the text's essence (2 bytes, little-endian, at most
//     65535), then
//   - for up to 12 letters these letters, 3 bytes each;
//   - for more a one-permutation minhash of the set of their bigrams (Li, Owen, Zhang:
//     One Permutation Hashing, 2012), cut to 4 bits (Li, König: b-Bit Minwise Hashing,
//     2010): 124 bins, in each 0 where no bigram fell, else 1 to 15 for the least
//     hash that did.
//
// The zero sketch is that of a text without letters.
type Sketch = vane.Sketch

const (
	sketchHeader = 2                               // bytes of the number of letters
	bins         = 2 * (SketchSize - sketchHeader) // of 4 bits
	keptLetters  = fewestCompared - 1              // of a text that is kept as it is
)

// NewSketch makes the sketch of a folded text.
func NewSketch(folded string) Sketch {
	var buf [essenceBuffer]rune
	return sketchOf(essence(folded, buf[:0]))
}

func sketchOf(letters []rune) (s Sketch) {
	binary.LittleEndian.PutUint16(s[:], uint16(min(len(letters), 1<<16-1)))
	if len(letters) > keptLetters {
		minhash(letters, s[:])
		return s
	}
	for i, r := range letters {
		at := sketchHeader + 3*i
		s[at], s[at+1], s[at+2] = byte(r), byte(r>>8), byte(r>>16)
	}
	return s
}

// minhash writes the bins of the letters behind the header of to.
func minhash(letters []rune, to []byte) {
	var least [bins]uint32 // the complement of the least hash, so that 0 is none
	for i := 1; i < len(letters); i++ {
		h := mix(uint64(letters[i-1])<<32^uint64(letters[i])^mixA, mixB)
		bin := h >> 32 * bins >> 32
		least[bin] = max(least[bin], uint32(h)|1<<31)
	}
	for bin, h := range least {
		if h != 0 {
			value := 1 + uint64(h&0xFFFF)*15>>16
			to[sketchHeader+bin/2] |= byte(value) << (4 * (bin & 1))
		}
	}
}

// letterCount is how many letters the sketched text has.
func letterCount(s *Sketch) int { return int(binary.LittleEndian.Uint16(s[:])) }

// shortLetters are the letters of a sketch that keeps them.
func shortLetters(s *Sketch, buf *[keptLetters]rune) []rune {
	n := min(letterCount(s), keptLetters)
	for i := range n {
		at := sketchHeader + 3*i
		buf[i] = rune(s[at]) | rune(s[at+1])<<8 | rune(s[at+2])<<16
	}
	return buf[:n]
}

// binned is the sketch with bins: itself, or for a short text one made in buf.
func binned(s, buf *Sketch) *Sketch {
	if letterCount(s) > keptLetters {
		return s
	}
	var letters [keptLetters]rune
	*buf = Sketch{}
	minhash(shortLetters(s, &letters), buf[:])
	return buf
}

// Similarity estimates the Jaccard similarity of the sets of bigrams of two texts, from
// 0 to 1: the bins with equal values among those that are filled in one of the two. Its
// standard error for long texts of similarity 0.7 is 0.04; for texts of less than some
// fifty letters, whose bigrams mostly have bins of their own, it is less.
func Similarity(a, b Sketch) float64 {
	return similarity(&a, &b)
}

func similarity(a, b *Sketch) float64 {
	var bufA, bufB Sketch
	a, b = binned(a, &bufA), binned(b, &bufB)
	mask := ^uint64(1<<(8*sketchHeader) - 1) // leaves out the header, which is in the first word
	either, both, equal := 0, 0, 0
	for i := 0; i < SketchSize; i += 8 {
		x, y := binary.LittleEndian.Uint64(a[i:])&mask, binary.LittleEndian.Uint64(b[i:])&mask
		mask = ^uint64(0)
		fx, fy := filled(x), filled(y)
		either += bits.OnesCount64(fx | fy)
		both += bits.OnesCount64(fx & fy)
		equal += bits.OnesCount64(fx & fy &^ filled(x^y))
	}
	if either == 0 {
		return 0
	}
	// Of the bins with different bigrams one in fifteen has equal values by chance:
	// equal = true + (both-true)/15.
	return max(0, float64(15*equal-both)/14/float64(either))
}

// filled has the lowest bit of every group of four that is not zero.
func filled(x uint64) uint64 {
	x |= x >> 1
	x |= x >> 2
	return x & 0x1111111111111111
}

const (
	// sameSimilarity is what two texts must share to be copies of each other. One in
	// twenty letters changed leaves more in 19 of 20 texts of 13 to 24 letters, and in
	// nearly all longer ones; below, texts meet that only share a template.
	sameSimilarity = 0.65
	// fewestEdited is how many letters the longer of two short texts needs for one edit
	// to leave it the same: 退款 and 退货 are not.
	fewestEdited = 6
)

// SameText reports whether two sketches are of copies of one text: equal; or, up to 12
// letters, one character apart, which does not turn the meaning; or, beyond, similar by
// sameSimilarity or more, and one at most twice as long as the other.
func SameText(a, b Sketch) bool {
	_, same := copies(&a, &b)
	return same
}

// copies is SameText with the similarity: 1 for equal texts, and less for others.
func copies(a, b *Sketch) (float64, bool) {
	if *a == *b {
		return 1, true
	}
	shorter, longer := letterCount(a), letterCount(b)
	if shorter > longer {
		shorter, longer = longer, shorter
	}
	if longer <= keptLetters {
		var bufA, bufB [keptLetters]rune
		return 1 - 1.0/keptLetters, oneEdit(shortLetters(a, &bufA), shortLetters(b, &bufB))
	}
	if 2*shorter < longer {
		return 0, false // 好好好 and a line of it, too, that have the same bigrams
	}
	s := similarity(a, b)
	return s, s >= sameSimilarity
}

// oneEdit reports whether two short texts differ in one character that was put in, left
// out, exchanged for another or for its neighbour, and does not turn the meaning.
func oneEdit(a, b []rune) bool {
	if max(len(a), len(b)) < fewestEdited {
		return false
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0] {
		return !isASCIIDigit(a[0]) && !isASCIIDigit(a[1])
	}
	return max(len(a), len(b)) == 1 && !turns(string(a), string(b))
}

// turns reports whether one character instead of another, or of none, makes two short
// texts say different things: 2号线 is not 3号线, 没买到 is not 买到, and 很好 is not 很差.
func turns(a, b string) bool {
	const numbersAndNegations, judgements = "0123456789不没无未非别难", "好差坏烂快慢"
	return strings.ContainsAny(a+b, numbersAndNegations) ||
		a != "" && b != "" && strings.Contains(judgements, a) && strings.Contains(judgements, b)
}

func isASCIIDigit(r rune) bool { return r >= '0' && r <= '9' }
