package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"vane"
)

// describe tells what the store is and takes on disk.
func (b *bench) describe(ctx context.Context) error {
	posts, err := b.number(ctx, "SELECT count() FROM posts")
	if err != nil {
		return err
	}
	b.table.column(fmt.Sprintf("%.3g million posts", posts/1e6))
	b.table.add("weeks that they lie in", "%d", (52*b.built.Made+b.built.Posts-1)/b.built.Posts)
	texts, err := b.number(ctx, "SELECT sum(length(title) + length(text)) / count() FROM (SELECT title, text FROM posts LIMIT 1000000)")
	if err != nil {
		return err
	}
	b.table.add("title and text of a post", "%.0f bytes", texts)
	for _, table := range []string{"posts", "post_slots", "engagement", "counts"} {
		bytes, err := b.bytesOf(ctx, table)
		if err != nil {
			return err
		}
		b.table.add("on disk: `"+table+"`", "%.1f bytes per post", bytes/posts)
	}
	b.table.add("counting all hours and days ahead", "%.1f µs of CPU per post", b.built.CountedCPU*1e6/float64(b.built.Made))
	return nil
}

// rollup counts anew what the insert of an earlier run changed.
func (b *bench) rollup(ctx context.Context) error {
	_, err := b.store.Rollup(ctx, end)
	return err
}

// question is what Vane asks. i is another one each time.
type question struct {
	name string
	ask  func(ctx context.Context, i int) error
}

// month is what most questions are about.
var month = vane.Window{From: end.AddDate(0, 0, -28), To: end}

// questions are all that is asked. ids are posts that there are.
func (b *bench) questions(ids []vane.ID) []question {
	// A window that cuts its first and last bucket is counted from the posts.
	cut := vane.Window{From: end.Add(-30*time.Minute - 24*time.Hour), To: end.Add(-30 * time.Minute)}
	return slices.Concat(
		[]question{
			b.trend("one tag, 28 days by hour", vane.TrendQuery{Tag: "?", Window: month, Step: vane.Hourly}),
			b.trend("the most frequent tag, 28 days by hour", vane.TrendQuery{Tag: issue(0), Window: month, Step: vane.Hourly}),
			b.trend("all tags, 28 days by hour, for detection", vane.TrendQuery{Window: month, Step: vane.Hourly, By: vane.ByTag}),
			{"top tags of a day by channel", func(ctx context.Context, i int) error {
				_, err := b.store.Trend(ctx, vane.TrendQuery{Window: day(i), Step: vane.Daily, Per: vane.ByTag, By: vane.ByChannel})
				return err
			}},
			{"post by id", func(ctx context.Context, i int) error {
				_, err := b.store.Post(ctx, ids[i%len(ids)])
				return err
			}},
		},
		b.searches(),
		[]question{
			b.trend("from the posts: one tag, 28 days by hour and brand", vane.TrendQuery{Tag: "?", Window: month, Step: vane.Hourly, By: vane.ByBrand}),
			b.trend("from the posts: all tags and regions, 28 days by hour", vane.TrendQuery{Window: month, Step: vane.Hourly, Per: vane.ByTag, By: vane.ByRegion}),
			b.trend("from the posts: one tag, 24 hours by 10 minutes", vane.TrendQuery{Tag: "?", Window: cut, Step: vane.TenMinutes}),
			{"a page about one tag: six questions on 7 days", b.page},
		},
	)
}

// trend asks for a trend, of another tag each time where the tag is "?".
func (b *bench) trend(name string, q vane.TrendQuery) question {
	every := q.Tag == "?"
	return question{name, func(ctx context.Context, i int) error {
		q := q
		if every {
			q.Tag = issue(i * 7 % 600)
		}
		_, err := b.store.Trend(ctx, q)
		return err
	}}
}

// searches look through all posts.
func (b *bench) searches() []question {
	page := func(word string, sort vane.SearchSort) func(context.Context, int) error {
		return func(ctx context.Context, _ int) error {
			found, err := b.store.Search(ctx, vane.SearchQuery{Expression: saying(word), Sort: sort, Limit: 20})
			if err == nil && len(found.Posts) == 0 {
				err = fmt.Errorf("nothing says %q", word)
			}
			return err
		}
	}
	facets := func(word string) func(context.Context, int) error {
		return func(ctx context.Context, _ int) error {
			_, err := b.store.Facets(ctx, vane.SearchQuery{Expression: saying(word)})
			return err
		}
	}
	return []question{
		{"search: a phrase that one post in a million says", page(rare, vane.ByTime)},
		{"search: a word that one post in " + b.oneIn(frequent) + " says, first page", page(frequent, vane.ByTime)},
		{"search: the same, by relevance", page(frequent, vane.ByRelevance)},
		{"search: the same, by engagement", page(frequent, vane.ByEngagement)},
		{"facets of the phrase", facets(rare)},
		{"facets of the word", facets(frequent)},
	}
}

// frequent is what many complaints say.
const frequent = "投诉"

// oneIn tells how frequent a word is in the texts.
func (b *bench) oneIn(word string) string {
	n := 0
	for _, t := range b.texts {
		if strings.Contains(t.Title+"\n"+t.Text, word) {
			n++
		}
	}
	return fmt.Sprint((len(b.texts) + n/2) / max(1, n))
}

func saying(word string) vane.Expression {
	return vane.Expression{All: [][]vane.Term{{{Text: word, Folded: word}}}}
}

// day is one of the last 28.
func day(i int) vane.Window {
	from := end.AddDate(0, 0, -1-i%28)
	return vane.Window{From: from, To: from.AddDate(0, 0, 1)}
}

// page asks what a page about one issue shows.
func (b *bench) page(ctx context.Context, i int) error {
	week := vane.Window{From: end.AddDate(0, 0, -7), To: end}
	tag := issue(i * 7 % 600)
	for _, by := range []vane.Dimension{vane.ByNothing, vane.ByChannel, vane.ByRegion, vane.ByVoice} {
		if _, err := b.store.Trend(ctx, vane.TrendQuery{Tag: tag, Window: week, Step: vane.Daily, By: by}); err != nil {
			return err
		}
	}
	if _, err := b.store.Posts(ctx, tag, week, 50); err != nil {
		return err
	}
	_, err := b.store.Facts(ctx, vane.Node{Tag: tag}, week)
	return err
}

// ask asks every question many times, in turn, so that what else the machine does hits
// all alike.
func (b *bench) ask(ctx context.Context) error {
	ids, err := b.someIDs(ctx)
	if err != nil {
		return err
	}
	questions := slices.DeleteFunc(b.questions(ids), func(q question) bool { return !b.only.MatchString(q.name) })
	took := make([][]time.Duration, len(questions))
	used := make([][]float64, len(questions))
	for i := range b.rounds {
		fmt.Fprintf(os.Stderr, "\rround %d of %d ", i+1, b.rounds)
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
	fmt.Fprintln(os.Stderr)
	for k, q := range questions {
		b.table.add(q.name, "%s, p95 %s, CPU %.0f ms", at(took[k], 50), at(took[k], 95), 1000*middle(used[k]))
	}
	return nil
}

// someIDs are posts from all over the year.
func (b *bench) someIDs(ctx context.Context) (ids []vane.ID, err error) {
	answer, err := b.sql(ctx, "SELECT lower(hex(id)) FROM posts WHERE cityHash64(id) % {every:UInt64} = 1 LIMIT 1000",
		map[string]any{"every": max(1, b.built.Made/2000)})
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
