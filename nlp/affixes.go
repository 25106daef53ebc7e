package nlp

import (
	"strings"
	"unicode/utf8"
)

// endings are words to look for at the end of a text, by their last character.
type endings map[rune][]string

func newEndings(words []string) endings {
	e := endings{}
	for _, w := range words {
		r, _ := utf8.DecodeLastRuneInString(w)
		e[r] = append(e[r], w)
	}
	return e
}

// end reports whether s ends with one of the words.
func (e endings) end(s string) bool {
	for _, w := range e[runeBefore(s, len(s))] {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// beginnings are words to look for at the beginning of a text, by their first character.
type beginnings map[rune][]string

func newBeginnings(words []string) beginnings {
	b := beginnings{}
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		b[r] = append(b[r], w)
	}
	return b
}

// begin reports whether s begins with one of the words.
func (b beginnings) begin(s string) bool {
	r, _ := runeAt(s, 0)
	return beginsWith(s, b[r])
}

// beginsWith reports whether s begins with one of a few words.
func beginsWith(s string, words []string) bool {
	for _, w := range words {
		if hasPrefix(s, w) {
			return true
		}
	}
	return false
}
