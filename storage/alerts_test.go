package storage_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vane"
	"vane/storage/storagetest"
)

func TestAlertsAreAsLastSaved(t *testing.T) {
	s := storagetest.New(t)
	save := func(alerts ...vane.Alert) {
		t.Helper()
		if err := s.SaveAlerts(t.Context(), alerts); err != nil {
			t.Fatal(err)
		}
	}
	pending := vane.Alert{
		Rule: "热点", Tag: "ticketing.pillar_seat", Name: "柱子票", State: vane.AlertPending, Since: noon, Held: noon, Seen: noon,
		PeakHeat: 40, Hotspot: hotspot("ticketing.pillar_seat", noon, 2, 40),
	}
	firing := pending
	firing.State, firing.Fired, firing.Seen = vane.AlertFiring, noon.Add(time.Hour), noon.Add(time.Hour)
	firing.To = []string{"值班群"}
	firing.Told = []vane.Told{{Receiver: "值班群", Of: vane.AlertFiring, At: noon.Add(time.Hour)}}
	over := firing
	over.By, over.Part = vane.ByBrand, "华讯"
	over.Tag, over.State, over.Resolved = "telecom.speed_cap", vane.AlertResolved, noon.Add(2*time.Hour)
	save(pending, over)
	save(firing)
	save() // nothing
	for _, c := range []struct {
		name  string
		since time.Time
		want  []vane.Alert
	}{
		{"all", noon, []vane.Alert{over, firing}},
		{"open ones", noon.Add(3 * time.Hour), []vane.Alert{firing}},
	} {
		got, err := s.Alerts(t.Context(), c.since)
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", c.name, err, diff)
		}
	}
}

// However many ask at once, at most one gets the turn, keeps it while it asks, and
// loses it when it stops.
func TestOneTakesTheTurn(t *testing.T) {
	s := storagetest.New(t)
	take := func(job, owner string, keep time.Duration) bool {
		t.Helper()
		ok, err := s.TakeTurn(t.Context(), job, owner, keep)
		if err != nil {
			t.Error(err)
		}
		return ok
	}
	var got atomic.Int64
	var wg sync.WaitGroup
	for _, owner := range []string{"a", "b", "c", "d", "e", "f"} {
		wg.Go(func() {
			if take("crowded", owner, time.Hour) {
				got.Add(1)
			}
		})
	}
	wg.Wait()
	if got.Load() > 1 {
		t.Errorf("%d processes have the turn at once", got.Load())
	}
	if !take("alerts", "a", time.Hour) || take("alerts", "b", time.Hour) || !take("alerts", "a", time.Millisecond) {
		t.Error("the first does not keep its turn")
	}
	for !take("alerts", "b", time.Hour) { // until the millisecond has passed
		time.Sleep(time.Millisecond)
	}
	if take("alerts", "a", time.Hour) {
		t.Error("the turn was given back to who had lost it")
	}
}
