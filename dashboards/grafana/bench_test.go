package grafana_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"vane"
)

// benchPosts are spread over benchDays: with -posts 12500000 they are as dense as fifty
// million in a year.
var benchPosts = flag.Int("posts", 100_000, "posts of the benchmarks")

const benchDays = 90

// BenchmarkBoards opens each board: every query of its panels, variables and marks once,
// one after the other, all filters on All. It also tells the slowest query.
func BenchmarkBoards(b *testing.B) {
	store := fill(b)
	const batch = 8192
	for from := 0; from < *benchPosts; from += batch {
		if err := store.Insert(b.Context(), benchBatch(from, min(batch, *benchPosts-from))); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := store.Rollup(b.Context(), time.Now()); err != nil {
		b.Fatal(err)
	}
	db, list := reader(b), questions(b, finished(b))
	for _, days := range []int{7, benchDays} {
		for _, name := range []string{"overview", "hotspot", "issues", "crawl", "pipeline"} {
			b.Run(fmt.Sprintf("%s/%dd", name, days), func(b *testing.B) {
				d := opened(b, db)
				d.from, d.interval = noon.AddDate(0, 0, -days), time.Hour
				if days > 7 {
					d.interval = 24 * time.Hour // as Grafana chooses by the width of a chart
				}
				var slowest time.Duration
				var which string
				var rows uint64 // that ClickHouse read, on whatever machine
				ctx := clickhouse.Context(b.Context(), clickhouse.WithProgress(func(p *clickhouse.Progress) { rows += p.Rows }))
				b.ReportAllocs()
				for b.Loop() {
					for _, q := range list {
						if !strings.HasPrefix(q.where, name+" ") {
							continue
						}
						start := time.Now()
						if _, err := d.ask(ctx, db, q.sql); err != nil {
							b.Fatalf("%s: %v", q.where, err)
						}
						if took := time.Since(start); took > slowest {
							slowest, which = took, q.where
						}
					}
				}
				b.ReportMetric(float64(rows)/float64(b.N), "rows/op")
				b.Logf("slowest: %s, %s", which, slowest.Round(time.Millisecond))
			})
		}
	}
}

// benchBatch are posts like those of the sample, of many authors, evenly over the days
// before noon.
func benchBatch(from, n int) []vane.Mention {
	kinds := samplePosts()[1:7]
	posts := make([]vane.Mention, n)
	for i := range posts {
		m := kinds[(from+i)%len(kinds)]
		name := fmt.Sprint("bench ", from+i)
		m.ID = vane.NewPostID("bench", name)
		m.AuthorKey = vane.NewAuthorKey([]byte("key"), "bench", fmt.Sprint((from+i)%(*benchPosts/3+1)))
		m.Text = strings.Repeat("买的票前面有一根柱子，什么都看不到。", 5) + name
		m.PublishedAt = noon.Add(-time.Duration(float64(from+i) / float64(*benchPosts) * benchDays * 24 * float64(time.Hour)))
		m.CollectedAt = m.PublishedAt.Add(time.Minute)
		posts[i] = m
	}
	return posts
}
