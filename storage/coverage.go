package storage

import (
	"context"
	"maps"
	"slices"
	"time"

	"vane"
)

// Coverage is what was collected from one source, hour by hour.
type Coverage struct {
	Source string         `json:"source"`
	Hours  []CoverageHour `json:"hours"`
}

// CoverageHour is one hour of a source.
type CoverageHour struct {
	At     time.Time `json:"at"`
	Posts  uint64    `json:"posts"`  // published in it, whenever they were collected
	Passes int       `json:"passes"` // that ended in it
	Out    bool      `json:"out"`    // the last pass up to its end failed, and none in it went well
}

// passMemory is how far before a window the last pass of a source is looked for.
const passMemory = 7 * 24 * time.Hour

// Coverage tells for every source, by name, what was collected in each hour of a window,
// and when the source was out. A source that was never crawled, but imported, is never
// out.
func (s *Store) Coverage(ctx context.Context, w vane.Window) ([]Coverage, error) {
	series, err := s.Trend(ctx, vane.TrendQuery{Window: w, Step: vane.Hourly, By: vane.BySource})
	if err != nil {
		return nil, err
	}
	passes, err := s.Passes(ctx, vane.Window{From: w.From.Add(-passMemory), To: w.To})
	if err != nil {
		return nil, err
	}
	of := map[string]*Coverage{}
	source := func(name string) *Coverage {
		if of[name] == nil {
			of[name] = newCoverage(name, w)
		}
		return of[name]
	}
	for _, line := range series {
		for i, p := range line.Points {
			source(line.Key).Hours[i].Posts = p.Posts
		}
	}
	ended := map[string][]Pass{}
	for _, p := range passes {
		ended[p.Source] = append(ended[p.Source], p)
	}
	for name, of := range ended {
		slices.SortFunc(of, func(a, b Pass) int { return a.Ended.Compare(b.Ended) })
		source(name).addPasses(of)
	}
	var coverage []Coverage
	for _, name := range slices.Sorted(maps.Keys(of)) {
		coverage = append(coverage, *of[name])
	}
	return coverage, nil
}

func newCoverage(name string, w vane.Window) *Coverage {
	c := &Coverage{Source: name}
	for _, at := range vane.Hourly.Buckets(w) {
		c.Hours = append(c.Hours, CoverageHour{At: at})
	}
	return c
}

// addPasses puts passes, in order of their ends, into the hours.
func (c *Coverage) addPasses(passes []Pass) {
	failing := false // how the last pass went
	for i := range c.Hours {
		h := &c.Hours[i]
		well := false
		for len(passes) > 0 && passes[0].Ended.Before(h.At.Add(time.Hour)) {
			failing = passes[0].failed()
			if !passes[0].Ended.Before(h.At) {
				h.Passes++
				well = well || !failing
			}
			passes = passes[1:]
		}
		h.Out = failing && !well
	}
}

// failed reports whether a pass got nothing because of the source or the way to it. The
// reasons are the crawler's words.
func (p Pass) failed() bool {
	return p.Posts == 0 && slices.Contains([]string{"error", "blocked", "robots"}, p.Reason)
}
