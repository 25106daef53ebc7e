package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

//go:embed generate.sql
var generate string

const (
	chunk = 500_000 // posts made by one statement
	// chunkMemory is what such a statement may need.
	chunkMemory = 3 << 30
	seed        = 1
	taxonomy    = 7 // the version that is said to have tagged them
	// rare is what one post in a million says, beside what the texts say.
	rare = "遇到墙根票怎么退差价"
)

// end is when the year of posts ends: a Monday in Beijing.
var end = time.Date(2026, 11, 1, 16, 0, 0, 0, time.UTC)

// build makes the posts, their claims, and the marks of their hours, as inserts and
// merges would have left them: in parts of some weeks, of which none is merged any more.
// What was made before is not made again.
func (b *bench) build(ctx context.Context) error {
	wanted := b.wanted(b.built.Posts)
	if b.built.Made == 0 {
		if err := b.prepare(ctx); err != nil {
			return err
		}
	}
	start, before := time.Now(), b.built
	for b.built.Made < wanted {
		if err := b.makeChunks(ctx, wanted); err != nil {
			return err
		}
		b.built.Seconds = before.Seconds + time.Since(start).Seconds()
		if err := b.built.save(b.dir); err != nil {
			return err
		}
		perSecond := float64(b.built.Made-before.Made) / time.Since(start).Seconds()
		left := time.Duration(float64(wanted-b.built.Made) / perSecond * float64(time.Second))
		fmt.Fprintf(os.Stderr, "\r%d of %d posts made, %.0f a second, %s left ", b.built.Made, wanted, perSecond, left.Round(time.Second))
	}
	if b.built.Ready == b.built.Made {
		return nil
	}
	return b.finish(ctx, start, before.Seconds)
}

// prepare brings the texts into the engine.
func (b *bench) prepare(ctx context.Context) error {
	var rows bytes.Buffer
	rows.WriteString("INSERT INTO corpus FORMAT JSONEachRow\n")
	for _, t := range b.texts {
		if err := json.NewEncoder(&rows).Encode(t); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		"CREATE OR REPLACE TABLE corpus (n UInt32, title String, text String, words Array(String)) ENGINE = MergeTree ORDER BY n",
		rows.String(),
		// What is made here stays as it is; what is inserted later is merged as always.
		"ALTER TABLE posts MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 50000000",
	} {
		if _, err := b.sql(ctx, statement, nil); err != nil {
			return err
		}
	}
	return b.store.Promote(ctx, taxonomy)
}

// makeChunks makes the next posts, as many chunks at once as fit into memory. Made again
// after an interruption, they replace themselves.
func (b *bench) makeChunks(ctx context.Context, wanted uint64) error {
	atOnce := max(1, uint64(b.memory)/chunkMemory)
	failed := make(chan error, atOnce)
	var wg sync.WaitGroup
	until := min(wanted, b.built.Made+atOnce*chunk)
	for from := b.built.Made; from < until; from += chunk {
		wg.Go(func() { failed <- b.makeChunk(ctx, from, min(chunk, until-from)) })
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			return err
		}
	}
	b.built.Made = until
	return nil
}

func (b *bench) makeChunk(ctx context.Context, from, count uint64) error {
	values := map[string]any{
		"from": from, "count": count, "total": b.built.Posts, "end": end.Unix(), "texts": len(b.texts),
		"seed": seed, "taxonomy": taxonomy, "rare": rare,
	}
	if _, err := b.sql(ctx, generate, values); err != nil {
		return fmt.Errorf("make posts from %d on: %w", from, err)
	}
	return nil
}

// finish does what is done once for all posts that were made.
func (b *bench) finish(ctx context.Context, start time.Time, seconds float64) error {
	for _, statement := range []string{
		"TRUNCATE TABLE post_slots", // those of the posts made earlier
		"INSERT INTO post_slots SELECT id, slot, version FROM posts",
		"TRUNCATE TABLE touched",
		"INSERT INTO touched SELECT slot, any(sipHash64(slot)), count() FROM posts GROUP BY slot",
	} {
		if _, err := b.sql(ctx, statement, nil); err != nil {
			return err
		}
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	if err := b.countAhead(ctx); err != nil {
		return err
	}
	b.built.Ready, b.built.Seconds = b.built.Made, seconds+time.Since(start).Seconds()
	fmt.Fprintf(os.Stderr, "\nbuilt in %s\n", time.Duration(b.built.Seconds*float64(time.Second)).Round(time.Second))
	return b.built.save(b.dir)
}

// countAhead counts the hours and days of all posts.
func (b *bench) countAhead(ctx context.Context) error {
	before, err := b.cpu(ctx)
	if err != nil {
		return err
	}
	if b.built.Counted, err = b.store.Rollup(ctx, end); err != nil {
		return err
	}
	after, err := b.cpu(ctx)
	b.built.CountedCPU = after - before
	return err
}

// settle waits until no merge runs: a store that has been running for a year has few.
func (b *bench) settle(ctx context.Context) error {
	for quiet := 0; quiet < 5; {
		n, err := b.number(ctx, "SELECT count() FROM system.merges")
		if err != nil {
			return err
		}
		if quiet++; n > 0 {
			quiet = 0
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	return nil
}
