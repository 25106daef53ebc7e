package nlp

import (
	"fmt"
	"strings"
	"testing"

	"vane"
)

// showAmounts writes amounts as the golden pairs do.
func showAmounts(amounts []float64) []string {
	var shown []string
	for _, a := range amounts {
		shown = append(shown, strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", a), "0"), "."))
	}
	return shown
}

// showEntities writes entities as the golden pairs do.
func showEntities(e vane.Entities) string {
	list := func(words []string) string {
		if len(words) == 0 {
			return "-"
		}
		return strings.Join(words, " ")
	}
	return list(showAmounts(e.Amounts)) + " | " + list(e.Places) + " | " + list(e.Demands)
}

func TestEntitiesGolden(t *testing.T) {
	a := sampleAnalyzer(t)
	for _, p := range goldenPairs(t, "entities.txt") {
		if got := showEntities(a.AnalyzeText(p[0]).Entities); got != p[1] {
			t.Errorf("%s\n got %s\nwant %s", p[0], got, p[1])
		}
	}
}

func TestEntitiesAreBounded(t *testing.T) {
	var b strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&b, "要求退款%d元", n+1)
	}
	if got := len(sampleAnalyzer(t).AnalyzeText(b.String()).Entities.Amounts); got != maxNamed {
		t.Errorf("%d amounts, want %d", got, maxNamed)
	}
}

func TestFingerprint(t *testing.T) {
	print := func(s string) uint64 { return fingerprint(Fold(s).Text) }
	same := [][2]string{
		{"演唱会买到柱子票，不给退！", "演唱会买到柱子票 不给退"},
		{"演唱會買到柱子票", "【演唱会】买到“柱子票”🎉"},
		{"ＡＰＰ扣费", "app扣费"},
		{"", "！！！🎉"},
	}
	for _, p := range same {
		if print(p[0]) != print(p[1]) {
			t.Errorf("%q and %q differ", p[0], p[1])
		}
	}
	seen := map[uint64]string{}
	for _, s := range []string{"退款", "款退", "退", "退退", "退款1", "退款2", "", "a", "aa"} {
		if other, twice := seen[print(s)]; twice {
			t.Errorf("%q and %q are equal", s, other)
		}
		seen[print(s)] = s
	}
	if print("！") != 0 || print("退") == 0 {
		t.Error("0 is the fingerprint of texts without letters, and of no other")
	}
}

func TestContentWords(t *testing.T) {
	a := sampleAnalyzer(t)
	words := func(text, want string) {
		t.Helper()
		if got := strings.Join(a.AnalyzeText(text).Words, " "); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	words("我们在演唱会买到柱子票，柱子票不能退", "演唱会 买到 柱子票")
	words("電話13800138000，聯繫iPhone 15客服", "电话 联系 iphone 客服")
	words("。！？ 1 22 333", "")
	words("姓名：张伟", "姓名")
}
