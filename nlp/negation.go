package nlp

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed dict/negation.txt
var negationTable string

// negation is the word lists of dict/negation.txt.
type negation struct {
	negators, fillers, doubts, twice, inside, asking []string
	last                                             *runeSet // last characters of negators
}

var negationWords = sync.OnceValue(func() *negation {
	lists := readLists(negationTable)
	n := &negation{
		negators: lists["negator"], fillers: lists["filler"], doubts: lists["doubt"],
		twice: lists["twice"], inside: lists["inside"], asking: lists["asking"],
		last: &runeSet{},
	}
	for _, w := range n.negators {
		n.last.add(runeBefore(w, len(w)))
	}
	return n
})

// runeSet is characters of the Basic Multilingual Plane.
type runeSet [1 << 16 / 64]uint64

func (s *runeSet) add(r rune) { s[r/64] |= 1 << (r % 64) }

func (s *runeSet) has(r rune) bool { return r >= 0 && r <= 0xFFFF && s[r/64]>>(r%64)&1 != 0 }

// readLists reads lines "name word word…"; a name may have several lines.
func readLists(text string) map[string][]string {
	lists := map[string][]string{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 1 && !strings.HasPrefix(line, "#") {
			lists[words[0]] = append(lists[words[0]], words[1:]...)
		}
	}
	return lists
}

// maxFillers is how many characters may stand between a negator and its word.
const maxFillers = 3

// maxBefore is how many bytes before a word are looked at, in clauses that do not end.
const maxBefore = 96

// negated reports whether the text denies what the hit says: 这次不是柱子票.
func (e *evaluation) negated(h hit) bool {
	from, to := unit(e.scopes.clauses, h.from, int32(len(e.text)))
	if h.from-from > maxBefore {
		from = h.from - maxBefore // may cut a character, which then matches nothing
	}
	return negationWords().denies(e.text[from:h.from], e.text[h.to:to])
}

// denies reports whether what stands before a word in its clause negates it, given
// what stands behind it.
func (n *negation) denies(before, behind string) bool {
	rest := before
	for used := 0; used <= maxFillers; used++ {
		last, size := utf8.DecodeLastRuneInString(rest)
		if n.last.has(last) && n.fill(before[len(rest):]) == "" {
			if word := n.endsWithNegator(rest); word != "" {
				return n.asserts(rest[:len(rest)-len(word)], word, behind)
			}
		}
		if size == 0 {
			return false
		}
		rest = rest[:len(rest)-size]
	}
	return false
}

// fill is what is left of s when it is read as fillers from the front.
func (n *negation) fill(s string) string {
	if s == "" {
		return ""
	}
	for _, f := range n.fillers {
		if after, ok := strings.CutPrefix(s, f); ok && n.fill(after) == "" {
			return ""
		}
	}
	return s
}

// endsWithNegator is the longest negator that s ends with.
func (n *negation) endsWithNegator(s string) string {
	longest := ""
	for _, w := range n.negators {
		if len(w) > len(longest) && strings.HasSuffix(s, w) {
			longest = w
		}
	}
	if longest == "" {
		return ""
	}
	for _, w := range n.inside { // 特别 is no 别
		if len(w) > len(longest) && strings.HasSuffix(s, w) {
			return ""
		}
	}
	return longest
}

// asserts reports whether a negator with this before and behind it does negate: not
// when it is negated itself (不是没有), nor in a question that expects yes (不是…吗,
// 难道不是, 是不是).
func (n *negation) asserts(before, negator, behind string) bool {
	for _, w := range n.twice {
		if strings.HasSuffix(before, w) {
			return false
		}
	}
	for _, w := range n.doubts {
		if strings.Contains(before+negator, w) {
			return false
		}
	}
	return !strings.HasPrefix(negator, "不是") || !n.asks(behind)
}

// asks reports whether a clause ends as a question.
func (n *negation) asks(behind string) bool {
	behind = strings.TrimRight(behind, "?! ,")
	for _, w := range n.asking {
		if strings.HasSuffix(behind, w) {
			return true
		}
	}
	return false
}
