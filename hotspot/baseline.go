package hotspot

import (
	"math"
	"time"
)

const (
	hoursOfWeek = 7 * 24

	// Half-lives of what the baseline remembers. A month follows a changing season and
	// still holds four samples of every hour of the week; ten days follow a drift and are
	// too long for a burst to become usual.
	seasonHalfLife     = 4 * hoursOfWeek * time.Hour
	levelHalfLife      = 250 * time.Hour
	dispersionHalfLife = 200 * time.Hour
	sumHalfLife        = 2 * hoursOfWeek * time.Hour

	// How many samples of the coarser mean stand behind each finer one. An hour of the
	// week has to show itself seven times before it is believed as much as its kind of
	// day.
	shrinkWeekHour, shrinkKind, shrinkHour = 7.0, 3.0, 2.0
	// A series about which nothing is known has half a post a week.
	firstRate, firstHours = 0.5 / hoursOfWeek, 0.3 * hoursOfWeek

	// A count over winsor·μ+winsor teaches the baseline as if it were that: a burst
	// must not become the new normal while it lasts.
	winsor = 3.0

	// The level follows drifts of the whole series, and upwards not far: who grows by
	// more is news.
	minLevel, maxLevel = 0.3, 1.2
	// levelPrior keeps the level of a quiet series at 1 until it has seen this many posts.
	levelPrior = 20.0
	// A busy day may be expected to be this much busier, once busy days were.
	maxBusy = 3.0
	// busyPrior are the posts that keep that factor at 1.
	busyPrior = 20.0

	// Limits of 1/k, the overdispersion of the negative binomial: 0.02 is nearly
	// Poisson. It starts from firstOverdispersion as if seen for dispersionPrior squares.
	minOverdispersion, firstOverdispersion, maxOverdispersion = 0.02, 0.06, 0.3
	dispersionPrior                                           = 20.0
)

// ewma is a mean whose samples lose half of their weight per half-life.
type ewma struct {
	sum, weight, decay float64
}

// newEWMA takes the half-life and how often a sample comes.
func newEWMA(halfLife, every time.Duration) ewma {
	return ewma{decay: math.Exp2(-every.Hours() / halfLife.Hours())}
}

func (e *ewma) add(x float64) {
	e.sum = e.sum*e.decay + x
	e.weight = e.weight*e.decay + 1
}

// mean is drawn to prior as if prior had been seen weight times.
func (e *ewma) mean(prior, weight float64) float64 {
	return (e.sum + prior*weight) / (e.weight + weight)
}

// baseline is what a series usually counts in an hour. It learns hour by hour and
// knows the past only.
//
// The expectation is a mean per hour of the week, drawn to the hour of workdays or
// free days, to the hour of the day, and to the mean of all; times the level of the
// last days; times, on busy days, what those used to bring. The variance is that
// of a negative binomial, μ + μ²/k.
type baseline struct {
	weekHour     [hoursOfWeek]ewma
	kindHour     [2][24]ewma // workdays, free days
	hour         [24]ewma
	all          ewma
	observed     ewma // of the last days, winsorised
	expected     ewma // season alone, over the same hours
	busy         ewma // counts of busy days, winsorised
	busyBase     ewma // what they would have been as usual days
	excessSquare ewma // (x−μ)² − μ
	meanSquare   ewma // μ²
	season       float64
}

func newBaseline() *baseline {
	const day = 24 * time.Hour
	b := &baseline{
		all:          newEWMA(seasonHalfLife, time.Hour),
		observed:     newEWMA(levelHalfLife, time.Hour),
		expected:     newEWMA(levelHalfLife, time.Hour),
		busy:         newEWMA(seasonHalfLife, time.Hour),
		busyBase:     newEWMA(seasonHalfLife, time.Hour),
		excessSquare: newEWMA(dispersionHalfLife, time.Hour),
		meanSquare:   newEWMA(dispersionHalfLife, time.Hour),
	}
	week, daily, work, free := newEWMA(seasonHalfLife, 7*day), newEWMA(seasonHalfLife, day),
		newEWMA(seasonHalfLife, 7*day/5), newEWMA(seasonHalfLife, 7*day/2)
	for i := range b.weekHour {
		b.weekHour[i] = week
	}
	for i := range b.hour {
		b.hour[i], b.kindHour[0][i], b.kindHour[1][i] = daily, work, free
	}
	return b
}

// expect is the mean and the overdispersion 1/k of an hour.
func (b *baseline) expect(s slot) (mean, overdispersion float64) {
	mean = b.all.mean(firstRate, firstHours)
	mean = b.hour[s.hour].mean(mean, shrinkHour)
	mean = b.kind(s).mean(mean, shrinkKind)
	mean = b.weekHour[s.weekHour].mean(mean, shrinkWeekHour)
	b.season = mean
	mean *= clamp((b.observed.sum+levelPrior)/(b.expected.sum+levelPrior), minLevel, maxLevel)
	if s.busy {
		mean *= clamp((b.busy.sum+busyPrior)/(b.busyBase.sum+busyPrior), 1, maxBusy)
	}
	excess := b.excessSquare.sum + dispersionPrior*firstOverdispersion
	return mean, clamp(excess/(b.meanSquare.sum+dispersionPrior), minOverdispersion, maxOverdispersion)
}

func (b *baseline) kind(s slot) *ewma {
	if s.free {
		return &b.kindHour[1][s.hour]
	}
	return &b.kindHour[0][s.hour]
}

// learn adds the count of the hour that was asked for last, whose expectation was
// mean. Busy days teach what they bring and nothing else.
func (b *baseline) learn(s slot, count, mean float64) {
	x := min(count, winsor*mean+winsor)
	b.excessSquare.add((x-mean)*(x-mean) - mean)
	b.meanSquare.add(mean * mean)
	if s.busy {
		b.busy.add(x)
		b.busyBase.add(b.season)
		return
	}
	b.observed.add(x)
	b.expected.add(b.season)
	b.all.add(x)
	b.hour[s.hour].add(x)
	b.kind(s).add(x)
	b.weekHour[s.weekHour].add(x)
}

func clamp(x, low, high float64) float64 { return max(low, min(x, high)) }
