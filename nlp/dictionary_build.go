package nlp

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"sync"
	"unicode/utf8"
)

// dictionaryBuilder grows the trie of a dictionary, node by node, before it is laid
// out in a double array.
type dictionaryBuilder struct {
	out     *dictionary
	units   uint32 // how many there are: their codes begin with 1
	nodes   []trieNode
	places  []uint32 // nodes by hash of their parent and code; 0 for none
	weights map[float64]uint32
	total   float64 // of the frequencies
}

// trieNode is a node, and the unit that leads to it from its parent. Node 0 is the
// root.
type trieNode struct {
	parent, code, weight uint32
}

// newDictionary is the dictionary of base and of the words of rules, which get
// userWordFreq unless base has them.
func newDictionary(base *Words, words []string) (*dictionary, error) {
	units := utf8.RuneCountInString(base.text)
	for _, w := range words {
		units += utf8.RuneCountInString(w)
	}
	b := newDictionaryBuilder(len(base.ends)+len(words), units)
	for i, freq := range base.freqs {
		b.add(base.word(i), freq)
	}
	for _, w := range words {
		if segmentable(w) {
			b.add(w, userWordFreq)
		}
	}
	if b.units >= noCode || len(b.nodes) >= maxBase/2 || len(b.weights) >= maxWeights {
		return nil, errors.New("the words are too many or have too many different characters")
	}
	b.measure()
	b.sortCodes()
	b.layOut()
	return b.out, nil
}

// newDictionaryBuilder has room for words of so many characters together. A character
// makes at most one node, and the table of places, which does not grow, stays at most
// two thirds full.
func newDictionaryBuilder(words, characters int) *dictionaryBuilder {
	return &dictionaryBuilder{
		out: &dictionary{
			others:  map[string]uint16{},
			weights: []weight{noWord: {}, unknownUnit: {distance: 32, freq: 1}},
			routes:  &sync.Pool{New: func() any { return &route{} }},
		},
		nodes:   make([]trieNode, 1, 2*words),
		places:  make([]uint32, 1<<bits.Len(uint(characters+characters/2))),
		weights: map[float64]uint32{},
	}
}

// add puts a word into the trie, unless it is there.
func (b *dictionaryBuilder) add(word string, freq float64) {
	at := uint32(0)
	for i := 0; i < len(word); {
		end := unitAt(word, i)
		at = b.child(at, b.codeOf(word[i:end]))
		i = end
	}
	if b.nodes[at].weight != noWord {
		return
	}
	w, known := b.weights[freq]
	if !known {
		w = uint32(len(b.out.weights))
		b.weights[freq] = w
		b.out.weights = append(b.out.weights, weight{freq: float32(freq)})
	}
	b.nodes[at].weight = w
	b.total += freq
}

// codeOf is the code of a unit, which gets one if it has none.
func (b *dictionaryBuilder) codeOf(unit string) uint32 {
	d := b.out
	if c := d.code(unit); c != 0 {
		return uint32(c)
	}
	b.units++
	if r, n := decode(unit, 0); n == len(unit) && r <= 0xFFFF {
		d.codes[r] = uint16(b.units)
	} else {
		d.others[lower(unit)] = uint16(b.units)
		d.longest = max(d.longest, len(unit))
	}
	return b.units
}

// child is the node behind the unit of a code, which is made if there is none.
func (b *dictionaryBuilder) child(parent, code uint32) uint32 {
	mask := uint32(len(b.places) - 1)
	// The multipliers are odd and their bits well mixed, those of xxHash.
	for h := (parent*0x9E3779B1 + code*0x85EBCA77) * 0xC2B2AE3D >> 3; ; h++ {
		switch at := b.places[h&mask]; {
		case at == 0:
			at = uint32(len(b.nodes))
			b.places[h&mask] = at
			b.nodes = append(b.nodes, trieNode{parent: parent, code: code})
			return at
		case b.nodes[at].parent == parent && b.nodes[at].code == code:
			return at
		}
	}
}

// measure gives the weights their distances, rounded as gse rounds them.
func (b *dictionaryBuilder) measure() {
	all := float32(math.Log2(b.total))
	for freq, w := range b.weights {
		b.out.weights[w].distance = all - float32(math.Log2(freq))
	}
}

