package nlp

import "sort"

// scopes are the ends of the sentences and clauses of a folded text.
type scopes struct {
	sentences []int32 // byte offsets after each sentence, but for the last
	clauses   []int32
}

// scan finds the ends: 。！？；… and line breaks end a sentence; ，、： and spaces
// between Chinese characters end a clause as well.
func (sc *scopes) scan(s string) {
	sc.sentences, sc.clauses = sc.sentences[:0], sc.clauses[:0]
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 0xE4:
			i += 2 // most bytes: Chinese characters
		case c >= 'a' && c < 0xE2:
		case c == '!', c == '?', c == ';', c == '\n':
			sc.endSentence(i + 1)
		case c == ',', c == ':':
			if !between(s, i, isDigit) { // not in 1,000 or 12:30
				sc.clauses = append(sc.clauses, int32(i+1))
			}
		case c == ' ', c == '\t':
			if between(s, i, isWide) {
				sc.clauses = append(sc.clauses, int32(i+1))
			}
		case (c == 0xE3 || c == 0xE2) && i+2 < len(s):
			switch s[i : i+3] {
			case "。", "…":
				sc.endSentence(i + 3)
			case "、":
				sc.clauses = append(sc.clauses, int32(i+3))
			}
			i += 2
		}
	}
}

func (sc *scopes) endSentence(at int) {
	sc.sentences = append(sc.sentences, int32(at))
	sc.clauses = append(sc.clauses, int32(at))
}

// between reports whether is holds on both sides of s[i].
func between(s string, i int, is func(byte) bool) bool {
	return i > 0 && i+1 < len(s) && is(s[i-1]) && is(s[i+1])
}

// isWide reports whether a byte belongs to a character that is not ASCII.
func isWide(c byte) bool { return c >= 0x80 }

// unitOf is the number of the sentence or clause that holds the byte at.
func unitOf(ends []int32, at int32) int {
	return sort.Search(len(ends), func(i int) bool { return ends[i] > at })
}

// unit is the range of the sentence or clause that holds the byte at.
func unit(ends []int32, at, length int32) (from, to int32) {
	i := unitOf(ends, at)
	to = length
	if i < len(ends) {
		to = ends[i]
	}
	if i > 0 {
		from = ends[i-1]
	}
	return from, to
}
