package feel

import "unicode"

// Bounds on what is read of a post, so that a hostile one costs no more than a long
// one: a post longer than maxRunes is judged by its beginning.
const (
	maxRunes   = 2048
	maxHits    = 1024
	maxClauses = 256
)

// clauseLetters is how many characters a clause has at least: a shorter one, such
// as 唉, belongs to the next.
const clauseLetters = 4

// reading is the working memory for one text. It is reused, so that reading
// allocates nothing.
type reading struct {
	runes   []rune // ^ text $: letters, one mark for each run of other marks, and ! ? ~ …
	zone    []bool // whether the n-grams at a rune are left out: the lexicon knows better
	clauses []span // of runes
	hits    []hit  // words of the lexicon, in order
	letters int
	exclaim int
	asks    int
	sums    []gramSum // by clause
}

type span struct{ from, to int }

// hit is a word of the lexicon in a text.
type hit struct {
	term
	from, to int // in runes
	clause   int
}

func newReading() *reading {
	return &reading{
		runes:   make([]rune, 0, maxRunes+2),
		zone:    make([]bool, 0, maxRunes+2),
		clauses: make([]span, 0, maxClauses),
		hits:    make([]hit, 0, maxHits),
		sums:    make([]gramSum, 0, maxClauses),
	}
}

// Marks of a reading: the beginning, the end, and any punctuation or space.
const (
	markStart = '^'
	markEnd   = '$'
	markBreak = ','
)

// read splits text, which need not be folded, into letters and clauses.
func (s *reading) read(text string) {
	s.runes = append(s.runes[:0], markStart)
	s.clauses, s.hits = s.clauses[:0], s.hits[:0]
	s.letters, s.exclaim, s.asks = 0, 0, 0
	start, inClause, wasLetter := 0, 1, false
	for _, r := range text {
		if len(s.runes) > maxRunes {
			break
		}
		letter := isLetter(r)
		if letter {
			s.letters++
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
		} else {
			r = s.mark(r)
			if r == markBreak && !wasLetter {
				continue
			}
			if inClause > clauseLetters && len(s.clauses) < maxClauses-1 {
				s.clauses = append(s.clauses, span{start, len(s.runes)})
				start, inClause = len(s.runes), 0
			}
		}
		wasLetter = letter
		inClause++
		s.runes = append(s.runes, r)
	}
	s.runes = append(s.runes, markEnd)
	s.clauses = append(s.clauses, span{start, len(s.runes)})
	s.zone = s.zone[:len(s.runes)]
	clear(s.zone)
}

// mark folds what is no letter: punctuation and space are one mark, but those that
// carry feeling are kept, and so are symbols and emoji.
func (s *reading) mark(r rune) rune {
	switch r {
	case '!', '！':
		s.exclaim++
		return '!'
	case '?', '？':
		s.asks++
		return '?'
	case '~', '～':
		return '~'
	case '…', '。':
		return r
	case '，', '、', '；', '：', '“', '”', '（', '）', '《', '》': // the usual ones need no table
		return markBreak
	}
	if r <= 0x7F || unicode.IsSpace(r) || unicode.IsPunct(r) {
		return markBreak
	}
	return r
}

func isLetter(r rune) bool {
	switch {
	case 0x4E00 <= r && r <= 0x9FFF:
		return true
	case r <= 0x7F:
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	case 0xFF01 <= r && r <= 0xFF0F, 0x3001 <= r && r <= 0x3002, 0x2010 <= r && r <= 0x2027, r == 0xFF1A, r == 0xFF1B, r == 0xFF1F:
		return false // the usual marks, so that they need no table
	default:
		return unicode.IsLetter(r) || unicode.IsNumber(r)
	}
}

// find marks the words of the lexicon, the longest at each place, none inside
// another.
func (s *reading) find(l *lexicon) {
	for c, clause := range s.clauses {
		for i := clause.from; i < clause.to; {
			if !l.starter(s.runes[i]) {
				i++
				continue
			}
			t, n := l.longest(s.runes[i:clause.to])
			if n == 0 {
				i++
				continue
			}
			if t.kind == reply && i > 1 {
				s.end(c, i)
				return
			}
			if len(s.hits) == maxHits {
				return
			}
			s.hits = append(s.hits, hit{t, i, i + n, c})
			i += n
		}
	}
}

// end ends the text in clause c, before the rune at i.
func (s *reading) end(c, i int) {
	s.clauses = s.clauses[:c+1]
	s.clauses[c].to = i
}

// cover leaves the runes of a span out of the n-grams.
func (s *reading) cover(from, to int) {
	for i := from; i < to; i++ {
		s.zone[i] = true
	}
}

// broken reports whether a mark stands in a span.
func (s *reading) broken(from, to int) bool {
	for _, r := range s.runes[from:max(from, to)] {
		if !isLetter(r) {
			return true
		}
	}
	return false
}
