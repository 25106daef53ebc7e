package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

func pillar() []vane.TagMatch {
	return []vane.TagMatch{{ID: "ticketing.pillar_seat", Name: "柱子票", Nature: "contract", Rule: "柱子", Span: vane.Span{2, 4}, Text: "柱子"}}
}

// seen is a post as a crawl brings it: its text, and what the rules of a taxonomy see.
func seen(id vane.ID, text string, collected time.Time, taxonomy uint32) vane.Mention {
	m := vane.Mention{
		Post:      vane.Post{ID: id, Source: "forum", Channel: vane.Forum, Text: text, PublishedAt: noon, CollectedAt: collected},
		Sentiment: -0.5, Sensitive: true, Voice: vane.Complaint, Folded: "folded " + text, TaxonomyVersion: taxonomy,
	}
	for _, r := range text {
		m.Fingerprint = m.Fingerprint*31 + uint64(r)
	}
	if taxonomy%2 == 0 {
		m.Tags = pillar()
	}
	return m
}

func judged(m vane.Mention, at time.Time, sensitive bool, tags ...string) vane.PostCorrection {
	c := vane.PostCorrection{Post: m.ID, At: at.UTC(), User: "李雷", Fingerprint: m.Fingerprint, Before: m.Judgement(), After: vane.Judgement{Tags: []vane.TagMatch{}, Sentiment: 0.6, Sensitive: sensitive}}
	for _, tag := range tags {
		c.After.Tags = append(c.After.Tags, vane.TagMatch{ID: vane.Tag(tag), Name: tag, Nature: "price", Rule: vane.ByAnalyst})
	}
	return c
}

// A judgement changes the post and its trends at once; retagging, and the same text
// crawled again, keep it; another text is judged by the rules again, and the judged one,
// when it comes back, by the analyst.
func TestCorrectionsHoldForTheirText(t *testing.T) {
	s, ctx := storagetest.New(t), t.Context()
	id := vane.NewPostID("forum", "1")
	insert := func(m vane.Mention) {
		t.Helper()
		if err := s.Insert(ctx, []vane.Mention{m}); err != nil {
			t.Fatal(err)
		}
	}
	first := seen(id, "座位后面有柱子", noon, 2)
	insert(first)
	c := judged(first, noon.Add(time.Hour), false, "ticketing.wall_seat")
	if err := s.Correct(ctx, c); err != nil {
		t.Fatal(err)
	}
	check := func(when string, tags []string, sentiment vane.Sentiment, sensitive uint64) {
		t.Helper()
		m, err := s.Post(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, tag := range m.Tags {
			got = append(got, string(tag.ID)+" "+tag.Rule)
		}
		day := vane.Window{From: vane.Daily.Floor(noon), To: vane.Daily.Floor(noon).Add(24 * time.Hour)}
		all, err := s.Trend(ctx, vane.TrendQuery{Window: day, Step: vane.Daily})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, tags) || m.Sentiment != sentiment || m.Sensitive != (sensitive == 1) || all[0].Total() != 1 || all[0].Points[0].Sensitive != sensitive {
			t.Errorf("%s: %q, sentiment %v, sensitive %v, counted %+v", when, got, m.Sentiment, m.Sensitive, all[0].Points)
		}
	}
	byAnalyst := []string{"ticketing.wall_seat " + vane.ByAnalyst}
	check("corrected", byAnalyst, 0.6, 0)
	found, err := s.Search(ctx, vane.SearchQuery{Expression: vane.Expression{All: [][]vane.Term{{{Text: "folded", Folded: "folded"}}}}, Limit: 10})
	if err != nil || len(found.Posts) != 1 {
		t.Errorf("its folded form finds %d posts, %v", len(found.Posts), err)
	}
	insert(first)
	check("delivered again", byAnalyst, 0.6, 0)
	if err := s.Promote(ctx, 4); err != nil {
		t.Fatal(err)
	}
	insert(seen(id, "座位后面有柱子", noon, 4))
	check("tagged anew", byAnalyst, 0.6, 0)
	insert(seen(id, "座位后面有柱子", noon.Add(2*time.Hour), 4))
	check("crawled again", byAnalyst, 0.6, 0)
	insert(seen(id, "座位后面有柱子，已退款", noon.Add(3*time.Hour), 4))
	check("edited", []string{"ticketing.pillar_seat 柱子"}, -0.5, 1)
	insert(seen(id, "座位后面有柱子", noon.Add(4*time.Hour), 4))
	check("edited back", byAnalyst, 0.6, 0)
	if err := s.Correct(ctx, judged(first, noon.Add(5*time.Hour), true, "ticketing.pillar_seat", "ticketing.wall_seat")); err != nil {
		t.Fatal(err)
	}
	insert(seen(id, "座位后面有柱子", noon.Add(6*time.Hour), 4))
	check("corrected again, one tag as the rules see it", []string{"ticketing.pillar_seat 柱子", "ticketing.wall_seat " + vane.ByAnalyst}, 0.6, 1)
	if _, err := s.Forget(ctx, []vane.ID{id}, nil); err != nil {
		t.Fatal(err)
	}
	if page, err := s.PostCorrections(ctx, "", 10); err != nil || len(page.Corrections) != 0 {
		t.Errorf("after the post was forgotten: %v, %v", page.Corrections, err)
	}
	if err := s.Correct(ctx, c); !errors.Is(err, vane.ErrNoPost) {
		t.Errorf("a forgotten post is corrected: %v", err)
	}
}

