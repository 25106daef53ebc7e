package hotspot

import "math"

// bandTail is the chance that a usual hour lies below its band, and the chance that it
// lies above: 19 of 20 usual hours are within.
const bandTail = 0.025

// band is where usual counts of an hour lie: from the bandTail quantile to the one of
// 1 − bandTail of a negative binomial with the hour's mean and variance.
func (h hourCount) band() (low, high float64) {
	const large, deviations = 500.0, 1.96 // from there on a normal distribution says the same
	if h.mean <= 0 {
		return 0, 0
	}
	if h.mean > large {
		width := deviations * math.Sqrt(h.variance)
		return math.Floor(max(0, h.mean-width)), math.Ceil(h.mean + width)
	}
	more := max(h.variance-h.mean, 1e-6*h.mean*h.mean) // over a Poisson distribution
	k := h.mean * h.mean / more
	share := h.mean / (h.mean + k)
	p := math.Exp(k * math.Log1p(-share)) // of zero
	low, sum := -1.0, 0.0
	for x := 0.0; ; x++ {
		sum += p
		if low < 0 && sum > bandTail {
			low = x
		}
		if sum >= 1-bandTail || x > 4*large {
			return max(low, 0), x
		}
		p *= (x + k) / (x + 1) * share
	}
}
