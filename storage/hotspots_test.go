package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

func hotspot(tag vane.Tag, from time.Time, hours int, heat float64) vane.Hotspot {
	return vane.Hotspot{
		Tag: tag, Name: "柱子票", From: from, To: from.Add(time.Duration(hours) * time.Hour), Peak: from.Add(time.Hour), State: vane.Emerging,
		Heat: heat, Posts: 120, Expected: 3.5, SensitiveShare: 0.8, Authors: 90, Texts: 60, Sources: 4,
		Components: vane.Components{{Name: "volume", Points: heat, Says: "3小时内120条，平时3.5条"}},
		Evidence: vane.Evidence{
			Posts:    []vane.EvidencePost{{ID: vane.NewPostID("test", "a"), URL: "http://forum.test/a", Text: "只能看“柱子”\n", PublishedAt: from}},
			Words:    []string{"柱子"},
			Channels: []vane.Share{{Key: "论坛", Posts: 120}},
			First:    from,
		},
	}
}

func TestHotspotsAsTheyWereKnown(t *testing.T) {
	s := storagetest.New(t)
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	save := func(detected time.Time, hotspots ...vane.Hotspot) {
		t.Helper()
		if err := s.SaveHotspots(t.Context(), detected, hotspots); err != nil {
			t.Fatal(err)
		}
	}
	part := hotspot("telecom.speed_cap", at(30), 3, 50) // of the same tag and time as the whole
	part.By, part.Key = vane.ByRegion, "广东"
	wholly := hotspot("telecom.speed_cap", at(30), 3, 55)
	young, grown := hotspot("ticketing.pillar_seat", noon, 2, 40), hotspot("ticketing.pillar_seat", noon, 5, 90)
	other, again := hotspot("telecom.speed_cap", noon, 3, 60), hotspot("ticketing.pillar_seat", at(20), 1, 10)
	save(at(2), young)
	save(at(5), grown, other)
	save(at(5), grown, other)
	save(at(21), again)
	save(at(22))
	save(at(33), part, wholly)
	for _, c := range []struct {
		name  string
		at    time.Time
		since time.Duration
		want  []vane.Hotspot
	}{
		{"before any", at(1), 24 * time.Hour, nil},
		{"at the first detection", at(2), 24 * time.Hour, []vane.Hotspot{young}},
		{"between", at(4), 24 * time.Hour, []vane.Hotspot{young}},
		{"grown", at(5), 24 * time.Hour, []vane.Hotspot{grown, other}},
		{"both times", at(21), 24 * time.Hour, []vane.Hotspot{grown, other, again}},
		{"ended long ago", at(21), 16 * time.Hour, []vane.Hotspot{again}},
		{"a day and a bit", at(21), 17 * time.Hour, []vane.Hotspot{grown, again}},
		{"a part beside the whole", at(33), time.Hour, []vane.Hotspot{wholly, part}},
		{"the end of it is not in it", at(22), time.Hour, nil},
	} {
		got, err := s.Hotspots(t.Context(), c.at, c.since)
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", c.name, err, diff)
		}
	}
}

func TestPasses(t *testing.T) {
	s := storagetest.New(t)
	first := storage.Pass{Source: "forum-a", Started: noon, Ended: noon.Add(time.Minute), Reason: "done", Pages: 10, Posts: 200, New: 20, Errors: 1}
	second := storage.Pass{Source: "forum-a", Started: noon.Add(time.Hour), Ended: noon.Add(61 * time.Minute), Reason: "robots"}
	for range 2 {
		if err := s.SavePasses(t.Context(), []storage.Pass{first, second}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Passes(t.Context(), vane.Window{From: noon, To: noon.Add(2 * time.Hour)})
	if diff := cmp.Diff([]storage.Pass{second, first}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	got, err = s.Passes(t.Context(), vane.Window{From: noon, To: noon.Add(time.Hour)})
	if diff := cmp.Diff([]storage.Pass{first}, got); err != nil || diff != "" {
		t.Errorf("half open: %v (-want +got)\n%s", err, diff)
	}
}

func TestListings(t *testing.T) {
	s := storagetest.New(t)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	say := func(name, source string, published, collected time.Time, views uint64) {
		m := mention(name, published)
		m.Source, m.CollectedAt, m.Engagement = source, collected, vane.Engagement{Views: views}
		m.Tags, m.Fingerprint = m.Tags[:1], views
		insert(t, s, m)
	}
	say("a", "weibo_hot", at(-60), at(-60), 5_000)
	say("a", "weibo_hot", at(-60), at(-10), 80_000) // the same topic, later and hotter
	say("b", "weibo_hot", at(-20), at(-20), 7_000)
	say("old", "weibo_hot", at(-6000), at(-6000), 1_000_000)
	say("c", "forum-a", at(-20), at(-20), 2_000_000)
	got, err := s.Listings(t.Context(), []string{"weibo_hot", "o'other"}, vane.Window{From: at(-120), To: at(0)})
	want := []vane.Listing{{Tag: "ticketing.pillar_seat", Topics: 2, Views: 80_000, First: at(-60), Last: at(-10)}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if got, err := s.Listings(t.Context(), nil, vane.Window{From: at(-120), To: at(0)}); got != nil || err != nil {
		t.Errorf("without hot lists: %v, %v", got, err)
	}
}
