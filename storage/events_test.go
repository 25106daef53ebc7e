package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vane"
	"vane/storage/storagetest"
)

func event(id string, from time.Time, posts uint64) vane.Event {
	first := vane.NewPostID("test", id)
	return vane.Event{
		ID: first, Title: "丽发新城搅拌站", From: from, To: from.Add(48 * time.Hour), Peak: from, Posts: posts, Authors: posts, Texts: posts, Sources: 1,
		SensitiveShare: 0.5, Tags: []vane.Share{{Key: "housing.noise", Posts: 3}}, Words: []string{"搅拌站"},
		Timeline: []vane.EventDay{{At: from, Posts: posts}}, Cases: []vane.EvidencePost{{ID: first, Text: "“吵”\n"}}, Members: []vane.ID{first},
	}
}

func TestEventsAreAsLastSaved(t *testing.T) {
	s := storagetest.New(t)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	day := 24 * time.Hour
	small, grown, other, old := event("a", noon, 3), event("a", noon, 9), event("b", noon.Add(day), 5), event("c", noon.Add(-20*day), 4)
	check(s.SaveEvents(t.Context(), []vane.Event{small, other, old}))
	check(s.SaveEvents(t.Context(), []vane.Event{grown}))
	week := vane.Window{From: noon.Add(-day), To: noon.Add(6 * day)}
	list := func(w vane.Window, want ...vane.Event) {
		t.Helper()
		got, err := s.Events(t.Context(), w)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	}
	list(week, grown, other)
	list(vane.Window{From: noon.Add(50 * time.Hour), To: noon.Add(6 * day)}, other)
	later := vane.Window{From: noon.Add(30 * time.Hour), To: noon.Add(31 * time.Hour)}
	if got, err := s.EventsSpan(t.Context(), later); err != nil || !got.From.Equal(grown.From) || !got.To.Equal(other.To.Add(time.Millisecond)) {
		t.Errorf("the events of %v span %v, %v", later, got, err)
	}
	none := vane.Window{From: noon.Add(-10 * day), To: noon.Add(-9 * day)}
	if got, err := s.EventsSpan(t.Context(), none); err != nil || got != none {
		t.Errorf("no events span %v, %v", got, err)
	}
	strange := vane.NewPostID("test", "nobody's")
	of, err := s.EventsOf(t.Context(), week, []vane.ID{grown.ID, strange, old.ID})
	want := map[vane.ID]vane.EventRef{grown.ID: {ID: grown.ID, Title: grown.Title}} // old has no posts in the week
	if diff := cmp.Diff(want, of); err != nil || diff != "" {
		t.Errorf("events of posts: %v (-want +got)\n%s", err, diff)
	}
	check(s.DropEvents(t.Context(), nil))
	check(s.DropEvents(t.Context(), []vane.ID{other.ID}))
	list(week, grown)
	check(s.SaveEvents(t.Context(), []vane.Event{other}))
	check(s.ForgetEvents(t.Context(), later, []vane.Event{other})) // that of grown began before
	list(vane.Window{From: noon.Add(-30 * day), To: noon.Add(6 * day)}, other, old)

	if got, err := s.Event(t.Context(), other.ID.String()[:8]); err != nil || got.ID != other.ID {
		t.Errorf("%v, %v", got, err)
	}
	for _, id := range []string{"ffffffffffff", grown.ID.String(), "' OR 1"} {
		if _, err := s.Event(t.Context(), id); !errors.Is(err, vane.ErrNoEvent) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if _, err := s.Event(t.Context(), ""); err == nil {
		t.Error("several events were taken for one")
	}
}

func TestTheLastWordCounts(t *testing.T) {
	s := storagetest.New(t)
	a, b := vane.NewPostID("test", "a"), vane.NewPostID("test", "b")
	for _, words := range [][]vane.Correction{{{A: a, B: b, Together: true, At: noon}}, {{A: b, B: a, At: noon.Add(time.Hour)}}} {
		if err := s.SaveCorrections(t.Context(), words); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Corrections(t.Context())
	if err != nil || len(got) != 1 || got[0].Together || !got[0].At.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEachCollected(t *testing.T) {
	s := storagetest.New(t)
	early, late := mention("a", noon), mention("b", noon)
	early.CollectedAt, late.CollectedAt = noon.Add(time.Hour), noon.Add(3*time.Hour)
	insert(t, s, early, late)
	var got []vane.ID
	err := s.EachCollected(t.Context(), vane.Window{From: noon, To: noon.Add(time.Hour)}, noon.Add(2*time.Hour), func(m vane.Mention) error {
		got = append(got, m.ID)
		return nil
	})
	if err != nil || !cmp.Equal(got, []vane.ID{late.ID}) {
		t.Errorf("%v, %v", got, err)
	}
}

// The first events of a window are those of the whole list, and all are counted.
func TestTopEventsAreTheFirstOfAll(t *testing.T) {
	s := storagetest.New(t)
	var events []vane.Event
	for i := range 7 {
		events = append(events, vane.Event{
			ID: vane.NewPostID("forum", fmt.Sprint(i)), Title: fmt.Sprint(i), From: noon, To: noon.Add(time.Hour), Peak: noon,
			Posts: uint64(10 + i), Authors: uint64(1 + i*3%7), Texts: 9,
		})
	}
	if err := s.SaveEvents(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	w := vane.Window{From: noon, To: noon.Add(time.Minute)}
	all, err := s.Events(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]int{0: 0, 3: 3, 7: 7, 100: 7} {
		top, n, err := s.TopEvents(t.Context(), w, limit)
		if err != nil || n != 7 || len(top) != want {
			t.Errorf("limit %d: %d of %d, %v", limit, len(top), n, err)
		}
		for i := range top {
			if top[i].ID != all[i].ID {
				t.Errorf("limit %d: event %d is %s, not %s", limit, i, top[i].Title, all[i].Title)
			}
		}
	}
}
