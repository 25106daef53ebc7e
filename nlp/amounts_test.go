package nlp

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAmountsReadWhatIsWritten checks that a sum is read as it was written, in digits
// and in Chinese.
func TestAmountsReadWhatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		yuan := rapid.IntRange(1, 99_999_999).Draw(t, "yuan")
		for _, text := range []string{
			fmt.Sprintf("花了%d元", yuan), fmt.Sprintf("¥%d", yuan), fmt.Sprintf("%d块钱", yuan),
			fmt.Sprintf("%.4f万元", float64(yuan)/1e4), inChinese(yuan) + "元", inChinese(yuan) + "块钱",
		} {
			want := []float64{float64(yuan)}
			if text == "一块钱" {
				continue
			}
			got := amountsOf(text)
			if len(got) != 1 || math.Abs(got[0]-want[0]) > 1e-6 {
				t.Fatalf("%s: %v, want %v", text, got, want)
			}
		}
	})
}

// inChinese writes a number as people do: 10050 is 一万零五十.
func inChinese(n int) string {
	if n >= 10_000 {
		low := n % 10_000
		s := inChinese(n/10_000) + "万"
		if low > 0 && low < 1000 {
			s += "零"
		}
		if low > 0 {
			s += inChinese(low)
		}
		return s
	}
	digits := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	s, zero := "", false
	for _, u := range []struct {
		value int
		name  string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / u.value % 10
		switch {
		case d > 0 && zero && s != "":
			s += "零" + digits[d] + u.name
			zero = false
		case d > 0:
			s += digits[d] + u.name
		default:
			zero = true
		}
	}
	return s
}

func TestAmountsAreBoundedAndFinite(t *testing.T) {
	for _, text := range []string{"1" + fmt.Sprintf("%0400d", 0) + "元", "9999999999999999亿亿元", "0元", "0.00元", "零元"} {
		if got := amountsOf(text); len(got) != 0 {
			t.Errorf("%.20s: %v", text, got)
		}
	}
}

func FuzzAmounts(f *testing.F) {
	for _, p := range goldenPairs(f, "entities.txt") {
		f.Add(p[0])
	}
	for _, s := range []string{"1,2,3元", "1.2.3元", "¥", "百", "两三", "3块", "5毛5", "2-3-4元", "1万\xff", "99 块 9", "十块八块"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		amounts := amountsOf(Fold(s).Text)
		if len(amounts) > maxNamed {
			t.Errorf("%q: %d amounts", s, len(amounts))
		}
		for i, a := range amounts {
			if a <= 0 || a >= maxYuan || math.IsNaN(a) || slices.Contains(amounts[:i], a) {
				t.Errorf("%q: %v", s, amounts)
			}
		}
	})
}
