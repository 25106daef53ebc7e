package hotspot

import (
	"math"
	"time"
)

const (
	// scanHours is the longest window of the scan: bursts that matter show within a day.
	scanHours = 20
	// Every window up to everyHour hours is judged, and of the wider ones each third.
	everyHour, wideStep = 5, 3
	// Beyond softClip deviations an hour says only the logarithm of what is more, and in
	// all at most clipHigh; and at least −clipLow. A single spike, of which real series are
	// full, is not enough, and three busy hours say more than three that are hardly busy.
	softClip, clipHigh, clipLow = 1.5, 3.2, 1.1
	// What an hour says counts so much less with every hour that has gone by since.
	fresh = 0.97
	// quietVariance is added to an hour's variance, so that the third post of a quiet
	// night is no wonder.
	quietVariance = 0.5
	// The sum of the last w hours has a variance that each series teaches, from a start
	// of w·(1 + sumInflation·ln w / ln 12), counted as sumPrior hours: neighbours rise
	// together, even on a usual day.
	sumInflation, sumPrior = 5.5, 200.0
	// A sum over learnLimit deviations teaches as if it were that.
	learnLimit = 1.85
)

// Of single hours only records count. A record fades by half in recordMemory; calm
// voices, and the more the larger the series, stand on both sides of the ratio of two
// records; and a ratio of e is worth recordNats of a burst: such an hour is as rare.
const (
	recordMemory              = 30 * 24 * time.Hour
	recordCalm, recordPerRoot = 2.3, 1.75
	recordNats                = 3.6
)

// hourCount is one hour of a series beside what was expected of it.
type hourCount struct {
	count, mean, variance float64
}

func (h hourCount) excess() float64 { return h.count - h.mean }

// busy reports whether it stands clearly over its mean: by a standard deviation.
func (h hourCount) busy() bool { return h.excess() > math.Sqrt(h.variance) }

// surprise is how many deviations an hour stands over its mean, clipped.
func (h hourCount) surprise() float64 {
	z := h.excess() / math.Sqrt(h.variance+quietVariance)
	if z > softClip {
		z = softClip + math.Log1p(z-softClip)
	}
	return clamp(z, -clipLow, clipHigh)
}

// burst is how far the last hours stand over their expectation.
type burst struct {
	Score    float64 // in nats; 0 when not over
	Hours    int     // of the window with the largest score
	Count    float64 // in that window
	Expected float64
}

// scan judges the last hours of a series together. With z_i the clipped surprise of
// an hour, faded by what has gone by since, the score of the last hours is
//
//	B = max_w (Σ_w z_i − max_w z_i)² / 2σ_w²,   w from 2 to 20 hours
//
// if that sum is over 0, with σ_w² what the squared sum of w hours usually is in this
// very series. Clipping, and leaving out the most surprising hour, make B blind to
// single spikes; σ_w makes B mean the same for a series whose hours come in runs.
// Under chance alone exp(−B) is about how often a window gets that far.
type scan struct {
	sums    [scanHours]float64 // of the last w+1 surprises, faded
	largest [scanHours]float64 // among them
	squares [scanHours]float64 // of the sums of w+1 hours, fading
	first   [scanHours]float64 // the start of squares, times its weight
	weight  float64
	decay   float64
}

func newScan() scan {
	s := scan{decay: math.Exp2(-1 / sumHalfLife.Hours())}
	for w := range s.first {
		n := float64(w + 1)
		s.first[w] = sumPrior * n * (1 + sumInflation*math.Log(n)/math.Log(12))
	}
	return s
}

// add judges the hour with the surprise z and learns it; it gives B and its window.
// It runs for every hour of every series, so it does no more than it must.
func (s *scan) add(z float64, judged int) (score float64, hours int) {
	for w := scanHours - 1; w > 0; w-- {
		s.sums[w] = z + fresh*s.sums[w-1]
		largest := fresh * s.largest[w-1]
		if z > largest {
			largest = z
		}
		s.largest[w] = largest
	}
	s.sums[0], s.largest[0] = z, z
	inverse := 1 / (s.weight + sumPrior)
	for w := 1; w < scanHours && w <= judged; {
		sum := s.sums[w]
		variance := (s.squares[w] + s.first[w]) * inverse
		if over := sum - s.largest[w]; over > 0 && over*over > 2*variance*score {
			score, hours = over*over/(2*variance), w+1
		}
		square, limit := sum*sum, learnLimit*learnLimit*variance
		if square > limit {
			square = limit
		}
		s.squares[w] = s.squares[w]*s.decay + square
		if w++; w >= everyHour {
			w += wideStep - 1
		}
	}
	s.weight = s.weight*s.decay + 1
	return score, hours
}

// record is the largest excess that an hour of a series has had, fading.
type record struct{ largest, decay float64 }

func newRecord() record { return record{decay: math.Exp2(-time.Hour.Hours() / recordMemory.Hours())} }

// add judges an hour and learns it: with e its excess, P the record before it and
// c = 3 + 1.5√μ, it gives 3·ln((e + c)/(P + c)) if it is the new record, else 0. A series
// whose hours jump now and then must jump higher.
func (r *record) add(h hourCount) float64 {
	r.largest *= r.decay
	excess := h.excess()
	if excess <= r.largest {
		return 0
	}
	c := recordCalm + recordPerRoot*math.Sqrt(h.mean)
	score := recordNats * math.Log((excess+c)/(r.largest+c))
	r.largest = excess
	return score
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
