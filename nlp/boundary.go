package nlp

import (
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
	if len(e.tokens) == 0 {
		return false
	}
	from, to := int(h.from), int(h.to)
	tokens := e.tokens[e.tokenAt(from):]
	if tokens[0].From <= from && tokens[0].To >= to {
		return false // one token holds the hit
	}
	if t := tokens[0]; t.From < from && e.breaks(h, t, e.text[from:t.To], e.text[t.From:from]) {
		return true
	}
	for _, t := range tokens[1:] {
		switch {
		case t.To < to:
			continue
		case t.To == to || t.From >= to:
			return false
		}
		first, _ := decode(e.text, from)
		return !strings.ContainsRune(openHeads, first) && e.breaks(h, t, e.text[t.From:to], e.text[to:t.To])
	}
	return false
}

// tokenAt is the token that holds the byte at. Words are of about one length, so the
// search begins where it should be.
func (e *evaluation) tokenAt(at int) int {
	i := at * len(e.tokens) / e.length
	for e.tokens[i].From > at {
		i--
	}
	for e.tokens[i].To <= at {
		i++
	}
	return i
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
