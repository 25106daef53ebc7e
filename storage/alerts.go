package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vane"
)

// SaveAlerts keeps the states of alerts. Saved again, an alert replaces itself.
func (s *Store) SaveAlerts(ctx context.Context, alerts []vane.Alert) error {
	rows := make([][]any, len(alerts))
	for i, a := range alerts {
		hotspot, err := json.Marshal(a.Hotspot)
		if err != nil {
			return fmt.Errorf("encode the hotspot of alert %s: %w", a.Tag, err)
		}
		told, err := json.Marshal(a.Told)
		if err != nil {
			return fmt.Errorf("encode who was told of alert %s: %w", a.Tag, err)
		}
		rows[i] = []any{
			a.Rule, string(a.Tag), string(a.By), a.Part, a.Since, a.Name, string(a.State), a.Held, a.Seen, orNever(a.Fired), orNever(a.Resolved),
			a.PeakHeat, a.Hotspot.Heat, a.Hotspot.Posts, string(hotspot), a.To, string(told),
		}
	}
	// Written again, they replace themselves. Waiting for the server keeps whoever was told
	// from being told once more by a process that ends before it can save that.
	err := s.conn.again(ctx, func() error {
		return s.insertRows(ctx, "insert_alerts", len(rows), func(i int) []any { return rows[i] })
	})
	if err != nil {
		return fmt.Errorf("save %d alerts: %w", len(rows), err)
	}
	return nil
}

// Alerts lists the alerts that are open or were resolved since a moment, newest
// first.
func (s *Store) Alerts(ctx context.Context, since time.Time) ([]vane.Alert, error) {
	var rows []alertRow
	if err := s.selectRows(ctx, &rows, "alerts", params{"since": millis(since)}); err != nil {
		return nil, err
	}
	alerts := make([]vane.Alert, len(rows))
	for i, r := range rows {
		var err error
		if alerts[i], err = r.alert(); err != nil {
			return nil, err
		}
	}
	return alerts, nil
}

type alertRow struct {
	Rule     string    `ch:"rule"`
	Tag      string    `ch:"tag"`
	By       string    `ch:"part_of"`
	Part     string    `ch:"part"`
	Since    time.Time `ch:"since_at"`
	Name     string    `ch:"name"`
	State    string    `ch:"state"`
	Held     time.Time `ch:"held_at"`
	Seen     time.Time `ch:"seen_at"`
	Fired    time.Time `ch:"fired_at"`
	Resolved time.Time `ch:"resolved_at"`
	PeakHeat float64   `ch:"peak_heat"`
	Hotspot  string    `ch:"hotspot"`
	To       []string  `ch:"receivers"`
	Told     string    `ch:"told"`
}

func (r alertRow) alert() (vane.Alert, error) {
	a := vane.Alert{
		Rule: r.Rule, Tag: vane.Tag(r.Tag), By: vane.Dimension(r.By), Part: r.Part, Name: r.Name, State: vane.AlertState(r.State),
		Since: r.Since.UTC(), Held: r.Held.UTC(), Seen: r.Seen.UTC(), Fired: known(r.Fired), Resolved: known(r.Resolved),
		PeakHeat: r.PeakHeat, To: r.To,
	}
	if err := json.Unmarshal([]byte(r.Hotspot), &a.Hotspot); err != nil {
		return a, fmt.Errorf("decode the hotspot of alert %s: %w", r.Tag, err)
	}
	if err := json.Unmarshal([]byte(r.Told), &a.Told); err != nil {
		return a, fmt.Errorf("decode who was told of alert %s: %w", r.Tag, err)
	}
	return a, nil
}

// orNever is what a column holds for a moment that did not come: see known.
func orNever(t time.Time) time.Time {
	if t.IsZero() {
		return stands
	}
	return t
}
