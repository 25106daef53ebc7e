package nlp

import "math/bits"

const (
	// bandRows is how many bins of two sketches must agree for one of their keys to:
	// with fewer, texts that share nothing much would be compared too.
	bandRows = 4
	// sketchKeys is how many keys a sketch has at most: as many bands as there are bins
	// for. Of two texts with similarity s at least one key is equal with a probability
	// of about 1-(1-s^4)^31: 0.998 for 0.65, 0.85 for 0.5, 0.05 for 0.2.
	sketchKeys = bins / bandRows
	// fewestBanded is how many letters a text needs to be a copy of one of more than
	// keptLetters, which is at most twice as long.
	fewestBanded = (keptLetters + 2) / 2
)

// keysOf lists keys of a sketch: copies of one text have one in common, and other texts
// seldom do. Short texts have as keys themselves and what each deletion of a letter
// leaves, so that texts that are one edit apart have one in common.
func keysOf(s *Sketch, keys *[sketchKeys]uint32) []uint32 {
	n := 0
	if letterCount(s) <= keptLetters {
		n = shortKeys(s, keys)
		if letterCount(s) < fewestBanded {
			return keys[:n]
		}
	}
	var buf Sketch
	var rows [bins]uint16
	densify(binned(s, &buf), &rows)
	for ; n < sketchKeys; n++ {
		h := uint64(n)
		for _, row := range rows[n*bandRows : (n+1)*bandRows] {
			h = h<<11 | h>>53 ^ uint64(row)
		}
		keys[n] = uint32(mix(h^mixA, mixB))
	}
	return keys[:n]
}

// shortKeys are those of a text of at most keptLetters letters.
func shortKeys(s *Sketch, keys *[sketchKeys]uint32) int {
	var buf [keptLetters]rune
	letters := shortLetters(s, &buf)
	keys[0] = uint32(fingerprintOf(letters))
	if len(letters) < fewestEdited-1 {
		return 1
	}
	var rest [keptLetters]rune
	for i := range letters {
		copy(rest[:], letters[:i])
		copy(rest[i:], letters[i+1:])
		keys[1+i] = uint32(fingerprintOf(rest[:len(letters)-1]))
	}
	return 1 + len(letters)
}

// densify gives every bin a value: an empty one takes that of the next filled bin
// from a place on that depends on the bin alone (after Shrivastava: Optimal
// Densification for Fast and Accurate Minwise Hashing, 2017). The bin it comes from is
// part of the value, so that texts with few bigrams agree by chance less often.
func densify(s *Sketch, rows *[bins]uint16) {
	var full [2]uint64 // a bit per bin
	for bin := range bins {
		if binAt(s, bin) != 0 {
			full[bin>>6] |= 1 << (bin & 63)
		}
	}
	if full[0]|full[1] == 0 {
		return
	}
	for bin := range rows {
		donor := bin
		if full[bin>>6]>>(bin&63)&1 == 0 {
			donor = nextFull(&full, (bin*53+29)%bins)
		}
		rows[bin] = uint16(donor)<<4 | uint16(binAt(s, donor))
	}
}

func binAt(s *Sketch, bin int) byte { return s[sketchHeader+bin/2] >> (4 * (bin & 1)) & 15 }

// nextFull is the first bin from i on that is full, going round at the end.
func nextFull(full *[2]uint64, i int) int {
	word := i >> 6
	for _, m := range [3]uint64{full[word] >> (i & 63) << (i & 63), full[word^1], full[word]} {
		if m != 0 {
			return word<<6 | bits.TrailingZeros64(m)
		}
		word ^= 1
	}
	return i
}
