package feel

import "math"

// The network reads, of one text: the sums of the embed lanes over the whole text,
// their mean over clauses by attention, their largest over clauses, those of the last
// clause, and what the lexicon says.
const (
	lexInputs = 20
	inputs    = 4*embed + lexInputs
	hidden    = 16 // a multiple of four
)

// network is a small perceptron on the pooled clauses.
type network struct {
	Attend [embed]float32
	W1     [hidden][inputs]float32
	B1     [hidden]float32
	W2     [hidden]float32
	B2     float32
}

// numbers is all parameters, in a fixed order.
func (t *network) numbers() []*float32 {
	out := make([]*float32, 0, hidden*(inputs+2)+embed+1)
	for d := range t.Attend {
		out = append(out, &t.Attend[d])
	}
	for i := range t.W1 {
		for j := range t.W1[i] {
			out = append(out, &t.W1[i][j])
		}
		out = append(out, &t.B1[i], &t.W2[i])
	}
	return append(out, &t.B2)
}

// leak is the slope of the hidden units below zero.
const leak = 0.1

// pooled is the clauses of a text as one vector, with what training needs to go back.
type pooled struct {
	in     [inputs]float32
	total  int32
	unit   [maxClauses][embed]float32 // squashed clause vectors
	raw    [maxClauses][embed]float32
	root   [maxClauses]float32 // one over the square root of the n-grams
	weight [maxClauses]float32 // attention
	argmax [embed]int
	act    [hidden]float32
}

// clauseSmooth and totalSmooth keep a text of few n-grams from being loud.
const (
	clauseSmooth = 4
	totalSmooth  = 5
)

// pool fills p from sums in units of one, the table's scale applied by the caller.
func (t *network) pool(p *pooled, sums [][embed]float32, counts []int32, lex *[lexInputs]float32) {
	var total, mean, top [embed]float32
	for d := range top {
		top[d] = -2
	}
	p.total = 0
	weights := float32(0)
	for c := range sums {
		p.total += counts[c]
		p.root[c] = rsqrt(counts[c] + clauseSmooth)
		attention := float32(0)
		for d, x := range sums[c] {
			total[d] += x
			x *= p.root[c]
			p.raw[c][d] = x
			p.unit[c][d] = squash(x)
			attention += t.Attend[d] * x
		}
		w := exp(max(-8, min(8, attention)))
		p.weight[c] = w
		weights += w
	}
	for c := range sums {
		p.weight[c] /= weights
		for d, u := range p.unit[c] {
			mean[d] += p.weight[c] * u
			if u > top[d] {
				top[d], p.argmax[d] = u, c
			}
		}
	}
	root := rsqrt(p.total + totalSmooth)
	last := &p.unit[len(sums)-1]
	for d := range total {
		p.in[d] = total[d] * root
		p.in[embed+d] = mean[d]
		p.in[2*embed+d] = top[d]
		p.in[3*embed+d] = last[d]
	}
	copy(p.in[4*embed:], lex[:])
}

// logit is the output for a pooled text. It takes four hidden units at a time, so that
// the processor need not wait for one sum after the other.
func (t *network) logit(p *pooled) float32 {
	out := t.B2
	for i := 0; i < hidden; i += 4 {
		w0, w1, w2, w3 := &t.W1[i], &t.W1[i+1], &t.W1[i+2], &t.W1[i+3]
		s0, s1, s2, s3 := t.B1[i], t.B1[i+1], t.B1[i+2], t.B1[i+3]
		for j, x := range p.in {
			s0 += w0[j] * x
			s1 += w1[j] * x
			s2 += w2[j] * x
			s3 += w3[j] * x
		}
		for k, sum := range [4]float32{s0, s1, s2, s3} {
			if sum < 0 {
				sum *= leak
			}
			p.act[i+k] = sum
			out += t.W2[i+k] * sum
		}
	}
	return out
}

func rsqrt(n int32) float32 { return float32(1 / math.Sqrt(float64(n))) }

// squash is x/(1+|x|): as good as a tangent here and much cheaper.
func squash(x float32) float32 {
	if x < 0 {
		return x / (1 - x)
	}
	return x / (1 + x)
}

// exp is (1+x/256)^256, near enough to e^x for weights that are normalised.
func exp(x float32) float32 {
	y := 1 + x/256
	y *= y
	y *= y
	y *= y
	y *= y
	y *= y
	y *= y
	y *= y
	y *= y
	return y
}

func squashSlope(u float32) float32 {
	d := 1 - abs(u)
	return d * d
}

func abs(x float32) float32 {
	return math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
}

// inputs of the lexicon, squashed to about [-1,1].
func (j *judged) inputs(s *reading) (in [lexInputs]float32) {
	in = [lexInputs]float32{
		squash(j.score / 3), squash(j.good / 3), squash(j.bad / 3), squash(j.fixed / 3),
		squash(j.before / 3), squash(j.after / 3), squash(j.first / 2), squash(j.last / 2),
		squash(j.flips), squash(j.negations / 3), j.contrast, j.prior, j.wish, j.ironic, j.rhet, j.excepted,
		squash(float32(s.letters) / 50), squash(float32(s.exclaim) / 3), squash(float32(s.asks) / 2),
		squash(j.words / 5),
	}
	return in
}
