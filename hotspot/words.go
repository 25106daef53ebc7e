package hotspot

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vane"
)

const (
	// longestNew is the most characters of a new word; longer ones are phrases.
	longestNew = 6
	// wordTable is the number of counters of strings: 64 MB in one table and 32 MB in the
	// other. Strings that fall together are counted too often: what is frequent only for
	// that is told apart when it is examined and compared, and a word that falls together
	// with what was frequent before may be missed, at worst.
	wordTable = 1 << 24
	// comparedWords is how many characters of a text are looked at.
	comparedWords = 2000
	// mostExamined bounds the words that are examined at once: some 200 MB.
	mostExamined = 100_000
	// samplesShown are the posts that show how a word is used.
	samplesShown = 3
	// mostCompared are the words that are compared with each other.
	mostCompared = 2000
	// mostlyPart is the share of a word's posts in which it is part of a longer one, from
	// which on the longer one is the word.
	mostlyPart = 0.7
	// issueAbove is how many times as often as by chance a word must meet an issue.
	issueAbove = 1.5
)

// edges are characters that a new word does not begin or end with: they join words.
const edges = "的了是在我你他她它们这那有不就都也和与及为被把让给对到说没很还要会能可个些什么怎吗呢吧啊呀着过去来上下里中后前年月日第几一二三两请"

// Words finds emerging words among the posts of a window against those before it. It
// reads both twice: [Words.Count] and [Words.Before] take all posts, after them
// [Words.Examine] those of the window once more, and then [Words.Compare] those before
// it. Memory is bounded.
//
// The score is the root of Dunning's log-likelihood ratio (1993) of the posts that have
// the word in the window and before it, against one rate for both: in standard errors,
// and sound for words that were never written before. A new word's cohesion is its pointwise mutual information, min over its cuts in two
// of ln(p(ab)/(p(a)·p(b))), and its freedom the entropy of the characters beside it,
// the lower of the two sides, in which an end of a sentence is a neighbour of its own.
type Words struct {
	cfg         WordConfig
	known       func(string) bool
	skip        func(string) bool
	times       []uint32 // how often each string is in the window
	before      []uint16 // posts before that have it
	length      float64  // characters of the window
	posts, past float64
	tags        map[vane.Tag]float64 // posts of the window
	fresh       map[string]*wordUse  // strings of texts; nil: not to be proposed
	usual       map[string]*wordUse  // words of the dictionary, likewise
	compared    map[*wordUse]uint64  // posts before that have it, of what may emerge; nil: not compared
	buf         []uint32
}

// NewWords looks for words. known tells whether a string is a word of the dictionary or
// the taxonomy; skip those that are not to be proposed, such as the taxonomy's and the
// rejected ones.
func NewWords(cfg WordConfig, known, skip func(string) bool) *Words {
	return &Words{
		cfg: cfg, known: known, skip: skip,
		times: make([]uint32, wordTable), before: make([]uint16, wordTable),
		tags: map[vane.Tag]float64{}, fresh: map[string]*wordUse{}, usual: map[string]*wordUse{},
	}
}

// wordUse is how one word is used in the window.
type wordUse struct {
	vane.EmergingWord
	authors     map[vane.ID]struct{}
	left, right map[rune]uint32
	ends        uint32
	times       uint32
	tags        tally
}

// Before counts a post of the days before; text is its folded body.
func (w *Words) Before(m *vane.Mention, text string) {
	w.past++
	w.buf = w.buf[:0]
	eachString(text, func(_, _ int, hash uint32) { w.buf = append(w.buf, hash%wordTable) })
	for _, word := range m.Words {
		w.buf = append(w.buf, uint32(wordFeature(word))%wordTable)
	}
	slices.Sort(w.buf)
	for _, h := range slices.Compact(w.buf) {
		if w.before[h] < math.MaxUint16 {
			w.before[h]++
		}
	}
}

// Count counts a post of the window.
func (w *Words) Count(m *vane.Mention, text string) {
	w.posts++
	for _, t := range m.Tags {
		w.tags[t.ID]++
	}
	eachString(text, func(from, to int, hash uint32) {
		w.times[hash%wordTable]++
		if to-from <= utf8.UTFMax {
			w.length++
		}
	})
	for _, word := range m.Words {
		w.times[uint32(wordFeature(word))%wordTable]++
	}
}

