package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vane"
)

// SaveHotspots keeps what one detection found, as of detectedAt. Saved again, the
// same detection replaces itself.
func (s *Store) SaveHotspots(ctx context.Context, detectedAt time.Time, hotspots []vane.Hotspot) error {
	rows := make([][]any, len(hotspots))
	for i, h := range hotspots {
		components, err := json.Marshal(h.Components)
		if err != nil {
			return fmt.Errorf("encode components of %s: %w", h.Tag, err)
		}
		evidence, err := json.Marshal(h.Evidence)
		if err != nil {
			return fmt.Errorf("encode evidence of %s: %w", h.Tag, err)
		}
		rows[i] = []any{
			detectedAt, string(h.Tag), string(h.By), h.Key, h.Name, h.From, h.To, h.Peak, string(h.State), h.Heat, h.Posts, h.Expected, h.SensitiveShare,
			h.Authors, h.Texts, h.Sources, string(components), string(evidence),
		}
	}
	if err := s.insertRows(ctx, "insert_hotspots", len(rows), func(i int) []any { return rows[i] }); err != nil {
		return fmt.Errorf("save %d hotspots: %w", len(rows), err)
	}
	return nil
}

// Hotspots are the hotspots as they were known at a moment: each as the newest
// detection up to then saw it, those that ended more than since before it left out,
// hottest first.
func (s *Store) Hotspots(ctx context.Context, at time.Time, since time.Duration) ([]vane.Hotspot, error) {
	var rows []hotspotRow
	p := params{"at": millis(at), "since": millis(at.Add(-since))}
	if err := s.selectRows(ctx, &rows, "hotspots", p); err != nil {
		return nil, err
	}
	hotspots := make([]vane.Hotspot, len(rows))
	for i, r := range rows {
		var err error
		if hotspots[i], err = r.hotspot(); err != nil {
			return nil, err
		}
	}
	return hotspots, nil
}

type hotspotRow struct {
	DetectedAt     time.Time `ch:"detected_at"`
	Tag            string    `ch:"tag"`
	By             string    `ch:"part_by"`
	Key            string    `ch:"part_key"`
	Name           string    `ch:"name"`
	From           time.Time `ch:"from_at"`
	To             time.Time `ch:"to_at"`
	Peak           time.Time `ch:"peak_at"`
	State          string    `ch:"state"`
	Heat           float64   `ch:"heat"`
	Posts          uint64    `ch:"posts"`
	Expected       float64   `ch:"expected"`
	SensitiveShare float64   `ch:"sensitive_share"`
	Authors        uint64    `ch:"authors"`
	Texts          uint64    `ch:"texts"`
	Sources        uint64    `ch:"sources"`
	Components     string    `ch:"components"`
	Evidence       string    `ch:"evidence"`
}

func (r hotspotRow) hotspot() (vane.Hotspot, error) {
	h := vane.Hotspot{
		Tag: vane.Tag(r.Tag), By: vane.Dimension(r.By), Key: r.Key, Name: r.Name, From: r.From.UTC(), To: r.To.UTC(), Peak: r.Peak.UTC(), State: vane.State(r.State),
		Heat: r.Heat, Posts: r.Posts, Expected: r.Expected, SensitiveShare: r.SensitiveShare,
		Authors: r.Authors, Texts: r.Texts, Sources: r.Sources,
	}
	if err := json.Unmarshal([]byte(r.Components), &h.Components); err != nil {
		return h, fmt.Errorf("decode components of %s at %s: %w", r.Tag, r.DetectedAt, err)
	}
	if err := json.Unmarshal([]byte(r.Evidence), &h.Evidence); err != nil {
		return h, fmt.Errorf("decode evidence of %s at %s: %w", r.Tag, r.DetectedAt, err)
	}
	return h, nil
}

// Listings are what the sources that are hot lists show of each tag: of their posts
// published in the window.
func (s *Store) Listings(ctx context.Context, sources []string, w vane.Window) ([]vane.Listing, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		return nil, nil
	}
	var rows []struct {
		Tag    string    `ch:"tag"`
		Topics uint64    `ch:"topics"`
		Views  uint64    `ch:"most"`
		First  time.Time `ch:"first"`
		Last   time.Time `ch:"last"`
	}
	if err := s.selectRows(ctx, &rows, "listings", about("", w).with("sources", sources)); err != nil {
		return nil, err
	}
	listings := make([]vane.Listing, len(rows))
	for i, r := range rows {
		listings[i] = vane.Listing{Tag: vane.Tag(r.Tag), Topics: r.Topics, Views: r.Views, First: r.First.UTC(), Last: r.Last.UTC()}
	}
	return listings, nil
}
