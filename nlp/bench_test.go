package nlp

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vane"
)

// benchPosts are real posts where there are some, and the golden texts elsewhere.
func benchPosts(b *testing.B) []vane.Post {
	b.Helper()
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		var posts []vane.Post
		for _, name := range []string{"redact.txt", "fold.txt", "feel.txt"} {
			for _, p := range goldenPairs(b, name) {
				posts = append(posts, vane.Post{Text: p[0]})
			}
		}
		return posts
	}
	f, err := os.Open(filepath.Join(folder, "posts", "tipdm_complaints.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var posts []vane.Post
	for dec := json.NewDecoder(bufio.NewReader(f)); dec.More(); {
		var p struct{ Title, Text string }
		if err := dec.Decode(&p); err != nil {
			b.Fatal(err)
		}
		posts = append(posts, vane.Post{Title: p.Title, Text: p.Text})
	}
	return posts
}

// benchTexts are the bodies of the posts, folded or not, and their bytes.
func benchTexts(b *testing.B, fold bool) (texts []string, bytes int64) {
	for _, p := range benchPosts(b) {
		text := p.Body()
		if fold {
			text = Fold(text).Text
		}
		texts = append(texts, text)
		bytes += int64(len(text))
	}
	return texts, bytes
}

// benchTraditional is the same amount of Traditional text everywhere.
func benchTraditional() []string {
	clause := "電信行業誘導消費者升級套餐、取消業務難，購買流量套餐後需購買解除限速套餐；演藝票務中的跳票、柱子票、牆根票，實體超市關閉導致預付卡、購物券難以使用。"
	var texts []string
	for n := range 200 {
		texts = append(texts, strings.Repeat(clause, 1+n%5))
	}
	return texts
}

// benchEach measures do over all texts, in bytes.
func benchEach(b *testing.B, texts []string, do func(string)) {
	var bytes int64
	for _, s := range texts {
		bytes += int64(len(s))
	}
	measure(b, bytes, func() {
		for _, s := range texts {
			do(s)
		}
	})
}

// measure runs do, which goes over so many bytes, and reports the speed per second on
// the clock and per second of the processor.
func measure(b *testing.B, bytes int64, do func()) {
	b.SetBytes(bytes)
	b.ReportAllocs()
	start := cpuTime()
	for b.Loop() {
		do()
	}
	b.ReportMetric(float64(bytes)*float64(b.N)/1e6/(cpuTime()-start).Seconds(), "MB/cpu-s")
}

func BenchmarkFoldSimplified(b *testing.B) {
	texts, _ := benchTexts(b, true)
	benchEach(b, texts, func(s string) { Fold(s) })
}

func BenchmarkFoldAsWritten(b *testing.B) {
	texts, _ := benchTexts(b, false)
	benchEach(b, texts, func(s string) { Fold(s) })
}

func BenchmarkFoldTraditional(b *testing.B) {
	benchEach(b, benchTraditional(), func(s string) { Fold(s) })
}

func BenchmarkRedact(b *testing.B) {
	texts, _ := benchTexts(b, false)
	benchEach(b, texts, func(s string) { Redact(s) })
}

func BenchmarkRedactFolded(b *testing.B) {
	texts, _ := benchTexts(b, true)
	benchEach(b, texts, func(s string) { findPersonal(s) })
}

func BenchmarkMatch(b *testing.B) {
	texts, _ := benchTexts(b, true)
	m := benchAnalyzer(b).rules.matcher
	hits := make([]hit, 0, 1<<14)
	benchEach(b, texts, func(s string) { hits = m.find(s, hits[:0]) })
}

// BenchmarkTag is matching and evaluating all rules, with the words at hand.
func BenchmarkTag(b *testing.B) {
	texts, bytes := benchTexts(b, true)
	a := benchAnalyzer(b)
	var tokens [][]Token
	for _, s := range texts {
		tokens = append(tokens, a.segmenter.Segment(s))
	}
	e := newEvaluation(a.rules, defaultMaxWords)
	measure(b, bytes, func() {
		for i, s := range texts {
			e.begin(s, tokens[i], nil)
			e.tags()
		}
	})
}

func BenchmarkSegment(b *testing.B) {
	texts, _ := benchTexts(b, true)
	seg := benchAnalyzer(b).segmenter
	benchEach(b, texts, func(s string) { seg.Segment(s) })
}

func BenchmarkFeel(b *testing.B) {
	texts, _ := benchTexts(b, true)
	feeler := benchAnalyzer(b).feeler
	benchEach(b, texts, func(s string) { feeler.Feel(s) })
}

func BenchmarkVoice(b *testing.B) {
	texts, _ := benchTexts(b, true)
	benchEach(b, texts, func(s string) { voiceCues().sums(s).voice(reading{text: s}) })
}

func BenchmarkFingerprint(b *testing.B) {
	texts, _ := benchTexts(b, true)
	benchEach(b, texts, func(s string) { fingerprint(s) })
}

func BenchmarkAnalyze(b *testing.B) {
	posts := benchPosts(b)
	a := benchAnalyzer(b)
	var bytes int64
	for _, p := range posts {
		bytes += int64(len(p.Body()))
	}
	measure(b, bytes, func() {
		for _, p := range posts {
			a.Analyze(p)
		}
	})
	b.ReportMetric(float64(len(posts)*b.N)/b.Elapsed().Seconds(), "posts/s")
}

func BenchmarkNew(b *testing.B) {
	tax := benchAnalyzer(b).taxonomy
	b.ReportAllocs()
	start := cpuTime()
	for b.Loop() {
		if _, err := New(tax, DefaultConfig()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpuTime()-start).Seconds()/float64(b.N), "cpu-s/op")
}

func benchAnalyzer(b *testing.B) *Analyzer { return shippedAnalyzer(b) }
