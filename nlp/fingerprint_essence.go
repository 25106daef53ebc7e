package nlp

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	// essenceBuffer is how many letters of a text are kept on the stack: nearly all
	// complaints have fewer.
	essenceBuffer = 1024
	// fewestCompared is how many letters a text needs to be compared by what it shares
	// with another. With fewer, the frame around it is all that tells texts apart.
	fewestCompared = 13
	// longestLead is more bytes than headlines have: 50 characters.
	longestLead = 150
	// longestTail is more bytes than the sources and editors under a text have.
	longestTail = 240
	longestTag  = 100 // bytes between the # of a topic
	longestName = 48  // bytes of a name after @; the sites allow 30
	longestMark = 24  // bytes between [ and ]: a mark of redaction or an emoticon
	longestNote = 120 // bytes between ( and ) of a note about the source
)

// essence appends to buf what of a folded text is compared: its letters and digits,
// without what copying puts around a text: 转发微博 and //@用户:, a headline of its own,
// 责任编辑 and 来源 below, topics, names after @, addresses of pages, emoticons. Where too
// little would be left, all letters count.
func essence(text string, buf []rune) []rune {
	body := withoutLead(withoutTail(forwarded(text)))
	if e := appendLetters(buf, body, true); len(e) >= fewestCompared {
		return e
	}
	return appendLetters(buf[:0], text, false)
}

// forwarded is the text that counts of a chain own//@a:older//@b:oldest. Who adds a
// sentence of his own speaks himself; else it is the longest text of the others.
func forwarded(text string) string {
	own, others, found := strings.Cut(text, "//@")
	if !found || enough(own) {
		return own
	}
	longest := own
	for others != "" {
		var piece string
		piece, others, _ = strings.Cut(others, "//@")
		if i := strings.IndexByte(piece, ':'); i >= 0 && i <= longestName {
			piece = piece[i+1:]
		}
		if len(piece) > len(longest) {
			longest = piece
		}
	}
	return longest
}

// enough reports whether a text says something by itself.
func enough(text string) bool {
	var buf [128]rune
	return len(appendLetters(buf[:0], text, true)) >= fewestCompared
}

// withoutLead leaves out a headline, 【…】 or a first line that does not end like a
// sentence: who reprints a text often gives it his own. What is left must be twice as
// long, or the headline is part of what is said.
func withoutLead(text string) string {
	for range 2 { // a title, and the same title in 【】
		text = strings.TrimLeft(text, " \n\t")
		lead := leadOf(text)
		if lead == 0 || len(text)-lead < 2*lead {
			break
		}
		text = text[lead:]
	}
	return text
}

// leadOf is how many bytes of the text its headline takes, or 0.
func leadOf(text string) int {
	head := text[:min(len(text), longestLead)]
	if strings.HasPrefix(text, "【") {
		if i := strings.Index(head, "】"); i > 0 {
			return i + len("】")
		}
		return 0
	}
	i := strings.IndexByte(head, '\n')
	if i <= 0 {
		return 0
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(head[:i], " "))
	if strings.ContainsRune(",。.;、:", last) {
		return 0 // a sentence that happens to end with the line
	}
	return i
}

// tailWords stand before a colon below a text, and say where it comes from.
var tailWords = [...]string{"来源", "责任编辑", "责编", "编辑", "原标题", "作者", "记者", "转自", "转载自", "校对", "审核", "监制", "原文链接", "来自"}

// withoutTail leaves out what stands below a text from the first word of tailWords on.
func withoutTail(text string) string {
	from := max(0, len(text)-longestTail)
	for i := from; ; i++ {
		n := strings.IndexByte(text[i:], ':')
		if n < 0 {
			return text
		}
		i += n
		if start := tailWordBefore(text, from, i); start >= 0 {
			return text[:start]
		}
	}
}

// tailWordBefore is where the word of tailWords begins that ends at i, or -1. Behind
// another word, as in 货品来源, it is part of what is said.
func tailWordBefore(text string, from, i int) int {
	for _, w := range tailWords {
		if !strings.HasSuffix(text[from:i], w) {
			continue
		}
		before := strings.TrimSuffix(text[:i-len(w)], "本文")
		if r := runeBefore(before, len(before)); r < 0 || !unicode.IsLetter(r) {
			return len(before)
		}
	}
	return -1
}

