package main

import (
	"context"
	"fmt"
	"time"

	"vane"
	"vane/hotspot"
	"vane/nlp"
	"vane/storage"
)

// detect finds the hotspots of the last days as of the instant at, and stores
// them. The hour that at lies in is not counted: half an hour of posts would look
// like a fall.
func detect(ctx context.Context, store *storage.Store, cfg hotspot.Config, names map[vane.Tag]string, at time.Time) ([]vane.Hotspot, error) {
	end := vane.Hourly.Floor(at)
	series, err := store.Trend(ctx, vane.TrendQuery{
		Window: vane.Window{From: end.Add(-cfg.History), To: end}, Step: vane.Hourly, By: vane.ByTag,
	})
	if err != nil {
		return nil, fmt.Errorf("read the series to detect in: %w", err)
	}
	var hotspots []vane.Hotspot
	for _, e := range hotspot.Detect(cfg, series) {
		if e.Window.To.Before(at.Add(-cfg.Lookback)) {
			continue
		}
		facts, err := store.Facts(ctx, e.Tag, e.Window)
		if err != nil {
			return nil, fmt.Errorf("read the evidence of %s: %w", e.Tag, err)
		}
		if facts.Sketches != nil {
			facts.Texts = uint64(nlp.GroupSketches(facts.Sketches).Distinct())
		}
		hotspots = append(hotspots, hotspot.Explain(e, names[e.Tag], facts))
	}
	shown := hotspot.Shown(cfg, hotspots, at)
	if err := store.SaveHotspots(ctx, at, shown); err != nil {
		return nil, fmt.Errorf("store hotspots: %w", err)
	}
	return shown, nil
}
