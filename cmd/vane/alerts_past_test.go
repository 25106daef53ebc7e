package main

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/hotspot"
)

// What a backtest sees at every hour is what detection at that hour found.
func TestPastIsWhatWasDetected(t *testing.T) {
	d, store := detecting(t)
	start := time.Date(2026, 5, 20, 2, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	posts := append(everyDay("food.safety", start), everyDay("food.price", start)...)
	for hour := range 9 {
		posts = append(posts, said("food.safety", at(hour), 6)...)
		posts = append(posts, said("food.price", at(hour+9), 10)...)
	}
	if err := store.Insert(t.Context(), posts); err != nil {
		t.Fatal(err)
	}
	const last = 24
	rules := hotspot.AlertRules{{Name: "any", Weekends: true}}
	p := newPast(d, rules, store, at(last+1))
	seen := 0
	for hour := range last + 1 {
		got, err := p.at(t.Context(), at(hour))
		if err != nil {
			t.Fatal(err)
		}
		want, err := d.detect(t.Context(), store, at(hour))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(shortHotspots(want), shortHotspots(got)); diff != "" {
			t.Errorf("hour %d: (-detected +seen again)\n%s", hour, diff)
		}
		for i := range min(len(want), len(got)) {
			// The history of a block is as long at its start and longer at its end.
			if math.Abs(want[i].Heat-got[i].Heat) > 1 {
				t.Errorf("hour %d: %s had heat %v, and %v when seen again", hour, want[i].Tag, want[i].Heat, got[i].Heat)
			}
		}
		seen += len(got)
	}
	if seen < last {
		t.Errorf("%d hotspots in %d hours, want the two to be followed", seen, last)
	}
}

func shortHotspots(hot []vane.Hotspot) (lines []string) {
	for _, h := range hot {
		lines = append(lines, fmt.Sprintf("%s from %s to %s, %s, %d posts of %d", h.Tag, h.From.Format(time.RFC3339), h.To.Format(time.RFC3339), h.State, h.Posts, h.Authors))
	}
	return lines
}
