package nlp

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"
)

// finish builds the tables that tagging runs on.
func (c *compiler) finish() *rules {
	out := c.out
	out.matcher = newMatcher(c.words)
	used := c.usedSlots()
	out.slotsOf = make([][]int32, len(c.words))
	for s, members := range c.members {
		if !used[int32(s)] {
			continue
		}
		for _, p := range members {
			out.slotsOf[p] = append(out.slotsOf[p], int32(s))
		}
	}
	out.wakes = make([][]int32, len(out.slots))
	for i := range out.rules {
		for _, s := range c.triggers(&out.rules[i].node) {
			out.wakes[s] = append(out.wakes[s], int32(i))
		}
	}
	return out
}

// usedSlots are the slots that a rule or an exclusion looks at; the others were steps
// on the way to larger sets.
func (c *compiler) usedSlots() map[int32]bool {
	used := map[int32]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if n.op == opWord {
			used[n.slot] = true
		}
		for i := range n.kids {
			walk(&n.kids[i])
		}
	}
	for i := range c.out.rules {
		walk(&c.out.rules[i].node)
	}
	for _, is := range c.out.issues {
		if is.exclude >= 0 {
			used[is.exclude] = true
		}
	}
	return used
}

// triggers are slots one of which has a hit whenever n holds. Of two that must both
// hit, the rarer is taken, so that few rules are tried in vain.
func (c *compiler) triggers(n *node) []int32 {
	switch n.op {
	case opWord:
		return []int32{n.slot}
	case opNot:
		return c.triggers(&n.kids[0])
	case opAny:
		var all []int32
		for i := range n.kids {
			all = append(all, c.triggers(&n.kids[i])...)
		}
		slices.Sort(all)
		return slices.Compact(all)
	default:
		a, b := c.triggers(&n.kids[0]), c.triggers(&n.kids[1])
		if c.frequency(b) < c.frequency(a) {
			return b
		}
		return a
	}
}

// frequency is a guess of how often one of the slots has a hit: a character more
// makes a word about ten times as rare.
func (c *compiler) frequency(slots []int32) float64 {
	var sum float64
	for _, s := range slots {
		for _, p := range c.members[s] {
			rarity := 1.0
			for range utf8.RuneCountInString(c.words[p]) {
				rarity /= 10
			}
			sum += rarity
		}
	}
	return sum
}

// userWords are the words of the rules that the segmenter should know.
func (r *rules) userWords() []string {
	var words []string
	for _, w := range r.matcher.patterns {
		if utf8.RuneCountInString(w) >= 2 {
			words = append(words, w)
		}
	}
	return words
}

func sortedKeys[M ~map[K]V, K cmp.Ordered, V any](m M) []K { return slices.Sorted(maps.Keys(m)) }
