package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"vane"
	"vane/hotspot"
	"vane/storage"
)

// pastBlock is for how many instants at once the posts are read. What depends on all
// that was read, which is the week in which a source joined and how many series there
// are, is so known at most four weeks too early.
const pastBlock = 28 * 24 * time.Hour

// past is detection at one full hour after the other, as vane run would have done it.
// What was known at each is what was found until then. Posts are read a block of hours
// at a time, followed hour by hour, and what is stored about a window is asked for once.
type past struct {
	detection
	rules  hotspot.AlertRules // that are looked at
	store  *storage.Store
	end    time.Time // of all instants
	known  []vane.Hotspot
	facts  map[factsKey]vane.Facts
	block  vane.Window         // instants that are read for
	hourly [][]hotspot.Episode // of the block's instants, not settled
	family hotspot.Family
	sudden *hotspot.SuddenWatch
	listed bool // whether anything stands on hot lists
}

type factsKey struct {
	node     vane.Node
	from, to int64
}

// newPast goes up to an instant.
func newPast(d detection, rules hotspot.AlertRules, store *storage.Store, end time.Time) *past {
	return &past{detection: d, rules: rules, store: store, end: end, facts: map[factsKey]vane.Facts{}}
}

// at finds the hotspots to show as of an instant, as [detection.detect] does, without
// storing them. Instants are full hours, in order.
func (p *past) at(ctx context.Context, at time.Time) ([]vane.Hotspot, error) {
	if !p.block.Contains(at) {
		if err := p.read(ctx, vane.Window{From: at, To: earlier(at.Add(pastBlock), p.end)}); err != nil {
			return nil, err
		}
	}
	episodes := hotspot.Settle(p.cfg, p.hourly[int(at.Sub(p.block.From)/time.Hour)], p.family)
	episodes = hotspot.Unconfirmed(episodes, p.sudden.At(at))
	if p.listed {
		listings, err := p.store.Listings(ctx, p.cfg.HotLists, vane.Window{From: at.Add(-p.cfg.Lookback), To: at})
		if err != nil {
			return nil, fmt.Errorf("read the hot lists: %w", err)
		}
		episodes = hotspot.Listed(episodes, listings, at)
	}
	found, err := p.explain(ctx, p.factsOnce, episodes, p.known, at)
	if err != nil {
		return nil, err
	}
	shown := hotspot.Shown(p.cfg, found, at)
	p.keep(hotspot.ToStore(found, shown, p.known), at)
	return shown, nil
}

// read looks at all series up to the last instant of a block.
func (p *past) read(ctx context.Context, block vane.Window) error {
	last := block.To.Add(-time.Hour)
	w := vane.Window{From: block.From.Add(-p.cfg.History), To: last}
	first := int(block.From.Sub(w.From)/time.Hour) - 1 // the hour that ends with the block's first instant
	p.block, p.hourly = block, make([][]hotspot.Episode, int(block.To.Sub(block.From)/time.Hour))
	var err error
	p.family, err = p.eachPulse(ctx, p.store, w, func(d *hotspot.Detector, pulse vane.Pulse) {
		d.Follow(pulse, first, func(hour int, episodes []hotspot.Episode) {
			over := w.From.Add(time.Duration(hour)*time.Hour - 2*p.cfg.Lookback) // long before what is shown
			for _, e := range episodes {
				if e.Window.To.After(over) {
					p.hourly[hour-first] = append(p.hourly[hour-first], e)
				}
			}
		})
	})
	if err != nil {
		return err
	}
	minutes, err := minutesOf(ctx, p.store, vane.Window{From: block.From.Add(-hotspot.SuddenHistory), To: last})
	if err != nil {
		return err
	}
	p.sudden = hotspot.NewSuddenWatch(p.cfg, minutes)
	listings, err := p.store.Listings(ctx, p.cfg.HotLists, vane.Window{From: block.From.Add(-p.cfg.Lookback), To: block.To})
	p.listed = len(listings) > 0
	return err
}

// keep makes what was found known, as the store would, and lets go of what is too long
// ago to be asked for again.
func (p *past) keep(hotspots []vane.Hotspot, at time.Time) {
	for _, h := range hotspots {
		i := slices.IndexFunc(p.known, func(k vane.Hotspot) bool { return k.Node() == h.Node() && k.From.Equal(h.From) })
		if i < 0 {
			p.known = append(p.known, h)
			continue
		}
		p.known[i] = h
	}
	over := at.Add(-p.cfg.Lookback)
	p.known = slices.DeleteFunc(p.known, func(h vane.Hotspot) bool { return !h.To.After(over) })
	maps.DeleteFunc(p.facts, func(k factsKey, _ vane.Facts) bool { return k.to < over.UnixMilli() })
}

// factsOnce are the facts of an episode as far as they decide whether it is shown and
// which rules it meets: without evidence, and without novelty where that decides
// nothing.
func (p *past) factsOnce(ctx context.Context, e hotspot.Episode) (vane.Facts, error) {
	key := factsKey{e.Node, e.Window.From.UnixMilli(), e.Window.To.UnixMilli()}
	f, ok := p.facts[key]
	if !ok {
		var err error
		if f, err = p.store.FactCounts(ctx, e.Node, e.Window); err != nil {
			return f, err
		}
		f = grouped(f)
	}
	if heat := hotspot.Explain(e, "", f).Heat; f.Evidence.Words == nil && p.undecided(heat) {
		var err error
		if f.Evidence.Words, f.Novelty, err = p.store.TellingWords(ctx, e.Node, e.Window); err != nil {
			return f, err
		}
		if f.Evidence.Words == nil {
			f.Evidence.Words = []string{} // asked for: there are none
		}
	}
	p.facts[key] = f
	return f, nil
}

// undecided reports whether novelty could make a difference to a hotspot of that heat.
func (p *past) undecided(heat float64) bool {
	warmest := heat + hotspot.NoveltyPoints
	return warmest >= p.rules.LeastHeat() || heat < p.cfg.MinHeat && warmest >= p.cfg.MinHeat
}

// evidence adds to the alerts what their hotspots rest on.
func (p *past) evidence(ctx context.Context, fired []vane.Alert) error {
	for i := range fired {
		h := &fired[i].Hotspot
		f, err := p.store.Facts(ctx, h.Node(), vane.Window{From: h.From, To: h.To})
		if err != nil {
			return fmt.Errorf("read the evidence of %s: %w", h.Tag, err)
		}
		f.Evidence.Hours = h.Evidence.Hours
		h.Evidence = f.Evidence
	}
	return nil
}
