package nlp

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vane"
)

const (
	// maxSearchTerms is far more than an analyst writes, and few enough that each
	// post can be compared with all of them.
	maxSearchTerms = 100
	// maxSearchLength, in bytes, is room for that many long phrases.
	maxSearchLength = 16 << 10
)

// ParseSearch reads what posts are searched for: the grammar of the taxonomy's rules,
// without groups and without the signs ~, ~~ and >, which look at sentences.
//
//	(柱子票|墙根票)+(退款|赔偿)-转发抽奖
//
// An alternative may hold several words, (A+B|C), but excludes nothing. No text at
// all is said by every post. The error says in which column, in characters from 1.
func ParseSearch(s string) (vane.Expression, error) {
	if strings.TrimSpace(s) == "" {
		return vane.Expression{}, nil
	}
	if len(s) > maxSearchLength {
		return vane.Expression{}, fmt.Errorf("search expression: it has %d bytes, more than %d: search for less at once", len(s), maxSearchLength)
	}
	e, err := parseRule(s)
	if err != nil {
		return vane.Expression{}, fmt.Errorf("search expression, %w", err)
	}
	x, err := e.search()
	if err != nil {
		return vane.Expression{}, fmt.Errorf("search expression, %w", err)
	}
	return x, nil
}

// search brings a parsed rule into the form of a search.
func (e expr) search() (vane.Expression, error) {
	var x vane.Expression
	switch e.op {
	case opWord:
		term, err := e.term()
		return vane.Expression{All: [][]vane.Term{{term}}}, err
	case opAnd, opNot:
		left, err := e.kids[0].search()
		if err != nil {
			return x, err
		}
		right, err := e.kids[1].search()
		if err != nil {
			return x, err
		}
		x, err = join(e, left, right)
		if err != nil {
			return x, err
		}
	case opAny:
		var err error
		if x, err = e.anyOf(); err != nil {
			return x, err
		}
	case opGroup:
		return x, &syntaxError{e.col, "$ names a group of words, which only rules have"}
	default:
		return x, &syntaxError{e.col, "~, ~~ and > look at sentences, which only rules do: write + for two words of one post"}
	}
	if n := termsOf(x); n > maxSearchTerms {
		return x, &syntaxError{e.col, fmt.Sprintf("more than %d words: search for less at once", maxSearchTerms)}
	}
	return x, nil
}

// join is A+B or A-B. What is excluded must be one word or any of some.
func join(e expr, left, right vane.Expression) (vane.Expression, error) {
	if e.op == opAnd {
		return vane.Expression{All: slices.Concat(left.All, right.All), None: slices.Concat(left.None, right.None)}, nil
	}
	if len(right.All) != 1 || len(right.None) > 0 {
		return left, &syntaxError{e.kids[1].col, "behind - stands one word, or (A|B) for any of several"}
	}
	left.None = slices.Concat(left.None, right.All[0])
	return left, nil
}

// anyOf turns alternatives around: (A+B|C) is (A|C)+(B|C).
func (e expr) anyOf() (vane.Expression, error) {
	x := vane.Expression{All: [][]vane.Term{nil}}
	for _, kid := range e.kids {
		k, err := kid.search()
		if err != nil {
			return x, err
		}
		if len(k.None) > 0 {
			return x, &syntaxError{kid.col, "an alternative can't exclude a word: write - behind the parentheses"}
		}
		var all [][]vane.Term
		for _, group := range x.All {
			for _, more := range k.All {
				all = append(all, slices.Concat(group, more))
			}
		}
		x.All = all
		if termsOf(x) > maxSearchTerms {
			return x, nil // the caller refuses it
		}
	}
	return x, nil
}

func termsOf(x vane.Expression) int {
	n := len(x.None)
	for _, group := range x.All {
		n += len(group)
	}
	return n
}

