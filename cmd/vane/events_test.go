package main

import (
	"testing"
	"time"

	"vane"
	"vane/hotspot"
)

// What comes in between two rounds is added, what was there is not counted again, and
// what the analyst says takes effect.
func TestEventWatchGoesOn(t *testing.T) {
	store := openedStore(t)
	cfg := hotspot.DefaultEventConfig()
	cfg.MinPosts = 2
	watch := &eventWatch{cfg: cfg, store: store}
	now := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	post := func(id string, hour int, title string) vane.Mention {
		at := now.Add(time.Duration(hour) * time.Hour)
		return vane.Mention{Post: vane.Post{ID: vane.NewPostID("test", id), Source: "test", Title: title, Text: title, PublishedAt: at, CollectedAt: at}}
	}
	round := func(hour int, want ...uint64) {
		t.Helper()
		at := now.Add(time.Duration(hour) * time.Hour)
		if err := watch.round(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		events, err := store.Events(t.Context(), vane.Window{From: at.Add(-cfg.Window), To: at})
		if err != nil || len(events) != len(want) {
			t.Fatalf("after %d hours %+v, %v", hour, events, err)
		}
		for i, e := range events {
			if e.Posts != want[i] {
				t.Errorf("after %d hours event %s has %d posts, want %d", hour, e.Title, e.Posts, want[i])
			}
		}
	}
	insert := func(mentions ...vane.Mention) {
		t.Helper()
		if err := store.Insert(t.Context(), mentions); err != nil {
			t.Fatal(err)
		}
	}
	insert(post("p1", 0, "丽发新城小区旁建搅拌站噪音"), post("p2", 1, "丽发新城小区旁搅拌站噪音太大"), post("s1", 1, "滨河苑捆绑销售车位"))
	round(2, 2)
	round(3, 2)
	insert(post("p3", 3, "丽发新城小区旁的搅拌站噪音扰民"), post("s2", 3, "滨河苑强制捆绑销售车位"))
	round(4, 3, 2)
	if err := store.SaveCorrections(t.Context(), []vane.Correction{{A: vane.NewPostID("test", "p1"), B: vane.NewPostID("test", "s1"), Together: true, At: now}}); err != nil {
		t.Fatal(err)
	}
	round(5, 5)
}
