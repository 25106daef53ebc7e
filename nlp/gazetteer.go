package nlp

import (
	"slices"
	"strings"
	"sync"

	"vane"
)

// gazetteer is all that a text may name, found in one pass: the words of brands, of
// places and of demands. It never changes.
type gazetteer struct {
	matcher *matcher
	words   []word // by pattern
	brands  []string
	needs   [][]string // by brand: what its unsure words need near them
	places  []placeWord
	demands []string
	behind  *matcher // what makes the place before it a part of another name
	goes    []bool   // by pattern of behind: this one does not
}

// word is what a pattern means: a name, of a brand or a place or of neither, so that no
// shorter name counts inside it, or a part of a clause that asks, or both.
type word struct {
	brand  int32 // number of the brand plus one
	place  int32 // number of the place word plus one
	demand int32 // number of the demand plus one
	name   bool  // it is a name, or hides shorter ones
	unsure bool  // the brand needs its needs
	whole  bool  // the segmenter knows the word of the brand, and must have cut it so
	part   part
}

// part is what a word does in a clause that may ask for something.
type part uint8

const (
	partNone   part = iota // nothing: it is a name
	partDemand             // it names a demand
	partAlone              // it names a demand and asks by itself
	partAsks               // it makes the clause ask, when the consumer says it
	partOught              // it makes the clause ask, whoever is to do it
	partOther              // it is somebody else than the consumer
	partSays               // what follows is what somebody says
	partPlain              // it only hides shorter words
)

// maxNamed bounds every list of entities of one post.
const maxNamed = 16

// baseGazetteer knows places and demands, but no brands.
var baseGazetteer = sync.OnceValue(func() *gazetteer { return newGazetteer(Brands{}, nil) })

// newGazetteer builds a gazetteer with the brands, which must be valid. The segmenter says
// which of their words it knows; nil knows none.
func newGazetteer(brands Brands, seg Segmenter) *gazetteer {
	b := gazetteerBuilder{gazetteer: &gazetteer{}, numbers: map[string]int32{}}
	b.addDemands()
	b.addPlaces()
	b.addBrands(brands, seg)
	b.matcher = newMatcher(b.patterns)
	return b.gazetteer
}

// gazetteerBuilder is a gazetteer in the making.
type gazetteerBuilder struct {
	*gazetteer
	patterns []string
	numbers  map[string]int32 // of the patterns
}

// nameWord is the meaning of w as a name, to be filled in.
func (b *gazetteerBuilder) nameWord(w string) *word {
	m := b.word(w)
	m.name = true
	return m
}

// word is the meaning of w, to be filled in.
func (b *gazetteerBuilder) word(w string) *word {
	n, ok := b.numbers[w]
	if !ok {
		n = int32(len(b.patterns))
		b.numbers[w] = n
		b.patterns = append(b.patterns, w)
		b.words = append(b.words, word{})
	}
	return &b.words[n]
}

func (b *gazetteerBuilder) addBrands(brands Brands, seg Segmenter) {
	for i, brand := range brands.Brands {
		b.brands = append(b.brands, brand.Name)
		b.needs = append(b.needs, brands.needs(brand))
		for _, w := range brand.words() {
			w := Fold(w).Text
			meaning := b.nameWord(w)
			meaning.brand, meaning.whole = int32(i+1), isWord(seg, w)
		}
		for _, w := range brand.Unsure {
			b.word(Fold(w).Text).unsure = true
		}
		for _, w := range brand.Exclude {
			b.nameWord(Fold(w).Text)
		}
	}
}

// isWord reports whether the segmenter knows w, a word of two Chinese characters. Longer
// ones are not in other words by chance.
func isWord(seg Segmenter, w string) bool {
	if seg == nil || len(w) != len("京东") || !isWide(w[0]) {
		return false
	}
	tokens := seg.Segment(w)
	return len(tokens) == 1 && tokens[0].Freq > 1
}

