package hotspot

import (
	"math"
	"time"
)

const (
	// A rise is judged by its last quarter of an hour and by its last quarter of a day:
	// the first shows it early, the second that it is no hiccup.
	shockShort, shockLong = 15 * time.Minute, 6 * time.Hour
	// longWeight is how much more the long window says.
	longWeight = 3.0
	// Half-lives of the largest excess a series has shown. A large quarter of an hour is
	// remembered for weeks, a large quarter of a day for days.
	shortMemory, longMemory = 14 * 24 * time.Hour, 4 * 24 * time.Hour
	// calm counts stand on both sides of a ratio of quarters of an hour, so that 0 → 3 is
	// no shock; in a window n times as long it is n^calmGrowth times as many.
	calm, calmGrowth = 10.0, 0.75
	// A score is given at the largest one of a day only, and none for muted after one that
	// was worth saying: one rise is one alarm.
	shockRecord, shockMuted, worthSaying = 24 * time.Hour, 18 * time.Hour, 0.15

	// The expectation is the mean of the time of day, in bins of twenty minutes, each
	// smoothed by its neighbours and drawn to the mean of all times.
	shockBins                   = 72
	binMemory                   = 5 * 24 * time.Hour
	flatMemory                  = 7 * 24 * time.Hour
	flatWeight                  = 2.0 // samples of a bin
	shockWinsor, shockWinsorAdd = 4.0, 3.0
)

// Shock finds sudden rises in counts of minutes as they come: the first quarter of
// an hour shows one. With e_w the excess of the last w over its expectation and P_w
// the largest that the series has shown lately, fading by half each memory,
//
//	s_w = max(0, ln((e_w + c_w) / (P_w + c_w)))        S = s_15m + 3·s_6h
//
// which reads "e^s times as much as its largest rise of late": a series that jumps
// every day must jump higher to be heard. It knows the past only.
type Shock struct {
	step   time.Duration
	rhythm dayRhythm
	short  riseWindow
	long   riseWindow
	recent ring // S of the last day
	muted  int  // steps for which nothing is said
}

// NewShock makes one for a series of counts of step each, at most an hour.
func NewShock(step time.Duration) *Shock {
	return &Shock{
		step:   step,
		rhythm: newDayRhythm(step),
		short:  newRiseWindow(shockShort, shortMemory, step),
		long:   newRiseWindow(shockLong, longMemory, step),
		recent: newRing(int(shockRecord / step)),
	}
}

// Add judges the count of the step that starts at at, and learns it: 0 for nothing
// new, or else how much of a shock it is; 0.2 is worth an alarm. Steps come in order
// of time without gaps.
func (s *Shock) Add(at time.Time, count float64) float64 {
	mean := s.rhythm.expect(at, count)
	score := s.short.add(count, mean) + longWeight*s.long.add(count, mean)
	s.rhythm.learn(at, min(count, shockWinsor*mean+shockWinsorAdd))
	largest := score > 0 && score > s.recent.max()
	s.recent.push(score)
	if s.muted > 0 {
		s.muted--
		return 0
	}
	if !largest {
		return 0
	}
	if score >= worthSaying {
		s.muted = int(shockMuted / s.step)
	}
	return score
}

// Excess is by how much the last quarter of a day stands over its expectation, and
// that expectation.
func (s *Shock) Excess() (excess, expected float64) {
	return max(0, s.long.counts.sum-s.long.means.sum), s.long.means.sum
}

// riseWindow is the excess of the last steps beside the largest it has been.
type riseWindow struct {
	counts, means ring
	calm          float64
	largest       float64
	decay         float64 // of largest, per step
}

func newRiseWindow(width, memory, step time.Duration) riseWindow {
	n := max(1, int((width+step-1)/step))
	return riseWindow{
		counts: newRing(n), means: newRing(n),
		calm:  calm * math.Pow(float64(width)/float64(shockShort), calmGrowth),
		decay: math.Exp2(-float64(step) / float64(memory)),
	}
}

func (w *riseWindow) add(count, mean float64) float64 {
	w.counts.push(count)
	w.means.push(mean)
	excess := max(0, w.counts.sum-w.means.sum)
	w.largest *= w.decay
	if excess <= w.largest {
		return 0
	}
	score := math.Log((excess + w.calm) / (w.largest + w.calm))
	w.largest = excess
	return score
}

// dayRhythm is the mean count by the time of day.
type dayRhythm struct {
	bins [shockBins]ewma
	flat ewma
	step time.Duration
}

func newDayRhythm(step time.Duration) dayRhythm {
	const width = 24 * time.Hour / shockBins
	r := dayRhythm{flat: newEWMA(flatMemory, step), step: step}
	for i := range r.bins {
		// A bin is fed width/step times a day; its memory is counted in days.
		r.bins[i] = newEWMA(time.Duration(float64(binMemory)*float64(width)/float64(24*time.Hour)), step)
	}
	return r
}

// bin is where the time of day lies. The fixed zone only turns the circle.
func (r *dayRhythm) bin(at time.Time) int {
	const day = 24 * 60 * 60
	return int((at.Unix()%day + day) % day * shockBins / day)
}

// expect is the mean of the step at at. The very first count is taken as usual.
func (r *dayRhythm) expect(at time.Time, first float64) float64 {
	flat := first
	if r.flat.weight > 0 {
		flat = r.flat.sum / r.flat.weight
	}
	b := r.bin(at)
	left, middle, right := &r.bins[(b+shockBins-1)%shockBins], &r.bins[b], &r.bins[(b+1)%shockBins]
	perBin := 4 * max(1, float64(24*time.Hour/shockBins)/float64(r.step)) // of all three, the middle one twice
	sum := (2*middle.sum + left.sum + right.sum) / perBin
	weight := (2*middle.weight + left.weight + right.weight) / perBin
	return (sum + flat*flatWeight) / (weight + flatWeight)
}

func (r *dayRhythm) learn(at time.Time, count float64) {
	r.flat.add(count)
	r.bins[r.bin(at)].add(count)
}

// ring holds the last values pushed into it, and their sum.
type ring struct {
	values []float64
	next   int
	sum    float64
}

func newRing(n int) ring { return ring{values: make([]float64, 0, n)} }

func (r *ring) push(x float64) {
	if len(r.values) < cap(r.values) {
		r.values = append(r.values, x)
		r.sum += x
		return
	}
	r.sum += x - r.values[r.next]
	r.values[r.next] = x
	r.next = (r.next + 1) % len(r.values)
}

func (r *ring) max() float64 {
	var m float64
	for _, x := range r.values {
		m = max(m, x)
	}
	return m
}
