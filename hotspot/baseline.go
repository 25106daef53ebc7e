package hotspot

import (
	"math"
	"time"

	"vane"
)

const (
	hoursOfWeek = 7 * 24

	// Half-lives of what the baseline remembers. Six weeks follow a changing season
	// and still hold six samples of every hour of the week.
	seasonHalfLife     = 6 * hoursOfWeek * time.Hour
	dispersionHalfLife = 4 * hoursOfWeek * time.Hour
	levelHalfLife      = 72 * time.Hour

	// shrink is how many posts of the coarser mean stand behind each finer mean: a
	// gamma prior of that shape. Counted in posts and not in hours, a rare issue keeps
	// its overall mean, and a busy one soon has a season.
	shrink = 2.0
	// A series about which nothing is known has half a post a week.
	firstPosts, firstHours = 0.5, hoursOfWeek

	// A count over winsor·μ+winsor teaches the baseline as if it were that: a burst
	// must not become the new normal while it lasts.
	winsor = 3.0

	// The level follows drifts of the whole series, and no further than this.
	minLevel, maxLevel = 0.5, 2.0
	// levelPrior keeps the level of a quiet series at 1 until it has seen this many posts.
	levelPrior = 10.0

	// Limits of 1/k, the overdispersion of the negative binomial: 0.05 is nearly
	// Poisson, 2 is as bursty as the busiest real series measured.
	minOverdispersion, firstOverdispersion, maxOverdispersion = 0.05, 0.2, 2.0
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

// shrunk is the mean drawn to prior as if shrink posts had been seen at that rate.
func (e *ewma) shrunk(prior float64) float64 { return e.mean(prior, shrink/prior) }

// baseline is what a series usually counts in an hour. It learns hour by hour and
// knows the past only.
//
// The expectation is a mean per hour of the week, shrunk to the hour of workdays
// or weekends, to the hour of the day, and to the mean of all; times the level of
// the last days. The variance is that of a negative binomial, μ + μ²/k.
type baseline struct {
	weekHour     [hoursOfWeek]ewma
	dayKind      [2][24]ewma // workdays, weekend
	hour         [24]ewma
	all          ewma
	observed     ewma // of the last days, winsorised
	expected     ewma // season alone, over the same hours
	excessSquare ewma // (x−μ)² − μ
	meanSquare   ewma // μ²
}

func newBaseline() *baseline {
	b := &baseline{
		all:          newEWMA(seasonHalfLife, time.Hour),
		observed:     newEWMA(levelHalfLife, time.Hour),
		expected:     newEWMA(levelHalfLife, time.Hour),
		excessSquare: newEWMA(dispersionHalfLife, time.Hour),
		meanSquare:   newEWMA(dispersionHalfLife, time.Hour),
	}
	for i := range b.weekHour {
		b.weekHour[i] = newEWMA(seasonHalfLife, hoursOfWeek*time.Hour)
	}
	for i := range b.hour {
		b.hour[i] = newEWMA(seasonHalfLife, 24*time.Hour)
		b.dayKind[0][i] = newEWMA(seasonHalfLife, hoursOfWeek*time.Hour/5)
		b.dayKind[1][i] = newEWMA(seasonHalfLife, hoursOfWeek*time.Hour/2)
	}
	return b
}

// slot is where an hour stands in the week of Asia/Shanghai.
func slot(t time.Time) (weekHour, dayKind, hour int) {
	t = t.In(vane.Beijing())
	day := (int(t.Weekday()) + 6) % 7 // Monday first
	if day >= 5 {
		dayKind = 1
	}
	return day*24 + t.Hour(), dayKind, t.Hour()
}

// season is the expectation of the hour at t before the level.
func (b *baseline) season(t time.Time) float64 {
	weekHour, dayKind, hour := slot(t)
	mean := b.all.mean(firstPosts/firstHours, firstHours)
	mean = b.hour[hour].shrunk(mean)
	mean = b.dayKind[dayKind][hour].shrunk(mean)
	return b.weekHour[weekHour].shrunk(mean)
}

// expect is the mean and variance of the hour at t.
func (b *baseline) expect(t time.Time) (mean, variance float64) {
	level := (b.observed.sum + levelPrior) / (b.expected.sum + levelPrior)
	mean = b.season(t) * clamp(level, minLevel, maxLevel)
	return mean, mean + mean*mean*b.overdispersion()
}

// overdispersion is 1/k by the method of moments.
func (b *baseline) overdispersion() float64 {
	const prior = 50 // hours; a series starts from firstOverdispersion
	excess := b.excessSquare.sum + prior*firstOverdispersion
	square := b.meanSquare.sum + prior
	return clamp(excess/square, minOverdispersion, maxOverdispersion)
}

// learn adds the count of the hour at t, whose expectation was mean.
func (b *baseline) learn(t time.Time, count, mean float64) {
	x := min(count, winsor*mean+winsor)
	b.observed.add(x)
	b.expected.add(b.season(t))
	b.excessSquare.add((x-mean)*(x-mean) - mean)
	b.meanSquare.add(mean * mean)

	weekHour, dayKind, hour := slot(t)
	b.all.add(x)
	b.hour[hour].add(x)
	b.dayKind[dayKind][hour].add(x)
	b.weekHour[weekHour].add(x)
}

func clamp(x, low, high float64) float64 { return max(low, min(x, high)) }
