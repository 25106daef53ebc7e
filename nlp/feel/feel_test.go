package feel

import (
	"math"
	"strings"
	"testing"
)

func shippedModel(t testing.TB) *Model {
	t.Helper()
	m, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestProbe holds the shipped model to both halves of the probe.
func TestProbe(t *testing.T) {
	m := shippedModel(t)
	for _, name := range []string{"probe.txt", "probe_heldout.txt"} {
		r := EvalSentiment(probe(t, name), m.Score)
		t.Logf("%s: %d sentences, accuracy %.4f", name, r.N, r.Accuracy)
		if r.N < 80 || r.Accuracy < 0.85 {
			t.Errorf("%s: %d sentences, accuracy %.4f, want 0.85", name, r.N, r.Accuracy)
		}
	}
}

// TestSensitive holds the shipped model to plain cases: complaints about goods and
// services, and what is none of that.
func TestSensitive(t *testing.T) {
	m := shippedModel(t)
	cases := []struct {
		want   bool
		tagged Hint
		text   string
	}{
		{true, Tagged, "花两千块买的内场票前面全是柱子，主办方拒绝退票，客服也联系不上"},
		{true, Tagged, "健身房关门跑路，年卡里剩的钱不退，打电话没人接"},
		{true, NoHint, "商家发的是假货，申请退款一直不处理，客服推脱"},
		{true, NoHint, "质量太差了，穿一次就开线，客服还不给退货"},
		{false, Untagged, "市场监管局发布通知，开展节日期间专项检查"},
		{false, Untagged, "村里道路没有路灯，希望领导尽快安排安装"},
		{false, Untagged, "某某演唱会门票今天开售"},
		{false, NoHint, "如何看待多地发布新规推进电梯更新？"},
		{false, NoHint, "很好用，物流也快，家里人都喜欢"},
	}
	for _, c := range cases {
		if got, sure := m.Sensitive(c.text, c.tagged); got != c.want {
			t.Errorf("%s: sensitive %v (%.2f), want %v", c.text, got, sure, c.want)
		}
	}
}

// hostile is texts that cost most, or are no texts.
func hostile() map[string]string {
	return map[string]string{
		"nothing":          "",
		"no letter":        "！！！……🙂🙂",
		"a million bytes":  strings.Repeat("不好，", 150_000),
		"one character":    strings.Repeat("不", 100_000),
		"one prefix":       strings.Repeat("没有想象中", 50_000),
		"negations":        strings.Repeat("不没无", 50_000) + "好",
		"expectations":     strings.Repeat("本来以为差，", 20_000),
		"only marks":       strings.Repeat("!?", 100_000),
		"invalid UTF-8":    strings.Repeat("\xff\xfe不\x80", 20_000),
		"NUL and the last": "\x00\x00\U0010FFFF\U0010FFFF",
	}
}

func TestHostileTexts(t *testing.T) {
	m := shippedModel(t)
	s := newReading()
	for name, text := range hostile() {
		checkFeeling(t, name, m.Read(text, Tagged))
		s.read(text)
		s.find(m.lex)
		if len(s.runes) > maxRunes+2 || len(s.clauses) > maxClauses || len(s.hits) > maxHits {
			t.Errorf("%s: read %d characters, %d clauses, %d words", name, len(s.runes), len(s.clauses), len(s.hits))
		}
	}
	if f := m.Read("……", NoHint); f.Sentiment != 0 || f.Confidence != 0.5 || f.Sensitive {
		t.Errorf("without a letter: %+v", f)
	}
}

// checkFeeling checks that all of f is within its bounds.
func checkFeeling(t *testing.T, name string, f Feeling) {
	t.Helper()
	ok := func(x float32, least float64) bool {
		v := float64(x)
		return !math.IsNaN(v) && v >= least && v <= 1
	}
	if !ok(f.Sentiment, -1) || !ok(f.Confidence, 0.5) || !ok(f.SensitiveConfidence, 0.5) {
		t.Errorf("%s: out of bounds: %+v", name, f)
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	m := shippedModel(t)
	text := post
	if n := testing.AllocsPerRun(100, func() { m.Read(text, Tagged) }); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}

// TestConcurrentReads gives each goroutine its own memory.
func TestConcurrentReads(t *testing.T) {
	m := shippedModel(t)
	texts := []string{post, "毫无缺点", "质量太差", "没有想象中那么差，下次还来"}
	want := make([]Feeling, len(texts))
	for i, text := range texts {
		want[i] = m.Read(text, NoHint)
	}
	t.Run("readers", func(t *testing.T) {
		for i, text := range texts {
			t.Run(text, func(t *testing.T) {
				t.Parallel()
				for range 500 {
					if got := m.Read(text, NoHint); got != want[i] {
						t.Fatalf("%s: %+v, then %+v", text, want[i], got)
					}
				}
			})
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text[:min(len(text), 100)])
	}
	f.Add("除了贵没毛病，本来以为会很差结果很惊喜")
	m := shippedModel(f)
	f.Fuzz(func(t *testing.T, text string) {
		got := m.Read(text, Untagged)
		checkFeeling(t, text, got)
		if again := m.Read(text, Untagged); again != got {
			t.Errorf("%q: %+v, then %+v", text, got, again)
		}
	})
}

// post is a review of ordinary length: 47 characters, 141 bytes.
const post = "房间小是小了点，可是特别干净，前台小姑娘很热情，下次还来。不过早餐一般，品种不多，电梯要等很久"

func BenchmarkRead(b *testing.B) {
	m := shippedModel(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(post)))
	for b.Loop() {
		m.Read(post, NoHint)
	}
}

// BenchmarkReadProbe reads many different texts, so that the table is not in the
// nearest cache.
func BenchmarkReadProbe(b *testing.B) {
	m := shippedModel(b)
	texts := append(probe(b, "probe.txt"), probe(b, "probe_heldout.txt")...)
	bytes := 0
	for _, s := range texts {
		bytes += len(s.Text)
	}
	b.ReportAllocs()
	b.SetBytes(int64(bytes))
	for b.Loop() {
		for i := range texts {
			m.Read(texts[i].Text, NoHint)
		}
	}
}

func BenchmarkDefault(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Default(); err != nil {
			b.Fatal(err)
		}
	}
}
