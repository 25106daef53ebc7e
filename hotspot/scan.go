package hotspot

import "math"

// scanHours is the longest window of the scan: bursts that matter show within
// half a day.
const scanHours = 12

// hourCount is one hour of a series beside what was expected of it.
type hourCount struct {
	count, mean, variance float64
}

func (h hourCount) excess() float64 { return h.count - h.mean }

// burst is how far the last hours stand over their expectation.
type burst struct {
	Score    float64 // log-likelihood ratio in nats, divided by the overdispersion; 0 when not over
	Hours    int     // of the window with the largest score
	Count    float64 // in that window
	Expected float64
}

// scan is the trimmed multi-window scan: over every window of the last 2 to 12
// hours, less its one most exceptional hour, the score is
//
//	B = max_w [y ln(y/m) − (y − m)] / φ,   φ = V/m
//
// with y the count, m the mean and V the variance of what is left. Leaving out one
// hour makes B blind to single spikes, of which real series are full. The last
// hour of hours is the current one.
func scan(hours []hourCount) burst {
	var best burst
	var sum, trimmed hourCount
	for w := 1; w <= min(scanHours, len(hours)); w++ {
		h := hours[len(hours)-w]
		sum.count += h.count
		sum.mean += h.mean
		sum.variance += h.variance
		if w == 1 || h.excess() > trimmed.excess() {
			trimmed = h
		}
		y, m, v := sum.count-trimmed.count, sum.mean-trimmed.mean, sum.variance-trimmed.variance
		if w == 1 || m <= 0 || y <= m {
			continue
		}
		if score := (y*math.Log(y/m) - (y - m)) / (v / m); score > best.Score {
			best = burst{Score: score, Hours: w, Count: sum.count, Expected: sum.mean}
		}
	}
	return best
}

// acceleration is the change of the count from the first to the second half of the
// last hours, in doublings, less the change that the season brings; from −1 to 3.
func acceleration(hours []hourCount) float64 {
	half := min(scanHours, len(hours)) / 2
	if half == 0 {
		return 0
	}
	var last, before hourCount
	for i := range half {
		l, b := hours[len(hours)-1-i], hours[len(hours)-1-half-i]
		last.count += l.count
		last.mean += l.mean
		before.count += b.count
		before.mean += b.mean
	}
	const calm = 2 // voices added on both sides, so that 0 → 1 is no doubling
	change := math.Log2((last.count + calm) / (before.count + calm))
	season := math.Log2((last.mean + calm) / (before.mean + calm))
	return clamp(change-season, -1, 3)
}
