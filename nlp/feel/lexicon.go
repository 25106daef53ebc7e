package feel

import (
	_ "embed"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
)

//go:embed lexicon.txt
var lexiconText string

// kind is what a word of the lexicon does to the words around it.
type kind uint8

const (
	noKind  kind = iota
	polar        // good or bad by its weight; negation turns it over
	fixed        // an expression whose meaning is not that of its parts: 毫无缺点
	not          // 不, 没有
	most         // 不能更: strengthens, though it looks like a negation
	more         // 非常
	less         // 有点
	that         // 那么: carries a negation on, 没有想象中那么差
	than         // 比
	expect       // 想象中: what something is compared with
	but          // 但是: what follows counts more than what went before
	now          // 后来: ends what was expected or used to be
	prior        // 本来以为: an expectation, which the rest answers
	though       // 虽然: granted, so it counts less
	before       // 以前: no longer so
	except       // 除了: what follows counts little
	outside      // 以外: ends 除了
	wish         // 如果: not so yet
	rhet         // 哪里, 也叫: a question that denies
	irony        // 感人: mocks, if the rest is bad
	plain        // 是不是: nothing, but it keeps its characters from meaning something
	reply        // 商家回复: what follows is not the writer's
	kindEnd
)

func kindNames() [kindEnd]string {
	return [kindEnd]string{
		not: "not", most: "most", more: "more", less: "less", that: "that", than: "than", expect: "expect",
		but: "but", now: "now", prior: "prior", though: "though", before: "before",
		except: "except", outside: "outside", wish: "wish", rhet: "rhet", irony: "irony", plain: "plain", reply: "reply",
	}
}

// cue is a group of words that tell what a post is about and who speaks, whatever
// it feels. They serve Sensitive.
type cue uint8

const (
	noCue  cue = iota
	trade      // who sells and what is sold: 商家, 客服, 套餐
	harm       // what a buyer suffers: 退款, 拖着不退, 乱收费
	claim      // what a buyer does: 投诉, 维权
	civic      // the affairs of a town: 村委会, 违建, 扰民
	work       // employment and crime: 工资, 劳动合同
	news       // shows and sport as news: 抢票, 票房
	ask        // 如何看待, 为什么
	notice     // who announces: 市场监管局, 发布
	advert     // 优惠, 欢迎, 报名
	self       // 我, 本人
	cueEnd
)

func cueNames() [cueEnd]string {
	return [cueEnd]string{
		trade: "@trade", harm: "@harm", claim: "@claim", civic: "@civic", work: "@work", news: "@news",
		ask: "@ask", notice: "@notice", advert: "@advert", self: "@self",
	}
}

// term is what the lexicon knows of a word.
type term struct {
	kind   kind
	weight int8 // -3 to 3, of polar and fixed
	cue    cue
}

// lexicon is a trie over the words. It is read only.
type lexicon struct {
	checksum uint32 // of its text: a model fits the lexicon that it was trained with
	starts   [1024]uint64
	edges    []edge // open addressing; its length is a power of two, half of it free
	terms    []term // by node; noKind and noCue where no word ends
}

// edge leads from a node by a rune to a node. The key has the node above and the rune,
// of the basic plane, below; 0 is free, since no word has a NUL.
type edge struct{ key, node uint32 }

const (
	maxRune  = 0xFFFF
	maxNodes = 0xFFFF
)

func edgeKey(node uint32, r rune) uint32 { return node<<16 | uint32(r) }

func edgeSlot(key uint32, size int) int { return int(key*0x9E3779B1>>12) & (size - 1) }

// newLexicon reads the text of lexicon.txt. Errors name the line.
func newLexicon(text string) (*lexicon, error) {
	l := &lexicon{checksum: crc32.ChecksumIEEE([]byte(text)), terms: make([]term, 1)}
	edges := map[uint32]uint32{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		t, err := parseKind(words[0])
		if err != nil {
			return nil, fmt.Errorf("read lexicon: line %d: %w", number, err)
		}
		for _, w := range words[1:] {
			if err := l.add(w, t, edges); err != nil {
				return nil, fmt.Errorf("read lexicon: line %d: %w", number, err)
			}
		}
	}
	l.index(edges)
	return l, nil
}

// index lays the edges out for next.
func (l *lexicon) index(edges map[uint32]uint32) {
	size := 64
	for size < 2*len(edges) {
		size *= 2
	}
	l.edges = make([]edge, size)
	for _, key := range slices.Sorted(maps.Keys(edges)) {
		i := edgeSlot(key, size)
		for l.edges[i].key != 0 {
			i = (i + 1) & (size - 1)
		}
		l.edges[i] = edge{key, edges[key]}
	}
}

func parseKind(s string) (term, error) {
	for c, name := range cueNames() {
		if name == s {
			return term{cue: cue(c)}, nil
		}
	}
	for k, name := range kindNames() {
		if name == s {
			return term{kind: kind(k)}, nil
		}
	}
	t := term{kind: polar}
	if rest, ok := strings.CutPrefix(s, "="); ok {
		t.kind, s = fixed, rest
	}
	if len(s) != 2 || (s[0] != '+' && s[0] != '-') || s[1] < '1' || s[1] > '3' {
		return term{}, fmt.Errorf("unknown kind %q: write +1 to +3, -1 to -3, the same after =, a name or a @cue", s)
	}
	t.weight = int8(s[1] - '0')
	if s[0] == '-' {
		t.weight = -t.weight
	}
	return t, nil
}

// add puts a word into the trie. A word has one kind and one cue at most.
func (l *lexicon) add(word string, t term, edges map[uint32]uint32) error {
	node := uint32(0)
	for i, r := range word {
		if r > maxRune || r == 0 || len(l.terms) == maxNodes {
			return fmt.Errorf("word %q: a character outside the basic plane, or too many words", word)
		}
		if i == 0 {
			l.starts[r>>6] |= 1 << (r & 63)
		}
		key := edgeKey(node, r)
		if edges[key] == 0 {
			edges[key] = uint32(len(l.terms))
			l.terms = append(l.terms, term{})
		}
		node = edges[key]
	}
	at := &l.terms[node]
	if (t.kind != noKind && at.kind != noKind) || (t.cue != noCue && at.cue != noCue) {
		return fmt.Errorf("word %q is there twice: keep one", word)
	}
	if t.kind != noKind {
		at.kind, at.weight = t.kind, t.weight
	}
	if t.cue != noCue {
		at.cue = t.cue
	}
	return nil
}

// next is the node after r, or 0.
func (l *lexicon) next(node uint32, r rune) uint32 {
	if uint32(r) > maxRune {
		return 0
	}
	key := edgeKey(node, r)
	for i := edgeSlot(key, len(l.edges)); ; i = (i + 1) & (len(l.edges) - 1) {
		if e := &l.edges[i]; e.key == key || e.key == 0 {
			return e.node
		}
	}
}

// longest is the longest word at the start of runes, and its length; 0 if none.
func (l *lexicon) longest(runes []rune) (term, int) {
	var found term
	length, node := 0, uint32(0)
	for i, r := range runes {
		node = l.next(node, r)
		if node == 0 {
			break
		}
		if t := l.terms[node]; t.kind != noKind || t.cue != noCue {
			found, length = t, i+1
		}
	}
	return found, length
}

// starter reports whether a word begins with r: most characters begin none.
func (l *lexicon) starter(r rune) bool {
	return uint32(r) <= maxRune && l.starts[r>>6]&(1<<(r&63)) != 0
}
