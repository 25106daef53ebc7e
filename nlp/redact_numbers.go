package nlp

import (
	"slices"
	"strings"
)

const (
	// maxDigits is more than any number that names a person or an order has.
	maxDigits = 40
	// leastDigits is less than any number has that is not behind a label.
	leastDigits = 9
)

// group is a run of digits.
type group struct{ from, to int }

func (g group) len() int { return g.to - g.from }

// groupAt reads the run of digits at i.
func (s *scanner) groupAt(i int) group {
	to := i
	for to < len(s.text) && isDigit(s.text[to]) {
		to++
	}
	return group{i, to}
}

// number looks at the digits at i, alone or with the groups that follow behind single
// signs, notes what they are, and says where to go on.
func (s *scanner) number(i int) int {
	first := s.groupAt(i)
	if end, taken := s.takenAt(first.from, first.to); taken {
		return max(end, first.to)
	}
	if s.isPublic(first) {
		return first.to
	}
	if i > 0 && isLetter(s.text[i-1]) {
		return s.mixedNumber(first)
	}
	if end := s.spelledNumber(i); end > i {
		return end
	}
	groups := s.groupsFrom(first)
	if count(groups) < leastDigits {
		return first.to
	}
	if end := s.kindOfNumber(groups); end > 0 {
		return end
	}
	s.longNumber(first)
	return first.to
}

// kindOfNumber notes what groups of digits are, and says where that ends; 0 for
// nothing in particular.
func (s *scanner) kindOfNumber(groups []group) int {
	if end := s.identity(groups); end > 0 {
		return end
	}
	if end := s.hotline(groups); end > 0 {
		return end
	}
	if end := s.mobile(groups); end > 0 {
		return end
	}
	if end := s.bankCard(groups); end > 0 {
		return end
	}
	return s.landline(groups)
}

// groupSigns may stand between the groups of a number.
const groupSigns = " -.)"

// groupsFrom lists up to 11 groups of digits with one sign between each two: people
// write a mobile number as 1 3 8 0 … too.
func (s *scanner) groupsFrom(g group) []group {
	groups := s.groups[:0]
	for {
		groups = append(groups, g)
		if len(groups) == cap(groups) || g.to+1 >= len(s.text) || strings.IndexByte(groupSigns, s.text[g.to]) < 0 || !isDigit(s.text[g.to+1]) {
			return groups
		}
		g = s.groupAt(g.to + 1)
	}
}

// count is how many digits groups have.
func count(groups []group) int {
	n := 0
	for _, g := range groups {
		n += g.len()
	}
	return n
}

// isPublic reports whether the number is one of a product, a permit or a company.
func (s *scanner) isPublic(g group) bool {
	_, public := slices.BinarySearch(s.codes, g.from)
	return public
}

// digits joins the digits of groups.
func (s *scanner) digits(groups []group) string {
	if len(groups) == 1 {
		return s.text[groups[0].from:groups[0].to]
	}
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(s.text[g.from:g.to])
	}
	return b.String()
}

// shape is the lengths of the groups that a number is written in, a digit of base 36
// each: 344 is 138 0013 8000, and b is 11 digits in one piece.
type shape string

// fits reports whether groups begin with groups of these lengths.
func (sh shape) fits(groups []group) bool {
	if len(groups) < len(sh) {
		return false
	}
	for i := range len(sh) {
		n := int(sh[i] - '0')
		if sh[i] >= 'a' {
			n = int(sh[i]-'a') + 10
		}
		if groups[i].len() != n {
			return false
		}
	}
	return true
}

// identity notes the number of an identity card, in one group or as 6-8-4.
func (s *scanner) identity(groups []group) int {
	for _, sh := range [...]shape{"i", "h", "684", "683"} {
		if !sh.fits(groups) {
			continue
		}
		used := groups[:len(sh)]
		end := used[len(used)-1].to
		number := s.digits(used)
		if len(number) == 17 {
			if end == len(s.text) || s.text[end] != 'x' {
				continue
			}
			number += "x"
			end++
		}
		if end < len(s.text) && isAlnum(s.text[end]) {
			continue
		}
		if isIdentity(number) {
			s.add(used[0].from, end, markID)
			return end
		}
	}
	return 0
}