// sortCodes gives the lowest codes to the units of most arcs, so that these arcs lie
// close together.
func (b *dictionaryBuilder) sortCodes() {
	arcs := make([]uint32, b.units+1)
	for _, n := range b.nodes[1:] {
		arcs[n.code]++
	}
	byArcs := make([]uint32, b.units)
	for i := range byArcs {
		byArcs[i] = uint32(i + 1)
	}
	slices.SortStableFunc(byArcs, func(x, y uint32) int { return int(arcs[y]) - int(arcs[x]) })
	codes := make([]uint16, b.units+1)
	for i, old := range byArcs {
		codes[old] = uint16(i + 1)
	}
	for i := range b.nodes {
		b.nodes[i].code = uint32(codes[b.nodes[i].code])
	}
	for r, old := range b.out.codes {
		b.out.codes[r] = codes[old]
	}
	for unit, old := range b.out.others {
		b.out.others[unit] = codes[old]
	}
}

// layOut writes the trie as a double array.
func (b *dictionaryBuilder) layOut() {
	starts, children := b.childLists()
	l := newLayout()
	bases := make([]uint32, len(b.nodes))
	last := uint32(0)
	for _, n := range b.byChildren(starts) {
		bases[n] = l.place(b.nodes, children[starts[n]:starts[n+1]])
		last = max(last, bases[n])
	}
	d := b.out
	d.root = make([]arc, b.units+1)
	d.arcs = make([]arc, last+b.units+1)
	for i := range d.arcs {
		d.arcs[i] = newArc(noCode, noWord, 0)
	}
	for i, n := range b.nodes[1:] {
		a := newArc(uint16(n.code), n.weight, bases[i+1])
		if n.parent == 0 {
			d.root[n.code] = a
		} else {
			d.arcs[bases[n.parent]+n.code] = a
		}
	}
}

// childLists lists the children of node n in children[starts[n]:starts[n+1]].
func (b *dictionaryBuilder) childLists() (starts, children []uint32) {
	starts = make([]uint32, len(b.nodes)+2)
	for _, n := range b.nodes[1:] {
		starts[n.parent+2]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	children = make([]uint32, len(b.nodes)-1)
	for i, n := range b.nodes[1:] {
		children[starts[n.parent+1]] = uint32(i + 1)
		starts[n.parent+1]++
	}
	return starts[:len(b.nodes)+1], children
}

// byChildren lists the nodes with children but the root, those with most first: they
// are the hardest to place.
func (b *dictionaryBuilder) byChildren(starts []uint32) []uint32 {
	var parents [][]uint32 // by number of children
	for n := 1; n < len(b.nodes); n++ {
		kids := int(starts[n+1] - starts[n])
		if kids >= len(parents) {
			parents = append(parents, make([][]uint32, kids+1-len(parents))...)
		}
		if kids > 0 {
			parents[kids] = append(parents[kids], uint32(n))
		}
	}
	slices.Reverse(parents)
	return slices.Concat(parents...)
}

// layout is the places of a double array that are taken, 64 to a number.
type layout struct {
	arcs, bases []uint64
	size        int    // how many bits the number of children has that were placed last
	from        uint32 // the 64 bases that had room for them
}

func newLayout() *layout { return &layout{bases: []uint64{1}} } // from base 0 no arcs go on

// place finds a base from which the arcs to children are free, and takes it. No two
// nodes have one base: a code then tells which node an arc comes from.
func (l *layout) place(nodes []trieNode, children []uint32) uint32 {
	if size := bits.Len(uint(len(children))); l.size != size {
		l.size, l.from = size, 0
	}
	for ; ; l.from++ {
		taken := takenAt(l.bases, l.from*64)
		for _, c := range children {
			if taken == math.MaxUint64 {
				break
			}
			taken |= takenAt(l.arcs, l.from*64+nodes[c].code)
		}
		if taken != math.MaxUint64 {
			base := l.from*64 + uint32(bits.TrailingZeros64(^taken))
			l.bases = take(l.bases, base)
			for _, c := range children {
				l.arcs = take(l.arcs, base+nodes[c].code)
			}
			return base
		}
	}
}

// takenAt is which of the 64 places from i on are taken.
func takenAt(places []uint64, i uint32) uint64 {
	n, shift := int(i/64), i%64
	if n+1 < len(places) {
		return places[n]>>shift | places[n+1]<<(64-shift)
	}
	if n < len(places) {
		return places[n] >> shift
	}
	return 0
}

// take takes the place i.
func take(places []uint64, i uint32) []uint64 {
	for len(places) <= int(i/64) {
		places = append(places, 0)
	}
	places[i/64] |= 1 << (i % 64)
	return places
}
