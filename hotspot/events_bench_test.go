//go:build unix

package hotspot

import (
	"strings"
	"testing"
)

// BenchmarkEvents clusters 20,000 posts of 230 characters, every tenth about one of a
// hundred things.
func BenchmarkEvents(b *testing.B) {
	posts := talk(20_000, 4)
	for i := range posts { // every tenth about one of a hundred things
		if i%10 == 0 {
			posts[i].Title = plant()[i/10%6].Title + string(rune(0x5000+i/10%100)) + string(rune(0x5100+i/10%100))
		}
		posts[i].Text = strings.Repeat(posts[i].Text, 3) // 230 characters, as complaints have
	}
	var bytes int64
	for _, m := range posts {
		bytes += int64(len(m.Title) + len(m.Text))
	}
	b.ReportAllocs()
	b.SetBytes(bytes)
	start := cpuTime()
	for b.Loop() {
		es := NewEvents(DefaultEventConfig(), nil)
		for _, m := range posts {
			es.Add(m, m.ID)
		}
	}
	b.ReportMetric(float64(len(posts))*float64(b.N)/(cpuTime()-start).Seconds(), "posts/CPU-s")
}
