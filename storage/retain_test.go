package storage_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// TestShownTextsExpire takes what old posts say out of hotspots, alerts and events too,
// and leaves their numbers.
func TestShownTextsExpire(t *testing.T) {
	dsn := storagetest.DSN(t)
	if _, err := storagetest.Open(t, dsn).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := storage.Open(t.Context(), storage.Config{DSN: dsn, KeepTexts: 30}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	post := vane.EvidencePost{ID: vane.NewPostID("test", "a"), Text: "花一千块买到柱子票"}
	for _, days := range []int{40, 1} {
		end := noon.AddDate(0, 0, -days)
		h := vane.Hotspot{Tag: "ticketing.pillar", Name: "柱子票", From: end.Add(-time.Hour), To: end, Peak: end, Posts: 7,
			Evidence: vane.Evidence{Posts: []vane.EvidencePost{post}, Words: []string{"柱子"}}}
		alert := vane.Alert{Rule: "any", Tag: h.Tag, Since: h.From, Held: h.From, Seen: h.To, Hotspot: h}
		event := vane.Event{ID: vane.NewPostID("test", end.String()), Title: post.Text, From: h.From, To: h.To, Peak: h.From, Cases: []vane.EvidencePost{post}}
		said := mention(end.String(), end)
		said.Tags[0].Text = "一千块"
		insert(t, s, said)
		c := vane.PostCorrection{Post: said.ID, At: noon, User: "李雷", Fingerprint: said.Fingerprint, Before: said.Judgement(), After: vane.Judgement{Sentiment: -0.5}}
		if err := s.Correct(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.SaveHotspots(t.Context(), end, []vane.Hotspot{h}), s.SaveAlerts(t.Context(), []vane.Alert{alert}),
			s.SaveEvents(t.Context(), []vane.Event{event})); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := s.Expire(t.Context(), noon); err != nil {
			t.Fatal(err)
		}
		for what, question := range map[string]string{
			"hotspots":         "SELECT 10 * count() + countIf(position(evidence, '一千块') > 0) FROM hotspots",
			"alerts":           "SELECT 10 * count() + countIf(position(hotspot, '一千块') > 0) FROM alerts",
			"post_corrections": "SELECT 10 * count() + countIf(position(before, '一千块') > 0) FROM post_corrections",
			"events":           "SELECT 10 * count() + countIf(position(event, '一千块') > 0) + 10 FROM events",
		} {
			if n, err := s.Number(t.Context(), question); err != nil || n != 21 {
				t.Errorf("%s: %d are left and %d of them hold the text, %v; want 2 and 1", what, n/10, n%10, err)
			}
		}
	}
	corrections, err := s.PostCorrections(t.Context(), "", 10)
	if err != nil || len(corrections.Corrections) != 2 {
		t.Fatal(corrections, err)
	}
	for _, c := range corrections.Corrections {
		if len(c.Before.Tags) != 2 || c.Before.Tags[0].Rule == "" || c.Before.Tags[0].Name == "" {
			t.Errorf("what was held before of %s is now %+v", c.Post, c.Before)
		}
	}
	old, err := s.Hotspots(t.Context(), noon.AddDate(0, 0, -40), time.Hour)
	if err != nil || len(old) != 1 || old[0].Posts != 7 || len(old[0].Evidence.Words) != 1 || len(old[0].Evidence.Posts) != 0 {
		t.Errorf("of the old hotspot is left %+v, %v", old, err)
	}
}

// TestRetention drops what old posts say and keeps what is counted of them.
func TestRetention(t *testing.T) {
	dsn := storagetest.DSN(t)
	migrate := func(cfg storage.Config) *storage.Store {
		t.Helper()
		cfg.DSN = dsn
		s, err := storage.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err == nil {
			t.Cleanup(func() { s.Close() })
			_, err = s.Migrate(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := migrate(storage.Config{})
	now := time.Now().UTC().Truncate(time.Hour)
	old, fresh := mention("old", now.AddDate(0, 0, -40)), mention("fresh", now.AddDate(0, 0, -1))
	insert(t, s, old, fresh)
	q := vane.TrendQuery{Window: vane.Window{From: now.AddDate(0, 0, -50), To: now}, Step: vane.Daily, By: vane.ByTag}
	before := show(t, s, q)
	if err := s.SavePasses(t.Context(), []storage.Pass{{Source: "a", Started: now.AddDate(0, 0, -8), Ended: now}, {Source: "a", Started: now, Ended: now}}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // migrating again changes nothing
		s = migrate(storage.Config{KeepTexts: 30, KeepHotspots: 7, KeepPasses: 7})
	}
	for _, table := range []string{"posts", "crawl_passes"} {
		if err := s.Merge(t.Context(), table); err != nil {
			t.Fatal(err)
		}
	}
	if m := stored(t, s, "old"); m.Text != "" || m.Title != "" || m.URL != "" || len(m.Words) != 0 || len(m.Tags) != 2 {
		t.Errorf("of the old post there is still %+v", m)
	}
	if m := stored(t, s, "fresh"); m.Text != fresh.Text {
		t.Errorf("the fresh post says %q", m.Text)
	}
	if after := show(t, s, q); after != before {
		t.Errorf("the trend was %s, is %s", before, after)
	}
	if passes, err := s.Passes(t.Context(), vane.Window{From: now.AddDate(0, 0, -9), To: now.Add(time.Hour)}); err != nil || len(passes) != 1 {
		t.Errorf("%d passes are kept, %v; want 1", len(passes), err)
	}
	s = migrate(storage.Config{})
	if n, err := s.Number(t.Context(), "SELECT countIf(create_table_query LIKE '%toIntervalDay%') FROM system.tables WHERE database = currentDatabase()"); err != nil || n != 0 {
		t.Errorf("%d tables still drop something, %v", n, err)
	}
}