// entities finds what a folded text names, and the province it is about, if it names
// exactly one.
func (l *gazetteer) entities(text string, tokens []Token, sc *scopes) (e vane.Entities, province string) {
	var all, first, second [128]hit
	names, asking := l.split(l.matcher.find(text, all[:0]), first[:0], second[:0])
	var buffer [4 * maxNamed]int32
	places := l.regionsOf(text, tokens, names, buffer[:0])
	return vane.Entities{
		Brands:  l.brandsOf(text, tokens, names),
		Places:  regionNames(places),
		Amounts: amountsOf(text),
		Demands: l.demandsOf(text, asking, sc),
	}, onlyProvince(places)
}

// split tells the hits of names from those of words that ask, and keeps of both the
// first and longest where they overlap.
func (l *gazetteer) split(hits, names, asking []hit) (_, _ []hit) {
	for _, h := range hits {
		w := &l.words[h.pattern]
		if w.name {
			names = append(names, h)
		}
		if w.part != partNone {
			asking = append(asking, h)
		}
	}
	return longestHits(names), longestHits(asking)
}

// wordAround says where the hit lies among the words of the text: tokens are those
// from the one on that holds its beginning; starts and ends report whether words
// begin and end where it does.
func wordAround(tokens []Token, h hit) (starts, ends bool) {
	if len(tokens) == 0 {
		return true, true
	}
	starts = tokens[0].From == int(h.from)
	for _, t := range tokens {
		if t.To >= int(h.to) {
			return starts, t.To == int(h.to)
		}
	}
	return starts, false
}

// tokensFrom are the tokens from the one on that holds the byte at.
func tokensFrom(tokens []Token, at int32) []Token {
	for len(tokens) > 0 && tokens[0].To <= int(at) {
		tokens = tokens[1:]
	}
	return tokens
}

// nearby is how many bytes on each side of an unsure word are looked at: 40
// characters, the length of a sentence or two.
const nearby = 120

// brandsOf lists the brands of a text in order, each once.
func (l *gazetteer) brandsOf(text string, tokens []Token, hits []hit) []string {
	var found []string
	for _, h := range hits {
		w := l.words[h.pattern]
		if w.brand == 0 || len(found) == maxNamed || slices.Contains(found, l.brands[w.brand-1]) {
			continue
		}
		tokens = tokensFrom(tokens, h.from)
		if w.whole && !isCutOut(tokens, h) || w.unsure && !l.needed(text, h, w.brand-1) || isNoName(text, h) {
			continue
		}
		found = append(found, l.brands[w.brand-1])
	}
	return found
}

// isCutOut reports whether words begin and end where the hit does, or one word holds
// it: 中通 is none in 其|中|通过.
func isCutOut(tokens []Token, h hit) bool {
	starts, ends := wordAround(tokens, h)
	return starts && ends || len(tokens) > 0 && tokens[0].From <= int(h.from) && tokens[0].To >= int(h.to)
}

// isNoName reports whether a brand of Latin letters is part of an address, baidu.com, or
// one of digits is a sum, 1688元.
func isNoName(text string, h hit) bool {
	first, behind := text[h.from], text[h.to:]
	switch {
	case isLetter(first):
		return beginsWith(behind, []string{".com", ".cn", ".net"})
	case isDigit(first) && isDigit(text[h.to-1]):
		return beginsWith(strings.TrimLeft(behind, " "), []string{"元", "块", "万", "人", "个", "名", "次", "."})
	default:
		return false
	}
}

// needed reports whether a word that the brand needs stands near the hit.
func (l *gazetteer) needed(text string, h hit, brand int32) bool {
	before := text[max(0, int(h.from)-nearby):h.from]
	behind := text[h.to:min(len(text), int(h.to)+nearby)]
	return slices.ContainsFunc(l.needs[brand], func(w string) bool {
		return strings.Contains(before, w) || strings.Contains(behind, w)
	})
}

// longestHits keeps, of hits that overlap, the first and longest. It reuses hits.
func longestHits(hits []hit) []hit {
	kept := hits[:0]
	for _, h := range hits {
		last := len(kept) - 1
		switch {
		case last < 0 || h.from >= kept[last].to:
			kept = append(kept, h)
		case h.from == kept[last].from && h.to > kept[last].to:
			kept[last] = h
		}
	}
	return kept
}
