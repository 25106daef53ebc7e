package burst

import (
	"math"
	"slices"
	"time"
)

// The rules of others, as they are described where they come from. Each looks at
// posts of whole hours and knows nothing of what is to come.

// Volume is the plain number of posts of the last hour.
func Volume(_ time.Time, counts []float64) []float64 { return counts }

// ThreeSigma is (x − mean) / deviation of the last 14 days: Huginn's rule, which
// alarms at 3.
func ThreeSigma(_ time.Time, counts []float64) []float64 {
	const window = 14 * 24
	scores := make([]float64, len(counts))
	var sum, squares float64
	for i, x := range counts {
		if n := float64(min(i, window)); n > 1 {
			mean := sum / n
			deviation := math.Sqrt(max(squares/n-mean*mean, 0))
			scores[i] = max(0, (x-mean)/max(deviation, 0.5))
		}
		sum += x
		squares += x * x
		if i >= window {
			old := counts[i-window]
			sum -= old
			squares -= old * old
		}
	}
	return scores
}

// RatioToLast compares the last hour with the one before it, as hot lists do, which
// alarm at 3.
func RatioToLast(_ time.Time, counts []float64) []float64 {
	scores := make([]float64, len(counts))
	for i := 1; i < len(counts); i++ {
		scores[i] = counts[i] / max(counts[i-1], 1)
	}
	return scores
}

// SigniTrend is (x − max(mean, β)) / (deviation + β) with exponentially weighted
// moments of a half-life of a week (Schubert, Weiler and Kriegel, KDD 2014).
func SigniTrend(_ time.Time, counts []float64) []float64 {
	const beta, halfLife = 1.0, 7 * 24
	alpha := 1 - math.Exp2(-1.0/halfLife)
	scores := make([]float64, len(counts))
	var mean, variance float64
	for i, x := range counts {
		scores[i] = max(0, (x-max(mean, beta))/(math.Sqrt(variance)+beta))
		delta := x - mean
		mean += alpha * delta
		variance = (1 - alpha) * (variance + alpha*delta*delta)
	}
	return scores
}

// Kleinberg is the automaton of two states (KDD 2002), run forward: how much cheaper
// it is, in nats, that the series is in its burst state now than that it is not.
// Rates are Poisson, the usual one the mean of the same hours of the day so far.
func Kleinberg(from time.Time, counts []float64) []float64 {
	const ratio, gamma = 3.0, 1.0
	scores := make([]float64, len(counts))
	var sums, days [24]float64
	var total float64
	usual, burst := 0.0, math.Inf(1)
	for i, x := range counts {
		hour := from.Add(hours(i)).Hour()
		all := (total + 0.5) / float64(i+1)
		mean := (sums[hour] + 2*all) / (days[hour] + 2)
		enter := gamma * math.Log(float64(min(i, WarmUp))+2)
		usual, burst = min(usual, burst)+poissonCost(x, mean), min(burst, usual+enter)+poissonCost(x, ratio*mean)
		scores[i] = max(0, usual-burst)
		usual, burst = usual-min(usual, burst), burst-min(usual, burst)
		sums[hour] += x
		days[hour]++
		total += x
	}
	return scores
}

// poissonCost is −ln of the chance of x, less what does not depend on the mean.
func poissonCost(x, mean float64) float64 { return mean - x*math.Log(mean) }

// YesterdaysHour compares the last hour with the same of the day before.
func YesterdaysHour(_ time.Time, counts []float64) []float64 {
	scores := make([]float64, len(counts))
	for i := 24; i < len(counts); i++ {
		scores[i] = counts[i] / max(counts[i-24], 1)
	}
	return scores
}

// Pearson is (x − expected) / √expected of the last two days against the two weeks
// before: Event Registry's trending rule.
func Pearson(_ time.Time, counts []float64) []float64 {
	const short, long = 48, 14 * 24
	scores := make([]float64, len(counts))
	for i := short + 24; i < len(counts); i++ {
		now := sum(counts[i+1-short : i+1])
		before := counts[max(0, i+1-short-long) : i+1-short]
		expected := sum(before) / float64(len(before)) * short
		scores[i] = max(0, (now-expected)/math.Sqrt(max(expected, 1)))
	}
	return scores
}

func sum(xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return total
}

// RobustHour is the distance of the last hour from the median of the same hour of 28
// days, in median absolute deviations.
func RobustHour(_ time.Time, counts []float64) []float64 {
	scores := make([]float64, len(counts))
	for i := range counts {
		var same []float64
		for d := 1; d <= 28 && i-24*d >= 0; d++ {
			same = append(same, counts[i-24*d])
		}
		if len(same) < 3 {
			continue
		}
		middle := median(same)
		for k := range same {
			same[k] = math.Abs(same[k] - middle)
		}
		scores[i] = max(0, (counts[i]-middle)/max(1.4826*median(same), 1))
	}
	return scores
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}
