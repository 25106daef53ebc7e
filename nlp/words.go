package nlp

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed dict/stop.txt
var stopTable string

var stopWords = sync.OnceValue(func() map[string]bool {
	stop := map[string]bool{}
	for line := range strings.Lines(stopTable) {
		if !strings.HasPrefix(line, "#") {
			for _, w := range strings.Fields(line) {
				stop[w] = true
			}
		}
	}
	return stop
})

// longestWord is more bytes than words have; what is longer is an address of a page
// or a run of one letter.
const longestWord = 48

// contentWords lists the words of a folded text that say what it is about: of two
// characters and more, no stop words, no numbers, nothing of the marks of redaction;
// each once, in order, at most most of them.
func contentWords(text string, tokens []Token, marks []span, most int) []string {
	stop := stopWords()
	seen := map[string]bool{}
	var words []string
	for _, t := range tokens {
		for len(marks) > 0 && int(marks[0].to) <= t.From {
			marks = marks[1:]
		}
		if len(marks) > 0 && int(marks[0].from) < t.To {
			continue
		}
		w := text[t.From:t.To]
		if len(w) < 2 || len(w) > longestWord || seen[w] || stop[w] || !isContent(w) {
			continue
		}
		if len(words) == most {
			break
		}
		seen[w] = true
		words = append(words, w)
	}
	return words
}

// isContent reports whether a word has two characters and a letter.
func isContent(w string) bool {
	letters := false
	for _, r := range w {
		letters = letters || unicode.IsLetter(r)
	}
	return letters && utf8.RuneCountInString(w) >= 2
}

// marksIn finds the marks of redaction in a folded text. They are no words of the
// post: [电话] must not make it one about phones.
func marksIn(text string) []span {
	var marks []span
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '[')
		if n < 0 {
			return marks
		}
		i += n
		for _, m := range foldedMarks() {
			if hasPrefix(text[i:], m) {
				marks = append(marks, span{int32(i), int32(i + len(m))})
				i += len(m) - 1
				break
			}
		}
		i++
	}
}

var foldedMarks = sync.OnceValue(func() []string {
	var folded []string
	for _, m := range []string{markPhone, markID, markCard, markMail, markWeChat, markQQ, markOrder, markPlate, markName, markAddress} {
		folded = append(folded, Fold(m).Text)
	}
	return folded
})
