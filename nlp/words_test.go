package nlp

import (
	"fmt"
	"slices"
	"testing"
)

func TestContentWordsAreBounded(t *testing.T) {
	seg := sampleAnalyzer(t).segmenter
	seen := newWordSet(4)
	lists := func(text string, want ...string) {
		t.Helper()
		folded := Fold(text).Text
		if got := contentWords(seen, folded, seg.Segment(folded), marksIn(folded)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	lists("商家退款,商家不退款", "商家", "退款")
	lists("我的20元,2023!") // stop words, numbers and single characters
	lists("打[电话]给商家", "商家")
	lists("商家 快递 客服 超市 酒店", "商家", "快递", "客服", "超市") // as many as there is room for
	lists("")
}

// TestWordSet fills a set several times, to its last place, with words of all lengths.
func TestWordSet(t *testing.T) {
	const most = 100
	s := newWordSet(most)
	for round := range 3 {
		s.empty()
		for n := range most {
			w := fmt.Sprintf("%0*d", 1+n%20, round*1000+n)
			if s.full() || s.has(hashWord(w), w) {
				t.Fatalf("round %d: %q is in the set of %d before it is added", round, w, len(s.words))
			}
			s.add(hashWord(w), w)
			if !s.has(hashWord(w), w) {
				t.Fatalf("round %d: %q is not in the set", round, w)
			}
		}
		if !s.full() {
			t.Errorf("round %d: %d words don't fill the set", round, len(s.words))
		}
	}
}

func TestRuneSet(t *testing.T) {
	var s runeSet
	s.add('不')
	for r, want := range map[rune]bool{'不': true, '丌': false, '不' + 0x10000: false, -1: false, 0: false} {
		if s.has(r) != want {
			t.Errorf("has(%q) = %v", r, !want)
		}
	}
}
