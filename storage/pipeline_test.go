package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// What a process tells comes back as it was told, and what it tells again replaces what
// it told before.
func TestPipeline(t *testing.T) {
	s := storagetest.New(t)
	now := time.Now().UTC().Truncate(time.Minute)
	told := []storage.Pipeline{
		{Process: "a", At: now.Add(-time.Minute), Waiting: 7, Room: 100, Oldest: now.Add(-time.Hour), Stored: 40},
		{Process: "a", At: now, Room: 100, Stored: 7},
		{Process: "b", At: now, Waiting: 1, Room: 100, Oldest: now},
	}
	for range 2 {
		if err := s.SavePipeline(t.Context(), told); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Pipeline(t.Context(), vane.Window{From: now.Add(-time.Hour), To: now.Add(time.Second)})
	if diff := cmp.Diff(told, got); diff != "" || err != nil {
		t.Errorf("pipeline %v (-want +got)\n%s", err, diff)
	}
	if got, err := s.Pipeline(t.Context(), vane.Window{From: now.Add(-time.Hour), To: now}); err != nil || len(got) != 1 {
		t.Errorf("before now: %v, %v", got, err)
	}
}

func TestSourceHealth(t *testing.T) {
	s := storagetest.New(t)
	now := time.Now().UTC().Truncate(time.Minute)
	good := storage.SourceHealth{
		Source: "forum", Process: "a", At: now, Ended: now.Add(-time.Minute), Next: now.Add(time.Hour), Reason: "seen", Today: 3, Waiting: 2, GivenUp: 1,
	}
	bad := good
	bad.Reason, bad.Detail, bad.Errors, bad.Failing, bad.Flagged, bad.Late, bad.Next = "error", "列表页 503", 4, 3, true, true, time.Time{}
	planned := storage.SourceHealth{Source: "news", Process: "b", At: now, Next: now.Add(time.Hour)}
	for minute, told := range [][]storage.SourceHealth{{good}, {bad, planned}} {
		for i := range told {
			told[i].At = now.Add(time.Duration(minute) * time.Minute)
		}
		if err := s.SaveSourceHealth(t.Context(), told); err != nil {
			t.Fatal(err)
		}
	}
	bad.At, planned.At = now.Add(time.Minute), now.Add(time.Minute)
	got, err := s.SourceHealth(t.Context())
	if diff := cmp.Diff([]storage.SourceHealth{bad, planned}, got); diff != "" || err != nil {
		t.Errorf("health %v (-want +got)\n%s", err, diff)
	}
}
