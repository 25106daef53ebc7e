package nlp

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"
)

// finish builds the tables that tagging runs on.
func (c *compiler) finish() *rules {
	c.renumberSlots()
	out := c.out
	out.matcher = newMatcher(c.words)
	slotsOf := make([][]int32, len(c.words))
	for s, members := range c.members {
		for _, p := range members {
			slotsOf[p] = append(slotsOf[p], int32(s))
		}
	}
	wakes := make([][]int32, len(c.members))
	for i := range out.rules {
		for _, s := range c.triggers(&out.rules[i].node) {
			wakes[s] = append(wakes[s], int32(i))
		}
	}
	out.slotsOf, out.wakes = newIndex(slotsOf), newIndex(wakes)
	out.slots = len(c.members)
	return out
}

// renumberSlots keeps the slots that a rule or an exclusion looks at, the raw ones
// last; most others were steps on the way to larger sets.
func (c *compiler) renumberSlots() {
	var used []int32
	c.eachSlot(func(s *int32) { used = append(used, *s) })
	slices.SortFunc(used, func(a, b int32) int {
		if c.isRaw[a] != c.isRaw[b] {
			return map[bool]int{false: -1, true: 1}[c.isRaw[a]]
		}
		return int(a - b)
	})
	used = slices.Compact(used)
	c.out.rawFrom = int32(len(used))
	numbers := map[int32]int32{}
	var members [][]int32
	for n, s := range used {
		numbers[s] = int32(n)
		members = append(members, c.members[s])
		if c.isRaw[s] {
			c.out.rawFrom = min(c.out.rawFrom, int32(n))
		}
	}
	c.eachSlot(func(s *int32) { *s = numbers[*s] })
	c.members = members
}

// eachSlot calls do for every slot of the rules and exclusions.
func (c *compiler) eachSlot(do func(*int32)) {
	for i := range c.out.rules {
		c.out.rules[i].node.eachSlot(do)
	}
	for i := range c.out.issues {
		if is := &c.out.issues[i]; is.exclude >= 0 {
			do(&is.exclude)
		}
	}
}

// eachSlot calls do for the slots of n and of what it consists of.
func (n *node) eachSlot(do func(*int32)) {
	if n.op == opWord {
		do(&n.slot)
	}
	for i := range n.kids {
		n.kids[i].eachSlot(do)
	}
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
