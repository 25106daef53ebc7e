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
	Issues    []string
	Sensitive bool // a negative evaluation, as people say
}

// Settings of the training, chosen by cross-validation; the result depends little on
// any of them.
const (
	folds      = 5    // that are held out in turn to see how far the text may be trusted
	epochs     = 4    // over the texts
	rate       = 0.3  // of AdaGrad
	penalty    = 1e-6 // L2, of the regressions over the text
	firstBias  = -2   // most texts are not about an issue
	leastPosts = 4    // of a lane, for a regression of its own
	leastSeen  = 3    // posts in which a feature must occur
	keptRows   = 9000 // so that the file stays below a million bytes
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
	m := &Model{}
	m.nameIssues(issues)
	m.allocate()
	texts := m.prepare(examples)
	m.count(texts)
	for k := range folds {
		held := m.fitTexts(texts, func(i int) bool { return i%folds == k })
		for i := range texts {
			if i%folds == k {
				texts[i].logits = held.logitsOf(&texts[i])
			}
		}
		progress(k+1, folds+1)
	}
	tags, evaluations := m.rows(texts)
	m = m.fitTexts(texts, func(int) bool { return false })
	m.tags = boost(tags)
	if slices.ContainsFunc(examples, func(e Example) bool { return e.Sensitive }) {
		m.sensitive = boost(evaluations)
	}
	progress(folds+1, folds+1)
	return m, nil
}

// sample is an example as training reads it.
type sample struct {
	*Example
	features []int32 // numbers of features, ascending
	keys     []uint32
	norm     float32
	labels   []bool    // by lane
	logits   []float32 // by lane, by a model that has not seen the text
}

// prepare numbers the features that occur in enough texts.
func (m *Model) prepare(examples []Example) []sample {
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
		s.labels = m.labelsOf(s.Example)
	}
	for i := range texts {
		texts[i].keys = slices.DeleteFunc(texts[i].keys, func(key uint32) bool { return seen[key] < leastSeen })
	}
	return texts
}

// count notes how common the issues are.
func (m *Model) count(texts []sample) {
	for lane := range m.issues {
		n := 0.0
		for i := range texts {
			n += float64(oneIf(texts[i].labels[lane]))
		}
		m.common[lane] = float32(math.Log1p(n))
	}
}

// labelsOf is what people say of an example, by lane.
func (m *Model) labelsOf(e *Example) []bool {
	labels := make([]bool, m.lanes())
	for lane, id := range m.issues {
		if slices.Contains(e.Issues, id) {
			labels[lane], labels[m.domain[lane]] = true, true
		}
	}
	labels[len(m.issues)+laneAny], labels[len(m.issues)+laneSensitive] = len(e.Issues) > 0, e.Sensitive
	return labels
}

// fitTexts learns the regressions over the text, but from held-out ones.
func (m *Model) fitTexts(texts []sample, held func(int) bool) *Model {
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
	common := m.common
	m = &Model{issues: m.issues, domains: m.domains, domain: m.domain}
	m.allocate()
	m.common = common
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

// fitLane is the regression of one lane, by AdaGrad (Duchi, Hazan and Singer 2011) over
// features that count as much as they tell apart. One with too few texts says no.
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
	tells := tellings(train, lane, features)
	past := slices.Repeat([]float32{0.1}, features)
	bias, pastBias := float32(firstBias), float32(0.1)
	random := rand.New(rand.NewPCG(uint64(lane), 1)) //nolint:gosec // no secret depends on it
	for range epochs {
		for _, i := range random.Perm(len(train)) {
			s := train[i]
			sum := float32(0)
			for _, f := range s.features {
				sum += w[f] * tells[f]
			}
			off := float32(sigmoid(float64(bias + sum*s.norm)))
			if s.labels[lane] {
				off--
			}
			for _, f := range s.features {
				descend(&w[f], &past[f], off*s.norm*tells[f]+penalty*w[f])
			}
			descend(&bias, &pastBias, off)
		}
	}
	for f := range w {
		w[f] *= tells[f]
	}
	return w, bias
}

const (
	// smoothing is what is added to every count, prior of how many features the sums
	// of counts take that for.
	smoothing, prior = 0.3, 100
	// most and least a feature counts.
	tellsMost, tellsLeast = 3, 0.1
)

// tellings is how much each feature tells a lane's texts from others: the logarithm of
// the ratio of its frequencies in both.
func tellings(train []*sample, lane, features int) []float32 {
	in, out := make([]float64, features), make([]float64, features)
	var allIn, allOut float64
	for _, s := range train {
		counts, all := out, &allOut
		if s.labels[lane] {
			counts, all = in, &allIn
		}
		for _, f := range s.features {
			counts[f]++
		}
		*all += float64(len(s.features))
	}
	tells := make([]float32, features)
	for f := range tells {
		ratio := (in[f] + smoothing) / (allIn + prior*smoothing) / ((out[f] + smoothing) / (allOut + prior*smoothing))
		tells[f] = float32(min(math.Abs(math.Log(ratio))/2, tellsMost) + tellsLeast)
	}
	return tells
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

// logitsOf is what the regressions say of a text.
func (m *Model) logitsOf(s *sample) []float32 {
	var mem Memory
	s.Sets = nil
	for _, key := range s.Keys {
		row, ok := m.Row(key)
		if !ok {
			row = -1
		}
		s.Sets = append(s.Sets, row)
	}
	m.read(&mem, &s.Case)
	return mem.logits
}

// rows are the questions that texts raise: of their tags, and of whether they are
// negative evaluations. The chance of a tag, which the latter look at, is by trees that
// have not seen the text.
func (m *Model) rows(texts []sample) (tags, evaluations []row) {
	from := make([]int, 0, len(texts)+1) // where the rows of a text begin
	for i := range texts {
		from = append(from, len(tags))
		tags = m.tagRows(tags, &texts[i], i%folds)
	}
	from = append(from, len(tags))
	for k := range folds {
		unseen := boost(slices.DeleteFunc(slices.Clone(tags), func(r row) bool { return r.fold == k }))
		for i := k; i < len(texts); i += folds {
			likeliest := 0.0
			for _, r := range tags[from[i]:from[i+1]] {
				likeliest = max(likeliest, sigmoid(unseen.sum(r.x)))
			}
			s := &texts[i]
			v := m.view(s.logits, &s.Case)
			x := v.evaluation(likeliest)
			evaluations = append(evaluations, row{x[:], s.Sensitive, k})
		}
	}
	return tags, evaluations
}

// tagRows appends the questions of the tags of a text.
func (m *Model) tagRows(rows []row, s *sample, fold int) []row {
	v := m.view(s.logits, &s.Case)
	for _, g := range s.Given {
		if g.Lane >= 0 {
			x := v.tag(g, true)
			rows = append(rows, row{x[:], s.labels[g.Lane], fold})
		}
	}
	for lane := range m.issues {
		if v.plausible(lane) {
			x := v.tag(Given{Lane: lane}, false)
			rows = append(rows, row{x[:], s.labels[lane], fold})
		}
	}
	return rows
}
