package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/storage/storagetest"
)

// TestSearchIsBounded: of what very many posts say, the newest are ranked and counted, to
// the hour, and the answer tells since when; pages stay what the first one was.
func TestSearchIsBounded(t *testing.T) {
	s := storagetest.New(t)
	s.Bound(5)
	var want []string
	for i := range 12 { // two an hour
		m := said(fmt.Sprint("post", i), "柱子票", noon.Add(-time.Duration(i)*30*time.Minute-time.Minute))
		m.Engagement.Likes = uint64(i % 4)
		insert(t, s, m)
		want = append(want, fmt.Sprint("post", i))
	}
	since := noon.Add(-3 * time.Hour) // six posts, for an hour is not cut
	facets, err := s.Facets(t.Context(), vane.SearchQuery{Expression: expression("柱子票")})
	if err != nil || facets.Posts != 6 || !facets.Since.Equal(since) {
		t.Errorf("the facets count %d posts since %s, %v", facets.Posts, facets.Since, err)
	}
	q := vane.SearchQuery{Expression: expression("柱子票"), Sort: vane.ByEngagement, Limit: 4}
	first := search(t, s, q)
	insert(t, s, said("later", "柱子票", noon.Add(time.Hour)), said("latest", "柱子票", noon.Add(2*time.Hour)))
	q.After = first.Next
	second := search(t, s, q)
	if got := strings.Join(append(names(first.Posts), names(second.Posts)...), " "); got != "post3 post2 post1 post5 post0 post4" {
		t.Errorf("the pages are %s", got)
	}
	if !first.Since.Equal(since) || !second.Since.Equal(since) || second.Next != "" {
		t.Errorf("the pages are ranked since %s and %s, and then comes %q", first.Since, second.Since, second.Next)
	}
	all := search(t, s, vane.SearchQuery{Expression: expression("柱子票")})
	if got := names(all.Posts); len(got) != 14 || !slices.Equal(got[2:], want) || !all.Since.IsZero() {
		t.Errorf("by time, where nothing is bounded: %v since %s", got, all.Since)
	}
	few := vane.SearchQuery{Expression: expression("柱子票"), Filter: vane.Filter{Window: vane.Window{From: noon.Add(-2 * time.Hour), To: noon}}}
	if facets, err := s.Facets(t.Context(), few); err != nil || facets.Posts != 4 || !facets.Since.IsZero() {
		t.Errorf("of few: %d posts since %s, %v", facets.Posts, facets.Since, err)
	}
}

// TestIndexIsCompleted: inserts leave the index to merges, and what none comes to is
// indexed by the upkeep, unless it is new or little.
func TestIndexIsCompleted(t *testing.T) {
	s := storagetest.New(t)
	if err := s.Do(t.Context(), "SYSTEM STOP MERGES posts"); err != nil {
		t.Fatal(err)
	}
	insert(t, s, said("old", "柱子票", noon.AddDate(0, -3, 0)), said("new", "柱子票", noon))
	without := func() uint64 {
		n, err := s.Number(t.Context(), "SELECT count() FROM system.parts WHERE active AND database = currentDatabase() AND table = 'posts' AND secondary_indices_compressed_bytes = 0")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	found := func() int { return len(search(t, s, vane.SearchQuery{Expression: expression("柱子票")}).Posts) }
	if n, posts := without(), found(); n != 2 || posts != 2 {
		t.Errorf("after the insert: %d parts without the index, %d posts found", n, posts)
	}
	if _, err := s.Rollup(t.Context(), noon); err != nil || without() != 2 {
		t.Errorf("what is new and little is indexed already, %v", err)
	}
	if err := s.Do(t.Context(), "SYSTEM START MERGES posts"); err != nil { // mutations are merges
		t.Fatal(err)
	}
	if err := s.Index(t.Context()); err != nil || without() != 0 || found() != 2 {
		t.Errorf("%d parts without the index, %d posts found, %v", without(), found(), err)
	}
}

// groups are n groups of one word each.
func groups(n int) (all [][]vane.Term) {
	for i := range n {
		all = append(all, []vane.Term{{Text: fmt.Sprint("词", i), Folded: fmt.Sprint("词", i)}})
	}
	return all
}

// TestManyGroups asks for as many words as may be asked for.
func TestManyGroups(t *testing.T) {
	s := storagetest.New(t)
	var text strings.Builder
	for _, g := range groups(100) {
		text.WriteString(g[0].Text + "，")
	}
	insert(t, s, said("all", text.String(), noon), said("some", "词1词2", noon))
	if got := names(search(t, s, vane.SearchQuery{Expression: vane.Expression{All: groups(100)}}).Posts); len(got) != 1 || got[0] != "all" {
		t.Errorf("found %v", got)
	}
}
