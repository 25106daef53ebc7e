package samplesite

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"vane"
)

// rhythm is when people of one kind of site write: a weight for each hour of
// Beijing's day and each day of the week from Sunday.
type rhythm struct {
	name  string
	hours [24]float64
	week  [7]float64
}

// office is who writes from a desk: petitions and news.
func office() rhythm {
	return rhythm{"office",
		[24]float64{3, 2, 1, 1, 1, 1, 2, 5, 11, 17, 21, 18, 11, 11, 16, 19, 17, 15, 10, 8, 8, 8, 7, 5},
		[7]float64{0.55, 1.2, 1.15, 1.1, 1.1, 1.05, 0.65}}
}

// leisure is who writes in breaks and after work: forums.
func leisure() rhythm {
	return rhythm{"leisure",
		[24]float64{6, 3, 2, 1, 1, 1, 3, 6, 10, 13, 14, 14, 15, 13, 12, 13, 13, 12, 13, 15, 17, 18, 15, 10},
		[7]float64{1.0, 1.05, 1.0, 1.0, 1.0, 1.0, 0.95}}
}

// evening is who writes on the sofa: the microblog.
func evening() rhythm {
	return rhythm{"evening",
		[24]float64{9, 5, 3, 2, 1, 2, 4, 8, 10, 11, 12, 13, 15, 13, 11, 11, 11, 12, 14, 16, 18, 20, 20, 15},
		[7]float64{1.1, 0.95, 0.95, 0.95, 1.0, 1.05, 1.15}}
}

// at is the weight of one moment.
func (r rhythm) at(t time.Time) float64 {
	t = t.In(vane.Beijing())
	return r.hours[t.Hour()] * r.week[t.Weekday()]
}

// lottery draws an index by weight.
type lottery []float64 // running sums

func newLottery(weights []float64) lottery {
	sums, sum := make(lottery, len(weights)), 0.0
	for i, w := range weights {
		sum += w
		sums[i] = sum
	}
	return sums
}

func (l lottery) pick(rng *rand.Rand) int {
	at := rng.Float64() * l[len(l)-1]
	return sort.Search(len(l)-1, func(i int) bool { return l[i] > at })
}

// timeline draws moments from a density over hours. Counts of independent draws are
// as uneven as a Poisson process.
type timeline struct {
	from  time.Time
	width time.Duration // of one slot
	slots lottery
}

// newTimeline takes the density in the middle of each slot. The last slot ends at
// to, the first holds from.
func newTimeline(from, to time.Time, width time.Duration, density func(time.Time) float64) timeline {
	n := int((to.Sub(from) + width - 1) / width)
	from = to.Add(-time.Duration(n) * width)
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = density(from.Add(time.Duration(i)*width + width/2))
	}
	return timeline{from, width, newLottery(weights)}
}

// pick is a moment in whole seconds.
func (tl timeline) pick(rng *rand.Rand) time.Time {
	slot := tl.slots.pick(rng)
	within := time.Duration(rng.Int64N(int64(tl.width / time.Second)))
	return tl.from.Add(time.Duration(slot)*tl.width + within*time.Second)
}

// clocks is a timeline for every rhythm.
type clocks map[string]timeline

// newClocks lays out the days before now. Some days are busier than others, for
// everybody.
func newClocks(now time.Time, rng *rand.Rand) clocks {
	const unrest = 0.12 // standard deviation of a day's logarithm
	busy := map[string]float64{}
	day := func(t time.Time) string { return t.In(vane.Beijing()).Format(time.DateOnly) }
	from := now.Add(-days * 24 * time.Hour)
	for d := range days + 2 {
		busy[day(from.Add(time.Duration(d)*24*time.Hour))] = math.Exp(unrest * rng.NormFloat64())
	}
	all := clocks{}
	for _, r := range []rhythm{office(), leisure(), evening()} {
		all[r.name] = newTimeline(from, now, time.Hour, func(t time.Time) float64 { return r.at(t) * busy[day(t)] })
	}
	return all
}

func (c clocks) pick(r rhythm, rng *rand.Rand) time.Time { return c[r.name].pick(rng) }
