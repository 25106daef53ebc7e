package nlp

import (
	_ "embed"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed dict/stop.txt
var stopTable string

var stopWords = sync.OnceValue(func() *wordSet {
	var words []string
	for line := range strings.Lines(stopTable) {
		if !strings.HasPrefix(line, "#") {
			words = append(words, strings.Fields(line)...)
		}
	}
	stop := newWordSet(len(words))
	for _, w := range words {
		stop.add(hashWord(w), w)
	}
	return stop
})

// longestWord is more bytes than words have; what is longer is an address of a page
// or a run of one letter.
const longestWord = 48

// contentWords lists the words of a folded text that say what it is about: of two
// characters and more, no stop words, no numbers, nothing of the marks of redaction;
// each once, in order, as many as seen has room for. seen is emptied before.
func contentWords(seen *wordSet, text string, tokens []Token, marks []span) []string {
	stop := stopWords()
	seen.empty()
	for _, t := range tokens {
		for len(marks) > 0 && int(marks[0].to) <= t.From {
			marks = marks[1:]
		}
		if len(marks) > 0 && int(marks[0].from) < t.To {
			continue
		}
		w := text[t.From:t.To]
		if len(w) < 2 || len(w) > longestWord || !isContent(w) {
			continue
		}
		h := hashWord(w)
		if stop.has(h, w) || seen.has(h, w) {
			continue
		}
		if seen.full() {
			break
		}
		seen.add(h, w)
	}
	if len(seen.words) == 0 {
		return nil
	}
	return slices.Clone(seen.words)
}

// wordSet is some words in the order in which they were added. It is emptied without
// touching its places.
type wordSet struct {
	words  []string
	most   int
	places []wordPlace // by hash, at most half of them used
	number uint64      // of the filling: a place of another one is free
}

// wordPlace is a place of a set.
type wordPlace struct {
	number uint64
	hash   uint32
	word   int32
}

func newWordSet(most int) *wordSet {
	return &wordSet{most: most, places: make([]wordPlace, 1<<bits.Len(uint(2*most))), number: 1}
}

func (s *wordSet) empty() { s.words, s.number = s.words[:0], s.number+1 }

func (s *wordSet) full() bool { return len(s.words) == s.most }

// has reports whether w is in the set, given its hash.
func (s *wordSet) has(hash uint32, w string) bool {
	for i := int(hash); ; i++ {
		p := &s.places[i&(len(s.places)-1)]
		if p.number != s.number {
			return false
		}
		if p.hash == hash && s.words[p.word] == w {
			return true
		}
	}
}

// add adds a word that is not in the set, which is not full.
func (s *wordSet) add(hash uint32, w string) {
	i := int(hash)
	for s.places[i&(len(s.places)-1)].number == s.number {
		i++
	}
	s.places[i&(len(s.places)-1)] = wordPlace{s.number, hash, int32(len(s.words))}
	s.words = append(s.words, w)
}

// hashWord mixes eight bytes at a time: most words are shorter.
func hashWord(w string) uint32 {
	h := uint64(len(w))
	for ; len(w) >= 8; w = w[8:] {
		h = mix(h^uint64(w[0])^uint64(w[1])<<8^uint64(w[2])<<16^uint64(w[3])<<24^
			uint64(w[4])<<32^uint64(w[5])<<40^uint64(w[6])<<48^uint64(w[7])<<56, mixB)
	}
	for i := range len(w) {
		h ^= uint64(w[i]) << (8 * i)
	}
	return uint32(mix(h, mixA))
}

// isContent reports whether a word has two characters and a letter.
func isContent(w string) bool {
	if w[0] >= 0xE5 && w[0] <= 0xE9 && len(w) >= 6 {
		return true // most words: 倀, U+5000, to U+9FFF are letters
	}
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
