package judge

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// Example is a case that people labelled.
type Example struct {
	Case          // its Sets are not used
	Keys []uint32 // of the word sets that occur, as SetKey says
	// Issues is what people say it is about.
	Issues []string
}

// Settings of the training, chosen by cross-validation; the result depends little on
// any of them.
const (
	folds       = 5    // that are held out in turn to see how far the text may be trusted
	epochs      = 8    // over the texts
	rate        = 0.3  // of AdaGrad
	penalty     = 1e-6 // L2, of the regressions over the text
	firstBias   = -2   // most texts are not about an issue
	leastPosts  = 4    // of an issue, for a regression of its own
	leastSeen   = 3    // posts in which a feature must occur
	keptRows    = 9000 // so that the file stays below a million bytes
	stackSteps  = 3000
	stackRate   = 1.0
	stackShrink = 0.5 // L2, of the regressions over the inputs
)

// ErrNoExamples is the error of training without labelled texts.
var ErrNoExamples = errors.New("no labelled text is about any issue")

// Train makes a model of examples. Woken and Given of the cases refer to issues by
// their place in the list. Equal input makes equal bytes, on one processor
// architecture. 5,000 examples take about half a minute of one core.
func Train(issues []string, examples []Example, progress func(done, total int)) (*Model, error) {
	if !slices.ContainsFunc(examples, func(e Example) bool { return len(e.Issues) > 0 }) {
		return nil, ErrNoExamples
	}
	texts := prepare(issues, examples)
	var doubts, adds []row
	for k := range folds {
		held := func(i int) bool { return i%folds == k }
		m := fitTexts(issues, texts, held)
		for i := range texts {
			if held(i) {
				doubts, adds = m.rows(&texts[i], doubts, adds)
			}
		}
		progress(k+1, folds+1)
	}
	m := fitTexts(issues, texts, func(int) bool { return false })
	m.doubt, m.trust = fitRows(doubts, len(issues))
	m.add, _ = fitRows(adds, 0)
	progress(folds+1, folds+1)
	return m, nil
}

// sample is an example as training reads it.
type sample struct {
	*Example
	features []int32 // numbers of features, ascending
	keys     []uint32
	norm     float32
	labels   []bool // by lane
}

// prepare numbers the features that occur in enough texts.
func prepare(issues []string, examples []Example) []sample {
	texts := make([]sample, len(examples))
	seen := map[uint32]int{}
	for i := range examples {
		s := &texts[i]
		s.Example = &examples[i]
		n := len(s.Keys)
		s.keys = slices.Clone(s.Keys)
		eachGram(s.Text, func(key uint32, _, _ int) { s.keys = append(s.keys, key); n++ })
		s.norm = float32(1 / math.Sqrt(float64(n+1)))
		slices.Sort(s.keys)
		s.keys = slices.Compact(s.keys)
		for _, key := range s.keys {
			seen[key]++
		}
		s.labels = make([]bool, len(issues)+1)
		for lane, id := range issues {
			s.labels[lane] = slices.Contains(s.Issues, id)
		}
		s.labels[len(issues)] = len(s.Issues) > 0
	}
	for i := range texts {
		texts[i].keys = slices.DeleteFunc(texts[i].keys, func(key uint32) bool { return seen[key] < leastSeen })
	}
	return texts
}

