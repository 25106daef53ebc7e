package main

import (
	"log/slog"
	"testing"
	"time"

	"vane"
	"vane/crawler"
)

// What dashboards read of a process is what the process itself knows, and what was
// stored is told once.
func TestRecord(t *testing.T) {
	cfg, err := loadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	a := &app{cfg: cfg, log: slog.New(slog.DiscardHandler), dataDir: t.TempDir()}
	var opened stack
	defer func() {
		if opened.close(&err); err != nil {
			t.Error(err)
		}
	}()
	state, err := a.openState(t.Context(), &opened)
	if err != nil {
		t.Fatal(err)
	}
	f := &flow{store: openForTest(t, cfg), state: state, owner: "here"}
	waiting := vane.Post{ID: vane.NewPostID("a", "1"), Source: "a", Text: "x", CollectedAt: time.Now().UTC().Add(-time.Hour).Truncate(time.Millisecond)}
	if err := state.Offer(t.Context(), waiting); err != nil {
		t.Fatal(err)
	}
	f.stored.Add(12)
	start := time.Now().Add(-time.Second)
	for range 2 {
		if err := f.record([]crawler.Source{{Name: "a"}})(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond) // to another moment, as they are stored
	}
	told, err := f.store.Pipeline(t.Context(), vane.Window{From: start, To: time.Now().Add(time.Second)})
	if err != nil || len(told) != 2 {
		t.Fatalf("told %+v, %v", told, err)
	}
	for i, stored := range []uint64{12, 0} {
		got := told[i]
		if got.Process != "here" || got.Waiting != 1 || !got.Oldest.Equal(waiting.CollectedAt) || got.Stored != stored || got.Room == 0 {
			t.Errorf("told %+v", got)
		}
	}
}
