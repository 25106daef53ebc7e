package main

import (
	"fmt"
	"testing"
	"time"

	"vane"
	"vane/hotspot"
)

// everyDay are three posts a day of the sixty days before an instant.
func everyDay(tag vane.Tag, before time.Time) (posts []vane.Mention) {
	for day := range 60 {
		for _, hour := range []int{1, 5, 9} {
			posts = append(posts, said(tag, before.Add(time.Duration(-24*day-24+hour)*time.Hour), 1)...)
		}
	}
	return posts
}

// TestBadInputIsNoHotspot goes through the store: what a site, a clock or one person does
// wrong is nothing that breaks out, and nobody is told of it.
func TestBadInputIsNoHotspot(t *testing.T) {
	d, store := detecting(t)
	now := time.Date(2026, 5, 20, 7, 0, 0, 0, time.UTC)
	ago := func(hours int) time.Time { return now.Add(time.Duration(-hours) * time.Hour) }
	put := func(posts []vane.Mention) {
		t.Helper()
		if err := store.Insert(t.Context(), posts); err != nil {
			t.Fatal(err)
		}
	}
	var all []vane.Mention
	// A gap: nothing for four days, and then as before.
	for _, m := range everyDay("food.safety", now) {
		if m.PublishedAt.Before(ago(6*24)) || m.PublishedAt.After(ago(2*24)) {
			all = append(all, m)
		}
	}
	// One author, ten thousand posts in five hours.
	all = append(all, everyDay("food.price", now)...)
	for hour := range 5 {
		for i, m := range said("food.price", ago(6-hour), 2000) {
			m.AuthorKey, m.PublishedAt = vane.NewAuthorKey([]byte("key"), "forum", "loud"), ago(6-hour).Add(time.Duration(i)*time.Second)
			all = append(all, m)
		}
	}
	// A site whose clock is a year ahead, and one whose clock stands in 1970.
	all = append(all, everyDay("food.label", now)...)
	all = append(all, said("food.label", now.AddDate(1, 0, 0), 50)...)
	all = append(all, said("food.label", time.Unix(0, 0).Add(24*time.Hour).UTC(), 50)...)
	// Silence for a month: a series of zeros.
	all = append(all, everyDay("food.delivery", ago(31*24))...)
	put(all)
	hot, err := d.detect(t.Context(), store, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hot {
		t.Errorf("%s is hot from %s to %s: %d posts of %d authors", h.Tag, h.From, h.To, h.Posts, h.Authors)
	}
	// Months that are filled in make hotspots of then and no alarm of now.
	for day := range 30 {
		put(said("food.delivery", ago(24*(day+20)), 40))
	}
	if hot, err = d.detect(t.Context(), store, now); err != nil {
		t.Fatal(err)
	}
	if alerts := (hotspot.AlertRules{{Name: "any", Weekends: true}}).Evaluate(nil, hot, now); len(alerts) != 0 {
		t.Errorf("filled in months alarm: %+v", alerts)
	}
}

// TestClockOfDetectionJumps: a detection whose clock went wrong for a moment leaves the
// hotspot as it was.
func TestClockOfDetectionJumps(t *testing.T) {
	d, store := detecting(t)
	start := time.Date(2026, 5, 20, 2, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	posts := everyDay("food.safety", start)
	for hour := range 8 {
		posts = append(posts, said("food.safety", at(hour), 8)...)
	}
	if err := store.Insert(t.Context(), posts); err != nil {
		t.Fatal(err)
	}
	var from []string
	for _, hour := range []int{5, -48, 6, 7} {
		hot, err := d.detect(t.Context(), store, at(hour))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hot {
			from = append(from, fmt.Sprint(hour, " ", h.From.Equal(start), " ", h.State))
		}
	}
	if want := "[5 true 爆发 6 true 爆发 7 true 爆发]"; fmt.Sprint(from) != want {
		t.Errorf("found %v, want %s", from, want)
	}
}
