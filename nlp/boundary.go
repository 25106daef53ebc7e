package nlp

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// The segmenter decides whether a word that the matcher saw is one: 限速包 is none in
// 限速|包子铺. A token that reaches over the edge of a hit breaks it when only one
// character of the token lies inside; with two, that part is a word itself: 教育培训
// is fine in 教育|培训费. The segmenter dislikes single characters, and cuts
// 演唱|会票 rather than 演唱会|票; so a token also needs to be a likely word, at
// least as long as the hit, and to leave something outside that is more than a
// particle (私|自给 for 私自|给).

const (
	// openVerbs are verbs that go into compounds and keep their meaning: 不退 is fine
	// in 不|退款, 拒绝换 in 拒绝|换货.
	openVerbs = "退换赔修发还给扣收交付办充送理管用"
	// openHeads begin phrases, whose right end is open: 没人管 in 没人|管理.
	openHeads = "不没未无拒难别"
	// particles stand alone beside any word.
	particles = "给我你您他她它们了的地得着过在不没有就都还也要会能把被让和与跟到去来说一这那上下里后前中是为以及等吗呢吧啊"
	// likelier is how many times as frequent as the token a word must be to stand
	// against it.
	likelier = 4
)

// straddled reports whether a token of the segmenter breaks the hit.
func (e *evaluation) straddled(h hit) bool {
	word := e.text[h.from:h.to]
	if len(e.tokens) == 0 || utf8.RuneCountInString(word) < 2 {
		return false
	}
	from, to := int(h.from), int(h.to)
	if t, ok := e.tokenAcross(from); ok && t.To < to && e.breaks(h, t, e.text[from:t.To], e.text[t.From:from]) {
		return true
	}
	t, ok := e.tokenAcross(to)
	if !ok || t.From <= from {
		return false
	}
	first, _ := utf8.DecodeRuneInString(word)
	return !strings.ContainsRune(openHeads, first) && e.breaks(h, t, e.text[t.From:to], e.text[to:t.To])
}

// breaks reports whether a token breaks a hit, given its parts inside and outside.
func (e *evaluation) breaks(h hit, t Token, inside, outside string) bool {
	if int(h.to-h.from) > t.To-t.From {
		return false // the longer word is the more likely one: 退机票|款 for 退机|票款
	}
	r, n := utf8.DecodeRuneInString(inside)
	if n < len(inside) || strings.ContainsRune(openVerbs+openHeads, r) {
		return false
	}
	if r, n := utf8.DecodeRuneInString(outside); n == len(outside) && strings.ContainsRune(particles, r) {
		return false
	}
	return e.r.frequencies[h.pattern] < likelier*t.Freq
}

// tokenAcross is the token that has the byte offset at strictly inside.
func (e *evaluation) tokenAcross(at int) (Token, bool) {
	i := sort.Search(len(e.tokens), func(i int) bool { return e.tokens[i].To > at })
	if i == len(e.tokens) || e.tokens[i].From >= at {
		return Token{}, false
	}
	return e.tokens[i], true
}

// measureWords asks the segmenter how frequent the words of the rules are.
func (r *rules) measureWords(seg Segmenter) {
	r.frequencies = make([]float32, len(r.matcher.patterns))
	for i, w := range r.matcher.patterns {
		r.frequencies[i] = userWordFreq
		if tokens := seg.Segment(w); len(tokens) == 1 {
			r.frequencies[i] = tokens[0].Freq
		}
	}
}
