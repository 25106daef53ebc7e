package rig

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"vane"
	"vane/crawler/samplesite"
	"vane/nlp"
	"vane/nlp/feel"
	"vane/storage"
	"vane/yamlfile"
)

// Truth is what must be stored of a site, whatever happened on the way.
type Truth struct {
	posts  map[vane.ID]vane.Mention
	window vane.Window
}

// NewTruth understands the posts of a site, as they were planted, without a crawl, an
// outbox or a database in between.
func NewTruth(posts []samplesite.Planted, skip ...string) (*Truth, error) {
	analyzer, err := shippedAnalyzer()
	if err != nil {
		return nil, err
	}
	var plain []vane.Post
	for _, p := range posts {
		if !slices.Contains(skip, p.Source) {
			plain = append(plain, vane.Post{
				ID: vane.NewPostID(p.Source, p.NativeID), Source: p.Source, Channel: p.Channel, Region: p.Region,
				Title: p.Title, Text: p.Text, PublishedAt: p.Published.Truncate(p.Precision), Engagement: p.Engagement,
			})
		}
	}
	t := &Truth{posts: map[vane.ID]vane.Mention{}}
	for _, m := range vane.AnalyzeAll(analyzer, plain) {
		t.posts[m.ID] = m
	}
	first, last := posts[0].Published, posts[len(posts)-1].Published
	t.window = vane.Window{From: vane.Daily.Floor(first), To: vane.Daily.Floor(last).Add(vane.Daily.Duration())}
	return t, nil
}

// Len is how many posts must be stored.
func (t *Truth) Len() int { return len(t.posts) }

// shippedAnalyzer understands as vane does with its built-in configuration.
func shippedAnalyzer() (*nlp.Analyzer, error) {
	names, err := fs.Glob(vane.Configs(), "taxonomy/*.yaml")
	if err != nil {
		return nil, err
	}
	var tax nlp.Taxonomy
	for _, name := range names {
		f := nlp.TaxonomyFile{Name: name}
		if err := yamlfile.Read(vane.Configs(), name, &f); err != nil {
			return nil, err
		}
		tax = append(tax, f)
	}
	analyzer, err := nlp.New(tax, nlp.DefaultConfig())
	if err != nil {
		return nil, err
	}
	brands := nlp.Brands{Name: "brands.yaml"}
	if err := yamlfile.Read(vane.Configs(), brands.Name, &brands); err != nil {
		return nil, err
	}
	if analyzer, err = analyzer.WithBrands(brands); err != nil {
		return nil, err
	}
	model, err := feel.Default()
	if err != nil {
		return nil, err
	}
	second, err := nlp.ShippedJudge()
	if err != nil {
		return nil, err
	}
	return analyzer.WithFeeler(nlp.ModelFeeler{Model: model}).WithJudge(second), nil
}

// Losses is what a store has wrong. All zero is what is wanted.
type Losses struct {
	Missing int // posts that are not stored
	Doubled int // that count more than once
	Foreign int // that the site does not have
	Changed int // whose text, time, tags or feeling is another
	Trends  int // lines of trends with a wrong number
	Example string
}

// None reports whether nothing is wrong.
func (l Losses) None() bool {
	l.Example = ""
	return l == Losses{}
}

func (l Losses) String() string {
	if l.None() {
		return "none"
	}
	return fmt.Sprintf("%d missing, %d doubled, %d foreign, %d changed, %d wrong trends (%s)", l.Missing, l.Doubled, l.Foreign, l.Changed, l.Trends, l.Example)
}

// example keeps the first thing that was wrong.
func (l *Losses) example(format string, args ...any) {
	if l.Example == "" {
		l.Example = fmt.Sprintf(format, args...)
	}
}

