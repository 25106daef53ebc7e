package nlp

import (
	"slices"
	"strconv"
	"strings"
)

// amountsOf lists the sums of money of a folded text, in yuan, in order, each once:
// 1.2万元, 3千块, 五百元, ¥99, 99块9. Of a range, 200-300元 or 两三百元, both ends count.
func amountsOf(text string) []float64 {
	var amounts []float64
	add := func(yuan float64) {
		if yuan > 0 && yuan < maxYuan && len(amounts) < maxNamed && !slices.Contains(amounts, yuan) {
			amounts = append(amounts, yuan)
		}
	}
	for i := nextNumber(text, 0); i < len(text) && len(amounts) < maxNamed; {
		n := numberAt(text, i)
		if sum, ok := sumAt(text, n); ok {
			if sum.low > 0 {
				add(sum.low)
			}
			add(sum.high)
			n.to = sum.to
		}
		i = nextNumber(text, max(n.to, i+1))
	}
	return amounts
}

// maxYuan is more than anybody complains about: what is more is a typing error.
const maxYuan = 1e13

// number is a number in a text: [from, to), and what it counts. low is 0 unless it is
// a range.
type number struct {
	from, to  int
	low, high float64
	digits    bool // written in digits, not in Chinese
}

// nextNumber is the place of the first number from i on.
func nextNumber(s string, i int) int {
	for i < len(s) {
		switch c := s[i]; {
		case isDigit(c):
			if startsNumber(s, i) {
				return i
			}
			for i < len(s) && isDigit(s[i]) {
				i++
			}
		case c < 0xE0:
			i++
		case c <= 0xEF && i+3 <= len(s):
			if isNumeral(s[i:]) {
				return i
			}
			i += 3
		default:
			i++
		}
	}
	return len(s)
}

// startsNumber reports whether the digit at i begins a number: not in iphone15 or 3.14.
func startsNumber(s string, i int) bool {
	if i == 0 {
		return true
	}
	c := s[i-1]
	return !isAlnum(c) && c != '.' && c != '_' || strings.HasSuffix(s[:i], "rmb")
}

// The numerals are 零〇一二三四五六七八九两十百千: their lowest six bits, and the next six.
const (
	numeralLow  = 0x404028102810128b
	numeralHigh = 0x70000000a002021
)

// isNumeral reports whether s, which begins with a character of three bytes, begins with
// a Chinese digit, or 十, 百 or 千. The masks rule out most characters.
func isNumeral(s string) bool {
	r := rune(s[0]&0x0F)<<12 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
	if uint64(numeralLow)>>(r&63)&(uint64(numeralHigh)>>(r>>6&63))&1 == 0 {
		return false
	}
	switch r {
	case '零', '〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '两', '十', '百', '千':
		return true
	default:
		return false
	}
}

// numberAt reads the number at i: 1,280.50, 一千二百, 两三百, 200-300.
func numberAt(s string, i int) number {
	if !isDigit(s[i]) {
		return chineseAt(s, i)
	}
	value, to := digitsAt(s, i)
	n := number{from: i, to: to, high: value, digits: true}
	for _, sep := range []string{"-", "~", "至", "到", "—"} {
		next := to + len(sep)
		if hasPrefix(s[to:], sep) && next < len(s) && isDigit(s[next]) {
			if high, end := digitsAt(s, next); high > value {
				n.low, n.high, n.to = value, high, end
			}
		}
	}
	return n
}

// digitsAt reads 1,280.50 at i. What has several points is no number, and counts 0.
func digitsAt(s string, i int) (value float64, to int) {
	to = i
	for to < len(s) {
		switch c := s[to]; {
		case isDigit(c):
			to++
			continue
		case c == '.' && to+1 < len(s) && isDigit(s[to+1]):
			to++
			continue
		case c == ',' && groupOfThree(s[to+1:]):
			to += 4
			continue
		}
		break
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(s[i:to], ",", ""), 64)
	if err != nil {
		return 0, to // 1.2.3: a version or a date
	}
	return value, to
}

// groupOfThree reports whether s begins with three digits and no more.
func groupOfThree(s string) bool {
	return len(s) >= 3 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && (len(s) == 3 || !isDigit(s[3]))
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

// chineseAt reads a Chinese number at i. Two neighbouring digits that follow each other
// are a range: 两三百 is from 200 to 300.
func chineseAt(s string, i int) number {
	high, to := chineseNumber(s, i, -1)
	n := number{from: i, to: to, high: high}
	if at := neighbours(s[i:to]); at >= 0 {
		n.low, _ = chineseNumber(s[:to], i, i+at+3)
		n.high, _ = chineseNumber(s[:to], i, i+at)
	}
	return n
}

// neighbours is where the only two digits side by side of a Chinese number begin, if
// they are ones that people say for a range: 两三, 三五, 七八; else -1.
func neighbours(s string) int {
	for i := 0; i+6 <= len(s); i += 3 {
		a, first := chineseDigit(s[i : i+3])
		b, second := chineseDigit(s[i+3 : i+6])
		if !first || !second || a == '0' {
			continue
		}
		if i+9 <= len(s) {
			if _, third := chineseDigit(s[i+6 : i+9]); third {
				return -1 // 一二三: read digit by digit
			}
		}
		if b == a+1 || a == '3' && b == '5' {
			return i
		}
		return -1
	}
	return -1
}

// chineseNumber reads 三百五十, 一万二千 and, as people say it, 三千五 for 3500, and
// leaves out the digit at skip.
func chineseNumber(s string, i, skip int) (float64, int) {
	var sum, section, digit, last float64
	for ; i+3 <= len(s); i += 3 {
		c := s[i : i+3]
		d, isDigit := chineseDigit(c)
		switch unit := unitOfTen(c); {
		case i == skip:
		case unit >= 1e4:
			sum += max(section+digit, 1) * unit
			section, digit, last = 0, 0, unit
		case unit > 0:
			section += max(digit, 1) * unit
			digit, last = 0, unit
		case isDigit && d == '0':
			digit, last = digit*10, 0
		case isDigit:
			digit = digit*10 + float64(d-'0')
		default:
			return sum + section + short(digit, last), i
		}
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
