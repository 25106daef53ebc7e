package nlp

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"vane"
)

func TestAnalyzeStoresRedactedText(t *testing.T) {
	m := sampleAnalyzer(t).Analyze(vane.Post{
		Title: "联系13800138000",
		Text:  "我叫李建国，买到柱子票，电话13800138000，微信：abc_12345",
	})
	if m.Title != "联系[电话]" || m.Text != "我叫[姓名]，买到柱子票，电话[电话]，微信：[微信]" {
		t.Errorf("title %q, text %q", m.Title, m.Text)
	}
	body := []rune(m.Body())
	if len(m.Tags) != 1 || string(body[m.Tags[0].Span[0]:m.Tags[0].Span[1]]) != "柱子票" {
		t.Errorf("tags %v do not refer to %q", m.Tags, m.Body())
	}
}

// hostile are texts that are no text.
func hostile() map[string]string {
	return map[string]string{
		"empty":            "",
		"invalid":          "柱子\xff票\xc0\xaf\xe4\xb8",
		"zero bytes":       "柱子\x00票\x00",
		"right to left":    "\u202e柱子票\u202c",
		"one character":    strings.Repeat("退", 100_000),
		"one digit":        strings.Repeat("1", 100_000),
		"phones":           strings.Repeat("13800138000 ", 20_000),
		"labels":           strings.Repeat("姓名：电话：地址：", 20_000),
		"at signs":         strings.Repeat("a@b", 50_000),
		"brackets":         strings.Repeat("[电话", 50_000),
		"hits":             strings.Repeat("演唱会柱子挡", 20_000),
		"hits in clauses":  strings.Repeat("演唱会柱子挡，", 20_000),
		"negations":        strings.Repeat("不是没有", 50_000) + "柱子票",
		"traditional":      strings.Repeat("網際網路公升級乙個", 10_000),
		"combining":        "柱" + strings.Repeat("\u0f35", 100_000) + "子票",
		"spaces":           strings.Repeat("退 ", 100_000),
		"latin":            strings.Repeat("a", 200_000),
		"line breaks":      strings.Repeat("\n", 100_000),
		"chinese numerals": strings.Repeat("一三八", 50_000),
		"astral":           strings.Repeat("𝟏🎉", 50_000),
	}
}

// TestHostileTexts checks that nothing panics, and that no text takes so long that
// the test times out: all stages are linear.
func TestHostileTexts(t *testing.T) {
	a := sampleAnalyzer(t)
	for name, text := range hostile() {
		m := a.Analyze(vane.Post{Title: text, Text: text})
		if len(m.Words) > a.config.MaxWords {
			t.Errorf("%s: %d words", name, len(m.Words))
		}
	}
	for _, dodged := range []string{"invalid", "zero bytes", "right to left", "combining"} {
		if text := hostile()[dodged]; dodged != "combining" && !hasTag(a.AnalyzeText(text).Tags, "ticketing.pillar_seat") {
			t.Errorf("%s: 柱子票 is not seen in %q", dodged, text)
		}
	}
}

func TestLongTextsAreAnalysedOnTheirFirstPart(t *testing.T) {
	a := sampleAnalyzer(t)
	filler := strings.Repeat("好", defaultMaxText/3+1)
	if m := a.AnalyzeText(filler + "柱子票"); len(m.Tags) != 0 || !strings.HasSuffix(m.Text, "柱子票") {
		t.Errorf("%d tags; the text is %d bytes", len(m.Tags), len(m.Text))
	}
	if m := a.AnalyzeText("柱子票" + filler); len(m.Tags) != 1 {
		t.Error("the first part is not analysed")
	}
}

func TestAnalyzeFromManyGoroutines(t *testing.T) {
	a := sampleAnalyzer(t)
	live := NewLive(a)
	var posts []vane.Post
	for _, p := range goldenPairs(t, "tags.txt") {
		posts = append(posts, vane.Post{Title: p[0], Text: p[1]})
	}
	want := make([]vane.Mention, len(posts))
	for i, p := range posts {
		want[i] = a.Analyze(p)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i, p := range posts {
				if got := live.Analyze(p); !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%s: got %+v, want %+v", p.Title, got, want[i])
				}
				live.Swap(a)
			}
		})
	}
	wg.Wait()
	if live.Current() != a {
		t.Error("the analyzer was exchanged for another")
	}
}

func TestConfigIsChecked(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []Config{{MaxText: 0, MaxWords: 1}, {MaxText: 1, MaxWords: -1}} {
		if c.Validate() == nil {
			t.Errorf("%+v is accepted", c)
		}
		if _, err := New(nil, c); err == nil {
			t.Errorf("New takes %+v", c)
		}
	}
}

func TestClipKeepsCharactersWhole(t *testing.T) {
	for max, want := range map[int]string{0: "", 2: "", 3: "退", 5: "退", 6: "退款", 9: "退款"} {
		if got := clip("退款", max); got != want {
			t.Errorf("clip to %d bytes: %q, want %q", max, got, want)
		}
	}
}
