package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/storage"
)

// retagBatch is how many posts are analysed and stored at once.
const retagBatch = 4096

func (a *app) retagCommand() *cobra.Command {
	var from, to string
	var diff bool
	cmd := &cobra.Command{
		Use:   "retag",
		Short: "tag stored posts anew, after the taxonomy changed",
		Long: `Retag analyses every stored post that another taxonomy tagged, the newest first, and
stores what the present one says of it; trends follow. What analysts corrected stays
as they said. A running vane goes on meanwhile. Interrupted, retag goes on where it stopped when it is run again. Posts
whose texts were dropped by storage.keep_texts keep their tags.

With --diff it changes nothing, and shows which counts would change, with samples of
the posts gained and lost.`,
		Example: "  vane retag --diff\n  vane retag --diff --from 2026-03-01 --json\n  vane retag",
		RunE: func(cmd *cobra.Command, _ []string) error {
			w := allTime(time.Now())
			if from != "" || to != "" {
				var err error
				if w, err = window(from, to, time.Now()); err != nil {
					return err
				}
			}
			return a.retag(cmd.Context(), w, diff)
		},
	}
	cmd.Flags().BoolVar(&diff, "diff", false, "show what would change, change nothing")
	cmd.Flags().StringVar(&from, "from", "", "posts published from `TIME` on (default: all)")
	cmd.Flags().StringVar(&to, "to", "", "last day, or `TIME` before which posts were published (default: now)")
	return cmd
}

// allTime is when posts may have been published.
func allTime(now time.Time) vane.Window {
	return vane.Window{From: time.Unix(0, 0), To: now.AddDate(1, 0, 0)}
}

// retagger tags the posts of a store anew.
type retagger struct {
	store    *storage.Store
	analyzer vane.Analyzer
	taxonomy uint32
	done     func(posts int)
}

func (a *app) retag(ctx context.Context, w vane.Window, diff bool) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened) // beside a running vane, through its engine
	if err != nil {
		return err
	}
	analyzer, err := a.analyzer()
	if err != nil {
		return err
	}
	days, err := store.Outdated(ctx, analyzer.TaxonomyVersion(), w)
	if err != nil {
		return err
	}
	var total uint64
	for _, d := range days {
		total += d.Posts
	}
	bar := a.bar(int64(total), "重新打标")
	defer bar.Close() // only the drawing
	r := retagger{store, analyzer, analyzer.TaxonomyVersion(), func(n int) { bar.Add(n) }}
	if diff {
		d := newTagDiff()
		if err := r.each(ctx, days, w, func(old, new []vane.Mention) error { d.add(old, new); return nil }); err != nil {
			return err
		}
		return a.printDiff(d)
	}
	if err := store.Promote(ctx, r.taxonomy); err != nil {
		return err
	}
	changed := 0
	err = r.each(ctx, days, w, func(old, new []vane.Mention) error {
		for i := range old {
			if !slices.Equal(tagsOf(old[i]), tagsOf(new[i])) {
				changed++
			}
		}
		return store.Insert(ctx, new)
	})
	if err != nil {
		return fmt.Errorf("%w; run retag again to go on", err)
	}
	return a.printRetagged(total, changed)
}

