package nlp

import (
	"bytes"
	"slices"
)

// Grouping says of each of some texts which group of copies it is in, by the index of
// the group's first text.
type Grouping []int

// Distinct is the number of groups: of texts that are no copies of each other.
func (g Grouping) Distinct() int {
	n := 0
	for i, first := range g {
		if first == i {
			n++
		}
	}
	return n
}

// Largest is the group with the most texts, by its first one, and their number. Of two
// of one size it is the earlier; of no texts it is 0, 0.
func (g Grouping) Largest() (first, texts int) {
	sizes := make([]int, len(g))
	for _, f := range g {
		sizes[f]++
	}
	for f, n := range sizes {
		if n > texts {
			first, texts = f, n
		}
	}
	return first, texts
}

// Groups finds the copies among texts as they are stored: see [GroupSketches].
func Groups(texts []string) Grouping {
	sketches := make([]Sketch, len(texts))
	for i, text := range texts {
		sketches[i] = NewSketch(Fold(text).Text)
	}
	return GroupSketches(sketches)
}

// GroupSketches finds the copies among sketched texts. Two texts are in one group if
// [SameText] leads from one to the other, directly or through others of them. Which
// texts are together does not depend on their order. Besides the sketches it needs some
// 200 bytes for each.
func GroupSketches(sketches []Sketch) Grouping {
	order := make([]int32, len(sketches)) // by content, so that every order gives one result
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		if c := bytes.Compare(sketches[i][:], sketches[j][:]); c != 0 {
			return c
		}
		return int(i - j)
	})
	g := make(Grouping, len(sketches))
	for i := range g {
		g[i] = i
	}
	distinct := order[:0]
	for _, i := range order {
		if last := len(distinct) - 1; last >= 0 && sketches[i] == sketches[distinct[last]] {
			g.unite(int(i), int(distinct[last]))
			continue
		}
		distinct = append(distinct, i)
	}
	g.uniteSimilar(sketches, distinct)
	for i := range g {
		g[i] = g.find(i)
	}
	return g
}

// longestRun is with how many others each text is compared that has one key with them.
// More share a key only if they are copies, which some of these comparisons say, or
// were written to, which must not cost a square.
const longestRun = 64

// uniteSimilar unites the groups of distinct sketches that are of one text.
func (g Grouping) uniteSimilar(sketches []Sketch, distinct []int32) {
	keyed := make([]uint64, 0, len(distinct)*sketchKeys) // a key, then who has it
	var buf [sketchKeys]uint32
	for n, i := range distinct {
		for _, key := range keysOf(&sketches[i], &buf) {
			keyed = append(keyed, uint64(key)<<32|uint64(n))
		}
	}
	slices.Sort(keyed)
	for at := range keyed {
		for back := at - 1; back >= max(0, at-longestRun) && keyed[back]>>32 == keyed[at]>>32; back-- {
			i, j := int(distinct[uint32(keyed[at])]), int(distinct[uint32(keyed[back])])
			if g.find(i) != g.find(j) && SameText(sketches[i], sketches[j]) {
				g.unite(i, j)
			}
		}
	}
}

// find is the first text of the group of i, as far as it is known.
func (g Grouping) find(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g Grouping) unite(i, j int) {
	i, j = g.find(i), g.find(j)
	g[max(i, j)] = min(i, j)
}
