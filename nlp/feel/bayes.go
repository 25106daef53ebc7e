package feel

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Settings of bayesWeights: the penalty as c, and passes over the data.
const (
	bayesPenalty = 3
	bayesEpochs  = 10
)

// bayesSmooth does for the linear model what totalSmooth does for the network.
const bayesSmooth = 10

// sparse is an example as counts of distinct entries, scaled to about unit length.
type sparse struct {
	entry []int32
	value []float32
	y     float32 // 1 or -1
}

func newSparse(e *example) sparse {
	s := sparse{y: -1}
	if e.good {
		s.y = 1
	}
	sorted := slices.Clone(e.grams)
	slices.Sort(sorted)
	scale := rsqrt(int32(len(sorted)) + bayesSmooth)
	for i, g := range sorted {
		if i > 0 && g == sorted[i-1] {
			s.value[len(s.value)-1] += scale
			continue
		}
		s.entry = append(s.entry, g)
		s.value = append(s.value, scale)
	}
	return s
}

// bayesWeights is a logistic regression on entries scaled by the naive Bayes log
// ratio of each (Wang and Manning 2012, Baselines and Bigrams), with L2 penalty 1/(2c)
// and no intercept; the mark at the start of every text serves as one. It is solved by
// coordinate descent in the dual (Yu, Huang and Lin 2011): no step sizes to choose,
// and the order of visits is seeded.
func bayesWeights(data []sparse, entries int, c float64, epochs int) []float32 {
	ratio := logRatios(data, entries)
	w := make([]float32, entries)
	alpha := make([]float64, len(data))
	square := make([]float64, len(data))
	for i := range data {
		alpha[i] = 1e-3 * c
		d := &data[i]
		for k, g := range d.entry {
			x := d.value[k] * ratio[g]
			square[i] += float64(x * x)
			w[g] += float32(alpha[i]) * d.y * x
		}
	}
	random := seeded(1, 2)
	order := random.Perm(len(data))
	for range epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			alpha[i] = dualStep(&data[i], ratio, w, alpha[i], square[i], c)
		}
	}
	for g := range w {
		w[g] *= ratio[g]
	}
	return w
}

// seeded is random numbers that are the same for the same seeds: what is trained must
// not depend on when or where.
func seeded(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // no secret depends on it
}

// dualStep optimises one dual variable by Newton's method and returns it.
func dualStep(d *sparse, ratio, w []float32, alpha, square, c float64) float64 {
	margin := float32(0)
	for k, g := range d.entry {
		margin += w[g] * d.value[k] * ratio[g]
	}
	z := alpha
	for range 20 {
		slope := float64(d.y*margin) + square*(z-alpha) + math.Log(z/(c-z))
		if math.Abs(slope) < 1e-3 {
			break
		}
		next := z - slope/(square+c/(z*(c-z)))
		if next <= 0 {
			next = z * 0.1
		} else if next >= c {
			next = c - (c-z)*0.1
		}
		z = next
	}
	if step := float32(z-alpha) * d.y; step != 0 {
		for k, g := range d.entry {
			w[g] += step * d.value[k] * ratio[g]
		}
	}
	return z
}

// logRatios is, for each entry, how far its share among good texts is from its share
// among bad ones: |log p/q|, with one added to each count.
func logRatios(data []sparse, entries int) []float32 {
	good, bad := make([]float64, entries), make([]float64, entries)
	goodAll, badAll := float64(entries), float64(entries)
	for i := range data {
		d := &data[i]
		for _, g := range d.entry {
			if d.y > 0 {
				good[g]++
				goodAll++
			} else {
				bad[g]++
				badAll++
			}
		}
	}
	ratio := make([]float32, entries)
	for g := range ratio {
		ratio[g] = float32(math.Abs(math.Log((good[g]+1)/goodAll) - math.Log((bad[g]+1)/badAll)))
	}
	return ratio
}
