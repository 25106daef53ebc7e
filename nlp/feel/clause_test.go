package feel

import (
	"strings"
	"testing"
)

func shippedLexicon(t testing.TB) *lexicon {
	t.Helper()
	l, err := newLexicon(lexiconText)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestGrammar is what the lexicon alone makes of a sentence: + good, - bad, 0 nothing.
func TestGrammar(t *testing.T) {
	cases := []struct{ want, text string }{
		{"+", "好吃"},
		{"-", "难吃"},
		{"-", "不好吃"},
		{"+", "不难吃"},
		{"+", "一点都不难吃"},
		{"+", "没有想象中那么差"},
		{"-", "没有想象中那么好"},
		{"+", "毫无缺点"},
		{"+", "不能更满意了"},
		{"+", "除了贵没毛病"},
		{"+", "本来以为会很差，结果很惊喜"},
		{"-", "本来以为会很好，结果很失望"},
		{"-", "虽然便宜，但是质量差"},
		{"+", "虽然有点慢，但是很好吃"},
		{"-", "号称新鲜，到手烂了一半"},
		{"-", "怀疑是假货"},
		{"-", "没有保护膜，十分失望"},
		{"-", "这也叫好吃"},
		{"-", "看了一晚上柱子，感人"},
		{"+", "故事很感人，喜欢"},
		{"-", "不知道是不是假货，味道难闻"},
		{"0", "希望不要让我失望"},
		{"0", "蓝色的杯子"},
	}
	l := shippedLexicon(t)
	for _, c := range cases {
		s := newReading()
		s.read(c.text)
		s.find(l)
		j := s.judge()
		got := "0"
		if j.score > 0 {
			got = "+"
		} else if j.score < 0 {
			got = "-"
		}
		if got != c.want {
			t.Errorf("%s: %s (%.2f), want %s", c.text, got, j.score, c.want)
		}
	}
}

// TestCovered is the characters that the n-grams leave out, as dots.
func TestCovered(t *testing.T) {
	cases := []struct{ text, want string }{
		{"用着没有那么差", "^用着.....$"},
		{"真的毫无缺点啊", "^真的....啊$"},
		{"除了贵都好", "^除了.都好$"},
		{"本来以为差，结果好", "^本来以为.,结果好$"},
		{"怀疑是假货", "^怀疑是假货$"},
		{"很好，很满意", "^很好,很满意$"},
	}
	l := shippedLexicon(t)
	for _, c := range cases {
		s := newReading()
		s.read(c.text)
		s.find(l)
		s.judge()
		var got strings.Builder
		for i, r := range s.runes {
			if s.zone[i] {
				r = '.'
			}
			got.WriteRune(r)
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.text, got.String(), c.want)
		}
	}
}

// TestClauses is the clauses of a text, divided by |.
func TestClauses(t *testing.T) {
	cases := []struct{ text, want string }{
		{"房间干净，服务热情。", "^房间干净|,服务热情|。$"},
		{"唉，质量太差", "^唉,质量太差$"},
		{"GOOD  质量 100分!!", "^good|,质量,100分|!!$"},
		{"", "^$"},
		{"好", "^好$"},
	}
	for _, c := range cases {
		s := newReading()
		s.read(c.text)
		var parts []string
		for _, clause := range s.clauses {
			parts = append(parts, string(s.runes[clause.from:clause.to]))
		}
		if got := strings.Join(parts, "|"); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

func TestTheSellersReplyIsNotRead(t *testing.T) {
	s := newReading()
	s.read("房间有霉味，没人管。宾馆反馈：非常感谢您的好评，欢迎再来")
	s.find(shippedLexicon(t))
	if j := s.judge(); j.good > 0 || j.bad == 0 {
		t.Errorf("good %.1f, bad %.1f", j.good, j.bad)
	}
}

func TestLexiconErrors(t *testing.T) {
	cases := []struct{ text, want string }{
		{"+4 好", `line 1: unknown kind "+4"`},
		{"# note\n\nnice 好", `line 3: unknown kind "nice"`},
		{"+1 好\n-1 好", `line 2: word "好" is there twice`},
		{"+1 🙂", "basic plane"},
	}
	for _, c := range cases {
		if _, err := newLexicon(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %s", c.text, err, c.want)
		}
	}
}

func TestLongestWordWins(t *testing.T) {
	l, err := newLexicon("+1 好 好看\n-2 好看不中用\n@trade 好看\nnot 不")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		text   string
		length int
		want   term
	}{
		{"好的", 1, term{polar, 1, noCue}},
		{"好看不", 2, term{polar, 1, trade}},
		{"好看不中用", 5, term{polar, -2, noCue}},
		{"坏", 0, term{}},
	}
	for _, c := range cases {
		if got, n := l.longest([]rune(c.text)); got != c.want || n != c.length {
			t.Errorf("%s: %+v of %d, want %+v of %d", c.text, got, n, c.want, c.length)
		}
	}
}
