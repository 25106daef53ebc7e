package nlp

import "math/bits"

// fingerprint is equal for copies of one folded text to the letter: only its essence
// counts, no punctuation, spaces, emoji or marks of forwarding. A text without letters
// and digits has fingerprint 0.
func fingerprint(text string) uint64 {
	var buf [essenceBuffer]rune
	return fingerprintOf(essence(text, buf[:0]))
}

// compared is what a folded text is compared by: its fingerprint and its sketch.
func compared(text string) (uint64, Sketch) {
	var buf [essenceBuffer]rune
	letters := essence(text, buf[:0])
	return fingerprintOf(letters), sketchOf(letters)
}

// The multipliers are those of wyhash, odd numbers with well mixed bits.
const mixA, mixB = 0xa0761d6478bd642f, 0xe7037ed1a0b428db

func fingerprintOf(letters []rune) uint64 {
	if len(letters) == 0 {
		return 0
	}
	h := uint64(mixA)
	for _, r := range letters {
		h = mix(h^uint64(r), mixB)
	}
	return max(mix(h^uint64(len(letters)), mixA), 1)
}

// mix is the 128-bit product of two numbers, folded to 64 bits.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
