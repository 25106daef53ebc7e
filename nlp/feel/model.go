package feel

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"sync"
)

//go:embed model.bin
var shipped []byte

// Model reads how a text feels and whether it complains. It is safe for concurrent
// use, and reading a text allocates nothing.
type Model struct {
	lex    *lexicon
	table  table
	known  filter
	scale  [lanes]float32 // of one unit of each lane
	net    network
	feel   line // from the logit of Score to that of a calibrated probability
	sens   [sensInputs]float32
	sensOf line
	pool   sync.Pool // of *memory
}

// line is a Platt scaling: probability = sigmoid(a*logit + b).
type line struct{ A, B float32 }

func (l line) at(x float32) float64 { return sigmoid(float64(l.A*x + l.B)) }

// memory is what reading one text needs.
type memory struct {
	reading
	pooled
	sums   [maxClauses][embed]float32
	counts [maxClauses]int32
}

// Default is the model that Vane ships; MODEL.md describes it.
func Default() (*Model, error) {
	m := new(Model)
	if err := m.UnmarshalBinary(shipped); err != nil {
		return nil, fmt.Errorf("shipped model: %w", err)
	}
	return m, nil
}

// newModel is a model with a lexicon and nothing learnt.
func newModel() (*Model, error) {
	lex, err := newLexicon(lexiconText)
	if err != nil {
		return nil, err
	}
	m := &Model{lex: lex, feel: line{A: 1}, sensOf: line{A: 1}}
	m.start()
	return m, nil
}

func (m *Model) start() {
	m.pool.New = func() any { return &memory{reading: *newReading()} }
}

// Score is how a text feels.
type Score struct {
	Sentiment  float32 // from -1, bad, to 1, good: twice the probability of good, less one
	Confidence float32 // probability that the sign of Sentiment is right, from 0.5 to 1
}

// Hint is what the caller knows of the tags of a text.
type Hint int8

// Hints.
const (
	Untagged Hint = -1 // the tagger looked and found no issue
	NoHint   Hint = 0
	Tagged   Hint = 1 // it found one
)

// Feeling is all that the model says of a text.
type Feeling struct {
	Score
	Sensitive           bool    // 吐槽类信息: a negative evaluation of goods or services
	SensitiveConfidence float32 // probability that Sensitive is right, from 0.5 to 1
}

// Read reads a folded text once and says all of it. Only the first 2,048 characters
// are read. A text without a letter feels nothing: 0, with confidence 0.5.
func (m *Model) Read(text string, tagged Hint) Feeling {
	mem := m.pool.Get().(*memory)
	defer m.pool.Put(mem)
	logit, j := m.logit(mem, text)
	if mem.letters == 0 {
		return Feeling{Score: Score{0, 0.5}, SensitiveConfidence: 0.5}
	}
	good := m.feel.at(logit)
	x := sensFeatures(&mem.reading, &j, logit, tagged)
	sensitive := m.sensOf.at(dot(&m.sens, &x))
	return Feeling{
		Score:               Score{float32(2*good - 1), float32(max(good, 1-good))},
		Sensitive:           sensitive > 0.5,
		SensitiveConfidence: float32(max(sensitive, 1-sensitive)),
	}
}

// Score is how a folded text feels.
func (m *Model) Score(text string) Score { return m.Read(text, NoHint).Score }

// Sensitive reports whether a folded text is a negative evaluation of goods or
// services, and the probability that this is right.
func (m *Model) Sensitive(text string, tagged Hint) (bool, float32) {
	f := m.Read(text, tagged)
	return f.Sensitive, f.SensitiveConfidence
}

// How the parts of the logit are weighed. The lexicon counts more in short texts, in
// which one turn of phrase decides and n-grams are few. Chosen on the first half of
// the probe, as large as leaves the accuracy on reviews as it was.
const (
	bayesShare     = 0.8
	lexiconShare   = 3
	constructShare = 5
	shortLetters   = 20 // a text of so many letters gets the share as it is
)

// logit is the log odds of good, before calibration.
func (m *Model) logit(mem *memory, text string) (float32, judged) {
	s := &mem.reading
	s.read(text)
	s.find(m.lex)
	j := s.judge()
	s.sum(m.table, m.known)
	bayes, grams := int32(0), int32(0)
	for c := range s.sums {
		g := &s.sums[c]
		bayes += g.lane[laneBayes]
		grams += g.n
		mem.counts[c] = g.n
		for d := range embed {
			mem.sums[c][d] = float32(g.lane[laneEmbed+d]) * m.scale[laneEmbed+d]
		}
	}
	in := j.inputs(s)
	m.net.pool(&mem.pooled, mem.sums[:len(s.sums)], mem.counts[:len(s.sums)], &in)
	out := m.net.logit(&mem.pooled) + bayesShare*float32(bayes)*m.scale[laneBayes]*rsqrt(grams+bayesSmooth)
	return out + j.verdict(s.letters), j
}

// verdict is what the lexicon alone adds to the logit.
func (j *judged) verdict(letters int) float32 {
	short := 2 * shortLetters / float32(shortLetters+letters)
	return short * (lexiconShare*squash(j.score/3) + constructShare*squash(j.construct/2))
}

// pack quantises the parameters to bytes. The largest one in a thousand values of a
// lane are clipped, so that the others have finer steps.
func (m *Model) pack(p *parameters, bayes []float32) {
	n := len(bayes)
	m.net = p.net
	m.table = make(table, n*lanes+loadBytes-lanes)
	values := make([]float32, n)
	for lane := range lanes {
		for g := range n {
			if lane == laneBayes {
				values[g] = bayes[g]
			} else {
				values[g] = p.table[g][lane-laneEmbed]
			}
		}
		m.scale[lane] = clip(values) / 127
		for g, v := range values {
			q := math.Round(float64(v / m.scale[lane]))
			m.table[g*lanes+lane] = byte(bias + int(max(-127, min(127, q))))
		}
	}
}

// clip is the largest magnitude but for one value in a thousand.
func clip(values []float32) float32 {
	sizes := make([]float32, 0, len(values))
	for _, v := range values {
		if v != 0 {
			sizes = append(sizes, abs(v))
		}
	}
	if len(sizes) == 0 {
		return 1
	}
	slices.Sort(sizes)
	return sizes[len(sizes)-1-len(sizes)/1000]
}
