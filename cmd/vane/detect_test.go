package main

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"vane"
	"vane/storage"
)

// said are n posts of different people in the hour from at on.
func said(tag vane.Tag, at time.Time, n int) []vane.Mention {
	var all []vane.Mention
	random := rand.New(rand.NewPCG(uint64(at.Unix()), 1))
	for i := range n {
		name := fmt.Sprint(tag, at.Unix(), i)
		all = append(all, vane.Mention{
			Post: vane.Post{
				ID: vane.NewPostID("forum", name), Source: "forum", Channel: vane.Forum, URL: "http://forum.test/" + name,
				AuthorKey: vane.NewAuthorKey([]byte("key"), "forum", name), Title: "变质", Text: "买到变质的牛奶" + name,
				PublishedAt: at.Add(time.Duration(i) * time.Minute), CollectedAt: at.Add(time.Hour),
			},
			Words: []string{"变质", "牛奶"}, Tags: []vane.TagMatch{{ID: tag, Name: "食品安全", Rule: "变质"}},
			Sensitive: true, Voice: vane.Complaint, Fingerprint: uint64(at.Unix())*100 + uint64(i),
		})
		for k := range all[i].Sketch { // of texts that have nothing in common
			all[i].Sketch[k] = byte(random.Uint32())
		}
	}
	return all
}

// TestLifeOfAHotspot follows one through the store: two processes that find it at
// once, late posts, its end, and a month that is filled in afterwards.
func TestLifeOfAHotspot(t *testing.T) {
	d, store := detecting(t)
	start := time.Date(2026, 5, 20, 2, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	const tag = vane.Tag("food.safety")
	var posts []vane.Mention
	for day := range 60 {
		for _, hour := range []int{1, 5, 9} {
			posts = append(posts, said(tag, at(-24*day-24+hour), 1)...)
		}
	}
	for hour := range 5 {
		posts = append(posts, said(tag, at(hour), 8)...)
	}
	put := func(posts []vane.Mention) {
		t.Helper()
		if err := store.Insert(t.Context(), posts); err != nil {
			t.Fatal(err)
		}
	}
	put(posts)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, err := d.detect(t.Context(), store, at(5).Add(time.Minute)); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	first := stored(t, store, at(6))
	if len(first) != 1 || first[0].Tag != tag || first[0].State != vane.Emerging || first[0].Posts != 40 || len(first[0].Evidence.Hours) == 0 {
		t.Fatalf("two detections at once: %+v", first)
	}
	put(said(tag, at(-1), 8)) // late posts of the hour before
	put(said(tag, at(5), 8))
	if _, err := d.detect(t.Context(), store, at(6).Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if later := stored(t, store, at(7)); len(later) != 1 || !later[0].From.Equal(first[0].From) || later[0].Posts != 48 {
		t.Errorf("with late posts: %+v, first found from %s", later, first[0].From)
	}
	put(said("food.price", at(-40*24), 200)) // a month is filled in
	for _, hours := range []int{30, 60} {
		if _, err := d.detect(t.Context(), store, at(hours)); err != nil {
			t.Fatal(err)
		}
	}
	if end := stored(t, store, at(61)); len(end) != 1 || end[0].State != vane.Closed || !end[0].From.Equal(first[0].From) || end[0].To.After(at(10)) {
		t.Errorf("at its end, with a month filled in: %+v", end)
	}
}

func stored(t *testing.T, store *storage.Store, at time.Time) []vane.Hotspot {
	t.Helper()
	hot, err := store.Hotspots(t.Context(), at, 7*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return hot
}
