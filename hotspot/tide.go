package hotspot

import (
	"slices"

	"vane"
)

const (
	// tideHours are looked at together, so that small issues can take part.
	tideHours = 6
	// tidePosts must be usual in them for an issue to take part, and tideNodes issues
	// must take part for a tide to be told from a large hotspot.
	tidePosts, tideNodes = 2.0, 5
	// maxTide is the most that a common rise explains.
	maxTide = 5.0
)

// Tide tells the detector how much more than usual everything is said, hour by hour:
// the median over the given pulses, which should be the whole issues, of count over
// expectation. When all rise at once, on a holiday or because the crawl caught up,
// none of them is a hotspot.
func (d *Detector) Tide(pulses []vane.Pulse) {
	walks := make([]*walk, len(pulses))
	for k, p := range pulses {
		walks[k] = newWalk(d, p)
	}
	ratios := make([]float64, 0, len(pulses))
	for i := range d.slots {
		ratios = ratios[:0]
		for _, w := range walks {
			w.count(i)
			if r, ok := w.ratio(); ok && i-w.oldest >= warmUp {
				ratios = append(ratios, r)
			}
		}
		if len(ratios) >= tideNodes {
			slices.Sort(ratios)
			d.tide[i] = clamp(ratios[len(ratios)/2], 1, maxTide)
		}
	}
}

// ratio is how the last hours stand to their expectation, if that is enough to tell.
func (w *walk) ratio() (r float64, ok bool) {
	var sum hourCount
	for _, h := range w.hours[max(0, len(w.hours)-tideHours):] {
		sum.count += h.count
		sum.mean += h.mean
	}
	return (sum.count + 1) / (sum.mean + 1), sum.mean >= tidePosts
}