// Compare reads everything that is stored, and counts every trend by hand.
func (t *Truth) Compare(ctx context.Context, store *storage.Store) (Losses, error) {
	var l Losses
	seen := map[vane.ID]int{}
	all := vane.Window{From: t.window.From.AddDate(-1, 0, 0), To: t.window.To.AddDate(1, 0, 0)}
	err := store.Each(ctx, "", all, func(m vane.Mention) error {
		seen[m.ID]++
		want, ok := t.posts[m.ID]
		switch diff := difference(want, m); {
		case !ok:
			l.Foreign++
			l.example("post %s of %s", m.URL, m.Source)
		case diff != "":
			l.Changed++
			l.example("%s: %s", m.URL, diff)
		}
		return nil
	})
	if err != nil {
		return l, fmt.Errorf("read every post: %w", err)
	}
	for id, m := range t.posts {
		switch n := seen[id]; {
		case n == 0:
			l.Missing++
			l.example("a post of %s of %s is not there", m.Source, m.PublishedAt)
		case n > 1:
			l.Doubled++
			l.example("post %s of %s counts %d times", id, m.Source, n)
		}
	}
	return l, t.compareTrends(ctx, store, &l)
}

// difference is what of a stored post is not as it was planted.
func difference(want, got vane.Mention) string {
	var diffs []string
	differ := func(what string, want, got any) {
		if want != got {
			diffs = append(diffs, fmt.Sprintf("%s is %v, not %v", what, got, want))
		}
	}
	differ("title", want.Title, got.Title)
	differ("text", want.Text, got.Text)
	differ("channel", want.Channel, got.Channel)
	differ("region", want.Region, got.Region)
	differ("time", want.PublishedAt.UTC(), got.PublishedAt.UTC())
	differ("tags", fmt.Sprint(tagIDs(want)), fmt.Sprint(tagIDs(got)))
	differ("voice", want.Voice, got.Voice)
	differ("sensitive", want.Sensitive, got.Sensitive)
	return strings.Join(diffs, "; ")
}

func tagIDs(m vane.Mention) []vane.Tag {
	ids := map[vane.Tag]bool{}
	for _, t := range m.Tags {
		ids[t.ID] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

// compareTrends compares every line of the trends that are split in a way that this
// package can count, by hour and by day.
func (t *Truth) compareTrends(ctx context.Context, store *storage.Store, l *Losses) error {
	var errs []error
	for _, step := range []vane.Step{vane.Hourly, vane.Daily} {
		for _, by := range []vane.Dimension{vane.ByNothing, vane.BySource, vane.ByChannel, vane.ByTag, vane.ByDomain} {
			series, err := store.Trend(ctx, vane.TrendQuery{Window: t.window, Step: step, By: by})
			errs = append(errs, err)
			want := t.count(step, by)
			for _, s := range series {
				if !same(s.Points, want[s.Key]) {
					l.Trends++
					l.example("trend of %s %q by %s", by, s.Key, step)
				}
				delete(want, s.Key)
			}
			l.Trends += len(want)
			for key := range want {
				l.example("no trend of %s %q by %s", by, key, step)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("read trends: %w", err)
	}
	return nil
}

// count counts by hand: posts per bucket, for each value of the dimension.
func (t *Truth) count(step vane.Step, by vane.Dimension) map[string]map[time.Time]uint64 {
	counts := map[string]map[time.Time]uint64{}
	for _, m := range t.posts {
		for _, key := range keys(m, by) {
			if counts[key] == nil {
				counts[key] = map[time.Time]uint64{}
			}
			counts[key][step.Floor(m.PublishedAt)]++
		}
	}
	return counts
}

// keys are the lines of a trend that a post counts in.
func keys(m vane.Mention, by vane.Dimension) []string {
	switch by {
	case vane.BySource:
		return []string{m.Source}
	case vane.ByChannel:
		return []string{string(m.Channel)}
	case vane.ByTag, vane.ByDomain:
		found := map[string]bool{}
		for _, id := range tagIDs(m) {
			key := string(id)
			if by == vane.ByDomain {
				key, _, _ = strings.Cut(key, ".")
			}
			found[key] = true
		}
		return slices.Collect(maps.Keys(found))
	default:
		return []string{""}
	}
}

func same(points []vane.Point, want map[time.Time]uint64) bool {
	var found, wanted uint64
	for _, p := range points {
		if p.Posts != want[p.At.UTC()] {
			return false
		}
		found += p.Posts
	}
	for _, n := range want {
		wanted += n
	}
	return found == wanted
}
