package nlp

// chineseDigit is the digit that a Chinese character of three bytes stands for when a
// number is spelled out.
func chineseDigit(c string) (byte, bool) {
	switch c {
	case "零", "〇":
		return '0', true
	case "一", "幺":
		return '1', true
	case "二", "两":
		return '2', true
	case "三":
		return '3', true
	case "四":
		return '4', true
	case "五":
		return '5', true
	case "六":
		return '6', true
	case "七":
		return '7', true
	case "八":
		return '8', true
	case "九":
		return '9', true
	default:
		return 0, false
	}
}

// spells reports whether there is a Chinese digit at i or behind the digits there.
func (s *scanner) spells(i int) bool {
	for i < len(s.text) && isDigit(s.text[i]) {
		i++
	}
	if i+3 > len(s.text) {
		return false
	}
	_, ok := chineseDigit(s.text[i : i+3])
	return ok
}

// spelledNumber notes a mobile number of Chinese digits, or of both kinds, that
// begins at i, and says where to go on.
func (s *scanner) spelledNumber(i int) int {
	if !s.spells(i) {
		return i
	}
	var buf [maxDigits]byte
	n := buf[:0]
	j := i
	for j < len(s.text) && len(n) < maxDigits {
		if isDigit(s.text[j]) {
			n = append(n, s.text[j])
			j++
			continue
		}
		if j+3 > len(s.text) {
			break
		}
		d, ok := chineseDigit(s.text[j : j+3])
		if !ok {
			break
		}
		n = append(n, d)
		j += 3
	}
	if isMobile(string(n)) {
		s.add(i, j, markPhone)
		return j
	}
	return i
}
