package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// pulses are taken of three weeks that end at noon.
func pulses(t *testing.T, s *storage.Store, by vane.Dimension, least int) map[vane.Node]vane.Pulse {
	t.Helper()
	all := map[vane.Node]vane.Pulse{}
	w := vane.Window{From: noon.Add(-3 * 7 * 24 * time.Hour), To: noon}
	if err := s.Pulses(t.Context(), w, by, least, func(p vane.Pulse) error { all[p.Node] = p; return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// total adds up.
func total(xs []float64) (sum float64) {
	for _, x := range xs {
		sum += x
	}
	return sum
}

// TestPulses tells one story: a source is there from the start, one joins in the
// second week, one person posts all day.
func TestPulses(t *testing.T) {
	s := storagetest.New(t)
	var all []vane.Mention
	say := func(source, author string, at time.Time) *vane.Mention {
		m := mention(fmt.Sprint(len(all)), at)
		m.Source, m.AuthorKey = source, vane.NewAuthorKey([]byte("key"), source, author)
		if author == "" {
			m.AuthorKey = vane.ID{}
		}
		all = append(all, m)
		return &all[len(all)-1]
	}
	start := noon.Add(-3 * 7 * 24 * time.Hour)
	for day := range 21 {
		say("forum-a", fmt.Sprint("a", day), start.Add(time.Duration(24*day+5)*time.Hour))
		if day >= 7 {
			say("forum-b", fmt.Sprint("b", day), start.Add(time.Duration(24*day+6)*time.Hour)).Region = "广东"
		}
	}
	midnight := vane.Daily.Floor(noon.Add(-24 * time.Hour))
	for hour := range 24 { // from midnight to midnight, and once more behind it
		say("forum-a", "loud", midnight.Add(time.Duration(hour)*time.Hour))
	}
	say("forum-a", "loud", midnight.Add(25*time.Hour))
	say("forum-a", "", midnight.Add(2*time.Hour))
	say("forum-a", "", midnight.Add(2*time.Hour))
	all[0].Entities.Brands = []string{"某票务"}
	insert(t, s, all...)

	tags := pulses(t, s, vane.ByTag, 0)
	p := tags[vane.Node{Tag: "ticketing.pillar_seat"}]
	if len(tags) != 2 || len(p.Cohorts) != 2 || p.Cohorts[0].Start != 0 || p.Cohorts[1].Start != 7*24 {
		t.Fatalf("%d pulses, cohorts %+v", len(tags), p.Cohorts)
	}
	if got := []float64{total(p.Posts), total(p.Sensitive), total(p.Cohorts[0].Voices), total(p.Cohorts[1].Voices)}; !slices.Equal(got, []float64{62, 62, 25, 14}) {
		t.Errorf("posts, sensitive, voices of the old and of the new source: %v, want 62 62 25 14", got)
	}
	hour := int(midnight.Sub(p.From).Hours())
	if p.Cohorts[0].Voices[hour] != 1 || p.Cohorts[0].Voices[hour+1] != 0 || p.Cohorts[0].Voices[hour+2] != 2 || p.Cohorts[0].Voices[hour+25] != 1 {
		t.Errorf("voices of the loud day: %v", p.Cohorts[0].Voices[hour:])
	}
	if d := pulses(t, s, vane.ByDomain, 0); len(d) != 1 || total(d[vane.Node{Tag: "ticketing"}].Posts) != 62 {
		t.Errorf("domains: %v", d)
	}
	if r := pulses(t, s, vane.ByRegion, 20); len(r) != 2 { // of both tags, Shanghai alone
		t.Errorf("%d regions with at least twenty voices, want 2", len(r))
	}
	brand := vane.Node{Tag: "ticketing.refund", By: vane.ByBrand, Key: "某票务"}
	if b := pulses(t, s, vane.ByBrand, 0); len(b) != 4 || total(b[brand].Posts) != 1 { // the other posts name another one
		t.Errorf("%d brands, %v posts of %v", len(b), total(b[brand].Posts), brand)
	}
	if err := s.Pulses(t.Context(), around(noon), vane.ByVoice, 0, nil); err == nil {
		t.Error("pulses by voice were taken")
	}
}
