package nlp

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed dict/sums.txt
var sumsTable string

// sumLists are the lists of dict/sums.txt.
type sumLists struct {
	spent, priced, each                              endings
	ends, goods, counted, pieces, heavy, yuan, three beginnings
}

var sumWords = sync.OnceValue(func() *sumLists {
	lists := readLists(sumsTable)
	return &sumLists{
		spent: newEndings(lists["spent"]), priced: newEndings(lists["priced"]), each: newEndings(lists["each"]),
		ends: newBeginnings(lists["ends"]), goods: newBeginnings(lists["goods"]), counted: newBeginnings(lists["counted"]),
		pieces: newBeginnings(lists["pieces"]), heavy: newBeginnings(lists["heavy"]),
		yuan: newBeginnings(lists["yuan"]), three: newBeginnings(lists["three"]),
	}
})

// sumAt decides whether a number is a sum of money, given what stands around it, and
// reads it to its end.
func sumAt(s string, n number) (number, bool) {
	factor, next := unitsAt(s, n.to)
	more, next := moreAt(s, next, factor)
	sum := number{from: n.from, to: next, low: n.low * factor, high: n.high*factor + more, digits: n.digits}
	before := strings.TrimRight(s[:n.from], " :")
	rest := withoutMore(s[next:])
	unknown := !n.digits && unitOfTen(s[n.from:n.from+3]) > 0 && (strings.HasSuffix(before, "几") || strings.HasSuffix(before, "数"))
	switch {
	case unknown: // 几百块
		return sum, false
	case strings.HasSuffix(before, "¥"), strings.HasSuffix(before, "rmb"), strings.HasSuffix(before, "人民币"):
		return sum, true
	case hasPrefix(rest, "元"), hasPrefix(rest, "圆"):
		return withSmall(s, sum, rest[3:]), isYuan(n, factor, rest[3:])
	case hasPrefix(rest, "块"):
		return withSmall(s, sum, rest[3:]), isKuai(n, before, rest[3:])
	case hasPrefix(rest, "rmb"), hasPrefix(rest, "人民币"), hasPrefix(rest, "¥") && (len(rest) == 2 || !isDigit(rest[2])):
		return sum, true
	case hasPrefix(rest, "毛"), hasPrefix(rest, "角"):
		return inMao(s, sum, rest[3:]), isMao(n, rest)
	case hasPrefix(rest, "分钱"):
		sum.low, sum.high = sum.low/100, sum.high/100
		return sum, n.digits || n.high > 1 // 一分钱 is as good as nothing
	default:
		return sum, isBare(s, n, factor, more, before, rest)
	}
}

// withoutMore is s without the words for some more at its beginning: 多 in 3000多元.
func withoutMore(s string) string {
	for s != "" {
		switch r, n := decode(s, 0); r {
		case ' ', '多', '余', '来', '几', '把':
			s = s[n:]
		default:
			return s
		}
	}
	return s
}

// unitsAt reads the units behind a number, 万, 千, w, and says what they multiply by.
func unitsAt(s string, i int) (factor float64, next int) {
	factor = 1
	if at := len(s) - len(withoutMore(s[i:])); at > i && (hasPrefix(s[at:], "万") || hasPrefix(s[at:], "亿") || s[i:at] == " ") {
		i = at // 40余万, 3 千
	}
	for _, u := range []struct {
		word  string
		times float64
	}{{"百", 1e2}, {"千", 1e3}, {"万", 1e4}, {"亿", 1e8}} {
		if hasPrefix(s[i:], u.word) {
			factor *= u.times
			i += len(u.word)
		}
	}
	if factor > 1 || i >= len(s) || i+1 < len(s) && isLetter(s[i+1]) {
		return factor, i
	}
	switch s[i] {
	case 'w':
		return 1e4, i + 1
	case 'k':
		return 1e3, i + 1
	default:
		return 1, i
	}
}

