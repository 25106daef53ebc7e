package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vane"
)

const hoursOfWeek = 7 * 24

// Pulses gives to do the pulse of every node that was spoken of in the window, one
// after the other, so that there may be more than memory holds: every issue (ByTag),
// every domain (ByDomain), or every issue's part by brand, region or channel. Nodes
// with fewer than least voices in the whole window are left out: they are many, and
// can't be anything. The window's ends are moved to full hours of UTC.
func (s *Store) Pulses(ctx context.Context, w vane.Window, by vane.Dimension, least int, do func(vane.Pulse) error) error {
	w = vane.Window{From: vane.Hourly.Floor(w.From), To: vane.Hourly.Floor(w.To)}
	if err := w.Validate(); err != nil {
		return err
	}
	if !slices.Contains([]vane.Dimension{vane.ByTag, vane.ByDomain, vane.ByBrand, vane.ByRegion, vane.ByChannel}, by) {
		return fmt.Errorf("pulses can't be taken by %q", by)
	}
	p := about("", w).with("by", string(by)).with("shift", -(vane.Daily.Floor(firstMoment).Unix() % seconds(vane.Daily)))
	rows, err := s.conn.Query(ctx, query("pulses"), p.args()...)
	if err != nil {
		return fmt.Errorf("query pulses: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells what went wrong
	taker := pulseTaker{window: w, by: by, least: float64(least), do: do}
	for rows.Next() {
		var r pulseRow
		if err := rows.ScanStruct(&r); err != nil {
			return fmt.Errorf("read a pulse: %w", err)
		}
		if err := taker.add(r); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read pulses: %w", err)
	}
	return taker.flush()
}

type pulseRow struct {
	Tag       string `ch:"tag"`
	Key       string `ch:"key"`
	Cohort    int64  `ch:"cohort"`
	Hour      uint32 `ch:"hour"`
	Posts     uint64 `ch:"posts"`
	Sensitive uint64 `ch:"negative"`
	Voices    uint64 `ch:"voices"`
}

// pulseTaker puts rows, which come ordered by node and cohort, together.
type pulseTaker struct {
	window vane.Window
	by     vane.Dimension
	least  float64
	do     func(vane.Pulse) error
	pulse  vane.Pulse // that is put together
	voices float64    // of it
}

func (t *pulseTaker) hours() int { return int(t.window.To.Sub(t.window.From) / time.Hour) }

func (t *pulseTaker) add(r pulseRow) error {
	node := vane.Node{Tag: vane.Tag(r.Tag), Key: r.Key}
	if t.by != vane.ByTag && t.by != vane.ByDomain {
		node.By = t.by
	}
	if node != t.pulse.Node {
		if err := t.flush(); err != nil {
			return err
		}
		t.pulse = vane.Pulse{Node: node, From: t.window.From, Posts: make([]float64, t.hours()), Sensitive: make([]float64, t.hours())}
	}
	start := int(r.Cohort) * hoursOfWeek
	if n := len(t.pulse.Cohorts); n == 0 || t.pulse.Cohorts[n-1].Start != start {
		t.pulse.Cohorts = append(t.pulse.Cohorts, vane.Cohort{Start: start, Voices: make([]float64, t.hours())})
	}
	t.pulse.Posts[r.Hour] += float64(r.Posts)
	t.pulse.Sensitive[r.Hour] += float64(r.Sensitive)
	t.pulse.Cohorts[len(t.pulse.Cohorts)-1].Voices[r.Hour] = float64(r.Voices)
	t.voices += float64(r.Voices)
	return nil
}

// flush hands on the pulse that is complete.
func (t *pulseTaker) flush() error {
	done, voices := t.pulse, t.voices
	t.pulse, t.voices = vane.Pulse{}, 0
	if len(done.Cohorts) == 0 || voices < t.least {
		return nil
	}
	return t.do(done)
}
