package burst

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"vane"
)

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }

func beijing() *time.Location { return vane.Beijing() }

// Detector scores every hour of a series of counts, knowing only that hour and those
// before it. The series of a world that is looked at is told with its start.
type Detector func(from time.Time, counts []float64) []float64

// Scores are a detector's, of every category of a world.
func Scores(d Detector, w World, counts [][]float64) [][]float64 {
	scores := make([][]float64, len(counts))
	for i, c := range counts {
		scores[i] = d(w.Categories[i].From, c)
	}
	return scores
}

// Run is a world with one detector's scores.
type Run struct {
	World
	Scores [][]float64
}

// Point is one point of the curve of delay against false alarms.
type Point struct {
	FalseAlarms float64 // allowed, per category and week
	Delay       float64 // mean hours from the start to the end of the alarming hour; a missed burst counts Patience
	Found       float64 // share of bursts found within Patience
	Found6      float64 // within 6 hours
	Threshold   float64
}

// Curve finds, for each allowed rate of false alarms, the lowest threshold that keeps
// it, over all runs together. The rate falls as the threshold rises, but for alarms
// that part or merge; so the threshold is found by halving.
func Curve(runs []Run, rates []float64) []Point {
	thresholds := candidates(runs)
	excused := make([][][]bool, len(runs))
	for i, r := range runs {
		excused[i] = r.excused()
	}
	points := make([]Point, 0, len(rates))
	for _, allowed := range rates {
		over := sort.Search(len(thresholds), func(i int) bool { return falseRate(runs, excused, thresholds[i]) > allowed })
		p := Found(runs, thresholds[max(over-1, 0)])
		p.FalseAlarms = allowed
		points = append(points, p)
	}
	return points
}

// candidates are thresholds from the highest score downwards, the first of them over
// every score.
func candidates(runs []Run) []float64 {
	all := []float64{math.Inf(1)}
	for _, r := range runs {
		for i, scores := range r.Scores {
			for h := WarmUp; h < len(scores); h++ {
				if scores[h] > 0 && !r.Categories[i].Neutral[h] {
					all = append(all, scores[h])
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b float64) int { return cmp.Compare(b, a) })
	return slices.Compact(all)
}

// falseRate is the false alarms per category and week at a threshold.
func falseRate(runs []Run, excused [][][]bool, threshold float64) float64 {
	var alarms, judged int
	for i, r := range runs {
		for c, scores := range r.Scores {
			a, n := falseAlarms(scores, excused[i][c], threshold)
			alarms += a
			judged += n
		}
	}
	return float64(alarms) / (float64(judged) / (7 * 24))
}

// excused are the hours in which an alarm is not false: neutral ones, bursts and the
// day behind a burst.
func (r Run) excused() [][]bool {
	excused := make([][]bool, len(r.Categories))
	for i, c := range r.Categories {
		excused[i] = slices.Clone(c.Neutral)
		mark(excused[i], 0, WarmUp)
	}
	for _, b := range r.Bursts {
		mark(excused[b.Category], b.Start, min(b.End+24, len(excused[b.Category])))
	}
	return excused
}

// falseAlarms counts: one when the score comes over the threshold, another for each
// day that it stays. Breaks of half a day and less are none.
func falseAlarms(scores []float64, excused []bool, threshold float64) (alarms, judged int) {
	const merged, again = 12, 24
	last, counted := -merged-1, 0
	for h, s := range scores {
		if excused[h] {
			continue
		}
		judged++
		if s < threshold {
			continue
		}
		if h-last > merged || h-counted >= again {
			alarms++
			counted = h
		}
		last = h
	}
	return alarms, judged
}

// Found says how many bursts a threshold finds, and how soon.
func Found(runs []Run, threshold float64) Point {
	p := Point{Threshold: threshold}
	n := 0.0
	for _, r := range runs {
		for _, b := range r.Bursts {
			delay := b.delay(r.Scores[b.Category], threshold)
			n++
			p.Delay += delay
			if delay < Patience {
				p.Found++
			}
			if delay <= 6 {
				p.Found6++
			}
		}
	}
	p.Delay, p.Found, p.Found6 = p.Delay/n, p.Found/n, p.Found6/n
	return p
}

// delay is the hours from the start of a burst until an alarm is known.
func (b Planted) delay(scores []float64, threshold float64) float64 {
	for h := b.Start; h < min(b.Start+Patience, len(scores)); h++ {
		if scores[h] >= threshold {
			return float64(min(h-b.Start+1, Patience))
		}
	}
	return Patience
}

// PrecisionAt3 is the share of bursts among the three highest scores, looked at every
// six hours when at least three bursts are on. What is excused from false alarms, such
// as the tail of a burst, is left out of the ranking.
func PrecisionAt3(runs []Run) float64 {
	const every, top = 6, 3
	var hit, seen float64
	for _, r := range runs {
		on, excused := r.on(), r.excused()
		for h := WarmUp; h < r.shortest(); h += every {
			ranked, active := r.rank(on, excused, h)
			if active < top {
				continue
			}
			for _, i := range ranked[:top] {
				if on[i][h] {
					hit++
				}
			}
			seen += top
		}
	}
	return hit / seen
}

func (r Run) shortest() int {
	n := math.MaxInt
	for _, s := range r.Scores {
		n = min(n, len(s))
	}
	return n
}

// on are the hours of bursts.
func (r Run) on() [][]bool {
	on := make([][]bool, len(r.Categories))
	for i, c := range r.Categories {
		on[i] = make([]bool, len(c.Hours))
	}
	for _, b := range r.Bursts {
		mark(on[b.Category], b.Start, b.End)
	}
	return on
}

// rank are the categories that are judged at the hour, highest score first, and how
// many of them have a burst.
func (r Run) rank(on, excused [][]bool, h int) (ranked []int, active int) {
	for i := range r.Categories {
		if excused[i][h] && !on[i][h] {
			continue
		}
		ranked = append(ranked, i)
		if on[i][h] {
			active++
		}
	}
	slices.SortStableFunc(ranked, func(a, b int) int { return cmp.Compare(r.Scores[b][h], r.Scores[a][h]) })
	return ranked, active
}