// fitTexts learns the regressions over the text, but from held-out ones.
func fitTexts(issues []string, texts []sample, held func(int) bool) *Model {
	var train []*sample
	var keys []uint32
	for i := range texts {
		if !held(i) {
			train = append(train, &texts[i])
			keys = append(keys, texts[i].keys...)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for _, s := range train {
		s.features = s.features[:0]
		for _, key := range s.keys {
			n, _ := slices.BinarySearch(keys, key)
			s.features = append(s.features, int32(n))
		}
	}
	m := &Model{issues: issues}
	m.allocate()
	learnt := make([][]float32, len(m.bias))
	var work sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for lane := range m.bias {
		work.Go(func() {
			slots <- struct{}{}
			learnt[lane], m.bias[lane] = fitLane(train, lane, len(keys))
			<-slots
		})
	}
	work.Wait()
	m.keep(keys, learnt)
	return m
}

// fitLane is the regression of one issue, by AdaGrad (Duchi, Hazan and Singer 2011).
// One with too few texts says no.
func fitLane(train []*sample, lane, features int) (w []float32, bias float32) {
	positive := 0
	for _, s := range train {
		if s.labels[lane] {
			positive++
		}
	}
	w = make([]float32, features)
	if positive < leastPosts {
		return w, leastLogit
	}
	past := slices.Repeat([]float32{0.1}, features)
	bias, pastBias := float32(firstBias), float32(0.1)
	random := rand.New(rand.NewPCG(uint64(lane), 1)) //nolint:gosec // no secret depends on it
	for range epochs {
		for _, i := range random.Perm(len(train)) {
			s := train[i]
			sum := float32(0)
			for _, f := range s.features {
				sum += w[f]
			}
			off := float32(sigmoid(float64(bias + sum*s.norm)))
			if s.labels[lane] {
				off--
			}
			for _, f := range s.features {
				descend(&w[f], &past[f], off*s.norm+penalty*w[f])
			}
			descend(&bias, &pastBias, off)
		}
	}
	return w, bias
}

func descend(x, past *float32, slope float32) {
	*past += slope * slope
	*x -= rate * slope / float32(math.Sqrt(float64(*past)))
}

// keep makes the table of the features that weigh most.
func (m *Model) keep(keys []uint32, learnt [][]float32) {
	most := make([]float32, len(keys))
	order := make([]int, len(keys))
	for lane, w := range learnt {
		top := float32(0)
		for f, x := range w {
			x = max(x, -x)
			top, most[f] = max(top, x), max(most[f], x)
		}
		m.scale[lane] = top / 127
	}
	for f := range order {
		order[f] = f
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(most[b], most[a]) })
	order = order[:min(len(order), keptRows)]
	slices.Sort(order)
	m.keys = nil
	m.table = make([]uint64, len(order)*m.words)
	for row, f := range order {
		m.keys = append(m.keys, keys[f])
		for lane, w := range learnt {
			weight := 0.0
			if m.scale[lane] > 0 {
				weight = math.Round(float64(w[f] / m.scale[lane]))
			}
			m.setWeight(row, lane, int(weight))
		}
	}
	m.place()
}

// row is one question to a regression over the inputs, and its answer.
type row struct {
	x     [inputs]float32
	lane  int
	right float64
}

// rows are the questions that a text raises, judged by a model that has not seen it.
func (m *Model) rows(s *sample, doubts, adds []row) (_, _ []row) {
	var mem Memory
	s.Sets = nil
	for _, key := range s.Keys {
		if r, ok := m.Row(key); ok {
			s.Sets = append(s.Sets, r)
		} else {
			s.Sets = append(s.Sets, -1)
		}
	}
	m.read(&mem, &s.Case)
	best, second := m.leaders(mem.logits)
	ask := func(g Given) row {
		r := row{lane: g.Lane}
		m.describe(&r.x, mem.logits, &s.Case, g, best, second)
		if s.labels[g.Lane] {
			r.right = 1
		}
		return r
	}
	for _, g := range s.Given {
		if g.Lane >= 0 {
			doubts = append(doubts, ask(g))
		}
	}
	for lane := range m.issues {
		if m.plausible(mem.logits, &s.Case, lane) {
			adds = append(adds, ask(Given{Lane: lane}))
		}
	}
	return doubts, adds
}

// fitRows is a logistic regression by gradient descent, in float64 and in the order
// of rows, with a weight of its own for each of so many lanes.
func fitRows(rows []row, lanes int) (w weights, own []float32) {
	const share = 0.5 // how much of a row the own weight is: it has few rows to learn from
	var all [inputs]float64
	mine := make([]float64, lanes)
	n := float64(max(len(rows), 1))
	for range stackSteps {
		var slope [inputs]float64
		slopes := make([]float64, lanes)
		for i := range rows {
			r := &rows[i]
			sum := 0.0
			for k, x := range r.x {
				sum += all[k] * float64(x)
			}
			if lanes > 0 {
				sum += share * mine[r.lane]
			}
			off := sigmoid(sum) - r.right
			for k, x := range r.x {
				slope[k] += off * float64(x)
			}
			if lanes > 0 {
				slopes[r.lane] += share * off
			}
		}
		for k := range all {
			all[k] -= stackRate * (slope[k] + stackShrink*all[k]) / n
		}
		for k := range mine {
			mine[k] -= stackRate * (slopes[k] + stackShrink*mine[k]) / n
		}
	}
	for k := range w {
		w[k] = float32(all[k])
	}
	for _, x := range mine {
		own = append(own, float32(share*x))
	}
	return w, own
}