// isIdentity checks province, birthday and check digit (GB 11643, ISO 7064 MOD 11-2).
func isIdentity(n string) bool {
	if len(n) != 18 || n[0] < '1' || n[0] > '8' || !isBirthday(n[6:14]) {
		return false
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(n[i]-'0')
	}
	return "10x98765432"[sum%11] == n[17]
}

// isBirthday reports whether yyyymmdd is a day on which a living person may be born.
func isBirthday(d string) bool {
	year, month, day := d[:4], d[4:6], d[6:8]
	return year >= "1900" && year <= "2099" && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

// hotline passes over 400 and 800 numbers, which are a company's.
func (s *scanner) hotline(groups []group) int {
	for _, sh := range [...]shape{"a", "334", "343", "37", "433", "46", "64"} {
		if !sh.fits(groups) {
			continue
		}
		n := s.digits(groups[:len(sh)])
		if strings.HasPrefix(n, "400") || strings.HasPrefix(n, "800") {
			return groups[len(sh)-1].to
		}
	}
	return 0
}

// mobile notes a mobile number, with or without the country's code.
func (s *scanner) mobile(groups []group) int {
	from, rest := groups[0].from, groups
	if n := s.text[groups[0].from:groups[0].to]; len(groups) > 1 && (n == "86" || n == "0086") {
		rest = groups[1:]
	}
	for _, sh := range [...]shape{"b", "344", "335", "434", "443", "38", "74", "d", "f", "11111111111"} {
		if !sh.fits(rest) {
			continue
		}
		n, end := s.digits(rest[:len(sh)]), rest[len(sh)-1].to
		if len(n) > 11 {
			n = strings.TrimPrefix(strings.TrimPrefix(n, "00"), "86")
		}
		if isMobile(n) && !s.isAmount(end) && !s.isDecimal(groups[0]) {
			s.add(s.withSign(from, '+'), end, markPhone)
			return end
		}
	}
	return 0
}

func isMobile(n string) bool { return len(n) == 11 && n[0] == '1' && n[1] >= '3' }

// withSign takes a sign before a number into it.
func (s *scanner) withSign(from int, sign byte) int {
	if from > 0 && s.text[from-1] == sign {
		return from - 1
	}
	return from
}

// isAmount reports whether a unit of money stands behind a number.
func (s *scanner) isAmount(end int) bool {
	rest := strings.TrimLeft(s.text[end:], " ")
	for _, unit := range []string{"元", "块", "万", "亿", "圆", "人民币", "%", "人次"} {
		if hasPrefix(rest, unit) {
			return true
		}
	}
	return false
}

// isDecimal reports whether a group is the fraction of a number, or an amount.
func (s *scanner) isDecimal(g group) bool {
	if g.from == 0 {
		return false
	}
	before := s.text[g.from-1]
	return before == '.' && g.from > 1 && isDigit(s.text[g.from-2]) || before == '$' || strings.HasSuffix(s.text[:g.from], "¥")
}

// bankCard notes a card number with its check digit (Luhn).
func (s *scanner) bankCard(groups []group) int {
	for _, sh := range [...]shape{"g", "h", "i", "j", "44443", "44442", "44441", "4444", "6d", "88", "8b"} {
		if !sh.fits(groups) {
			continue
		}
		n, end := s.digits(groups[:len(sh)]), groups[len(sh)-1].to
		if strings.IndexByte("345689", n[0]) >= 0 && luhn(n) && !s.isAmount(end) {
			s.add(groups[0].from, end, markCard)
			return end
		}
	}
	return 0
}

// luhn checks the last digit of a card number (ISO/IEC 7812).
func luhn(n string) bool {
	sum := 0
	for i := range len(n) {
		d := int(n[len(n)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// landline notes a number with its area code: 010-12345678, (0571)1234567,
// 0755 1234 5678 and an extension.
func (s *scanner) landline(groups []group) int {
	for _, sh := range [...]shape{"38", "48", "47", "37", "344", "444", "434", "334", "433", "46", "a", "b", "c", "d", "244", "28", "234"} {
		if !sh.fits(groups) {
			continue
		}
		n, end := s.digits(groups[:len(sh)]), groups[len(sh)-1].to
		if hasPrefix(n, "86") && s.withSign(groups[0].from, '+') < groups[0].from {
			n = "0" + n[2:]
		}
		if isAreaCode(n) && !s.isAmount(end) && !s.isDecimal(groups[0]) {
			s.add(s.withSign(s.openBracket(groups[0]), '+'), s.extension(end), markPhone)
			return end
		}
	}
	return 0
}

// openBracket is where a number begins whose area code may stand in brackets.
func (s *scanner) openBracket(area group) int {
	if area.to < len(s.text) && s.text[area.to] == ')' {
		return s.withSign(area.from, '(')
	}
	return area.from
}

// isAreaCode reports whether a number begins as area codes do.
func isAreaCode(n string) bool {
	if n[0] != '0' || n[1] == '0' {
		return false
	}
	subscriber := n[3:]
	if n[1] >= '3' {
		subscriber = n[4:]
	}
	return len(subscriber) >= 6 && subscriber[0] != '0' && (subscriber[0] != '1' || n[:2] == "09")
}

// extension is the end of the extension behind a landline number: 转8001, -123.
func (s *scanner) extension(end int) int {
	for _, sign := range []string{"转", "-", "分机"} {
		if hasPrefix(s.text[end:], sign) {
			if g := s.groupAt(end + len(sign)); g.len() >= 1 && g.len() <= 5 {
				return g.to
			}
		}
	}
	return end
}

// mixedNumber notes letters with many digits behind them, which is how waybills and
// orders look: sf1234567890123. Permits of food makers (sc + 14) are public.
func (s *scanner) mixedNumber(g group) int {
	from := g.from
	for from > 0 && isLetter(s.text[from-1]) {
		from--
	}
	to := g.to
	for to < len(s.text) && isAlnum(s.text[to]) {
		to++
	}
	if n := g.from - from; n <= 4 && g.len() >= 10 && to-from <= maxDigits && s.text[from:g.from] != "sc" {
		s.add(from, to, markOrder)
	}
	return to
}

// longNumber notes 12 digits and more that are nothing else: an order.
func (s *scanner) longNumber(g group) {
	n := s.text[g.from:g.to]
	to := g.to
	for to < len(s.text) && isAlnum(s.text[to]) {
		to++
	}
	switch {
	case len(n) < 12 || len(n) > maxDigits,
		s.isAmount(g.to), s.isDecimal(g), s.isFraction(g),
		isMoment(n), isArticle(n), isCompany(s.text[g.from:to]):
		return
	}
	s.add(g.from, to, markOrder)
}

// isFraction reports whether a decimal point and digits stand behind a number.
func (s *scanner) isFraction(g group) bool {
	return g.to+1 < len(s.text) && s.text[g.to] == '.' && isDigit(s.text[g.to+1])
}

// isMoment reports whether a number is a date with time: 20231128093000.
func isMoment(n string) bool {
	return (len(n) == 12 || len(n) == 14) && (n[:2] == "20" || n[:2] == "19") && isBirthday(n[:8]) && n[8:10] < "24" && n[10:12] < "60"
}

// isArticle reports whether a number is a bar code of a Chinese article (EAN-13, 69…)
// or a book (ISBN, 978, 979).
func isArticle(n string) bool {
	if len(n) != 13 || n[:2] != "69" && n[:3] != "978" && n[:3] != "979" {
		return false
	}
	sum := 0
	for i := range 13 {
		sum += int(n[i]-'0') * (1 + 2*(i%2))
	}
	return sum%10 == 0
}

// isCompany reports whether a number is a company's 统一社会信用代码.
func isCompany(n string) bool {
	return len(n) == 18 && n[0] == '9' && n[1] >= '1' && n[1] <= '3'
}
