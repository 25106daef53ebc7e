package crawler

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	countForm = regexp.MustCompile(`^[^0-9.+\-]*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?\s*(千万|百万|万|萬|千|亿|億|[kKwWmM]?)\+?[^0-9.,\-]*$`)
	letter    = regexp.MustCompile(`^[A-Za-z]`)
)

// ParseCount reads how many people reacted, as sites show it: 3,456, 1.2万, 10万+,
// 1.5亿, 2k, 阅读 1.2万, 评论(23). A lower bound such as 10万+ counts as that bound,
// and a part of one is dropped. What holds no number, or more than one, is an error.
func ParseCount(s string) (uint64, error) {
	folded := foldWidth(s)
	at := countForm.FindStringSubmatchIndex(folded)
	if at == nil {
		return 0, fmt.Errorf("%q is not a count such as 3,456 or 1.2万", s)
	}
	group := func(n int) string {
		if at[2*n] < 0 {
			return ""
		}
		return folded[at[2*n]:at[2*n+1]]
	}
	whole, fraction, unit := strings.ReplaceAll(group(1), ",", ""), group(2), group(3)
	// 2km or 12.5MB is a measure, and 1.5 of a person is not a count.
	if rest := folded[at[7]:]; letter.MatchString(unit) && letter.MatchString(rest) {
		return 0, fmt.Errorf("%q ends in a unit that is not of a count", s)
	}
	zeros := unitZeros(unit)
	if zeros == 0 && strings.Trim(fraction, "0") != "" {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return scaleCount(s, whole, fraction, zeros)
}

// unitZeros is the power of ten of a unit.
func unitZeros(unit string) int {
	switch strings.ToLower(unit) {
	case "千", "k":
		return 3
	case "万", "萬", "w":
		return 4
	case "百万", "m":
		return 6
	case "千万":
		return 7
	case "亿", "億":
		return 8
	default:
		return 0
	}
}

// scaleCount shifts whole.fraction by zeros digits, in digits, so that 1.1万 is
// exactly 11000.
func scaleCount(s, whole, fraction string, zeros int) (uint64, error) {
	fraction += strings.Repeat("0", max(0, zeros-len(fraction)))
	n, err := strconv.ParseUint(whole+fraction[:zeros], 10, 64)
	if err != nil || n > math.MaxInt64 {
		return 0, fmt.Errorf("%q is more than can be counted", s)
	}
	return n, nil
}
