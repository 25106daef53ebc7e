package nab

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Profile is what a hit, a false row and a missed window weigh.
type Profile struct{ Hit, False, Miss float64 }

// Standard is the benchmark's standard profile.
func Standard() Profile { return Profile{Hit: 1, False: 0.11, Miss: 1} }

// Result is how a detector did.
type Result struct {
	Score         float64 `json:"score"`          // 100 is perfect, 0 is silence; threshold optimised on the series
	ScoreLOSO     float64 `json:"score_loso"`     // each series judged by the best threshold of the others
	Windows       int     `json:"windows"`        // labelled
	Hits          int     `json:"hits"`           // of them with an alarm
	FalseEpisodes int     `json:"false_episodes"` // alarms outside of windows; less than an hour apart they are one
	MedianDelay   float64 `json:"median_delay_h"` // first alarm behind the window's middle, in hours; windows were laid around what they label
	Threshold     float64 `json:"-"`              // that all but ScoreLOSO is measured at; +Inf if silence is best
}

// quiet is how long a detector must be silent for its next alarm to be another
// episode.
const quiet = time.Hour

// Evaluate judges the scores that a detector gave to every row of every series.
func Evaluate(p Profile, series []Series, scores [][]float64) Result {
	best := Best(p, series, scores)
	r := Result{Threshold: best, Score: Score(p, series, scores, best), ScoreLOSO: leaveOneOut(p, series, scores)}
	var delays []float64
	for i, s := range series {
		r.Windows += len(s.Windows)
		r.FalseEpisodes += s.falseEpisodes(scores[i], best)
		found := s.delays(scores[i], best)
		r.Hits += len(found)
		delays = append(delays, found...)
	}
	if len(delays) > 0 {
		slices.Sort(delays)
		r.MedianDelay = math.Round(100*(delays[(len(delays)-1)/2]+delays[len(delays)/2])/2) / 100
	}
	return r
}

// delays are the hours from the middle of each window that was hit to its first
// alarm.
func (s Series) delays(scores []float64, threshold float64) (hours []float64) {
	for _, w := range s.Windows {
		for row := max(w.First, s.Probation()); row <= w.Last; row++ {
			if scores[row] >= threshold {
				middle := s.Times[w.First].Add(s.Times[w.Last].Sub(s.Times[w.First]) / 2)
				hours = append(hours, s.Times[row].Sub(middle).Hours())
				break
			}
		}
	}
	return hours
}

func (s Series) falseEpisodes(scores []float64, threshold float64) (n int) {
	last := time.Time{}
	for row := s.Probation(); row < len(scores); row++ {
		inside := slices.ContainsFunc(s.Windows, func(w Rows) bool { return w.contains(row) })
		if inside || scores[row] < threshold {
			continue
		}
		if last.IsZero() || s.Times[row].Sub(last) >= quiet {
			n++
		}
		last = s.Times[row]
	}
	return n
}

// Score is the normalised score at a threshold: rows that reach it are alarms.
func Score(p Profile, series []Series, scores [][]float64, threshold float64) float64 {
	var sum float64
	for i, s := range series {
		sum += s.raw(p, scores[i], threshold)
	}
	return normalise(p, sum, series)
}

// raw is the score of one series before it is normalised.
func (s Series) raw(p Profile, scores []float64, threshold float64) float64 {
	sw := newSweep(p, s)
	for row := s.Probation(); row < len(s.Values); row++ {
		if scores[row] >= threshold {
			sw.alarm(row)
		}
	}
	return sw.total
}

// normalise makes silence 0 and perfection 100. Without windows there is nothing to
// find, and 0 is all one can get.
func normalise(p Profile, score float64, series []Series) float64 {
	windows := 0
	for _, s := range series {
		windows += len(s.Windows)
	}
	if windows == 0 {
		return 0
	}
	null, perfect := -p.Miss*float64(windows), p.Hit*float64(windows)
	return 100 * (score - null) / (perfect - null)
}

// sweep adds up the score of one series while alarms are added.
type sweep struct {
	Series
	p     Profile
	total float64
	best  []float64 // of each window, so far; a missed one is −Miss
}

func newSweep(p Profile, s Series) *sweep {
	sw := &sweep{Series: s, p: p, total: -p.Miss * float64(len(s.Windows)), best: make([]float64, len(s.Windows))}
	for i := range sw.best {
		sw.best[i] = -p.Miss
	}
	return sw
}

// alarm counts an alarm at a row. Of a window only the best alarm counts, which is
// the earliest; outside of windows every row does.
func (sw *sweep) alarm(row int) {
	before := -1 // the last window that ended before the row
	for i, w := range sw.Windows {
		if w.contains(row) {
			y := -float64(w.Last-row+1) / float64(w.width())
			value := sw.p.Hit * sigmoid(y) / sigmoid(-1)
			if value > sw.best[i] {
				sw.total += value - sw.best[i]
				sw.best[i] = value
			}
			return
		}
		if w.Last < row {
			before = i
		}
	}
	weight := -1.0
	if before >= 0 {
		w := sw.Windows[before]
		weight = sigmoid(float64(row-w.Last) / float64(w.width()-1))
	}
	sw.total += sw.p.False * weight
}

// sigmoid is the value of an alarm at a relative position: 1 long before a window's
// end, 0 at it, −1 far behind it.
func sigmoid(y float64) float64 {
	if y > 3 {
		return -1
	}
	return 2/(1+math.Exp(5*y)) - 1
}

// Best is the threshold with the highest score; +Inf if silence is best.
func Best(p Profile, series []Series, scores [][]float64) float64 {
	type point struct {
		score       float64
		series, row int
	}
	var points []point
	sweeps := make([]*sweep, len(series))
	var total float64
	for i, s := range series {
		sweeps[i] = newSweep(p, s)
		total += sweeps[i].total
		for row, score := range scores[i] {
			if row >= s.Probation() && score > 0 { // a detector's "nothing at all" is never an alarm
				points = append(points, point{score, i, row})
			}
		}
	}
	slices.SortFunc(points, func(a, b point) int { return cmp.Compare(b.score, a.score) })
	best, threshold := total, math.Inf(1)
	for k, pt := range points {
		sw := sweeps[pt.series]
		total -= sw.total
		sw.alarm(pt.row)
		total += sw.total
		if last := k+1 == len(points) || points[k+1].score != pt.score; last && total > best {
			best, threshold = total, pt.score
		}
	}
	return threshold
}

// leaveOneOut judges each series by the threshold that is best on all others.
func leaveOneOut(p Profile, series []Series, scores [][]float64) float64 {
	var sum float64
	for i, s := range series {
		others := slices.Concat(series[:i], series[i+1:])
		sum += s.raw(p, scores[i], Best(p, others, slices.Concat(scores[:i], scores[i+1:])))
	}
	return normalise(p, sum, series)
}