// moreAt reads what may stand behind a number with a unit: the 5千 of 3万5千, or a last
// digit, which counts in the unit below: the 二 of 1万二.
func moreAt(s string, i int, factor float64) (more float64, next int) {
	if factor < 100 || i+1 >= len(s) && (i >= len(s) || !isDigit(s[i])) {
		return 0, i
	}
	digit, to := 0.0, i
	if isDigit(s[i]) {
		digit, to = float64(s[i]-'0'), i+1
	} else if i+3 <= len(s) {
		if d, ok := chineseDigit(s[i : i+3]); ok {
			digit, to = float64(d-'0'), i+3
		}
	}
	if to == i || digit == 0 || to < len(s) && isDigit(s[to]) {
		return 0, i
	}
	if unit, end := unitsAt(s, to); unit > 1 && unit < factor {
		return digit * unit, end
	} else if unit > 1 {
		return 0, i
	}
	return digit * factor / 10, to
}

// withSmall adds the part behind 元 or 块, of which behind is what follows: 5 in 3块5,
// 5角 in 99元5角.
func withSmall(s string, sum number, behind string) number {
	end := len(s) - len(behind)
	sum.to = end
	behind = strings.TrimPrefix(behind, " ")
	end = len(s) - len(behind)
	digit, size := smallDigit(behind)
	if size == 0 {
		return sum
	}
	rest := behind[size:]
	kuai := hasPrefix(s[sum.to-3:], "块")
	switch {
	case hasPrefix(rest, "毛"), hasPrefix(rest, "角"):
		sum.high += digit / 10
		sum.to = end + size + 3
	case hasPrefix(rest, "块"): // 十块八块
	case kuai && isDigit(behind[0]) && len(rest) > 0 && isDigit(rest[0]) && (len(rest) == 1 || !isDigit(rest[1])):
		sum.high += digit/10 + float64(rest[0]-'0')/100
		sum.to = end + size + 1
	case kuai && (rest == "" || !isDigit(rest[0]) && unitOfTen(firstOf(rest)) == 0 && !countsBehind(behind[:size], rest)):
		sum.high += digit / 10
		sum.to = end + size
	}
	return sum
}

// inMao is a sum of 毛 in yuan, with the digit behind: 8毛5.
func inMao(s string, sum number, behind string) number {
	sum.low, sum.high = sum.low/10, sum.high/10
	digit, size := smallDigit(strings.TrimLeft(behind, " "))
	if rest := strings.TrimLeft(behind, " "); size > 0 && (len(rest) == size || isSeparator(rest[size:])) {
		sum.high += digit / 100
		sum.to = len(s) - len(rest) + size
	}
	return sum
}

// isSeparator reports whether s begins with a sign or with 的, so that a digit before it
// stands alone.
func isSeparator(s string) bool {
	return strings.ContainsAny(s[:1], ",!?;). \n") || beginsWith(s, []string{"的", "。", "、"})
}

// smallDigit is the digit that s begins with, and its length; 0 if there is none.
func smallDigit(s string) (digit float64, size int) {
	if s != "" && isDigit(s[0]) {
		return float64(s[0] - '0'), 1
	}
	if d, ok := chineseDigit(firstOf(s)); ok {
		return float64(d - '0'), 3
	}
	return 0, 0
}

// countsBehind reports whether a 一 behind 块 counts what follows: 两块一个 is 2 yuan each.
func countsBehind(digit, rest string) bool {
	return digit == "一" && rest != "" && strings.ContainsAny(firstOf(rest), "个斤瓶张次份天月年条根只袋盒杯包米串碗件位人小公")
}

// firstOf is the first three bytes of s, a Chinese character if it begins with one.
func firstOf(s string) string { return s[:min(3, len(s))] }

// isYuan reports whether 元 behind a number means money, given what follows it: not in
// 元旦, nor in 三元催化.
func isYuan(n number, factor float64, behind string) bool {
	lists := sumWords()
	if lists.yuan.begin(behind) {
		return false
	}
	return n.digits || n.high > 9 || factor > 1 || !lists.three.begin(behind)
}

