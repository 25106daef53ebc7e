package burst

import (
	"math"
	"math/rand/v2"
	"time"

	"vane/bench/hotspot/nab"
)

// Category is one series into which bursts are planted.
type Category struct {
	Name    string
	From    time.Time // start of the first hour
	Hours   []float64 // posts, each by another author
	Neutral []bool    // hours that count neither for nor against a detector
	Base    []float64 // posts a usual hour has, by hour of the day
}

// Rhythm is a real series by the hour.
type Rhythm struct {
	Name    string
	From    time.Time
	Hours   []float64
	Neutral []bool // labelled as unusual in the real series
}

// margin is how far around a labelled window nothing is judged.
const margin = 24

// FromNAB adds a series of minutes up to hours.
func FromNAB(s nab.Series) Rhythm {
	from := s.Times[0].Truncate(time.Hour)
	n := int(s.Times[len(s.Times)-1].Sub(from)/time.Hour) + 1
	r := Rhythm{Name: s.Name, From: from, Hours: make([]float64, n), Neutral: make([]bool, n)}
	for i, v := range s.Values {
		r.Hours[int(s.Times[i].Sub(from)/time.Hour)] += v
	}
	for _, w := range s.Windows {
		first := int(s.Times[w.First].Sub(from)/time.Hour) - margin
		last := int(s.Times[w.Last].Sub(from)/time.Hour) + margin
		for h := max(first, 0); h <= min(last, n-1); h++ {
			r.Neutral[h] = true
		}
	}
	return r
}

// thin keeps each post with the chance that leaves perHour of them on average; a
// series with fewer, or of means, is drawn anew around its own counts.
func (r Rhythm) thin(perHour float64, random *rand.Rand) Category {
	c := Category{Name: r.Name, From: r.From, Neutral: r.Neutral, Hours: make([]float64, len(r.Hours))}
	var sum float64
	for _, x := range r.Hours {
		sum += x
	}
	p := perHour * float64(len(r.Hours)) / sum
	for i, x := range r.Hours {
		if whole := x == math.Trunc(x); whole && p < 1 {
			c.Hours[i] = binomial(random, int(x), p)
		} else {
			c.Hours[i] = poisson(random, x*p)
		}
	}
	c.Base = c.base()
	return c
}

// base is the mean of each hour of the day.
func (c Category) base() []float64 {
	mean := make([]float64, 24)
	var n [24]float64
	for i, x := range c.Hours {
		h := c.From.Add(time.Duration(i) * time.Hour).Hour()
		mean[h] += x
		n[h]++
	}
	for h := range mean {
		mean[h] /= max(n[h], 1)
	}
	return mean
}

// usual is the mean of the hour i.
func (c Category) usual(i int) float64 {
	return c.Base[c.From.Add(time.Duration(i)*time.Hour).Hour()]
}

func poisson(random *rand.Rand, mean float64) float64 {
	if mean > 50 { // by its normal approximation
		return max(0, math.Round(mean+math.Sqrt(mean)*random.NormFloat64()))
	}
	k := 0.0
	for p := random.Float64(); p > math.Exp(-mean); p *= random.Float64() {
		k++
	}
	return k
}

func binomial(random *rand.Rand, n int, p float64) float64 {
	if variance := float64(n) * p * (1 - p); variance > 25 {
		return clamp(math.Round(float64(n)*p+math.Sqrt(variance)*random.NormFloat64()), 0, float64(n))
	}
	k := 0.0
	for range n {
		if random.Float64() < p {
			k++
		}
	}
	return k
}

func clamp(x, low, high float64) float64 { return max(low, min(x, high)) }
