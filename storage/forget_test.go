package storage_test

import (
	"errors"
	"testing"
	"time"

	"vane"
	"vane/storage/storagetest"
)

func TestForget(t *testing.T) {
	s := storagetest.New(t)
	person := vane.NewAuthorKey([]byte("key"), "forum-a", "person")
	by := func(m vane.Mention) vane.Mention { m.AuthorKey = person; return m }
	first, second, other, named := by(mention("first", noon)), by(mention("second", noon.Add(time.Hour))), mention("other", noon), mention("named", noon)
	moved := second
	moved.PublishedAt, moved.CollectedAt = noon.Add(2*time.Hour), noon.Add(time.Minute)
	unseen := mention("unseen", noon)
	insert(t, s, first, second, other, named)
	insert(t, s, moved)
	if err := s.SaveHotspots(t.Context(), noon, []vane.Hotspot{{
		Tag: "ticketing.refund", From: noon, To: noon.Add(time.Hour),
		Evidence: vane.Evidence{Posts: []vane.EvidencePost{{ID: first.ID, Text: first.Text}, {ID: other.ID, Text: "<b>\"其他\""}}, Words: []string{"退<票"}},
	}}); err != nil {
		t.Fatal(err)
	}
	event := vane.Event{ID: first.ID, Title: first.Title, From: noon, To: noon, Peak: noon, Cases: []vane.EvidencePost{{ID: first.ID, Text: first.Text}}, Members: []vane.ID{first.ID, other.ID}}
	apart := vane.Event{ID: other.ID, Title: "其他", From: noon, To: noon, Peak: noon, Members: []vane.ID{other.ID}}
	if err := s.SaveEvents(t.Context(), []vane.Event{event, apart}); err != nil {
		t.Fatal(err)
	}
	alert := vane.Alert{Rule: "热点", Tag: "ticketing.refund", Since: noon, Held: noon, Seen: noon, State: vane.AlertFiring, Fired: noon,
		Hotspot: vane.Hotspot{Tag: "ticketing.refund", Heat: 40, Evidence: vane.Evidence{Posts: []vane.EvidencePost{{ID: first.ID, Text: first.Text}}}}}
	if err := s.SaveAlerts(t.Context(), []vane.Alert{alert}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rollup(t.Context(), noon.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // forgetting again changes nothing
		if _, err := s.Forget(t.Context(), []vane.ID{named.ID, unseen.ID}, []vane.ID{person}); err != nil {
			t.Fatal(err)
		}
		later := by(mention("later", noon))
		insert(t, s, first, moved, named, unseen, later) // delivered once more
		for _, m := range []vane.Mention{first, second, named, unseen, later} {
			if _, err := s.Post(t.Context(), m.ID); !errors.Is(err, vane.ErrNoPost) {
				t.Errorf("%s is still there: %v", m.URL, err)
			}
		}
		q := vane.TrendQuery{Window: vane.Window{From: noon, To: noon.Add(3 * time.Hour)}, Step: vane.Hourly}
		if got := show(t, s, q); got != ": 1 0 0" {
			t.Errorf("the trend counts %s, want the other's post only", got)
		}
	}
	if n, err := s.ForgottenPosts(t.Context()); err != nil || n != 4 {
		t.Errorf("%d were forgotten, %v; want first, second, named and unseen", n, err)
	}
	if n, err := s.Number(t.Context(), "SELECT count() FROM posts WHERE deleted = 0"); err != nil || n != 1 {
		t.Errorf("%d rows with texts are on the disk, %v; want 1", n, err)
	}
	hotspots, err := s.Hotspots(t.Context(), noon, time.Hour)
	if err != nil || len(hotspots) != 1 {
		t.Fatalf("%d hotspots, %v", len(hotspots), err)
	}
	e := hotspots[0].Evidence
	if len(e.Posts) != 1 || e.Posts[0].ID != other.ID || e.Posts[0].Text != "<b>\"其他\"" || len(e.Words) != 1 || e.Words[0] != "退<票" {
		t.Errorf("the evidence is %+v", e)
	}
	if n, err := s.Number(t.Context(), "SELECT count() FROM events"); err != nil || n != 1 {
		t.Errorf("%d events are on the disk, %v; want that of the other post", n, err)
	}
	alerts, err := s.Alerts(t.Context(), noon.Add(-time.Hour))
	if err != nil || len(alerts) != 1 || alerts[0].State != vane.AlertFiring || alerts[0].Hotspot.Heat != 40 || len(alerts[0].Hotspot.Evidence.Posts) != 0 {
		t.Errorf("alerts are %+v, %v", alerts, err)
	}
}

// A repetition finishes what a failure left: the posts of the author are found though
// they are deleted, and their texts leave what was not reached.
func TestForgetAfterAFailure(t *testing.T) {
	s := storagetest.New(t)
	m := mention("first", noon)
	m.AuthorKey = vane.NewAuthorKey([]byte("key"), "forum-a", "person")
	insert(t, s, m)
	found := vane.Hotspot{Tag: "ticketing.refund", From: noon, To: noon.Add(time.Hour), Evidence: vane.Evidence{Posts: []vane.EvidencePost{{ID: m.ID, Text: m.Text}}}}
	if err := s.SaveHotspots(t.Context(), noon, []vane.Hotspot{found}); err != nil {
		t.Fatal(err)
	}
	do := func(statement string) {
		t.Helper()
		if err := s.Do(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	do("SYSTEM STOP MERGES posts") // else one might do the repetition's work
	do("RENAME TABLE hotspots TO elsewhere")
	done, err := s.Forget(t.Context(), nil, []vane.ID{m.AuthorKey})
	if err == nil || len(done.Posts) != 1 {
		t.Errorf("without hotspots it forgets %d posts, %v; want an error, and the post", len(done.Posts), err)
	}
	do("RENAME TABLE elsewhere TO hotspots")
	do("SYSTEM START MERGES posts")
	if done, err = s.Forget(t.Context(), nil, []vane.ID{m.AuthorKey}); err != nil || len(done.Posts) != 1 {
		t.Errorf("repeated it forgets %d posts, %v; want 1", len(done.Posts), err)
	}
	hotspots, err := s.Hotspots(t.Context(), noon, time.Hour)
	if err != nil || len(hotspots) != 1 || len(hotspots[0].Evidence.Posts) != 0 {
		t.Errorf("hotspots are %+v, %v; want one without evidence", hotspots, err)
	}
	if n, err := s.Number(t.Context(), "SELECT count() FROM posts WHERE deleted = 0"); err != nil || n != 0 {
		t.Errorf("%d rows with texts are on the disk, %v", n, err)
	}
}

// An author is forgotten while a post of theirs is being stored.
func TestForgetDuringAnInsert(t *testing.T) {
	s := storagetest.New(t)
	m, other := mention("first", noon), mention("other", noon)
	m.AuthorKey = vane.NewAuthorKey([]byte("key"), "forum-a", "person")
	err := s.InsertAround(t.Context(), []vane.Mention{m, other}, func() {
		if _, err := s.Forget(t.Context(), nil, []vane.ID{m.AuthorKey}); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	stored(t, s, "other")
	if n, err := s.Number(t.Context(), "SELECT count() FROM posts WHERE deleted = 0"); err != nil || n != 1 {
		t.Errorf("%d rows with texts are on the disk, %v; want the other's", n, err)
	}
	if got := show(t, s, vane.TrendQuery{Window: vane.Window{From: noon, To: noon.Add(time.Hour)}, Step: vane.Hourly}); got != ": 1" {
		t.Errorf("the trend counts %s, want 1", got)
	}
}

// Of a batch that holds a post twice, a version by a forgotten author takes nothing from
// that of another.
func TestForgottenVersionHidesNone(t *testing.T) {
	s := storagetest.New(t)
	person := vane.NewAuthorKey([]byte("key"), "forum-a", "person")
	if _, err := s.Forget(t.Context(), nil, []vane.ID{person}); err != nil {
		t.Fatal(err)
	}
	kept := mention("twice", noon)
	theirs := kept
	theirs.AuthorKey, theirs.CollectedAt = person, kept.CollectedAt.Add(time.Minute)
	insert(t, s, kept, theirs)
	if got, err := s.Post(t.Context(), kept.ID); err != nil || got.AuthorKey != kept.AuthorKey {
		t.Errorf("stored is %v, %v; want the version of the other author", got.AuthorKey, err)
	}
}
