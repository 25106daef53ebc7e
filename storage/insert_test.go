package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
			{ID: "ticketing.pillar_seat", Name: "柱子票", Nature: "contract", Rule: "柱子票", Span: vane.Span{0, 3}, Text: "柱子票"},
			{ID: "ticketing.refund", Name: "退票难", Rule: "退 NEAR 票", Span: vane.Span{4, 9}, Text: "退票"},
		},
		Sentiment: -0.75, Sensitive: true, Voice: vane.Complaint,
		Entities:    vane.Entities{Brands: []string{"大麦"}, Places: []string{"上海"}, Amounts: []float64{1000}, Demands: []string{"退款"}},
		Fingerprint: 1 << 63, Sketch: vane.Sketch{1, 255, 0, 3}, TaxonomyVersion: 7,
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
	gone := mention("gone", noon.Add(-time.Hour))
	gone.GoneAt = noon.Add(-time.Minute)
	for name, want := range map[string]vane.Mention{"a": mention("a", noon.Add(-time.Hour)), "bare": bare, "gone": gone} {
		insert(t, s, want)
		if diff := cmp.Diff(want, stored(t, s, name), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestHostileText stores what a hostile or broken site may send, byte for byte.
func TestHostileText(t *testing.T) {
	s := storagetest.New(t)
	for i, text := range []string{
		"'; DROP TABLE posts; --", `back\slash \' \\`, "tab\tnew\nline\rreturn", "nul\x00inside", "\xff\xfe\xc3\x28 not UTF-8", "{from:Int64}",
		"\u202eright to left", "\U0001F622\u200d\ufe0f", strings.Repeat("柱", 100_000), "%s%d%!", "\\N", "NULL", "", " ",
	} {
		name := fmt.Sprint("hostile", i)
		want := mention(name, noon)
		want.Source, want.Channel, want.Region, want.Title, want.Text, want.URL, want.Voice = text, vane.Channel(text), text, text, text, text, vane.Voice(text)
		want.Words, want.Entities.Brands = []string{text, text}, []string{text}
		want.Tags = []vane.TagMatch{{ID: vane.Tag("odd." + text), Name: text, Rule: text, Text: text}}
		insert(t, s, want)
		if diff := cmp.Diff(want, stored(t, s, name)); diff != "" {
			t.Errorf("%.40q (-want +got)\n%.2000s", text, diff)
		}
		found, err := s.Posts(t.Context(), vane.Tag("odd."+text), around(noon), 10)
		if err != nil || len(found) != 1 || found[0].ID != want.ID {
			t.Errorf("%.40q as a tag finds %d posts, %v; want 1", text, len(found), err)
		}
	}
}

// TestVeryLongText stores 30 MB of text beside posts of the usual length, and finds what
// stands at its end.
func TestVeryLongText(t *testing.T) {
	s := storagetest.New(t)
	long := said("long", strings.Repeat("柱", 10_000_000)+"墙根票", noon)
	insert(t, s, said("before", "墙根票", noon.Add(-time.Minute)), long, said("after", "墙根票", noon.Add(time.Minute)))
	if m := stored(t, s, "long"); m.Text != long.Text {
		t.Errorf("%d bytes are stored, want %d", len(m.Text), len(long.Text))
	}
	for _, indexed := range []bool{false, true} {
		if got := strings.Join(names(search(t, s, vane.SearchQuery{Expression: expression("墙根票")}).Posts), " "); got != "after long before" {
			t.Errorf("found, with the index %v: %s", indexed, got)
		}
		if err := s.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCollision gives two posts of two sources one id: they are taken for versions of one
// post, and the later collected counts, in whatever order they come.
func TestCollision(t *testing.T) {
	s := storagetest.New(t)
	first, second := mention("one", noon.Add(-2*time.Hour)), mention("other", noon.Add(-time.Hour))
	second.ID, second.Source, second.CollectedAt = first.ID, "elsewhere", first.CollectedAt.Add(time.Second)
	for range 2 {
		insert(t, s, second)
		insert(t, s, first)
		if m, err := s.Post(t.Context(), first.ID); err != nil || m.Source != "elsewhere" || !m.PublishedAt.Equal(second.PublishedAt) {
			t.Errorf("%s of %s stands, %v", m.Source, m.PublishedAt, err)
		}
		if stats, err := s.Stats(t.Context()); err != nil || stats.Posts != 1 {
			t.Errorf("%d posts, %v; want 1", stats.Posts, err)
		}
	}
}

// around is the hour before and after a moment.
func around(t time.Time) vane.Window {
	return vane.Window{From: t.Add(-time.Hour), To: t.Add(time.Hour)}
}

func TestImpossibleTimes(t *testing.T) {
	s := storagetest.New(t)
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	var batch []vane.Mention
	for _, y := range []int{1, 1899, 1969, 2106, 2300, 9999} {
		batch = append(batch, mention(fmt.Sprint("published in ", y), year(y)))
		collected := mention(fmt.Sprint("collected in ", y), noon)
		collected.CollectedAt = year(y)
		batch = append(batch, collected)
	}
	nameless := mention("nameless", noon)
	nameless.ID = vane.ID{}
	batch = append(batch, nameless, mention("first moment", year(1970)), mention("last year", year(2105)), mention("good", noon))
	insert(t, s, batch...)
	for _, y := range []int{1, 1899, 1969, 2106, 2300, 9999} {
		if m := stored(t, s, fmt.Sprint("published in ", y)); !m.PublishedAt.Equal(noon) || !m.Undated {
			t.Errorf("published in %d: stored at %s, undated %v; want as undated", y, m.PublishedAt, m.Undated)
		}
		if _, err := s.Post(t.Context(), vane.NewPostID("test", fmt.Sprint("collected in ", y))); !errors.Is(err, vane.ErrNoPost) {
			t.Errorf("collected in %d: %v, want it left out", y, err)
		}
	}
	for name, want := range map[string]time.Time{"first moment": year(1970), "last year": year(2105), "good": noon} {
		if m := stored(t, s, name); !m.PublishedAt.Equal(want) || m.Undated {
			t.Errorf("%s: stored at %s, undated %v", name, m.PublishedAt, m.Undated)
		}
	}
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Posts != 9 {
		t.Errorf("%d posts, %v; want 9", stats.Posts, err)
	}
}

// TestOneBatchOverDecades is what an import of an archive looks like.
func TestOneBatchOverDecades(t *testing.T) {
	s := storagetest.New(t)
	var batch []vane.Mention
	for month := range 150 {
		batch = append(batch, mention(fmt.Sprint(month), noon.AddDate(0, -month, 0)))
	}
	insert(t, s, batch...)
	if stats, err := s.Stats(t.Context()); err != nil || stats.Posts != 150 {
		t.Errorf("%d posts, %v; want 150", stats.Posts, err)
	}
}

func TestInsertIsCancelled(t *testing.T) {
	s := storagetest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Insert(ctx, []vane.Mention{mention("a", noon)}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled insert says %v", err)
	}
	insert(t, s) // nothing
	insert(t, s, mention("a", noon))
}

func TestNoSuchPost(t *testing.T) {
	s := storagetest.New(t)
	if _, err := s.Post(t.Context(), vane.NewPostID("test", "never")); !errors.Is(err, vane.ErrNoPost) {
		t.Errorf("got %v, want ErrNoPost", err)
	}
}