// term is a word in both forms that it may have.
func (e expr) term() (vane.Term, error) {
	if strings.ContainsFunc(e.word, unicode.IsControl) {
		return vane.Term{}, &syntaxError{e.col, fmt.Sprintf("the word %q holds a control character", e.word)}
	}
	folded := Fold(e.word).Text
	if strings.TrimSpace(folded) == "" {
		return vane.Term{}, &syntaxError{e.col, fmt.Sprintf("nothing is left of the word %q when it is folded", e.word)}
	}
	return vane.Term{Text: e.word, Folded: folded}, nil
}

// maxMarks bounds the marks of one text, so that no text makes a page of a snippet.
const maxMarks = 1000

// Snippet is the part of p's Body, at most width characters long, where most of what
// x looks for is said, with marks on it. Where nothing is said it is the beginning.
func (c Config) Snippet(x vane.Expression, p vane.Post, width int) vane.Snippet {
	body := p.Body()
	spans := c.marks(x, body)
	at := bestWindow(spans, utf8.RuneCountInString(body), max(width, 1))
	s := vane.Snippet{At: at, Text: runesOf(body, at), Spans: []vane.Span{}}
	for _, span := range spans {
		if span[0] >= at[0] && span[1] <= at[1] {
			s.Spans = append(s.Spans, span)
		}
	}
	return s
}

// marks are the places of x's terms in a text, in characters, in order and apart.
func (c Config) marks(x vane.Expression, body string) []vane.Span {
	folded := Fold(clip(body, c.MaxText))
	var found []vane.Span // in bytes
	for _, group := range x.All {
		for _, term := range group {
			found = appendPlaces(found, body, term.Text, func(from, to int) (int, int) { return from, to })
			found = appendPlaces(found, folded.Text, term.Folded, folded.Span)
		}
	}
	slices.SortFunc(found, func(a, b vane.Span) int { return a[0] - b[0] })
	var apart []vane.Span
	for _, span := range found {
		if last := len(apart) - 1; last >= 0 && span[0] < apart[last][1] {
			apart[last][1] = max(apart[last][1], span[1])
			continue
		}
		apart = append(apart, span)
	}
	return inRunes(body, apart)
}

// appendPlaces adds where s holds word, through the map of where that really is.
func appendPlaces(found []vane.Span, s, word string, place func(from, to int) (int, int)) []vane.Span {
	for at := 0; len(found) < maxMarks; {
		i := strings.Index(s[at:], word)
		if i < 0 {
			break
		}
		from, to := place(at+i, at+i+len(word))
		found = append(found, vane.Span{from, to})
		at += i + len(word)
	}
	return found
}

// inRunes turns ordered spans of bytes into spans of characters.
func inRunes(s string, spans []vane.Span) []vane.Span {
	at, n := 0, 0
	runes := func(to int) int {
		if to > at {
			n += utf8.RuneCountInString(s[at:to])
			at = to
		}
		return n
	}
	for i, span := range spans {
		from := runes(span[0])
		spans[i] = vane.Span{from, runes(span[1])}
	}
	return spans
}

// bestWindow is the stretch of width characters with most spans, of several the
// first; a few characters stand before the first of them, to be read.
func bestWindow(spans []vane.Span, length, width int) vane.Span {
	best, most := 0, 0
	for i, end := 0, 0; i < len(spans); i++ {
		for end < len(spans) && spans[end][1] <= spans[i][0]+width-width/4 {
			end++
		}
		if end-i > most {
			best, most = spans[i][0], end-i
		}
	}
	from := max(0, min(best-width/4, length-width))
	return vane.Span{from, min(length, from+width)}
}

// runesOf is what stands at a span of characters.
func runesOf(s string, at vane.Span) string {
	n, from, to := 0, len(s), len(s)
	for i := range s {
		if n == at[0] {
			from = i
		}
		if n == at[1] {
			to = i
			break
		}
		n++
	}
	return s[from:max(from, to)]
}