// eachString gives every string of one to longestNew Chinese characters in a row, by
// where it stands and its hash.
func eachString(text string, f func(from, to int, hash uint32)) {
	type begun struct {
		from int
		hash uint32
	}
	open := make([]begun, 0, longestNew) // by where they begin
	seen := 0
	for i, c := range text {
		if seen++; seen > comparedWords {
			return
		}
		if !unicode.Is(unicode.Han, c) {
			open = open[:0]
			continue
		}
		if len(open) == longestNew {
			open = slices.Delete(open, 0, 1)
		}
		open = append(open, begun{from: i})
		for k := range open {
			b := &open[k]
			b.hash = mixFeature(b.hash, uint32(c))
			f(b.from, i+utf8.RuneLen(c), b.hash)
		}
	}
}

// Examine looks at a post of the window again, for what is more frequent than before.
// All posts must have been counted.
func (w *Words) Examine(m *vane.Mention, text string) {
	here := map[*wordUse]bool{}
	eachString(text, func(from, to int, hash uint32) {
		if to-from <= utf8.UTFMax || !w.promising(hash) {
			return
		}
		if u := w.use(text[from:to], false); u != nil {
			u.beside(text, from, to)
			here[u] = true
		}
	})
	for _, word := range m.Words {
		if w.promising(uint32(wordFeature(word))) {
			if u := w.use(word, true); u != nil {
				here[u] = true
			}
		}
	}
	for u := range here {
		u.add(m)
	}
}

// promising reports whether a string may be frequent enough and more so than before.
func (w *Words) promising(hash uint32) bool {
	n := float64(w.times[hash%wordTable])
	return n >= float64(w.cfg.MinPosts) && w.score(min(n, w.posts), float64(w.before[hash%wordTable])) >= w.cfg.Score
}

// score is the signed root of the log-likelihood ratio, 0 if nothing was before to
// compare with.
func (w *Words) score(now, before float64) float64 {
	all := (now + before) / (w.posts + w.past)
	expected, usual := all*w.posts, all*w.past
	if now <= expected || w.past == 0 {
		return 0
	}
	ratio := now * math.Log(now/expected)
	if before > 0 {
		ratio += before * math.Log(before/usual)
	}
	return math.Sqrt(2 * max(ratio, 0))
}

// use is the use of a word, or nil for one that is none, or not to be proposed.
func (w *Words) use(s string, known bool) *wordUse {
	examined := w.fresh
	if known {
		examined = w.usual
	}
	if u, ok := examined[s]; ok || len(examined) >= mostExamined {
		return u
	}
	s = strings.Clone(s)
	examined[s] = nil
	// A string that the dictionary has comes as a word, and one that it does not have may
	// come as a word too, where nothing better fits.
	if w.skip(s) || known != w.known(s) || !known && joins(s) {
		return nil
	}
	u := &wordUse{EmergingWord: vane.EmergingWord{Word: s, Known: known}, authors: map[vane.ID]struct{}{}}
	if !known {
		u.left, u.right = map[rune]uint32{}, map[rune]uint32{}
	}
	examined[s] = u
	return u
}

// joins reports whether a string begins or ends with a character that joins words.
func joins(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(edges, first) || strings.ContainsRune(edges, last)
}

// beside notes what stands beside one occurrence, text[from:to].
func (u *wordUse) beside(text string, from, to int) {
	u.times++
	left, _ := utf8.DecodeLastRuneInString(text[:from])
	right, _ := utf8.DecodeRuneInString(text[to:])
	u.left[u.neighbour(left)]++
	u.right[u.neighbour(right)]++
}

// neighbour is a character beside a word. What is no letter ends the sentence, and is
// a neighbour of its own each time.
func (u *wordUse) neighbour(r rune) rune {
	if unicode.IsLetter(r) && r != utf8.RuneError {
		return r
	}
	u.ends++
	return -rune(u.ends)
}

// add notes a post that has the word.
func (u *wordUse) add(m *vane.Mention) {
	u.Posts++
	if u.First.IsZero() || m.PublishedAt.Before(u.First) {
		u.First = m.PublishedAt
	}
	for _, t := range m.Tags {
		u.tags.add(string(t.ID), 1)
	}
	_, again := u.authors[m.AuthorKey]
	switch {
	case m.AuthorKey.IsZero():
		u.Authors++
	case !again:
		u.authors[m.AuthorKey] = struct{}{}
		u.Authors++
	}
	if len(u.Samples) < samplesShown && !again {
		u.Samples = append(u.Samples, vane.EvidencePost{
			ID: m.ID, URL: m.URL, Source: m.Source, Title: m.Title, Text: clipped(m.Text, caseText), PublishedAt: m.PublishedAt,
		})
	}
}

