package burst

import (
	"math"
	"time"
)

// faded is a mean whose samples lose half of their weight per half-life, in samples.
type faded struct{ sum, weight float64 }

func (f *faded) add(x, halfLife float64) {
	decay := math.Exp2(-1 / halfLife)
	f.sum, f.weight = f.sum*decay+x, f.weight*decay+1
}

// over is the mean drawn to prior with the weight of two samples.
func (f *faded) over(prior float64) float64 { return (f.sum + 2*prior) / (f.weight + 2) }

// usual is what is expected of each hour, and its variance, by the hours before it: the
// mean of the hour of the week, drawn to that of its kind of day, of the hour of the day
// and of all, of a half-life of six weeks, with counts over 3μ+3 taken as that; times
// the level of the last three days, from a half to twice; and as much more than a
// Poisson variance as the squares of the last weeks say.
func usual(from time.Time, counts []float64) (means, variances []float64) {
	const weeks, levelHours, squareHours = 6, 72, 4 * 7 * 24
	var week [7 * 24]faded
	var kind [2][24]faded
	var day [24]faded
	var all, level, season, excess, squares faded
	means, variances = make([]float64, len(counts)), make([]float64, len(counts))
	for i, x := range counts {
		at := from.Add(hours(i)).In(beijing())
		h, free := at.Hour(), 0
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			free = 1
		}
		w := &week[int(at.Weekday())*24+h]
		base := w.over(kind[free][h].over(day[h].over(all.over(0))))
		mean := max(base, 0.01)
		if season.sum > 0 {
			mean *= clamp(level.sum/season.sum, 0.5, 2)
		}
		means[i] = mean
		variances[i] = mean + mean*mean*clamp((excess.sum+1)/(squares.sum+10), 0.001, 1)
		x = min(x, 3*mean+3)
		for _, f := range []struct {
			*faded
			halfLife float64
		}{{w, weeks}, {&kind[free][h], weeks * 3.5}, {&day[h], weeks * 7}, {&all, weeks * 7 * 24}, {&level, levelHours}} {
			f.add(x, f.halfLife)
		}
		season.add(base, levelHours)
		excess.add((x-mean)*(x-mean)-mean, squareHours)
		squares.add(mean*mean, squareHours)
	}
	return means, variances
}

// TrimmedScan is the likelihood ratio of the last 2 to 12 hours, the most surprising of
// them left out, against what is usual, over the variance: the scan of disease
// surveillance, as a detector for counts of posts.
func TrimmedScan(from time.Time, counts []float64) []float64 {
	const longest = 12
	means, variances := usual(from, counts)
	scores := make([]float64, len(counts))
	for i := range counts {
		var count, mean, variance float64
		out := i // the hour that is left out
		for j := i; j >= 0 && j > i-longest; j-- {
			if counts[j]-means[j] > counts[out]-means[out] {
				out = j
			}
			count += counts[j]
			mean += means[j]
			variance += variances[j]
			y, m := count-counts[out], mean-means[out]
			if j < i && y > m {
				scores[i] = max(scores[i], (y*math.Log(y/m)-(y-m))*m/(variance-variances[out]))
			}
		}
	}
	return scores
}
