package nlp

import (
	"math/bits"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// The marks that stand in the place of personal data.
const (
	markPhone   = "[电话]"
	markID      = "[身份证]"
	markCard    = "[银行卡]"
	markMail    = "[邮箱]"
	markWeChat  = "[微信]"
	markQQ      = "[QQ]"
	markOrder   = "[单号]"
	markPlate   = "[车牌]"
	markName    = "[姓名]"
	markAddress = "[地址]"
)

// personal is a piece of personal data in a folded text.
type personal struct {
	from, to int
	mark     string
}

// Redact puts typed marks in the place of personal data: numbers of phones, identity
// cards, bank cards, orders and plates, mail addresses, WeChat and QQ ids, and names
// and addresses behind words such as 联系人. Prices, dates, models and the public
// numbers of authorities and companies (12315, 400-…) stay. Numbers are found in
// whatever digits they are written; the rest of the text comes out as it went in.
func Redact(s string) string {
	if !mayHoldPersonal(s) {
		return s
	}
	found := findPersonal(foldText(s))
	if len(found) == 0 {
		return s
	}
	f := Fold(s) // again, with the places
	var b strings.Builder
	b.Grow(len(s))
	done := 0
	for _, p := range found {
		from, to := f.Span(p.from, p.to)
		to = foldTable().skipDropped(s, to) // the frame of a digit such as 1️⃣ goes with it
		b.WriteString(s[done:from])
		b.WriteString(p.mark)
		done = to
	}
	b.WriteString(s[done:])
	return b.String()
}

// findPersonal lists personal data in a folded text, in order and without overlaps.
// What stands behind a label goes before what only looks like something.
func findPersonal(text string) []personal {
	s := scanner{text: text}
	s.labelled()
	s.known, s.found = s.found, nil
	s.unlabelled()
	if len(s.known) == 0 {
		return s.found
	}
	all := append(s.known, s.found...)
	slices.SortFunc(all, func(a, b personal) int { return a.from - b.from })
	return all
}

// scanner looks for personal data in a folded text.
type scanner struct {
	text    string
	found   []personal // in order, without overlaps
	known   []personal // what stands behind labels, while the rest is looked for
	codes   []int      // where numbers begin that are public, in order
	spelled []int      // where spelled mobile numbers may begin, in order
	groups  [11]group  // room for one number
}

// add notes personal data, unless it overlaps with what was found before.
func (s *scanner) add(from, to int, mark string) {
	if _, taken := s.takenAt(from, to); !taken {
		s.found = append(s.found, personal{from, to, mark})
	}
}

// takenAt is where the data ends that overlaps with a range.
func (s *scanner) takenAt(from, to int) (end int, ok bool) {
	if last := len(s.found) - 1; last >= 0 && from < s.found[last].to {
		return s.found[last].to, true
	}
	i := sort.Search(len(s.known), func(i int) bool { return s.known[i].to > from })
	if i < len(s.known) && s.known[i].from < to {
		return s.known[i].to, true
	}
	return 0, false
}

// unlabelled goes over the text for numbers, mail addresses and plates. All begin at a
// character of ASCII, but for spelled numbers.
func (s *scanner) unlabelled() {
	spelled := s.spelled
	done := 0 // what stands before needs no more looking at
	for i := 0; ; {
		for len(spelled) > 0 && spelled[0] < done {
			spelled = spelled[1:]
		}
		i = nextSign(s.text, i)
		next := i
		switch {
		case len(spelled) > 0 && spelled[0] < i:
			i, spelled = spelled[0], spelled[1:]
			next = s.spelledNumber(i)
		case i == len(s.text):
			return
		case isDigit(s.text[i]):
			next = s.number(i)
		case isLetter(s.text[i]) && i-3 >= done && s.text[i-3] >= 0xE4 && i+1 < len(s.text):
			next = s.plate(i - 3)
		case s.text[i] == '@':
			s.mail(i)
		}
		if next <= i {
			i++
			continue
		}
		i, done = next, next
	}
}

// nextSign is the place of the next digit, letter or @ from i on, or the end, perhaps of
// another character of ASCII above /. It looks at eight bytes at a time: most are Chinese.
func nextSign(s string, i int) int {
	const each = 0x0101010101010101
	for ; i+8 <= len(s); i += 8 {
		x := load8(s, i)
		if above := (x&(0x7F*each) + (0x80-'0')*each) &^ x & (0x80 * each); above != 0 {
			return i + bits.TrailingZeros64(above)/8
		}
	}
	for i < len(s) && (s[i] >= utf8.RuneSelf || s[i] < '0') {
		i++
	}
	return i
}

// load8 is eight bytes of s from i on, the first one lowest.
func load8(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// mail notes the address around the @ at i.
func (s *scanner) mail(i int) {
	from, to := i, i+1
	for from > 0 && (isAlnum(s.text[from-1]) || strings.IndexByte("._%+-", s.text[from-1]) >= 0) {
		from--
	}
	for to < len(s.text) && (isAlnum(s.text[to]) || s.text[to] == '.' || s.text[to] == '-') {
		to++
	}
	domain := strings.TrimRight(s.text[i+1:to], ".-")
	dot := strings.LastIndexByte(domain, '.')
	if from < i && dot > 0 && len(domain)-dot > 2 && !strings.ContainsFunc(domain[dot+1:], func(r rune) bool { return !isLetter(byte(r)) }) {
		s.add(from, i+1+len(domain), markMail)
	}
}

func isAlnum(c byte) bool { return isLetter(c) || isDigit(c) }

// plates: the short names of provinces, and the letters that may end a number.
const (
	plateProvinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
	plateEndings   = "挂学警港澳"
)

// plate notes a plate whose province stands at i: 京a·12345, 粤bd12345.
func (s *scanner) plate(i int) int {
	if !strings.Contains(plateProvinces, s.text[i:i+3]) {
		return i
	}
	j := i + 4
	if sep := s.text[j:]; hasPrefix(sep, "·") || hasPrefix(sep, "•") {
		j += len("·")
		if hasPrefix(sep, "•") {
			j++
		}
	} else if hasPrefix(sep, " ") || hasPrefix(sep, "-") || hasPrefix(sep, ".") {
		j++
	}
	from, digits := j, 0
	for j < len(s.text) && isAlnum(s.text[j]) && s.text[j] != 'i' && s.text[j] != 'o' {
		if isDigit(s.text[j]) {
			digits++
		}
		j++
	}
	n := j - from
	if j < len(s.text) && isAlnum(s.text[j]) {
		return i
	}
	if n == 4 && j+3 <= len(s.text) && strings.Contains(plateEndings, s.text[j:j+3]) {
		j, n = j+3, n+1
	}
	if digits < 3 || n < 5 || n > 6 {
		return i
	}
	s.add(i, j, markPlate)
	return j
}
