package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"vane"
)

// insert stores new posts beside all the others, two batches at a time.
func (b *bench) insert(ctx context.Context) error {
	const name = "insert of new posts, two batches at once"
	if !b.only.MatchString(name) {
		return nil
	}
	const batches, size, atOnce = 8, 16_384, 2 // as the ingest's
	run := fmt.Sprint(time.Now().UnixNano())   // asked again, they are other posts
	all := make([][]vane.Mention, batches)
	for i := range all {
		for k := range size {
			all[i] = append(all[i], b.mention(run, i*size+k))
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
	b.table.add(name, "%.0f posts/s, CPU of the engine %.1f µs per post", posts/took.Seconds(), (after-before)*1e6/posts)
	return err
}

// mention is a post of the last days that no other is.
func (b *bench) mention(run string, i int) vane.Mention {
	said := b.texts[i%len(b.texts)]
	source := fmt.Sprint("source-", 1+i%40)
	name := fmt.Sprint(run, "/", i)
	m := vane.Mention{
		Post: vane.Post{
			ID: vane.NewPostID("new", name), Source: source, Channel: vane.Channels()[i%7],
			URL: fmt.Sprintf("https://%s.example.com/new/%s", source, name), AuthorKey: vane.NewAuthorKey([]byte("bench"), source, fmt.Sprint(i/3)),
			Region: "广东", Title: said.Title, Text: said.Text + name, Engagement: vane.Engagement{Views: uint64(i % 1000), Likes: uint64(i % 30)},
			PublishedAt: end.Add(-time.Duration(i*37%(3*86400)) * time.Second), CollectedAt: end,
		},
		Words: pairs(said.Text), Sentiment: -0.5, Sensitive: i%2 == 0, Voice: vane.Complaint, Fingerprint: uint64(i), TaxonomyVersion: taxonomy,
		Entities: vane.Entities{Places: []string{"广东"}},
	}
	for k := range i % 3 {
		m.Tags = append(m.Tags, vane.TagMatch{ID: issue((i*13 + k*101) % 600), Name: "柱子票", Nature: "contract", Rule: "柱子票", Text: "柱子票"})
	}
	return m
}

// memoryUsed tells the most that the engine took.
func (b *bench) memoryUsed(context.Context) error {
	peak, err := b.engine.PeakMemory()
	b.table.add("most memory of the engine, limit "+fmt.Sprintf("%.0f GB", float64(b.memory)/1e9), "%.2f GB", float64(peak)/1e9)
	return err
}
