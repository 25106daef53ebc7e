package nlp

import (
	"slices"
	"strconv"
	"strings"
)

// amountsOf lists the sums of money of a folded text, in yuan, in order, each once:
// 1.2万元, 3千块, 五百元, ¥99, 99块9.
func amountsOf(text string) []float64 {
	var amounts []float64
	for i := 0; i < len(text) && len(amounts) < maxNamed; {
		if !beginsNumber(text, i) {
			i++
			continue
		}
		value, end := numberAt(text, i)
		yuan, next, ok := money(text, i, end, value)
		if ok && yuan > 0 && !slices.Contains(amounts, yuan) {
			amounts = append(amounts, yuan)
		}
		i = max(next, end, i+1)
	}
	return amounts
}

// numerals are the Chinese digits and the units between them.
const numerals = "零〇一二三四五六七八九两十百千"

// beginsNumber reports whether a number begins at i.
func beginsNumber(s string, i int) bool {
	c := s[i]
	if isDigit(c) {
		return i == 0 || !isAlnum(s[i-1]) && s[i-1] != '.' && s[i-1] != '_'
	}
	return c >= 0xE3 && c <= 0xE9 && i+3 <= len(s) && strings.Contains(numerals, s[i:i+3])
}

// numberAt reads the number at i, 1,280.50 or 一千二百, and says where it ends.
func numberAt(s string, i int) (float64, int) {
	if !isDigit(s[i]) {
		return chineseNumber(s, i)
	}
	j := i
	for j < len(s) && (isDigit(s[j]) || (s[j] == ',' || s[j] == '.') && j+1 < len(s) && isDigit(s[j+1])) {
		j++
	}
	if v, err := strconv.ParseFloat(strings.ReplaceAll(s[i:j], ",", ""), 64); err == nil {
		return v, j
	}
	return 0, j // 1.2.3: a version or a date
}

// unitOfTen is what a Chinese unit multiplies by.
func unitOfTen(c string) float64 {
	switch c {
	case "十":
		return 10
	case "百":
		return 100
	case "千":
		return 1e3
	case "万":
		return 1e4
	case "亿":
		return 1e8
	default:
		return 0
	}
}

// chineseNumber reads 三百五十, 一万二千 and, as people say it, 三千五 for 3500.
func chineseNumber(s string, i int) (float64, int) {
	var sum, section, digit, last float64
	for i+3 <= len(s) {
		c := s[i : i+3]
		d, isDigit := chineseDigit(c)
		switch unit := unitOfTen(c); {
		case unit >= 1e4:
			sum += (section + digit) * unit
			section, digit, last = 0, 0, unit
		case unit > 0:
			section += max(digit, 1) * unit
			digit, last = 0, unit
		case isDigit && d == '0':
			digit, last = 0, 0
		case isDigit:
			digit = digit*10 + float64(d-'0')
		default:
			return sum + section + short(digit, last), i
		}
		i += 3
	}
	return sum + section + short(digit, last), i
}

// short is what a last digit counts behind a unit: the 五 of 三千五 is 500.
func short(digit, unit float64) float64 {
	if unit > 10 && digit < 10 {
		return digit * unit / 10
	}
	return digit
}

const (
	// spent are words behind which a bare number of 万 is money.
	spent = "花交付收扣赔骗充价费贷欠罚款亏损"
	// pieces are things that 块 counts: 3块砖.
	pieces = "砖肉豆布石表屏地玻板木蛋糕电硬显手牌饼糖冰骨皮田巧肥香煤区状头面钢铁瓷广告拼土排瓦毛奶积"
)

// money decides whether the number in [from, to) is a sum, given what stands around
// it. next is where to go on.
func money(s string, from, to int, value float64) (yuan float64, next int, ok bool) {
	next = to
	factor := 1.0
	for _, u := range []struct {
		word  string
		times float64
	}{{"万", 1e4}, {"千", 1e3}, {"百", 1e2}, {"亿", 1e8}, {"w", 1e4}, {"k", 1e3}} {
		if hasPrefix(s[next:], u.word) {
			factor *= u.times
			next += len(u.word)
		}
	}
	next = tail(s, next, factor, &value)
	yuan = value * factor
	before := strings.TrimRight(s[:from], " ")
	rest := strings.TrimLeft(s[next:], " 多余来")
	switch {
	case strings.HasSuffix(before, "¥"), strings.HasSuffix(before, "rmb"), strings.HasSuffix(before, "人民币"):
		return yuan, next, true
	case hasPrefix(rest, "元"), hasPrefix(rest, "圆"), hasPrefix(rest, "rmb"), hasPrefix(rest, "人民币"):
		return yuan, next, !hasPrefix(rest, "元旦") && !hasPrefix(rest, "元月") && !hasPrefix(rest, "元素") && !hasPrefix(rest, "元/平")
	case hasPrefix(rest, "块"):
		return yuan + cents(rest[len("块"):]), next, !countsPieces(rest[len("块"):])
	case hasPrefix(rest, "毛"):
		return yuan / 10, next, true
	default:
		return yuan, next, factor >= 1e3 && strings.Contains(spent, lastHan(before)) && lastHan(before) != ""
	}
}

// tail adds the digit of 一万二 (12000) to the value, which counts in the unit before.
func tail(s string, i int, factor float64, value *float64) int {
	if factor < 100 || i+3 > len(s) {
		return i
	}
	if d, ok := chineseDigit(s[i : i+3]); ok && d != '0' {
		*value += float64(d-'0') / 10
		return i + 3
	}
	return i
}

// cents is the part behind 块 in 3块5 and 三块五.
func cents(s string) float64 {
	if s == "" {
		return 0
	}
	if isDigit(s[0]) && (len(s) == 1 || !isDigit(s[1])) {
		return float64(s[0]-'0') / 10
	}
	if len(s) >= 3 {
		if d, ok := chineseDigit(s[:3]); ok {
			return float64(d-'0') / 10
		}
	}
	return 0
}

// countsPieces reports whether what follows 块 is a thing that it counts.
func countsPieces(s string) bool {
	if hasPrefix(s, "钱") {
		return false
	}
	r, _ := runeAt(s, 0)
	return r > 0 && isHan(r) && strings.ContainsRune(pieces, r)
}

// lastHan is the last character of s if it is Chinese, 了 and 我 and the like left out.
func lastHan(s string) string {
	for _, light := range []string{"了", "我", "共", "约", "近", "将"} {
		s = strings.TrimSuffix(s, light)
	}
	if r := runeBefore(s, len(s)); r > 0 && isHan(r) {
		return string(r)
	}
	return ""
}