// isKuai reports whether 块 behind a number means money, given what stands around it:
// not in 3块砖, 一块去, 抹布两块.
func isKuai(n number, before, behind string) bool {
	lists := sumWords()
	digit, size := smallDigit(strings.TrimLeft(behind, " "))
	switch {
	case hasPrefix(behind, "钱"):
		return true
	case n.high >= 20:
		return !lists.heavy.begin(behind)
	case lists.pieces.begin(behind):
		return false
	case n.digits || n.high > 9:
		return true
	case n.high == 1:
		return size > 0 && digit > 1 // 一块二
	default:
		return size > 0 || lists.spent.end(withoutLight(before)) || lists.each.end(before)
	}
}

// isMao reports whether 毛 or 角 behind a number means money: not in 三角, 毛坯.
func isMao(n number, rest string) bool {
	if hasPrefix(rest[3:], "钱") {
		return n.digits || n.high > 1 // 一毛钱 is as good as nothing
	}
	return n.high < 10 && (n.digits || hasPrefix(rest, "毛")) && !beginsWith(rest, []string{"毛坯", "毛孩", "毛衣", "毛病", "毛利", "毛巾", "毛不拔", "毛线", "毛肚", "毛豆", "毛发", "毛绒", "角形", "角度", "角落", "角硬币", "角的硬币"})
}

// isBare reports whether a number without a unit of money is a sum: 花了1.5万, 押金99,
// 198的会员.
func isBare(s string, n number, factor, more float64, before, rest string) bool {
	lists := sumWords()
	switch {
	case more > 0 && factor >= 1e4 && endsSum(rest): // 6万8的装修
		return true
	case factor >= 1e3, !n.digits && n.high >= 1e3:
		return lists.spent.end(strings.TrimSuffix(withoutLight(before), "了")) && !lists.counted.begin(rest)
	case !n.digits:
		return n.high >= leastSpoken && endsSum(rest) && lists.spent.end(strings.TrimSuffix(withoutLight(before), "了"))
	case n.high < leastBare && n.high == float64(int(n.high)), factor > 1, !endsSum(rest):
		return false
	}
	goods, ofGoods := strings.CutPrefix(rest, "的")
	if ofGoods && isYear(n.high) {
		return false
	}
	if ofGoods && n.high >= leastPrice && lists.goods.begin(goods) && !isNumbered(runeBefore(s, n.from)) {
		return true
	}
	return lists.priced.end(withoutLight(before))
}

const (
	leastBare   = 5   // a whole number below is nearly always a count
	leastPrice  = 20  // 15的套餐 is of an iphone 15
	leastSpoken = 100 // 赔五 is no sum, 赔一百五 is
)

// isYear reports whether a number may be the year of a post, or of what it is about.
func isYear(v float64) bool { return v >= 1990 && v <= 2035 && v == float64(int(v)) }

// isNumbered reports whether r before a number says that it is a name: 看台312的票.
func isNumbered(r rune) bool {
	return r > 0 && (strings.ContainsRune("区台场排号门座第栋楼室班届-", r) || r < 0x80 && isAlnum(byte(r)))
}

// endsSum reports whether a bare sum may end before rest.
func endsSum(rest string) bool {
	if rest == "" || strings.ContainsAny(rest[:1], ",!?;)\n~") {
		return true
	}
	return sumWords().ends.begin(rest)
}

// withoutLight is s without what may stand between a verb and a sum: 花了我大约.
func withoutLight(s string) string {
	for {
		trimmed := s
		switch runeBefore(s, len(s)) {
		case ' ', ':':
			trimmed = s[:len(s)-1]
		case '我', '约', '近', '将', '为', '是', '掉', '去', '他', '你', '您', '她', '们':
			trimmed = s[:len(s)-3]
		case '概', '多', '整', '足':
			for _, light := range []string{"大概", "差不多", "整整", "足足"} {
				trimmed = strings.TrimSuffix(trimmed, light)
			}
		}
		trimmed = strings.TrimSuffix(trimmed, "大") // of 大约
		if len(trimmed) == len(s) {
			return s
		}
		s = trimmed
	}
}
