package nlp

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// found lists the matches of patterns in s by their words, in order.
func found(patterns []string, s string) []string {
	var words []string
	for _, h := range newMatcher(patterns).find(s, nil) {
		words = append(words, s[h.from:h.to])
	}
	return words
}

func TestMatcher(t *testing.T) {
	finds := func(patterns, text, want string) {
		t.Helper()
		got := found(strings.Fields(patterns), text)
		wanted := strings.Fields(want)
		slices.Sort(got)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Errorf("%s in %s: %q, want %q", patterns, text, got, wanted)
		}
	}
	finds("柱子 柱子票 子票 票", "柱子票", "柱子 柱子票 子票 票")
	finds("柱子票", "柱子", "")
	finds("退退", "退退退", "退退 退退")
	finds("app", "app happy app2 apps 下载app吧", "app app app")
	finds("7天 5g 4s店", "17天 7天 15g 5g 4s店", "7天 5g 4s店")
	finds("🎉 退款", "🎉退款🎉", "🎉 退款 🎉")
	finds("é", "é", "é")
}

// TestMatcherFindsWhatIndexFinds compares with strings.Index at every place.
func TestMatcherFindsWhatIndexFinds(t *testing.T) {
	letters := []string{"退", "款", "不", "柱", "子", "🎉", "，"}
	word := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(letters), 1, 4).Draw(t, "letters"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		patterns := rapid.SliceOfNDistinct(word, 1, 20, rapid.ID[string]).Draw(t, "patterns")
		text := strings.Join(rapid.SliceOfN(word, 0, 20).Draw(t, "text"), "")
		var want []hit
		for i := range text {
			for id, p := range patterns {
				if strings.HasPrefix(text[i:], p) {
					want = append(want, hit{int32(id), int32(i), int32(i + len(p))})
				}
			}
		}
		got := newMatcher(patterns).find(text, nil)
		byPlace := func(a, b hit) int { return int(a.from-b.from)*1000 + int(a.pattern-b.pattern) }
		if !slices.IsSortedFunc(got, func(a, b hit) int { return int(a.from - b.from) }) {
			t.Fatalf("%v is not in order", got)
		}
		slices.SortFunc(got, byPlace)
		slices.SortFunc(want, byPlace)
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", patterns, text, got, want)
		}
	})
}

func TestHitsInMarksDoNotCount(t *testing.T) {
	text := Fold("联系[电话]退款[姓名]电话").Text
	m := newMatcher([]string{"电话", "退款", "姓名", "系[电"})
	var got []string
	for _, h := range outside(marksIn(text), m.find(text, nil)) {
		got = append(got, text[h.from:h.to])
	}
	if want := []string{"退款", "电话"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestScopes(t *testing.T) {
	split := func(text, sentences, clauses string) {
		t.Helper()
		var sc scopes
		sc.scan(text)
		cut := func(ends []int32) string {
			var parts []string
			from := int32(0)
			for _, end := range append(slices.Clone(ends), int32(len(text))) {
				parts = append(parts, text[from:end])
				from = end
			}
			return strings.Join(parts, "|")
		}
		if got := cut(sc.sentences); got != sentences {
			t.Errorf("%s: sentences %s, want %s", text, got, sentences)
		}
		if got := cut(sc.clauses); got != clauses {
			t.Errorf("%s: clauses %s, want %s", text, got, clauses)
		}
	}
	split("甲,乙。丙", "甲,乙。|丙", "甲,|乙。|丙")
	split("甲!乙?丙;丁…戊\n己", "甲!|乙?|丙;|丁…|戊\n|己", "甲!|乙?|丙;|丁…|戊\n|己")
	split("甲、乙:丙 丁", "甲、乙:丙 丁", "甲、|乙:|丙 |丁")
	split("1,000元在12:30", "1,000元在12:30", "1,000元在12:30")
	split("买iphone 15", "买iphone 15", "买iphone 15")
	split("", "", "")
}
