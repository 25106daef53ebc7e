package storage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// noon is the moment that the tests' posts are collected at.
var noon = time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC) // 12:00 in Beijing

// mention is a post about pillar seats, published at a time and collected at noon.
func mention(name string, published time.Time) vane.Mention {
	return vane.Mention{
		Post: vane.Post{
			ID: vane.NewPostID("test", name), Source: "forum-a", Channel: vane.Forum, URL: "http://forum.test/" + name,
			AuthorKey: vane.NewAuthorKey([]byte("key"), "forum-a", name), Region: "上海", Title: "柱子票", Text: "花一千块买到柱子票，只能看柱子" + name,
			Engagement:  vane.Engagement{Views: 1000, Likes: 30, Comments: 20, Shares: 10},
			PublishedAt: published, CollectedAt: noon,
		},
		Words: []string{"柱子票", "花", "一千块"},
		Tags: []vane.TagMatch{
			{ID: "ticketing.pillar_seat", Name: "柱子票", Rule: "柱子票", Span: vane.Span{0, 3}, Text: "柱子票"},
			{ID: "ticketing.refund", Name: "退票难", Rule: "退 NEAR 票", Span: vane.Span{4, 9}, Text: "退票"},
		},
		Sentiment: -0.75, Sensitive: true, Voice: vane.Complaint,
		Entities:    vane.Entities{Brands: []string{"大麦"}, Places: []string{"上海"}, Amounts: []float64{1000}, Demands: []string{"退款"}},
		Fingerprint: 1 << 63, TaxonomyVersion: 7,
	}
}

func insert(t testing.TB, s *storage.Store, mentions ...vane.Mention) {
	t.Helper()
	if err := s.Insert(t.Context(), mentions); err != nil {
		t.Fatal(err)
	}
}

func stored(t testing.TB, s *storage.Store, name string) vane.Mention {
	t.Helper()
	m, err := s.Post(t.Context(), vane.NewPostID("test", name))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPostRoundTrip(t *testing.T) {
	s := storagetest.New(t)
	bare := vane.Mention{Post: vane.Post{ID: vane.NewPostID("test", "bare"), PublishedAt: noon, CollectedAt: noon, Undated: true}}
	for name, want := range map[string]vane.Mention{"a": mention("a", noon.Add(-time.Hour)), "bare": bare} {
		insert(t, s, want)
		if diff := cmp.Diff(want, stored(t, s, name), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestInsertSpeed(t *testing.T) {
	s := storagetest.New(t)
	var all []vane.Mention
	for i := range 4096 {
		all = append(all, mention(fmt.Sprint(i), noon.Add(-time.Duration(i)*time.Minute)))
	}
	for range 5 {
		begin := time.Now()
		insert(t, s, all...)
		t.Log(time.Since(begin))
	}
	st, err := s.Stats(t.Context())
	t.Log(st, err)
	ss, err := s.Trend(t.Context(), vane.TrendQuery{Tag: "ticketing", Window: vane.Window{From: noon.Add(-48 * time.Hour), To: noon}, Step: vane.Daily, By: vane.ByTag})
	t.Log(ss, err)
	f, err := s.Facts(t.Context(), "ticketing", vane.Window{From: noon.Add(-48 * time.Hour), To: noon})
	t.Log(f, err)
}
