package storage_test

import (
	"testing"
	"time"

	"vane"
	"vane/storage/storagetest"
)

// tagged is a post as a taxonomy tags it.
func tagged(name string, taxonomy uint32, tags ...vane.Tag) vane.Mention {
	m := mention(name, noon)
	m.TaxonomyVersion, m.Tags = taxonomy, nil
	for _, t := range tags {
		m.Tags = append(m.Tags, vane.TagMatch{ID: t})
	}
	return m
}

func TestRetag(t *testing.T) {
	s := storagetest.New(t)
	day := vane.Window{From: noon.Add(-time.Hour), To: noon.Add(time.Hour)}
	bare := tagged("texts dropped", 1, "a.old")
	bare.Title, bare.Text = "", ""
	insert(t, s, tagged("x", 1, "a.old"), tagged("y", 1, "a.old"), bare)
	insert(t, s, tagged("z", 2, "a.new"))
	days, err := s.Outdated(t.Context(), 2, day)
	if err != nil || len(days) != 1 || days[0].Posts != 2 || !days[0].Day.Equal(vane.Daily.Floor(noon)) {
		t.Fatalf("outdated are %v, %v", days, err)
	}
	if err := s.Promote(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	retag := func(m vane.Mention) error {
		insert(t, s, tagged(m.URL[len("http://forum.test/"):], 2, "a.new"))
		return nil
	}
	if err := s.EachOutdated(t.Context(), 2, day, retag); err != nil {
		t.Fatal(err)
	}
	// An older vane delivers again what it tagged; it must not undo the retagging.
	insert(t, s, tagged("x", 1, "a.old"))
	if days, err := s.Outdated(t.Context(), 2, day); err != nil || len(days) != 0 {
		t.Errorf("outdated are still %v, %v", days, err)
	}
	want := "a.new: 3 | a.old: 1"
	if got := show(t, s, vane.TrendQuery{Window: vane.Window{From: noon, To: noon.Add(time.Hour)}, Step: vane.Hourly, By: vane.ByTag}); got != want {
		t.Errorf("the trend is %s, want %s", got, want)
	}
}

// TestBackToAnOldTaxonomy retags with the rules that were there before the last change.
func TestBackToAnOldTaxonomy(t *testing.T) {
	s := storagetest.New(t)
	insert(t, s, tagged("x", 1, "a.old"))
	insert(t, s, tagged("x", 2, "a.new"))
	insert(t, s, tagged("x", 1, "a.old"))
	if m := stored(t, s, "x"); m.TaxonomyVersion != 2 {
		t.Errorf("a late delivery brought taxonomy %d back", m.TaxonomyVersion)
	}
	for range 2 {
		if err := s.Promote(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	insert(t, s, tagged("x", 1, "a.old"))
	if m := stored(t, s, "x"); m.TaxonomyVersion != 1 || m.Tags[0].ID != "a.old" {
		t.Errorf("the post is tagged %v by taxonomy %d", m.Tags, m.TaxonomyVersion)
	}
	if n, err := s.Number(t.Context(), "SELECT max(generation) FROM taxonomies"); err != nil || n != 3 {
		t.Errorf("%d generations, %v; want 3", n, err)
	}
}
