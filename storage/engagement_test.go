package storage_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/storage/storagetest"
)

// Versions of a post that come in any order, and more than once, give one history.
func TestEngagementHistory(t *testing.T) {
	s := storagetest.New(t)
	start := time.Now().UTC().Truncate(time.Hour).Add(-24 * time.Hour)
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	version := func(name string, hours int, views uint64) vane.Mention {
		m := mention(name, start.Add(-time.Hour))
		m.CollectedAt, m.Engagement = at(hours), vane.Engagement{Views: views}
		return m
	}
	versions := []vane.Mention{
		version("a", 0, 100), version("a", 1, 150), version("a", 2, 150), version("a", 3, 150), version("a", 4, 120),
		version("other", 1, 7), version("silent", 0, 0),
	}
	for range 3 { // each is a history of its own, of which the first may come in order
		for _, m := range versions {
			insert(t, s, m)
		}
		rand.Shuffle(len(versions), func(i, j int) { versions[i], versions[j] = versions[j], versions[i] })
	}
	for name, want := range map[string][]vane.EngagementAt{
		"a": {
			{At: at(0), Engagement: vane.Engagement{Views: 100}},
			{At: at(1), Engagement: vane.Engagement{Views: 150}},
			{At: at(4), Engagement: vane.Engagement{Views: 120}},
		},
		"other":  {{At: at(1), Engagement: vane.Engagement{Views: 7}}},
		"silent": {},
		"none":   {},
	} {
		got, err := s.EngagementHistory(t.Context(), vane.NewPostID("test", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// A post that moves to another hour keeps its history, and its tombstone adds nothing.
func TestEngagementHistoryOfAPostThatMoves(t *testing.T) {
	s := storagetest.New(t)
	first := mention("a", time.Now().Add(-48*time.Hour).UTC())
	first.CollectedAt = time.Now().UTC().Add(-time.Hour).Truncate(time.Millisecond)
	moved := first
	moved.PublishedAt, moved.CollectedAt = first.PublishedAt.Add(5*time.Hour), first.CollectedAt.Add(time.Minute)
	moved.Engagement.Likes++
	insert(t, s, first)
	insert(t, s, moved)
	got, err := s.EngagementHistory(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []vane.EngagementAt{{At: first.CollectedAt, Engagement: first.Engagement}, {At: moved.CollectedAt, Engagement: moved.Engagement}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	// It is forgotten with its post.
	if _, err := s.Forget(t.Context(), []vane.ID{first.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := s.EngagementHistory(t.Context(), first.ID); err != nil || len(got) > 0 {
		t.Errorf("%v, %v of a forgotten post", got, err)
	}
}
