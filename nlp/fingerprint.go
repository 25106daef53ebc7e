package nlp

import (
	"math/bits"
	"unicode"
)

// fingerprint is equal for reprints of one folded text: punctuation, spaces and emoji
// do not count. A text without letters and digits has fingerprint 0.
func fingerprint(text string) uint64 {
	// The multipliers are those of wyhash, two odd numbers with well mixed bits.
	const a, b = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h, n := uint64(a), uint64(0)
	for i := 0; i < len(text); {
		r, size := decode(text, i)
		i += size
		if !isHan(r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		n++
		hi, lo := bits.Mul64(h^uint64(r), b)
		h = hi ^ lo
	}
	if n == 0 {
		return 0
	}
	hi, lo := bits.Mul64(h^n, a)
	return max(hi^lo, 1)
}
