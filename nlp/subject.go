package nlp

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

const (
	// subject is how many characters of a text may begin the evidence of a tag. What
	// stands further down is background, other grievances and what law says: on
	// labelled posts two in three of such tags were wrong.
	subject = 400
	// askedSubject is the same for a text whose title is a question: below it stands
	// the news that it asks about, with much that it doesn't.
	askedSubject = 200
	// overhang is how many bytes beyond the subject are read to end its last sentence:
	// evidence that begins in it may end there, and be denied there.
	overhang = 240
)

// subjectEnd is the byte offset at which the subject of a folded text ends.
func subjectEnd(text string) int32 {
	most := subject
	if len(text) > askedSubject && titleIsQuestion(text) {
		most = askedSubject
	}
	return int32(runesEnd(text, most))
}

// readEnd is the byte offset up to which a folded text with this subject is read: the
// end of the last sentence of the subject, if it is near.
func readEnd(text string, subject int32) int32 {
	rest := text[subject:]
	if len(rest) > overhang {
		rest = clip(rest, overhang)
	}
	if i := strings.IndexAny(rest, "。!?;\n"); i >= 0 {
		_, n := decode(rest, i)
		rest = rest[:i+n]
	}
	return subject + int32(len(rest))
}

// runesEnd is the byte offset behind the first n characters of a text, or its end. It
// counts eight bytes at a time.
func runesEnd(text string, n int) int {
	if len(text) <= n {
		return len(text)
	}
	const each = 0x0101010101010101 // the lowest bit of each byte
	i := 0
	for ; i+8 <= len(text) && n > 8; i += 8 {
		x := load8(text, i)
		n -= bits.OnesCount64((^x>>7 | x>>6) & each) // characters that begin here
	}
	for ; i < len(text); i++ {
		if utf8.RuneStart(text[i]) {
			if n == 0 {
				return i
			}
			n--
		}
	}
	return len(text)
}
