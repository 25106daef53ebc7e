package nlp

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkSketch(b *testing.B) {
	texts, _ := benchTexts(b, true)
	benchEach(b, texts, func(s string) { NewSketch(s) })
}

func BenchmarkSimilarity(b *testing.B) {
	sketches := benchSketches(b, 1000)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		Similarity(sketches[n%1000], sketches[(n+1)%1000])
	}
}

// benchSketches are so many posts, a third of them edited copies of others.
func benchSketches(b *testing.B, count int) []Sketch {
	texts, _ := benchTexts(b, true)
	var letters [][]rune
	for _, text := range texts {
		if e := essence(text, nil); len(e) > 0 {
			letters = append(letters, e)
		}
	}
	r := rand.New(rand.NewPCG(8, 9))
	sketches := make([]Sketch, 0, count)
	for len(sketches) < count {
		text := letters[r.IntN(len(letters))]
		if len(sketches)%3 != 0 { // nothing in common with the text but its words
			text = edited(text, 0.6, letters, r)
		} else {
			text = edited(text, 0.05, letters, r)
		}
		sketches = append(sketches, sketchOf(text))
	}
	return sketches
}

func benchGrouping(b *testing.B, count int, group func([]Sketch)) {
	sketches := benchSketches(b, count)
	b.ReportAllocs()
	start := cpuTime()
	for b.Loop() {
		group(sketches)
	}
	b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "posts/s")
	b.ReportMetric(float64(count*b.N)/(cpuTime()-start).Seconds(), "posts/cpu-s")
}

func BenchmarkGroupSketches(b *testing.B) {
	benchGrouping(b, 50_000, func(sketches []Sketch) { GroupSketches(sketches) })
}

func BenchmarkReprints(b *testing.B) {
	benchGrouping(b, 50_000, func(sketches []Sketch) {
		r := NewReprints(len(sketches) / 2)
		for n, s := range sketches {
			r.Add(numbered(n), s)
		}
	})
}
