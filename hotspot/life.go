package hotspot

import "vane"

const (
	// An episode goes on while its burst is over leave·Level: two levels, so that one
	// hotspot is not cut into many.
	leave = 0.5
	// fadesAfter hours under that it has faded, and may come back (反复); after
	// closesAfter hours it is over, and what comes then is another hotspot.
	fadesAfter, closesAfter = 6, 24
	// An episode is still breaking out while its last freshHours hold more voices than
	// any freshHours of it before; a quarter of a day evens out the hours of a day.
	freshHours = 6
)

// life is where an episode stands between two hours.
type life struct {
	quiet    int     // hours under the lower level
	returned bool    // it had faded before
	freshest float64 // most voices that freshHours of it held
}

// next gives the state after another hour: over says whether the burst is over its
// level, above whether it is over the lower one. A burst looks back for half a day; so
// the last freshHours must be busy too, or the episode fades.
func (l *life) next(hours []hourCount, over, above bool) vane.State {
	var fresh hourCount
	for _, h := range hours[max(0, len(hours)-freshHours):] {
		fresh.count += h.count
		fresh.mean += h.mean
		fresh.variance += h.variance
	}
	lives := above && fresh.busy()
	if l.quiet >= fadesAfter { // to come back it must get over its level
		lives = over
	}
	if !lives {
		l.quiet++
		if l.quiet >= closesAfter {
			return vane.Closed
		}
		return vane.Fading
	}
	l.returned = l.returned || l.quiet >= fadesAfter
	l.quiet = 0
	rising := fresh.count >= l.freshest
	l.freshest = max(l.freshest, fresh.count)
	switch {
	case l.returned:
		return vane.Recurring
	case rising:
		return vane.Emerging
	default:
		return vane.Lasting
	}
}
