package nlp

import (
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// cut writes the words of a folded text as a|b|c.
func cut(seg Segmenter, text string) string {
	var words []string
	for _, tok := range seg.Segment(text) {
		words = append(words, text[tok.From:tok.To])
	}
	return strings.Join(words, "|")
}

func TestSegmentGolden(t *testing.T) {
	seg := sampleAnalyzer(t).segmenter
	for _, p := range goldenPairs(t, "segment.txt") {
		if got := cut(seg, p[0]); got != p[1] {
			t.Errorf("%s\n got %s\nwant %s", p[0], got, p[1])
		}
	}
}

// TestUserWordsAreWords checks that a word of the rules is a word of the segmenter
// wherever it stands.
func TestUserWordsAreWords(t *testing.T) {
	seg := sampleAnalyzer(t).segmenter
	for _, word := range []string{"柱子票", "限速包", "限速套餐", "预付卡", "跳票"} {
		for _, frame := range []string{"%", "%很坑", "买到%", "买到%怎么办", "这%也卖", "，%。", "什么叫%", "又见%！"} {
			text := Fold(strings.Replace(frame, "%", word, 1)).Text
			if words := "|" + cut(seg, text) + "|"; !strings.Contains(words, "|"+word+"|") {
				t.Errorf("%s is cut %s", text, words)
			}
		}
	}
}

func TestSegmentCoversTheText(t *testing.T) {
	seg := sampleAnalyzer(t).segmenter
	rapid.Check(t, func(t *rapid.T) {
		text := Fold(rapid.String().Draw(t, "text")).Text
		end := 0
		for _, tok := range seg.Segment(text) {
			if tok.From != end || tok.To <= tok.From {
				t.Fatalf("%q: token [%d, %d) after %d", text, tok.From, tok.To, end)
			}
			end = tok.To
		}
		if end != len(text) {
			t.Fatalf("%q: the tokens end at %d of %d", text, end, len(text))
		}
	})
}

func TestSegmentFromManyGoroutines(t *testing.T) {
	seg := sampleAnalyzer(t).segmenter
	const text = "花八百块买到柱子票,整晚只能看柱子。"
	want := cut(seg, text)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := cut(seg, text); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestSegmentableWords(t *testing.T) {
	for word, want := range map[string]bool{"": false, "票": false, "\xff\xff": false, "柱子票": true, "5g": true} {
		if segmentable(word) != want {
			t.Errorf("segmentable(%q) = %v", word, !want)
		}
	}
}
