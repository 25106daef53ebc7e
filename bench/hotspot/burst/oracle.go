package burst

import "math"

// Oracle is what can be found at all: the bursts that are found, and how soon, by
// somebody who is told of each burst its shape and size, and who only has to say whether
// such a burst began in the last hours. Told the whole series, they also know what is
// usual in it from what comes later; else from the hours before alone.
//
// They alarm by the likelihood ratio of the negative binomial with the burst to the one
// without, largest over when the burst may have begun, an hour clipped to say no more
// than a factor of e³, as real hours jump; at a threshold for each burst, the one that
// the series itself passes as often as allowed, per week, without any burst.
func Oracle(worlds []World, rates []float64, whole bool) []Point {
	points := make([]Point, 0, len(rates))
	for _, allowed := range rates {
		points = append(points, Point{FalseAlarms: allowed})
	}
	n := 0.0
	for _, w := range worlds {
		n += float64(len(w.Bursts))
		for k, b := range w.Bursts {
			for i, p := range w.Categories[b.Category].tell(b, w.Extra[k], w.Posts[b.Category], rates, whole) {
				points[i].Delay += p.Delay
				points[i].Found += p.Found
				points[i].Found6 += p.Found6
			}
		}
	}
	for i := range points {
		p := &points[i]
		p.Delay, p.Found, p.Found6 = p.Delay/n, p.Found/n, p.Found6/n
	}
	return points
}

// tell judges one burst, the only one of its series, at each rate of false alarms. A few
// weeks hold a whole number of them; between two the oracle tosses a coin.
func (c Category) tell(b Planted, extra, posts, rates []float64, whole bool) []Point {
	counts := append([]float64(nil), c.Hours...)
	copy(counts[b.Start:b.Start+len(extra)], posts[b.Start:])
	excused := append([]bool(nil), c.Neutral...)
	mark(excused, 0, WarmUp)
	quiet, with := c.ratios(c.Hours, extra, whole), c.ratios(counts, extra, whole)
	_, judged := falseAlarms(quiet, excused, math.Inf(1))
	points := make([]Point, len(rates))
	for i, allowed := range rates {
		budget := allowed * float64(judged) / (7 * 24)
		few := math.Floor(budget)
		for _, way := range []struct{ alarms, weight float64 }{{few, 1 + few - budget}, {few + 1, budget - few}} {
			delay := b.delay(with, lowest(quiet, excused, int(way.alarms)))
			points[i].Delay += way.weight * delay
			if delay < Patience {
				points[i].Found += way.weight
			}
			if delay <= 6 {
				points[i].Found6 += way.weight
			}
		}
	}
	return points
}

// lowest is the lowest threshold with at most that many false alarms.
func lowest(scores []float64, excused []bool, alarms int) float64 {
	low, high := 0.0, 1.0
	over := func(threshold float64) bool {
		n, _ := falseAlarms(scores, excused, threshold)
		return n > alarms
	}
	for over(high) {
		low, high = high, 2*high
	}
	for range 30 {
		if middle := (low + high) / 2; over(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// ratios are, hour by hour, the largest log-likelihood ratio of a burst that began in
// the last hours to none.
func (c Category) ratios(counts, extra []float64, whole bool) []float64 {
	const clip = 3
	means, variances := usual(c.From, counts)
	if whole {
		means, variances = c.known()
	}
	scores := make([]float64, len(counts))
	for first := range counts {
		sum := 0.0
		for i := first; i < min(first+min(len(extra), Patience), len(counts)); i++ {
			k := means[i] * means[i] / (variances[i] - means[i])
			r := negativeBinomial(counts[i], means[i]+extra[i-first], k) - negativeBinomial(counts[i], means[i], k)
			sum += clamp(r, -clip, clip)
			scores[i] = max(scores[i], sum)
		}
	}
	return scores
}

// known is what is usual in each hour, and its variance, as the whole series tells: the
// mean of the hour of the week, times the level of the week around it.
func (c Category) known() (means, variances []float64) {
	const around = 84
	var sums, n [7 * 24]float64
	slot := func(i int) int { return int(c.From.Add(hours(i)).Unix()/3600) % len(sums) }
	for i, x := range c.Hours {
		sums[slot(i)] += x
		n[slot(i)]++
	}
	season := make([]float64, len(c.Hours))
	for i := range season {
		season[i] = max((sums[slot(i)]+2*c.usual(i))/(n[slot(i)]+2), 0.01)
	}
	means, variances = make([]float64, len(season)), make([]float64, len(season))
	excess, squares := 0.0, 0.0
	for i := range season {
		count, expected := 10.0, 10.0
		for j := max(0, i-around); j < min(len(season), i+around+1); j++ {
			count += min(c.Hours[j], 3*season[j]+3)
			expected += season[j]
		}
		means[i] = season[i] * count / expected
		if !c.Neutral[i] {
			excess += (c.Hours[i]-means[i])*(c.Hours[i]-means[i]) - means[i]
			squares += means[i] * means[i]
		}
	}
	for i, mean := range means {
		variances[i] = mean + mean*mean*max(excess/squares, 0.001)
	}
	return means, variances
}

// negativeBinomial is the logarithm of the chance of x, less what does not depend on
// the mean.
func negativeBinomial(x, mean, k float64) float64 {
	return x*math.Log(mean/(mean+k)) - k*math.Log1p(mean/k)
}
