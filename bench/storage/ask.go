package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"vane"
)

// size prints what the posts take on disk.
func (b *bench) size(ctx context.Context) error {
	for _, table := range []string{"posts", "post_slots"} {
		bytes, err := b.number(ctx, "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'vane' AND table = '"+table+"'")
		if err != nil {
			return err
		}
		fmt.Printf("%-52s %10.1f bytes per post\n", "on disk: "+table, bytes/float64(b.posts))
	}
	texts, err := b.number(ctx, "SELECT sum(length(title) + length(text)) / count() FROM (SELECT title, text FROM posts LIMIT 1000000)")
	if err != nil {
		return err
	}
	fmt.Printf("%-52s %10.1f bytes per post\n", "title and text alone, as they are", texts)
	return nil
}

// rollup counts all hours and days ahead.
func (b *bench) rollup(ctx context.Context) error {
	before, err := b.cpu(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	n, err := b.store.Rollup(ctx, end)
	if err != nil {
		return err
	}
	after, err := b.cpu(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%-52s %10.1f µs of CPU per post (%d hours and days in %s)\n", "counting ahead", (after-before)*1e6/float64(b.posts), n, time.Since(start).Round(time.Second))
	bytes, err := b.number(ctx, "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'vane' AND table = 'counts'")
	fmt.Printf("%-52s %10.1f bytes per post\n", "on disk: counts", bytes/float64(b.posts))
	return err
}

// cpu is how many CPU seconds the engine used so far.
func (b *bench) cpu(ctx context.Context) (float64, error) {
	return b.number(ctx, "SELECT sum(value) / 1e6 FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'")
}

// question is what Vane asks. i is another one each time.
type question struct {
	name string
	ask  func(ctx context.Context, i int) error
}

func (b *bench) questions(ids []vane.ID) []question {
	month := vane.Window{From: end.AddDate(0, 0, -28), To: end}
	trend := func(q vane.TrendQuery) func(context.Context, int) error {
		return func(ctx context.Context, i int) error {
			if q.Tag == "?" {
				q := q
				q.Tag = issue(i * 7 % 600)
				_, err := b.store.Trend(ctx, q)
				return err
			}
			_, err := b.store.Trend(ctx, q)
			return err
		}
	}
	uncounted := month // cut to where no bucket is whole, it is counted from the posts
	uncounted.From, uncounted.To = end.Add(-30*time.Minute-24*time.Hour), end.Add(-30*time.Minute)
	day := func(i int) vane.Window {
		from := end.AddDate(0, 0, -1-i%28)
		return vane.Window{From: from, To: from.AddDate(0, 0, 1)}
	}
	return []question{
		{"one tag, 28 days by hour", trend(vane.TrendQuery{Tag: "?", Window: month, Step: vane.Hourly})},
		{"the most frequent tag, 28 days by hour", trend(vane.TrendQuery{Tag: issue(0), Window: month, Step: vane.Hourly})},
		{"all tags, 28 days by hour, for detection", trend(vane.TrendQuery{Window: month, Step: vane.Hourly, By: vane.ByTag})},
		{"top tags of a day by channel", func(ctx context.Context, i int) error {
			_, err := b.store.Trend(ctx, vane.TrendQuery{Window: day(i), Step: vane.Daily, Per: vane.ByTag, By: vane.ByChannel})
			return err
		}},
		{"post by id", func(ctx context.Context, i int) error {
			_, err := b.store.Post(ctx, ids[i%len(ids)])
			return err
		}},
		{"from the posts: one tag, 28 days by hour and brand", trend(vane.TrendQuery{Tag: "?", Window: month, Step: vane.Hourly, By: vane.ByBrand})},
		{"from the posts: all tags and regions, 28 days by hour", trend(vane.TrendQuery{Window: month, Step: vane.Hourly, Per: vane.ByTag, By: vane.ByRegion})},
		{"from the posts: one tag, 24 hours by 10 minutes", trend(vane.TrendQuery{Tag: "?", Window: uncounted, Step: vane.TenMinutes})},
	}
}

// ask asks every question many times, in turn, so that what else the machine does hits
// all alike.
func (b *bench) ask(ctx context.Context) error {
	ids, err := b.someIDs(ctx)
	if err != nil {
		return err
	}
	questions := b.questions(ids)
	took := make([][]time.Duration, len(questions))
	used := make([][]float64, len(questions))
	for i := range b.rounds {
		for k, q := range questions {
			before, err := b.cpu(ctx)
			if err != nil {
				return err
			}
			start := time.Now()
			if err := q.ask(ctx, i); err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			took[k] = append(took[k], time.Since(start))
			after, err := b.cpu(ctx)
			if err != nil {
				return err
			}
			used[k] = append(used[k], after-before)
		}
	}
	for k, q := range questions {
		fmt.Printf("%-52s %7s median %7s p95 %6.0f ms of CPU\n", q.name, at(took[k], 50), at(took[k], 95), 1000*middle(used[k]))
	}
	return nil
}

// someIDs are posts from all over the year.
func (b *bench) someIDs(ctx context.Context) (ids []vane.ID, err error) {
	answer, err := b.sql(ctx, "SELECT lower(hex(id)) FROM posts WHERE cityHash64(id) % 5000 = 1 LIMIT 1000", nil)
	if err != nil {
		return nil, err
	}
	for line := range strings.FieldsSeq(answer) {
		id, err := vane.ParseID(line)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("no post was made")
	}
	return ids, nil
}

func at(took []time.Duration, percent int) string {
	took = slices.Sorted(slices.Values(took))
	return fmt.Sprintf("%.0f ms", float64(took[(len(took)-1)*percent/100].Microseconds())/1000)
}

func middle(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

// insert stores new posts beside all the others, two batches at a time.
func (b *bench) insert(ctx context.Context) error {
	const batches, size, atOnce = 12, 8192, 2
	all := make([][]vane.Mention, batches)
	for i := range all {
		for k := range size {
			all[i] = append(all[i], b.mention(i*size+k))
		}
	}
	before, err := b.cpu(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	failed := make(chan error, batches)
	var wg sync.WaitGroup
	for w := range atOnce {
		wg.Go(func() {
			for i := w; i < batches; i += atOnce {
				failed <- b.store.Insert(ctx, all[i])
			}
		})
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			return err
		}
	}
	took := time.Since(start)
	after, err := b.cpu(ctx)
	posts := float64(batches * size)
	fmt.Printf("%-52s %7.0f posts/s, %.1f µs of the engine's CPU per post\n", "insert of new posts", posts/took.Seconds(), (after-before)*1e6/posts)
	return err
}

// mention is a post of the last days that no other is.
func (b *bench) mention(i int) vane.Mention {
	t := b.texts[i%len(b.texts)]
	source := fmt.Sprint("source-", 1+i%40)
	m := vane.Mention{
		Post: vane.Post{
			ID: vane.NewPostID("new", fmt.Sprint(i)), Source: source, Channel: vane.Channels()[i%7],
			URL: fmt.Sprintf("https://%s.example.com/new/%d", source, i), AuthorKey: vane.NewAuthorKey([]byte("bench"), source, fmt.Sprint(i/3)),
			Region: "广东", Title: t.Title, Text: t.Text, Engagement: vane.Engagement{Views: uint64(i % 1000), Likes: uint64(i % 30)},
			PublishedAt: end.Add(-time.Duration(i*37%(3*86400)) * time.Second), CollectedAt: end,
		},
		Words: t.Words, Sentiment: -0.5, Sensitive: i%2 == 0, Voice: vane.Complaint, Fingerprint: uint64(i), TaxonomyVersion: taxonomy,
		Entities: vane.Entities{Places: []string{"广东"}},
	}
	for k := range i % 3 {
		m.Tags = append(m.Tags, vane.TagMatch{ID: issue((i*13 + k*101) % 600), Name: "柱子票", Nature: "contract", Rule: "柱子票", Text: "柱子票"})
	}
	return m
}

// memoryUsed prints the most that the engine took.
func (b *bench) memoryUsed(context.Context) error {
	peak, err := b.engine.PeakMemory()
	fmt.Printf("%-52s %10.2f GB\n", "most memory of the engine", float64(peak)/1e9)
	return err
}
