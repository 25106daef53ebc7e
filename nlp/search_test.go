package nlp

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vane"
)

// showSearch writes an expression as groups, and what is excluded behind a -.
func showSearch(x vane.Expression) string {
	terms := func(terms []vane.Term) string {
		var words []string
		for _, t := range terms {
			if t.Folded != t.Text {
				t.Text += "=" + t.Folded
			}
			words = append(words, t.Text)
		}
		return strings.Join(words, "|")
	}
	var groups []string
	for _, group := range x.All {
		groups = append(groups, terms(group))
	}
	s := strings.Join(groups, " + ")
	if len(x.None) > 0 {
		s += " - " + terms(x.None)
	}
	return s
}

func TestParseSearch(t *testing.T) {
	for s, want := range map[string]string{
		"":    "",
		"  ":  "",
		"柱子票": "柱子票",
		"(柱子票|墙根票)+(退款|赔偿)-转发抽奖": "柱子票|墙根票 + 退款|赔偿 - 转发抽奖",
		"A+B":                            "A=a + B=b",
		`"iPhone 15"+黑屏`:                 "iPhone 15=iphone 15 + 黑屏",
		"退款-(抽奖|转发)-(广告)":                "退款 - 抽奖|转发|广告",
		"退款-抽奖+赔偿":                       "退款 + 赔偿 - 抽奖",
		"(退款+赔偿|道歉)":                     "退款|道歉 + 赔偿|道歉",
		"(演出+柱子|座位)+退":                   "演出|座位 + 柱子|座位 + 退",
		"((柱子票|墙根票)|立柱)":                 "柱子票|墙根票|立柱",
		"退費":                             "退費=退费",
		"退.款":                            "退.款=退款",
		"ＡＢＣ":                            "ＡＢＣ=abc",
		`"A+B"`:                          "A+B=a+b",
		strings.Repeat("退款+", 99) + "退款": strings.Repeat("退款 + ", 99) + "退款",
	} {
		x, err := ParseSearch(s)
		if err != nil {
			t.Errorf("%.40s: %v", s, err)
		} else if got := showSearch(x); got != want {
			t.Errorf("%s\n got %s\nwant %s", s, got, want)
		}
	}
}

func TestParseSearchSaysWhere(t *testing.T) {
	for s, want := range map[string]string{
		"(柱子票|墙根票":                              "column 1: this ( is not closed",
		"柱子票|墙根票":                               "column 4: alternatives need parentheses: (A|B)",
		"柱子票 退款":                                "column 5: an operator is missing before \"退款\"",
		"柱子票+":                                  "column 5: the expression ends where a word should be",
		"-柱子票":                                  "column 1: a word should be where \"-\" is",
		"（柱子票|墙根票)":                             "column 1: '（' is a full-width sign",
		"柱子~票":                                  "column 1: ~, ~~ and > look at sentences",
		"退+$演出":                                 "column 3: $ names a group of words, which only rules have",
		"退款-(抽奖+转发)":                            "column 5: behind - stands one word",
		"退款-(抽奖-转发)":                            "column 5: behind - stands one word",
		"(退款-抽奖|赔偿)":                            "column 2: an alternative can't exclude a word",
		"退款+\"\x01\"":                           "column 4: the word \"\\x01\" holds a control character",
		"退款+\u200b":                             "column 4: nothing is left of the word",
		"退款+\xff":                               "column 1: the expression is not valid UTF-8",
		strings.Repeat("退款+", 100) + "退款":       "column 1: more than 100 words: search for less at once",
		strings.Repeat("a+", 10_000) + "a":      "it has 20001 bytes, more than 16384",
		strings.Repeat("(a+b|", 49) + "c":       "column 241: this ( is not closed",
		"(" + strings.Repeat("a|", 99) + "a+b)": "column 1: more than 100 words",
		strings.Repeat("(a+b|", 40) + "c" + strings.Repeat(")", 40): "more than 100 words",
	} {
		_, err := ParseSearch(s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s\n got %v\nwant %s", s, err, want)
		}
	}
}

func FuzzParseSearch(f *testing.F) {
	f.Add("(柱子票|墙根票)+(退款|赔偿)-转发抽奖")
	f.Add(`(A+B|"C d")-E`)
	f.Fuzz(func(t *testing.T, s string) {
		x, err := ParseSearch(s)
		if err != nil {
			return
		}
		if n := termsOf(x); n > maxSearchTerms {
			t.Fatalf("%q has %d terms", s, n)
		}
		if len(x.All) == 0 && strings.TrimSpace(s) != "" {
			t.Fatalf("%q asks for nothing", s)
		}
		for _, group := range append(x.All, x.None) {
			for _, term := range group {
				if term.Text == "" || strings.TrimSpace(term.Folded) == "" {
					t.Fatalf("%q holds an empty word", s)
				}
			}
		}
	})
}