// each gives f the posts of some days in batches, as they are stored and as they are
// understood now. A batch goes over many days: years of few posts a day would else be
// as many small inserts.
func (r retagger) each(ctx context.Context, days []storage.OutdatedDay, w vane.Window, f func(old, new []vane.Mention) error) error {
	var batch []vane.Mention
	flush := func() error {
		posts := make([]vane.Post, len(batch))
		for i, m := range batch {
			posts[i] = m.Post
		}
		anew := vane.AnalyzeAll(r.analyzer, posts)
		_, err := r.store.Corrected(ctx, anew) // what analysts said stays
		if err == nil {
			err = f(batch, anew)
		}
		r.done(len(batch))
		batch = nil
		return err
	}
	for _, day := range days {
		span := vane.Window{From: later(day.Day, w.From), To: earlier(day.Day.AddDate(0, 0, 1), w.To)}
		err := r.store.EachOutdated(ctx, r.taxonomy, span, func(m vane.Mention) error {
			if batch = append(batch, m); len(batch) < retagBatch {
				return nil
			}
			return flush()
		})
		if err != nil {
			return fmt.Errorf("retag the posts of %s: %w", day.Day.In(vane.Beijing()).Format(time.DateOnly), err)
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return flush()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func tagsOf(m vane.Mention) []vane.Tag {
	tags := make([]vane.Tag, len(m.Tags))
	for i, t := range m.Tags {
		tags[i] = t.ID
	}
	return tags
}

func (a *app) printRetagged(posts uint64, changed int) error {
	if a.json {
		return a.printJSON(map[string]any{"posts": posts, "changed": changed})
	}
	fmt.Fprintf(a.out, "重新打标 %d 条，其中 %d 条标签有变。正在运行的 vane 请重启，以使用新规则。\n", posts, changed)
	return nil
}

// tagDiff is what another taxonomy would change.
type tagDiff struct {
	Posts int                     `json:"posts"`
	Tags  map[vane.Tag]*tagChange `json:"tags"` // those that change
}

// tagChange is what would become of one tag.
type tagChange struct {
	Before  int          `json:"before"` // posts
	After   int          `json:"after"`
	Gained  int          `json:"gained"` // posts that have it only after
	Lost    int          `json:"lost"`   // and only before
	Gaining []diffSample `json:"gaining"`
	Losing  []diffSample `json:"losing"`
}

// diffSample is a post that gains or loses a tag, with the rule that saw it.
type diffSample struct {
	ID   vane.ID `json:"id"`
	Rule string  `json:"rule"`
	Text string  `json:"text"`
}

const (
	diffSamples = 3  // of each tag, gained and lost
	sampleRunes = 60 // of a post
)

func newTagDiff() *tagDiff { return &tagDiff{Tags: map[vane.Tag]*tagChange{}} }

func (d *tagDiff) add(old, new []vane.Mention) {
	d.Posts += len(old)
	for i := range old {
		before, after := tagsOf(old[i]), tagsOf(new[i])
		for k, tag := range before {
			c := d.change(tag)
			c.Before++
			if !slices.Contains(after, tag) {
				c.Lost++
				c.Losing = sample(c.Losing, old[i], old[i].Tags[k].Rule)
			}
		}
		for k, tag := range after {
			c := d.change(tag)
			c.After++
			if !slices.Contains(before, tag) {
				c.Gained++
				c.Gaining = sample(c.Gaining, new[i], new[i].Tags[k].Rule)
			}
		}
	}
}

func (d *tagDiff) change(tag vane.Tag) *tagChange {
	if d.Tags[tag] == nil {
		d.Tags[tag] = &tagChange{Gaining: []diffSample{}, Losing: []diffSample{}}
	}
	return d.Tags[tag]
}

func sample(samples []diffSample, m vane.Mention, rule string) []diffSample {
	if len(samples) == diffSamples {
		return samples
	}
	return append(samples, diffSample{m.ID, rule, oneLine(m.Body(), sampleRunes)})
}

// printDiff shows the tags that change, the most changed first.
func (a *app) printDiff(d *tagDiff) error {
	maps.DeleteFunc(d.Tags, func(_ vane.Tag, c *tagChange) bool { return c.Gained+c.Lost == 0 })
	if a.json {
		return a.printJSON(d)
	}
	names, err := a.cfg.issueNames()
	if err != nil {
		return err
	}
	tags := slices.SortedFunc(maps.Keys(d.Tags), func(x, y vane.Tag) int {
		cx, cy := d.Tags[x], d.Tags[y]
		return cmp.Or(cmp.Compare(cy.Gained+cy.Lost, cx.Gained+cx.Lost), cmp.Compare(x, y))
	})
	t := newTable(table.Row{"议题", "现有", "之后", "新增", "减少"}, 1)
	for _, tag := range tags {
		c := d.Tags[tag]
		t.AppendRow(table.Row{cmp.Or(names[tag], string(tag)), c.Before, c.After, c.Gained, c.Lost})
	}
	a.printTable(t)
	for _, tag := range tags {
		for _, s := range d.Tags[tag].Gaining {
			fmt.Fprintf(a.out, "+ %s  %s  [%s] %s\n", cmp.Or(names[tag], string(tag)), s.ID, s.Rule, s.Text)
		}
		for _, s := range d.Tags[tag].Losing {
			fmt.Fprintf(a.out, "- %s  %s  [%s] %s\n", cmp.Or(names[tag], string(tag)), s.ID, s.Rule, s.Text)
		}
	}
	fmt.Fprintf(a.out, "共 %d 条由其他版本的规则打标；没有写入任何更改。\n", d.Posts)
	return nil
}
