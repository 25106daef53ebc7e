package main

import (
	"log/slog"
	"testing"
	"time"

	"vane"
	"vane/alerts"
	"vane/hotspot"
)

// A clock that is set back and forth has nobody told twice of one firing.
func TestClockJumpsTellNobodyTwice(t *testing.T) {
	store, hook := openedStore(t), newWebhook(t)
	sender, err := alerts.New(alerts.Config{Receivers: []alerts.Receiver{{Name: "值班群", URL: "generic+" + hook.URL}}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	hot := []vane.Hotspot{{Tag: "ticketing.pillar_seat", Name: "柱子票", From: start.Add(-time.Hour), To: start.Add(time.Hour), State: vane.Emerging, Heat: 60, Posts: 50}}
	al := &alarm{
		rules: hotspot.AlertRules{{Name: "热点", Heat: 40, Hold: 20 * time.Minute, CoolDown: 6 * time.Hour, Weekends: true, To: []string{"值班群"}}}, sender: sender,
		store: store, owner: "a", turn: time.Hour, now: time.Now, unsaved: map[vane.AlertKey]vane.Alert{},
	}
	for _, minute := range []int{0, 20, 30, -60, -1500, -60, 40, 1500, 50, 60} {
		if err := al.tell(t.Context(), hot, start.Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatalf("at minute %d: %v", minute, err)
		}
	}
	if len(hook.told) != 1 {
		t.Errorf("told %q", hook.told)
	}
}
