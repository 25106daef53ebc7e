package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"vane"
	"vane/hotspot"
)

// watched is an event watch and the store that it works on.
type watched struct {
	*testing.T
	*eventWatch
	start time.Time
}

func newWatched(t *testing.T) watched {
	cfg := hotspot.DefaultEventConfig()
	cfg.MinPosts = 2
	return watched{t, &eventWatch{cfg: cfg, store: openedStore(t), owner: "one"}, time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)}
}

// restarted is the watch of a process that was started again, or of another one.
func (w watched) restarted(owner string) watched {
	w.eventWatch = &eventWatch{cfg: w.cfg, store: w.store, owner: owner}
	return w
}

func (w watched) at(hour int) time.Time { return w.start.Add(time.Duration(hour) * time.Hour) }

// insert stores a post that was published and collected at an hour.
func (w watched) insert(id string, hour int, title string) vane.ID {
	w.Helper()
	m := vane.Mention{Post: vane.Post{ID: vane.NewPostID("test", id), Source: "test", Title: title, Text: title, PublishedAt: w.at(hour), CollectedAt: w.at(hour)}}
	if err := w.store.Insert(w.Context(), []vane.Mention{m}); err != nil {
		w.Fatal(err)
	}
	return m.ID
}

// after runs a round and says how many posts the stored events have.
func (w watched) after(hour int, want ...uint64) {
	w.Helper()
	if err := w.round(w.Context(), w.at(hour)); err != nil {
		w.Fatal(err)
	}
	w.stored(hour, want...)
}

// stored says how many posts the events of the last year have.
func (w watched) stored(hour int, want ...uint64) (events []vane.Event) {
	w.Helper()
	events, err := w.store.Events(w.Context(), vane.Window{From: w.at(hour).AddDate(-1, 0, 0), To: w.at(hour)})
	var got []uint64
	for _, e := range events {
		got = append(got, e.Posts)
	}
	if err != nil || !slices.Equal(got, want) {
		w.Errorf("after %d hours events of %v posts are stored, %v; want %v", hour, got, err, want)
	}
	return events
}

// What comes in between two rounds is added, what was there is not counted again, and
// what the analyst says takes effect.
func TestEventWatchGoesOn(t *testing.T) {
	w := newWatched(t)
	w.insert("p1", 0, "丽发新城小区旁建搅拌站噪音")
	w.insert("p2", 1, "丽发新城小区旁搅拌站噪音太大")
	w.insert("s1", 1, "滨河苑捆绑销售车位")
	w.after(2, 2)
	w.after(3, 2)
	w.insert("p3", 3, "丽发新城小区旁的搅拌站噪音扰民")
	w.insert("s2", 3, "滨河苑强制捆绑销售车位")
	w.after(4, 3, 2)
	if err := w.store.SaveCorrections(t.Context(), []vane.Correction{{A: vane.NewPostID("test", "p1"), B: vane.NewPostID("test", "s1"), Together: true, At: w.start}}); err != nil {
		t.Fatal(err)
	}
	w.after(5, 5)
}

// What is forgotten between two rounds is not written again from memory.
func TestEventWatchForgets(t *testing.T) {
	w := newWatched(t)
	w.insert("p1", 0, "丽发新城小区旁建搅拌站噪音")
	w.insert("p2", 1, "丽发新城小区旁搅拌站噪音太大")
	bad := w.insert("p3", 1, "丽发新城小区旁的搅拌站噪音扰民")
	w.after(2, 3)
	if _, err := w.store.Forget(t.Context(), []vane.ID{bad}, nil); err != nil {
		t.Fatal(err)
	}
	w.insert("p4", 3, "丽发新城小区旁搅拌站的噪音大")
	w.after(4, 3)
	if e := w.stored(4, 3); len(e) == 1 && slices.Contains(e[0].Members, bad) {
		t.Error("the forgotten post is in the event again")
	}
}

// An event that began before the window of a later clustering stays whole: after a
// restart, and when only some of its days are asked for.
func TestEventsAreNotCutOff(t *testing.T) {
	const day = 24
	w := newWatched(t)
	for i, at := range []int{0, day, 40 * day, 50 * day} {
		w.insert(fmt.Sprint("p", i), at, "丽发新城小区旁建搅拌站噪音"+string(rune('甲'+i)))
	}
	w.after(51*day, 4)
	w.restarted("one").after(70*day, 4)
	for _, narrow := range []vane.Window{{From: w.at(40*day - 1), To: w.at(41 * day)}, {From: w.at(-day), To: w.at(2 * day)}} {
		if _, err := findEvents(t.Context(), w.store, w.cfg, narrow); err != nil {
			t.Fatal(err)
		}
		w.stored(70*day, 4)
	}
}

// Of several processes one finds events.
func TestOneWatchesEvents(t *testing.T) {
	w := newWatched(t)
	w.insert("p1", 0, "丽发新城小区旁建搅拌站噪音")
	w.after(1)
	w.insert("p2", 1, "丽发新城小区旁搅拌站噪音太大")
	w.restarted("two").after(2)
	w.after(2, 2)
}
