package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vane"
	"vane/hotspot"
	"vane/nlp"
	"vane/storage"
	"vane/yamlfile"
)

// detect finds the hotspots of the last days as of the instant at, and stores them:
// also those that have cooled under what is shown, and the end of those that are
// over. It gives the ones to show.
func (d detection) detect(ctx context.Context, store *storage.Store, at time.Time) ([]vane.Hotspot, error) {
	known, err := store.Hotspots(ctx, at, d.cfg.Lookback)
	if err != nil {
		return nil, fmt.Errorf("read the hotspots known so far: %w", err)
	}
	episodes, err := d.episodes(ctx, store, at)
	if err != nil {
		return nil, err
	}
	found, err := d.explain(ctx, factsIn(store), episodes, known, at)
	if err != nil {
		return nil, err
	}
	if err := withEvents(ctx, store, found); err != nil {
		return nil, err
	}
	shown := hotspot.Shown(d.cfg, found, at)
	if err := store.SaveHotspots(ctx, at, hotspot.ToStore(found, shown, known)); err != nil {
		return nil, fmt.Errorf("store hotspots: %w", err)
	}
	return shown, nil
}

// withEvents tells of each post of the evidence which event it is part of, as far as
// events were found by now.
func withEvents(ctx context.Context, store *storage.Store, hotspots []vane.Hotspot) error {
	var ids []vane.ID
	var w vane.Window
	for _, h := range hotspots {
		for _, p := range h.Evidence.Posts {
			ids = append(ids, p.ID)
			if w.From.IsZero() || p.PublishedAt.Before(w.From) {
				w.From = p.PublishedAt
			}
			w.To = later(w.To, p.PublishedAt.Add(time.Millisecond))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	of, err := store.EventsOf(ctx, w, ids)
	if err != nil {
		return fmt.Errorf("read the events of evidence: %w", err)
	}
	for i := range hotspots {
		e := &hotspots[i].Evidence
		e.Events = nil
		for k := range e.Posts {
			ref, ok := of[e.Posts[k].ID]
			e.Posts[k].Event = ref.ID
			if ok && !slices.Contains(e.Events, ref) {
				e.Events = append(e.Events, ref)
			}
		}
	}
	return nil
}

// detection is what finding hotspots needs besides the posts.
type detection struct {
	cfg      hotspot.Config
	calendar hotspot.Calendar
	names    map[vane.Tag]string
}

// detection puts together what the configuration says of it.
func (c Config) detection() (detection, error) {
	d := detection{cfg: c.Hotspot}
	if err := yamlfile.Read(c.files, "calendar.yaml", &d.calendar); err != nil {
		return d, err
	}
	if err := d.calendar.Validate(); err != nil {
		return d, fmt.Errorf("calendar.yaml: %w", err)
	}
	var err error
	d.names, err = c.issueNames()
	return d, err
}

// pulses is how often everything was said. [storage.Store] tells.
type pulses interface {
	Pulses(ctx context.Context, w vane.Window, by vane.Dimension, least int, do func(vane.Pulse) error) error
	Trend(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error)
	Listings(ctx context.Context, sources []string, w vane.Window) ([]vane.Listing, error)
}

// factsOf tells what is stored about an episode, near copies counted as one text.
type factsOf func(ctx context.Context, e hotspot.Episode) (vane.Facts, error)

// factsIn asks the store for everything.
func factsIn(store *storage.Store) factsOf {
	return func(ctx context.Context, e hotspot.Episode) (vane.Facts, error) {
		f, err := store.Facts(ctx, e.Node, e.Window)
		return grouped(f), err
	}
}

// explain makes hotspots of the episodes of an instant: what was found, and of the known
// hotspots the end of those that were not.
func (d detection) explain(ctx context.Context, facts factsOf, episodes []hotspot.Episode, known []vane.Hotspot, at time.Time) ([]vane.Hotspot, error) {
	episodes = slices.DeleteFunc(episodes, func(e hotspot.Episode) bool { return e.Window.To.Before(at.Add(-d.cfg.Lookback)) })
	episodes, ended := hotspot.Keep(episodes, known)
	found := ended
	for _, e := range episodes {
		if i := slices.IndexFunc(known, func(h vane.Hotspot) bool { return hotspot.Settled(e, h) }); i >= 0 {
			found = append(found, known[i])
			continue
		}
		f, err := facts(ctx, e)
		if err != nil {
			return nil, fmt.Errorf("read the evidence of %s: %w", e.Node.Tag, err)
		}
		found = append(found, hotspot.Explain(e, d.name(e.Node), f))
	}
	return found, nil
}

// grouped counts near copies as one text, and lets go of the sketches that tell: they
// may be megabytes.
func grouped(f vane.Facts) vane.Facts {
	if f.Sketches != nil {
		f.Texts, f.Sketches = uint64(nlp.GroupSketches(f.Sketches).Distinct()), nil
	}
	return f
}

// episodes are those of the hours, of the last minutes, and of the hot lists. The
// hour that at lies in is not counted among the hours: half an hour of posts would
// look like a fall.
func (d detection) episodes(ctx context.Context, store pulses, at time.Time) ([]hotspot.Episode, error) {
	end := vane.Hourly.Floor(at)
	episodes, err := d.hourly(ctx, store, vane.Window{From: end.Add(-d.cfg.History), To: end})
	if err != nil {
		return nil, err
	}
	end = vane.TenMinutes.Floor(at)
	minutes, err := minutesOf(ctx, store, vane.Window{From: end.Add(-hotspot.SuddenHistory), To: end})
	if err != nil {
		return nil, err
	}
	listings, err := store.Listings(ctx, d.cfg.HotLists, vane.Window{From: at.Add(-d.cfg.Lookback), To: at})
	if err != nil {
		return nil, fmt.Errorf("read the hot lists: %w", err)
	}
	episodes = hotspot.Unconfirmed(episodes, hotspot.Sudden(d.cfg, minutes))
	return hotspot.Listed(episodes, listings, at), nil
}

// minutesOf are the series of ten minutes of every issue.
func minutesOf(ctx context.Context, store pulses, w vane.Window) ([]vane.Series, error) {
	minutes, err := store.Trend(ctx, vane.TrendQuery{Window: w, Step: vane.TenMinutes, By: vane.ByTag})
	if err != nil {
		return nil, fmt.Errorf("read the series of minutes: %w", err)
	}
	return minutes, nil
}

// hourly finds the episodes of every node.
func (d detection) hourly(ctx context.Context, store pulses, w vane.Window) ([]hotspot.Episode, error) {
	var episodes []hotspot.Episode
	family, err := d.eachPulse(ctx, store, w, func(detector *hotspot.Detector, p vane.Pulse) {
		episodes = append(episodes, detector.Detect(p)...)
	})
	if err != nil {
		return nil, err
	}
	return hotspot.Settle(d.cfg, episodes, family), nil
}

// eachPulse gives the pulse of every node, with the detector for it. The whole issues
// are read first: they tell what rises everywhere.
func (d detection) eachPulse(ctx context.Context, store pulses, w vane.Window, do func(*hotspot.Detector, vane.Pulse)) (hotspot.Family, error) {
	var family hotspot.Family
	detector, err := hotspot.NewDetector(d.cfg, d.calendar, w)
	if err != nil {
		return family, err
	}
	var issues []vane.Pulse
	if err := store.Pulses(ctx, w, vane.ByTag, d.cfg.MinAuthors, func(p vane.Pulse) error {
		issues = append(issues, p)
		return nil
	}); err != nil {
		return family, fmt.Errorf("read the pulses of issues: %w", err)
	}
	detector.Tide(issues)
	for _, p := range issues {
		do(detector, p)
	}
	family.Whole = len(issues)
	for _, by := range []vane.Dimension{vane.ByDomain, vane.ByBrand, vane.ByRegion, vane.ByChannel} {
		if err := store.Pulses(ctx, w, by, d.cfg.MinAuthors, func(p vane.Pulse) error {
			do(detector, p)
			if by == vane.ByDomain {
				family.Whole++
			} else {
				family.Parts++
			}
			return ctx.Err()
		}); err != nil {
			return family, fmt.Errorf("read the pulses by %s: %w", by, err)
		}
	}
	return family, nil
}

// name is what a node is called.
func (d detection) name(n vane.Node) string {
	name := d.names[n.Tag]
	if name == "" { // a tag that the taxonomy has no more
		name = string(n.Tag)
	}
	if n.By == vane.ByNothing {
		return name
	}
	return name + "·" + n.Key
}