func TestCorrectionsAreListedPageByPage(t *testing.T) {
	s, ctx := storagetest.New(t), t.Context()
	var want []vane.PostCorrection
	for i := range 7 {
		m := seen(vane.NewPostID("forum", fmt.Sprint(i/2)), "座位后面有柱子", noon, 2)
		if err := s.Insert(ctx, []vane.Mention{m}); err != nil {
			t.Fatal(err)
		}
		c := judged(m, noon.Add(time.Duration(i)*time.Minute), false, "ticketing.wall_seat")
		if err := s.Correct(ctx, c); err != nil {
			t.Fatal(err)
		}
		c.Before.Tags[0].Nature = ""  // is not kept
		c.Latest = i%2 == 1 || i == 6 // two of each post
		want = append([]vane.PostCorrection{c}, want...)
	}
	var got []vane.PostCorrection
	for next, more := "", true; more; more = next != "" {
		page, err := s.PostCorrections(ctx, next, 3)
		if err != nil || len(page.Corrections) > 3 {
			t.Fatal(page, err)
		}
		got, next = append(got, page.Corrections...), page.Next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, place := range []string{"x", "1.", ".ab", "-1." + want[0].Post.String(), "1.zz"} {
		if _, err := s.PostCorrections(ctx, place, 3); !errors.Is(err, vane.ErrPlace) {
			t.Errorf("place %q: %v", place, err)
		}
	}
}

// Whatever is crawled, delivered again and judged, in any order and some of it at one
// time, at the end every post is what the last judgement of its text says.
func TestCorrectionsOutlastEverything(t *testing.T) {
	const histories, steps = 8, 5
	s := storagetest.New(t)
	texts := []string{"座位后面有柱子", "座位后面有柱子，客服不理"}
	for seed := range uint64(histories) {
		random := rand.New(rand.NewPCG(seed, 1))
		id := vane.NewPostID("forum", fmt.Sprint("history", seed))
		newest := seen(id, texts[0], noon, 2)
		insert := func(m vane.Mention) func() error {
			return func() error { return s.Insert(t.Context(), []vane.Mention{m}) }
		}
		if err := insert(newest)(); err != nil {
			t.Fatal(err)
		}
		last, history := map[uint64]vane.PostCorrection{}, ""
		for i := range steps {
			var todo []func() error
			if random.IntN(2) == 0 {
				c := judged(newest, noon.Add(time.Duration(i)*time.Second), random.IntN(2) == 0, []string{"a.b", "ticketing.pillar_seat"}[random.IntN(2)])
				last[c.Fingerprint], history = c, history+"judge "
				todo = append(todo, func() error { return s.Correct(t.Context(), c) })
			}
			if random.IntN(3) > 0 {
				newest, history = seen(id, texts[random.IntN(2)], noon.Add(time.Duration(i+1)*time.Minute), 2), history+"crawl "
			}
			todo, history = append(todo, insert(newest)), history+"deliver; "
			if err := atOnce(todo); err != nil {
				t.Fatal(err)
			}
		}
		want := newest
		if c, ok := last[want.Fingerprint]; ok {
			c.Apply(&want)
		}
		got, err := s.Post(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(heldOf(want), heldOf(got)); diff != "" {
			t.Errorf("history %d, %s(-want +got)\n%s", seed, history, diff)
		}
	}
	checkNoTraceOfOldVersions(t, s, histories)
}

// heldOf is a judgement without its evidence, which a second judgement may have lost.
func heldOf(m vane.Mention) string {
	var tags []string
	for _, tag := range m.Tags {
		tags = append(tags, string(tag.ID))
	}
	return fmt.Sprint(tags, m.Sentiment, m.Sensitive)
}

// atOnce does things side by side.
func atOnce(todo []func() error) error {
	errs := make([]error, len(todo))
	var wg sync.WaitGroup
	for i, do := range todo {
		wg.Go(func() { errs[i] = do() })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func checkNoTraceOfOldVersions(t *testing.T, s *storage.Store, posts uint64) {
	t.Helper()
	series, err := s.Trend(t.Context(), vane.TrendQuery{Window: vane.Window{From: noon.Add(-time.Hour), To: noon.Add(time.Hour)}, Step: vane.Hourly})
	if err != nil || series[0].Total() != posts {
		t.Errorf("%d posts are counted as %d, %v", posts, series[0].Total(), err)
	}
}
