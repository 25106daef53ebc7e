package nlp

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"

	"vane/nlp/judge"
)

// finish builds the tables that tagging runs on.
func (c *compiler) finish() *rules {
	c.renumberSlots()
	out := c.out
	out.matcher = newMatcher(c.words)
	out.members = newIndex(c.members)
	c.addNeeds()
	c.addWithin()
	out.slots = len(c.members)
	return out
}

// addWithin notes for every word the sets that hold it, and names the sets by their
// words, so that a model of tags still knows them when others have changed.
func (c *compiler) addWithin() {
	within := make([][]int32, len(c.words))
	for slot, members := range c.members[:c.out.rawFrom] {
		var words []string
		for _, p := range members {
			within[p] = append(within[p], int32(slot))
			words = append(words, c.words[p])
		}
		slices.Sort(words)
		c.out.setKeys = append(c.out.setKeys, judge.SetKey(words))
	}
	c.out.within = newIndex(within)
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

// maxNeeds bounds the needs of a rule that are counted.
const maxNeeds = 4

// addNeeds notes for every rule which words a text must have for it to be tried.
func (c *compiler) addNeeds() {
	byWord := make([][]int32, len(c.words))
	each := (len(c.out.rules) + 63) / 64 * 64
	c.out.needless = make([]uint64, maxNeeds*each/64)
	for i := range c.out.rules {
		sets := c.needs(&c.out.rules[i].node)
		for n := range maxNeeds {
			number := n*each + i
			if n >= len(sets) {
				c.out.needless[number/64] |= 1 << (number % 64)
				continue
			}
			for _, p := range c.patternsOf(sets[n]) {
				byWord[p] = append(byWord[p], int32(number))
			}
		}
	}
	c.out.needsFrom = []int32{0}
	for _, numbers := range byWord {
		c.out.addNeeds(numbers)
		c.out.needsFrom = append(c.out.needsFrom, int32(len(c.out.needs)))
	}
}

// addNeeds notes needs by their numbers, 64 in one place.
func (r *rules) addNeeds(numbers []int32) {
	slices.Sort(numbers)
	from := len(r.needs)
	for _, n := range numbers {
		if last := len(r.needs) - 1; last < from || r.needs[last].word != n/64 {
			r.needs = append(r.needs, needs{word: n / 64})
		}
		r.needs[len(r.needs)-1].bits |= 1 << (n % 64)
	}
}

// needs are sets of slots. Whenever n holds, a slot of each set has a hit. The rarest
// comes first.
func (c *compiler) needs(n *node) [][]int32 {
	switch n.op {
	case opWord:
		return [][]int32{{n.slot}}
	case opNot:
		return c.needs(&n.kids[0])
	case opAny:
		var all []int32
		for i := range n.kids {
			all = append(all, c.needs(&n.kids[i])[0]...)
		}
		return [][]int32{all}
	default:
		all := slices.Concat(c.needs(&n.kids[0]), c.needs(&n.kids[1]))
		slices.SortStableFunc(all, func(a, b []int32) int { return cmp.Compare(c.frequency(a), c.frequency(b)) })
		return all
	}
}

// patternsOf are the words of slots.
func (c *compiler) patternsOf(slots []int32) []int32 {
	var all []int32
	for _, s := range slots {
		all = append(all, c.members[s]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
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
