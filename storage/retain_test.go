package storage_test

import (
	"log/slog"
	"testing"
	"time"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

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
