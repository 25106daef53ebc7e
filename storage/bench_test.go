package storage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// batchSize is what the ingest leases at most.
const batchSize = 16_384

// month is n posts spread over a month, as long as forum posts are.
func month(n int, seed uint64) []vane.Mention {
	r := rand.New(rand.NewPCG(seed, 1))
	const sentence = "花一千块买到柱子票，只能看柱子，找客服要求退款，客服说内场票一经售出概不退换，希望有关部门管一管。"
	words := strings.Split("柱子票 退款 客服 内场 演唱会 门票 流量 套餐 限速 投诉 快递 外卖 酒店 直播 预付卡 健身房 押金 霸王条款 虚假宣传 质量", " ")
	mentions := make([]vane.Mention, n)
	for i := range mentions {
		m := mention(fmt.Sprint(seed, "/", i), noon.Add(-time.Duration(r.IntN(30*24*3600))*time.Second))
		m.Source, m.Channel = fmt.Sprint("source-", r.IntN(20)), vane.Channels()[r.IntN(7)]
		m.AuthorKey = vane.NewAuthorKey([]byte("key"), m.Source, fmt.Sprint(r.IntN(n)))
		m.Text, m.Fingerprint = sentence+m.URL+sentence, r.Uint64()
		m.Words = nil
		for range 20 {
			m.Words = append(m.Words, words[r.IntN(len(words))]+fmt.Sprint(r.IntN(100)))
		}
		m.Tags[0].ID, m.Tags[1].ID = vane.Tag(fmt.Sprintf("domain%d.issue%d", i%8, r.IntN(5))), vane.Tag(fmt.Sprintf("domain%d.issue%d", i%8, 5+r.IntN(5)))
		mentions[i] = m
	}
	return mentions
}

func perSecond(b *testing.B, posts int) {
	b.ReportMetric(float64(posts)/b.Elapsed().Seconds(), "posts/s")
}

// BenchmarkInsert stores posts that are new, and beside it, in turns, the same rows by
// the driver alone into a table like that of posts: no claims, no exactness, no views,
// the driver's own settings but for the index for search, which both leave to merges. Two
// goroutines insert, as two Vanes would. CPU is that of the engine, its
// merging included.
func BenchmarkInsert(b *testing.B) {
	s := storagetest.New(b)
	plain := plainTable(b)
	ways := []struct {
		name   string
		insert func(batch []vane.Mention) error
		took   []float64 // µs per post
		cpu    []float64 // likewise
	}{
		{name: "vane", insert: func(batch []vane.Mention) error { return s.Insert(b.Context(), batch) }},
		{name: "plain", insert: func(batch []vane.Mention) error { return plainInsert(b.Context(), plain, batch) }},
	}
	seed := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		seed += 2
		batches := [][]vane.Mention{month(batchSize, seed), month(batchSize, seed+1)}
		for i := range ways {
			w := &ways[i]
			cpu, start := engineCPU(b, s), time.Now()
			var wg sync.WaitGroup
			for _, batch := range batches {
				wg.Go(func() {
					if err := w.insert(batch); err != nil {
						b.Error(err)
					}
				})
			}
			wg.Wait()
			w.took = append(w.took, perPost(time.Since(start).Seconds()))
			w.cpu = append(w.cpu, perPost(engineCPU(b, s)-cpu))
		}
	}
	for _, w := range ways {
		b.ReportMetric(1e6/median(w.took), w.name+"-posts/s")
		b.ReportMetric(median(w.cpu), w.name+"-engine-µs/post")
	}
	b.ReportMetric(median(ways[1].took)/median(ways[0].took), "vane/plain")
}

func perPost(seconds float64) float64 { return 1e6 * seconds / (2 * batchSize) }

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

// engineCPU is the CPU seconds that the engine used so far.
func engineCPU(b *testing.B, s *storage.Store) float64 {
	b.Helper()
	us, err := s.Number(b.Context(), "SELECT sum(value) FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'")
	if err != nil {
		b.Fatal(err)
	}
	return float64(us) / 1e6
}

// plainTable connects to a database of its own, with the table of posts in it.
func plainTable(b *testing.B) clickhouse.Conn {
	b.Helper()
	dsn := storagetest.DSN(b)
	if _, err := storagetest.Open(b, dsn).Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		b.Fatal(err)
	}
	options.Settings = clickhouse.Settings{"async_insert": 0, "materialize_skip_indexes_on_insert": 0}
	conn, err := clickhouse.Open(options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	if err := conn.Exec(b.Context(), "DROP VIEW engagement_of_posts"); err != nil {
		b.Fatal(err)
	}
	return conn
}

// BenchmarkInsertAgain stores posts that are stored already.
func BenchmarkInsertAgain(b *testing.B) {
	s := storagetest.New(b)
	batch := month(batchSize, 1)
	insert(b, s, batch...)
	b.ReportAllocs()
	for b.Loop() {
		insert(b, s, batch...)
	}
	perSecond(b, b.N*batchSize)
}

func plainInsert(ctx context.Context, conn clickhouse.Conn, batch []vane.Mention) error {
	block, err := conn.PrepareBatch(ctx, storage.QueryText("insert_posts"))
	if err != nil {
		return err
	}
	defer block.Close()
	for i := range batch {
		if err := block.Append(storage.Values(&batch[i])...); err != nil {
			return err
		}
	}
	return block.Send()
}

// BenchmarkQueries asks a month of posts what the board asks.
func BenchmarkQueries(b *testing.B) {
	const posts = 12 * batchSize
	s := storagetest.New(b)
	for seed := range uint64(posts / batchSize) {
		insert(b, s, month(batchSize, seed)...)
	}
	w := vane.Window{From: noon.AddDate(0, 0, -30), To: noon}
	day := vane.Window{From: noon.AddDate(0, 0, -1), To: noon}
	run := func(name string, ask func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	trend := func(q vane.TrendQuery) func() error {
		return func() error {
			_, err := s.Trend(context.Background(), q)
			return err
		}
	}
	run("trend/month/all", trend(vane.TrendQuery{Window: w, Step: vane.Hourly}))
	run("trend/month/tag", trend(vane.TrendQuery{Tag: "domain1.issue1", Window: w, Step: vane.Hourly}))
	run("trend/month/by tag", trend(vane.TrendQuery{Window: w, Step: vane.Hourly, By: vane.ByTag}))
	run("trend/day/by channel", trend(vane.TrendQuery{Window: day, Step: vane.Hourly, By: vane.ByChannel}))
	run("facts/day", func() error {
		_, err := s.Facts(context.Background(), vane.Node{Tag: "domain1.issue1"}, day)
		return err
	})
	run("pulses/month/tag × region", func() error {
		return s.Pulses(context.Background(), w, vane.ByRegion, 5, func(vane.Pulse) error { return nil })
	})
	run("posts/day/50", func() error {
		_, err := s.Posts(context.Background(), "domain1", day, 50)
		return err
	})
	one := month(1, 1)[0].ID
	run("post", func() error {
		_, err := s.Post(context.Background(), one)
		return err
	})
}