// marked writes a snippet with its terms in brackets.
func marked(s vane.Snippet) string {
	runes, from, out := []rune(s.Text), s.At[0], ""
	at := 0
	for _, span := range s.Spans {
		out += string(runes[at:span[0]-from]) + "[" + string(runes[span[0]-from:span[1]-from]) + "]"
		at = span[1] - from
	}
	return out + string(runes[at:])
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("这里什么也没有说。", 20)
	for _, c := range []struct {
		search, title, text string
		width               int
		want                string
	}{
		{"柱子票", "", "花一千块买到柱子票，只能看柱子", 80, "花一千块买到[柱子票]，只能看柱子"},
		{"(柱子|柱子票)", "", "柱子票和柱子", 80, "[柱子票]和[柱子]"},
		{"退费", "", "退費難，退费难", 80, "[退費]難，[退费]难"},
		{"退費", "", "退費難，退费难", 80, "[退費]難，[退费]难"},
		{"退款", "", "我要退.款！！", 80, "我要[退.款]！！"},
		{"iphone", "ＩＰＨＯＮＥ坏了", "我的iPhone", 80, "[ＩＰＨＯＮＥ]坏了\n我的[iPhone]"},
		{"柱子票", "", long + "我买到柱子票要退" + long, 12, "我买到[柱子票]要退这里什么"},
		{"(柱子票)+退款", "", "柱子票" + long + "柱子票不退款" + long, 10, "说。[柱子票]不[退款]这里"},
		{"没有这个", "", "花一千块买到柱子票", 4, "花一千块"},
		{"没有这个", "", "", 4, ""},
		{"退款-抽奖", "", "抽奖退款", 80, "抽奖[退款]"},
	} {
		x, err := ParseSearch(c.search)
		if err != nil {
			t.Fatal(err)
		}
		got := DefaultConfig().Snippet(x, vane.Post{Title: c.title, Text: c.text}, c.width)
		if marked(got) != c.want {
			t.Errorf("%s in %.60s\n got %s\nwant %s", c.search, c.text, marked(got), c.want)
		}
	}
}

// TestWhatIsFoundIsMarked takes any part of any text as a phrase: where the text or
// its folded form holds it, the snippet shows it.
func TestWhatIsFoundIsMarked(t *testing.T) {
	characters := []rune("退費费款柱子乙個乾隆隆.，ＡＢab \n🙂裡里")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom(characters), 1, 30, -1).Draw(t, "text")
		word := strings.TrimSpace(strings.ReplaceAll(rapid.StringOfN(rapid.SampledFrom(characters), 1, 3, -1).Draw(t, "word"), "\n", ""))
		x, err := ParseSearch(`"` + word + `"`)
		if err != nil {
			return // nothing is left of it
		}
		term, body := x.All[0][0], vane.Post{Text: text}.Body()
		said := strings.Contains(body, term.Text) || strings.Contains(Fold(body).Text, term.Folded)
		s := DefaultConfig().Snippet(x, vane.Post{Text: text}, 100)
		if said != (len(s.Spans) > 0) {
			t.Fatalf("%q in %q: said %v, marked %v", word, text, said, s.Spans)
		}
		for _, span := range s.Spans {
			if span[0] < s.At[0] || span[1] > s.At[1] || span[0] >= span[1] {
				t.Fatalf("%q in %q: span %v in %v", word, text, span, s.At)
			}
		}
	})
}

// TestFoldedIsKept: what searches compare is kept where folding changes the text.
func TestFoldedIsKept(t *testing.T) {
	a := shippedAnalyzer(t)
	for text, want := range map[string]string{"退款难": "", "退費難，ＡＢ": "退费难,ab", "": ""} {
		if got := a.AnalyzeText(text).Folded; got != want {
			t.Errorf("%s: folded %q, want %q", text, got, want)
		}
	}
}

func BenchmarkSnippet(b *testing.B) {
	text := strings.Repeat("花一千块买到柱子票，只能看柱子，找客服要求退款。", 20)
	x, err := ParseSearch("(柱子票|墙根票)+(退款|赔偿)")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		DefaultConfig().Snippet(x, vane.Post{Text: text}, 80)
	}
}
