package feel

import (
	"math"
	"math/rand/v2"
)

// fit is a network in training: its parameters, the table of its embed lanes, the
// sums of squared slopes that AdaGrad divides by, and the sums of what the parameters
// were, since their average generalises better than their last value (Polyak 1992).
type fit struct {
	now, past, mean parameters
	averaged        int // how many are in mean
	random          *rand.Rand
	p               pooled
	keep            []bool
	sums            [][embed]float32
	counts          []int32
	slopes          [][embed]float32
}

// parameters is all that training moves.
type parameters struct {
	net   network
	table [][embed]float32
}

// each visits the parameters of p with those of q.
func (p *parameters) each(q *parameters, visit func(a, b *float32)) {
	for g := range p.table {
		for d := range embed {
			visit(&p.table[g][d], &q.table[g][d])
		}
	}
	a, b := p.net.numbers(), q.net.numbers()
	for i := range a {
		visit(a[i], b[i])
	}
}

// Settings of the training, chosen by cross-validation; the result depends little on
// any of them.
const (
	epochs     = 7
	rateNet    = 0.02
	rateTable  = 0.06
	dropGram   = 0.55 // share of n-grams left out of each step, so that none is relied upon
	dropAll    = 0.07 // share of steps without any n-gram, so that the lexicon is learnt too
	smoothing  = 0.02 // of labels: some are wrong
	firstNoise = 0.05
	snapshots  = 8 // that each epoch but the first adds to the average
)

// fitNetwork trains a network on data and returns its average parameters.
func fitNetwork(data []example, entries int, seed uint64, progress func(done int)) parameters {
	f := newFit(entries, seed)
	for e := range epochs {
		f.epoch(data, e > 0)
		progress(e + 1)
	}
	if f.averaged > 0 {
		f.mean.each(&f.mean, func(a, _ *float32) { *a /= float32(f.averaged) })
		return f.mean
	}
	return f.now
}

func newFit(entries int, seed uint64) *fit {
	f := &fit{random: seeded(seed, 7), sums: make([][embed]float32, maxClauses),
		counts: make([]int32, maxClauses), slopes: make([][embed]float32, maxClauses)}
	for _, p := range []*parameters{&f.now, &f.past, &f.mean} {
		p.table = make([][embed]float32, entries)
	}
	f.past.each(&f.past, func(a, _ *float32) { *a = 1 })
	noise := func(scale float64) float32 { return float32(f.random.NormFloat64() * scale) }
	for g := range f.now.table {
		for d := range embed {
			f.now.table[g][d] = noise(firstNoise)
			f.past.table[g][d] = 0.01
		}
	}
	net := &f.now.net
	for i := range hidden {
		for j := range inputs {
			net.W1[i][j] = noise(1 / math.Sqrt(inputs))
		}
		net.W2[i] = noise(1 / math.Sqrt(hidden))
	}
	for d := range embed {
		net.Attend[d] = noise(0.1)
	}
	return f
}

// epoch visits all examples once, in a new order.
func (f *fit) epoch(data []example, average bool) {
	every := max(1, len(data)/snapshots)
	for k, i := range f.random.Perm(len(data)) {
		f.step(&data[i])
		if average && (k+1)%every == 0 {
			f.mean.each(&f.now, func(sum, now *float32) { *sum += *now })
			f.averaged++
		}
	}
}

// gather sums the table over the n-grams that are kept.
func (f *fit) gather(e *example, keep []bool) *pooled {
	clear(f.sums[:e.clauses])
	clear(f.counts[:e.clauses])
	for i, g := range e.grams {
		if keep != nil && !keep[i] {
			continue
		}
		c := e.clause[i]
		f.counts[c]++
		for d, x := range f.now.table[g] {
			f.sums[c][d] += x
		}
	}
	f.now.net.pool(&f.p, f.sums[:e.clauses], f.counts[:e.clauses], &e.lex)
	return &f.p
}

func (f *fit) drop(n int) []bool {
	f.keep = f.keep[:0]
	share := dropGram
	if f.random.Float64() < dropAll {
		share = 1
	}
	for range n {
		f.keep = append(f.keep, f.random.Float64() >= share)
	}
	return f.keep
}

// step descends along the slope of the log loss of one example.
func (f *fit) step(e *example) {
	keep := f.drop(len(e.grams))
	p := f.gather(e, keep)
	chance := sigmoid(float64(f.now.net.logit(p)))
	y := smoothing
	if e.good {
		y = 1 - smoothing
	}
	in := f.backNet(float32(chance - y))
	f.backClauses(e.clauses, &in)
	for i, g := range e.grams {
		if keep[i] {
			for d := range embed {
				descend(&f.now.table[g][d], &f.past.table[g][d], f.slopes[e.clause[i]][d], rateTable)
			}
		}
	}
}

// backNet goes back from the output to the inputs, whose slopes it returns.
func (f *fit) backNet(slope float32) (in [inputs]float32) {
	for i := range hidden {
		back := slope * f.now.net.W2[i]
		descend(&f.now.net.W2[i], &f.past.net.W2[i], slope*f.p.act[i], rateNet)
		if f.p.act[i] < 0 {
			back *= leak
		}
		for j, x := range f.p.in {
			in[j] += back * f.now.net.W1[i][j]
			descend(&f.now.net.W1[i][j], &f.past.net.W1[i][j], back*x, rateNet)
		}
		descend(&f.now.net.B1[i], &f.past.net.B1[i], back, rateNet)
	}
	descend(&f.now.net.B2, &f.past.net.B2, slope, rateNet)
	return in
}

// backClauses goes back from the inputs to the sums of each clause.
func (f *fit) backClauses(clauses int, in *[inputs]float32) {
	p := &f.p
	total, mean, top, last := in[:embed], in[embed:2*embed], in[2*embed:3*embed], in[3*embed:4*embed]
	level := float32(0)
	for d := range embed {
		level += mean[d] * p.in[embed+d]
	}
	root := rsqrt(p.total + totalSmooth)
	var attend [embed]float32
	for c := range clauses {
		pull := -level
		for d := range embed {
			pull += mean[d] * p.unit[c][d]
		}
		pull *= p.weight[c]
		for d := range embed {
			unit := mean[d] * p.weight[c]
			if p.argmax[d] == c {
				unit += top[d]
			}
			if c == clauses-1 {
				unit += last[d]
			}
			raw := unit*squashSlope(p.unit[c][d]) + pull*f.now.net.Attend[d]
			f.slopes[c][d] = raw*p.root[c] + total[d]*root
			attend[d] += pull * p.raw[c][d]
		}
	}
	for d := range embed {
		descend(&f.now.net.Attend[d], &f.past.net.Attend[d], attend[d], rateNet)
	}
}

// descend is one AdaGrad step (Duchi, Hazan and Singer 2011).
func descend(x, past *float32, slope, rate float32) {
	*past += slope * slope
	*x -= rate * slope / float32(math.Sqrt(float64(*past)))
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