// Compare looks at a post of the days before again, to count exactly what may have
// emerged. All posts of the window must have been examined.
func (w *Words) Compare(m *vane.Mention, text string) {
	if w.compared == nil {
		w.compared = map[*wordUse]uint64{}
		for _, u := range w.emerged() {
			w.compared[u] = 0
		}
	}
	here := map[*wordUse]bool{}
	eachString(text, func(from, to int, _ uint32) {
		if u := w.fresh[text[from:to]]; u != nil {
			here[u] = true
		}
	})
	for _, word := range m.Words {
		if u := w.usual[word]; u != nil {
			here[u] = true
		}
	}
	for u := range here {
		if n, ok := w.compared[u]; ok {
			w.compared[u] = n + 1
		}
	}
}

// emerged are the examined words that emerged by what is known of the days before.
func (w *Words) emerged() (found []*wordUse) {
	for _, examined := range []map[string]*wordUse{w.fresh, w.usual} {
		for _, u := range examined {
			if u != nil && w.emerges(u) {
				found = append(found, u)
			}
		}
	}
	return found
}

// Emerging lists what emerged, the clearest first, at most that many.
func (w *Words) Emerging(most int) []vane.EmergingWord {
	found := w.emerged()
	slices.SortFunc(found, func(a, b *wordUse) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(len(b.Word), len(a.Word)), cmp.Compare(a.Word, b.Word))
	})
	found = wholeWords(found[:min(len(found), mostCompared)])
	words := make([]vane.EmergingWord, min(len(found), most))
	for i := range words {
		words[i] = found[i].EmergingWord
		words[i].Issue, words[i].Share = w.issue(found[i])
	}
	return words
}

// emerges judges a word that was examined.
func (w *Words) emerges(u *wordUse) bool {
	u.Before = w.postsBefore(u)
	u.Score = round(w.score(float64(u.Posts), float64(u.Before)), 2)
	if u.Posts < uint64(w.cfg.MinPosts) || u.Authors < uint64(w.cfg.MinAuthors) || u.Score < w.cfg.Score {
		return false
	}
	if u.Known {
		return true
	}
	u.Cohesion, u.Freedom = round(w.cohesion(u), 2), round(min(entropy(u.left), entropy(u.right)), 2)
	return u.Cohesion >= w.cfg.Cohesion && u.Freedom >= w.cfg.Freedom
}

// postsBefore is how many posts of the days before have the word: exactly, if they were
// compared.
func (w *Words) postsBefore(u *wordUse) uint64 {
	if n, ok := w.compared[u]; ok {
		return n
	}
	hash := stringHash(u.Word)
	if u.Known {
		hash = uint32(wordFeature(u.Word))
	}
	return uint64(w.before[hash%wordTable])
}

// cohesion is the least pointwise mutual information of the word's cuts in two.
func (w *Words) cohesion(u *wordUse) float64 {
	least := math.Inf(1)
	for i := range u.Word {
		if i == 0 {
			continue
		}
		a, b := w.times[stringHash(u.Word[:i])%wordTable], w.times[stringHash(u.Word[i:])%wordTable]
		least = min(least, math.Log(float64(u.times)*w.length/(float64(a)*float64(b))))
	}
	return least
}

// stringHash is the hash that eachString gives for s.
func stringHash(s string) (h uint32) {
	for _, c := range s {
		h = mixFeature(h, uint32(c))
	}
	return h
}

// entropy of a distribution, in nats.
func entropy(counts map[rune]uint32) float64 {
	var total, sum float64
	for _, n := range counts {
		total += float64(n)
	}
	for _, n := range counts {
		p := float64(n) / total
		sum -= p * math.Log(p)
	}
	return sum
}

// wholeWords leaves out what is mostly a part of a longer word of the list, and what
// only puts something to a word that is mostly written without it.
func wholeWords(found []*wordUse) []*wordUse {
	drop := map[*wordUse]bool{}
	for _, a := range found {
		for _, b := range found {
			if a == b || len(a.Word) >= len(b.Word) || !strings.Contains(b.Word, a.Word) {
				continue
			}
			if float64(b.Posts) >= mostlyPart*float64(a.Posts) {
				drop[a] = true
			} else if !b.Known {
				drop[b] = true
			}
		}
	}
	return slices.DeleteFunc(found, func(u *wordUse) bool { return drop[u] })
}

// issue is the one that the word's posts carry most beyond chance, with the share of
// them that do.
func (w *Words) issue(u *wordUse) (vane.Tag, float64) {
	var best vane.Tag
	var share, most float64
	for _, t := range u.tags {
		s := ratio(t.Posts, u.Posts)
		above := s / (w.tags[vane.Tag(t.Key)] / w.posts)
		if gain := s * math.Log(above); above >= issueAbove && (gain > most || gain == most && vane.Tag(t.Key) < best) {
			best, share, most = vane.Tag(t.Key), round(s, 4), gain
		}
	}
	return best, share
}
