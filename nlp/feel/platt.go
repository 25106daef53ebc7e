package feel

import "math"

// marked is a logit with what is true of it.
type marked struct {
	logit  float32
	yes    bool
	weight float64
}

// fitLine is the Platt scaling (Platt 1999) of logits, with his smoothed targets, by
// Newton's method with steps halved until they help.
func fitLine(data []marked) line {
	targets := plattTargets(data)
	loss := func(a, b float64) (sum float64) {
		for i, d := range data {
			z := a*float64(d.logit) + b
			sum += d.weight * (math.Log1p(math.Exp(-math.Abs(z))) + max(z, 0) - targets[i]*z)
		}
		return sum
	}
	a, b, now := 0.0, 0.0, loss(0, 0)
	for range 50 {
		da, db := newton(data, targets, a, b)
		next := loss(a-da, b-db)
		for ; next > now && math.Abs(da)+math.Abs(db) > 1e-9; next = loss(a-da, b-db) {
			da, db = da/2, db/2
		}
		if next > now-1e-9 {
			break
		}
		a, b, now = a-da, b-db, next
	}
	return line{float32(a), float32(b)}
}

// plattTargets is the probabilities that few data allow to claim.
func plattTargets(data []marked) []float64 {
	yes, no := 0.0, 0.0
	for _, d := range data {
		if d.yes {
			yes += d.weight
		} else {
			no += d.weight
		}
	}
	targets := make([]float64, len(data))
	for i, d := range data {
		targets[i] = 1 / (no + 2)
		if d.yes {
			targets[i] = (yes + 1) / (yes + 2)
		}
	}
	return targets
}

// newton is the step of Newton's method for the log loss of sigmoid(a*logit + b).
func newton(data []marked, targets []float64, a, b float64) (da, db float64) {
	ga, gb, haa, hab, hbb := 0.0, 0.0, 1e-6, 0.0, 1e-6
	for i, d := range data {
		x := float64(d.logit)
		p := sigmoid(a*x + b)
		e, v := d.weight*(p-targets[i]), d.weight*p*(1-p)
		ga, gb = ga+e*x, gb+e
		haa, hab, hbb = haa+v*x*x, hab+v*x, hbb+v
	}
	det := haa*hbb - hab*hab
	return (hbb*ga - hab*gb) / det, (haa*gb - hab*ga) / det
}