// What letterKinds says of a character.
const (
	counts    uint8 = 1 << iota // a letter or digit
	startMark                   // one of the marks that markAt knows may begin with it
)

// markStarts are the characters that marks begin with.
const markStarts = "#@[(hwo转展收网本回"

// letterKinds has a byte for each character of the Basic Multilingual Plane.
var letterKinds = sync.OnceValue(func() *[1 << 16]uint8 {
	kinds := new([1 << 16]uint8)
	for r := range rune(len(kinds)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			kinds[r] = counts
		}
	}
	for _, r := range markStarts {
		kinds[r] |= startMark
	}
	return kinds
})

// appendLetters appends the letters and digits of a text; with skip, without those of
// the marks that markAt knows.
func appendLetters(to []rune, text string, skip bool) []rune {
	kinds := letterKinds()
	for i := 0; i < len(text); {
		r, n := decode(text, i)
		if r > 0xFFFF {
			if i += n; unicode.IsLetter(r) || unicode.IsDigit(r) {
				to = append(to, r)
			}
			continue
		}
		kind := kinds[r]
		if kind&startMark != 0 && skip {
			if end := markAt(text, i, r, n); end > i {
				i = end
				continue
			}
		}
		i += n
		if kind&counts != 0 {
			to = append(to, r)
		}
	}
	return to
}

// markAt is where the mark ends that begins with r at i, or i if it is none.
func markAt(text string, i int, r rune, n int) int {
	rest := text[i+n:]
	switch r {
	case '#':
		return topicEnd(text, i)
	case '@':
		return nameEnd(text, i)
	case '[':
		return closed(text, i, ']', longestMark)
	case '(':
		for _, w := range noteWords {
			if hasPrefix(rest, w) {
				return closed(text, i, ')', longestNote)
			}
		}
	case '回':
		if hasPrefix(rest, "复@") {
			return nameEnd(text, i+len("回复"))
		}
	case 'h', 'w':
		return addressEnd(text, i)
	default:
		for _, w := range siteWords {
			if hasPrefix(text[i:], w) {
				return i + len(w)
			}
		}
	}
	return i
}

var (
	// noteWords begin a note in brackets about who wrote a text.
	noteWords = [...]string{"来源", "记者", "本报", "通讯员", "责任编辑", "责编", "编辑", "原标题", "作者", "图:", "图/", "文/", "转自", "转载", "分享自"}
	// siteWords are put into texts by the sites.
	siteWords = [...]string{"转发微博", "展开全文", "收起全文", "网页链接", "o网页链接", "本报讯"}
)

// topicEnd is where the topic #…# or #… ends that begins at i.
func topicEnd(text string, i int) int {
	inside := text[i+1 : min(len(text), i+1+longestTag)]
	if line := strings.IndexByte(inside, '\n'); line >= 0 {
		inside = inside[:line]
	}
	if n := strings.IndexByte(inside, '#'); n > 0 && inside[n-1] != ' ' { // not #one #two
		return i + 1 + n + 1
	}
	if n := strings.IndexByte(inside, ' '); n >= 0 {
		return i + 1 + n
	}
	if i+1+len(inside) == len(text) || text[i+1+len(inside)] == '\n' {
		return i + 1 + len(inside)
	}
	return i
}

// nameEnd is where the name after the @ at i ends. A name that does not end soon is
// one that the text goes on behind without a space.
func nameEnd(text string, i int) int {
	for j := i + 1; j <= i+1+longestName; {
		r, n := runeAt(text, j)
		if r < 0 || r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return j
		}
		j += n
	}
	return i
}

// closed is behind the first closing sign after the opening one at i, or i if none is
// near.
func closed(text string, i int, sign byte, most int) int {
	inside := text[i+1 : min(len(text), i+1+most)]
	if n := strings.IndexByte(inside, sign); n >= 0 {
		return i + 1 + n + 1
	}
	return i
}

// addressEnd is where the address of a page ends that begins at i.
func addressEnd(text string, i int) int {
	rest := text[i:]
	if !hasPrefix(rest, "http://") && !hasPrefix(rest, "https://") && !hasPrefix(rest, "www.") {
		return i
	}
	for i < len(text) && text[i] > ' ' && text[i] < utf8.RuneSelf {
		i++
	}
	return i
}
