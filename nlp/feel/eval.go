package feel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Scorer is how a text feels, by whatever method.
type Scorer func(text string) Score

// Report is what an evaluation found. Shares are from 0 to 1.
type Report struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	// ECE is the expected calibration error: the mean distance, over ten equal ranges
	// of confidence weighed by their texts, of confidence from accuracy (Guo et al.
	// 2017, On Calibration of Modern Neural Networks).
	ECE float64 `json:"ece"`
	// Sure is the accuracy over the four fifths of the texts with the highest confidence.
	Sure       float64            `json:"accuracy_at_80"`
	BySource   map[string]float64 `json:"by_source,omitempty"`
	ByCategory map[string]float64 `json:"by_category,omitempty"`
}

// answer is one judged text.
type answer struct {
	truth, said bool
	confidence  float64
	source      string
	category    string
}

// EvalSentiment compares the sign of the scorer's sentiment with the labels. A
// sentiment of 0 counts as bad.
func EvalSentiment(samples []Sample, score Scorer) Report {
	answers := make([]answer, len(samples))
	for i := range samples {
		s := &samples[i]
		got := score(s.Text)
		answers[i] = answer{s.Good, got.Sentiment > 0, float64(got.Confidence), s.Source, s.Category}
	}
	return report(answers)
}

// EvalSensitive compares what judge says with the marks of posts.
func EvalSensitive(posts []Post, judge func(Post) (sensitive bool, confidence float32)) Report {
	answers := make([]answer, len(posts))
	for i, p := range posts {
		said, confidence := judge(p)
		answers[i] = answer{truth: p.Sensitive, said: said, confidence: float64(confidence), category: p.kind()}
	}
	return report(answers)
}

// kind is the part of the id before the last dash, which names where a post is from.
func (p Post) kind() string {
	for i := len(p.ID) - 1; i > 0; i-- {
		if p.ID[i] == '-' {
			return p.ID[:i]
		}
	}
	return "all"
}

func report(answers []answer) Report {
	r := Report{N: len(answers), BySource: map[string]float64{}, ByCategory: map[string]float64{}}
	if r.N == 0 {
		return r
	}
	r.Accuracy = accuracy(answers)
	r.MacroF1 = (f1(answers, true) + f1(answers, false)) / 2
	r.ECE = calibrationError(answers)
	r.Sure = accuracy(surest(answers, len(answers)*4/5))
	sources, categories := map[string][]answer{}, map[string][]answer{}
	for _, a := range answers {
		if a.source != "" {
			sources[a.source] = append(sources[a.source], a)
		}
		categories[a.category] = append(categories[a.category], a)
	}
	for name, group := range sources {
		r.BySource[name] = accuracy(group)
	}
	for name, group := range categories {
		r.ByCategory[name] = accuracy(group)
	}
	return r
}

func accuracy(answers []answer) float64 {
	right := 0
	for _, a := range answers {
		if a.truth == a.said {
			right++
		}
	}
	return float64(right) / float64(max(1, len(answers)))
}

// f1 of one label; 0 if it is neither there nor said.
func f1(answers []answer, label bool) float64 {
	both, either := 0, 0
	for _, a := range answers {
		if a.truth == label {
			either++
		}
		if a.said == label {
			either++
		}
		if a.truth == label && a.said == label {
			both++
		}
	}
	return 2 * float64(both) / float64(max(1, either))
}

func calibrationError(answers []answer) float64 {
	const ranges = 10 // of confidence from 0.5 to 1
	var n, right, sure [ranges]float64
	for _, a := range answers {
		k := max(0, min(ranges-1, int((a.confidence-0.5)*2*ranges)))
		n[k]++
		sure[k] += a.confidence
		if a.truth == a.said {
			right[k]++
		}
	}
	sum := 0.0
	for k := range n {
		sum += math.Abs(sure[k] - right[k])
	}
	return sum / float64(len(answers))
}

// surest is the n answers of the highest confidence.
func surest(answers []answer, n int) []answer {
	sorted := slices.Clone(answers)
	slices.SortStableFunc(sorted, func(a, b answer) int { return cmp.Compare(b.confidence, a.confidence) })
	return sorted[:n]
}

// Study is the report of a model on texts that it has not seen, beside what the
// lexicon alone and naive Bayes make of the same texts.
type Study struct {
	Report
	Lexicon    Report `json:"lexicon"`
	NaiveBayes Report `json:"naive_bayes"`
}

// HeldOut trains on all samples but fold k of n and evaluates on that fold.
func HeldOut(samples []Sample, k, n int, o TrainOptions) (Study, error) {
	train, test := Split(samples, k, n)
	m, err := Train(train, nil, o)
	if err != nil {
		return Study{}, err
	}
	lexicon, err := LexiconScorer()
	if err != nil {
		return Study{}, err
	}
	naive, err := FitNaiveBayes(train)
	if err != nil {
		return Study{}, err
	}
	return Study{EvalSentiment(test, m.Score), EvalSentiment(test, lexicon), EvalSentiment(test, naive)}, nil
}

// Fit makes a scorer of samples.
type Fit func(train []Sample) (Scorer, error)

// FitModel is the fit of Train without calibration, for LeaveOneOut.
func FitModel(train []Sample) (Scorer, error) {
	m, err := Train(train, nil, TrainOptions{Quick: true})
	if err != nil {
		return nil, err
	}
	return m.Score, nil
}

// LeaveOneOut fits, for each category, on all others and evaluates on it. Accuracy and
// MacroF1 of the result are means over categories; each category counts the same.
func LeaveOneOut(samples []Sample, fit Fit) (Report, error) {
	var names []string
	for i := range samples {
		if !slices.Contains(names, samples[i].Category) {
			names = append(names, samples[i].Category)
		}
	}
	slices.Sort(names)
	out := Report{ByCategory: map[string]float64{}}
	for _, name := range names {
		var train, test []Sample
		for _, s := range samples {
			if s.Category == name {
				test = append(test, s)
			} else {
				train = append(train, s)
			}
		}
		score, err := fit(train)
		if err != nil {
			return Report{}, fmt.Errorf("without %s: %w", name, err)
		}
		r := EvalSentiment(test, score)
		out.N += r.N
		out.Accuracy += r.Accuracy / float64(len(names))
		out.MacroF1 += r.MacroF1 / float64(len(names))
		out.ByCategory[name] = r.Accuracy
	}
	return out, nil
}

// CrossSensitive evaluates Sensitive on posts it has not seen: m, trained for the
// sentiment, is given the weights of the other four fifths of the posts for each fifth.
// posts are learnt as they are tagged; hint is what is told of a post in the test.
func (m *Model) CrossSensitive(posts []Post, hint func(Post) Hint) Report {
	var answers []answer
	for k := range sensFolds {
		var train, test []Post
		for _, p := range posts {
			if Fold(p.Text, sensFolds) == k {
				test = append(test, p)
			} else {
				train = append(train, p)
			}
		}
		part := &Model{lex: m.lex, table: m.table, known: m.known, scale: m.scale, net: m.net, feel: m.feel,
			sensOf: line{A: 1}}
		part.start()
		part.trainSensitive(train)
		for _, p := range test {
			said, confidence := part.Sensitive(p.Text, hint(p))
			answers = append(answers, answer{truth: p.Sensitive, said: said, confidence: float64(confidence), category: p.kind()})
		}
	}
	return report(answers)
}
