package feel

import (
	"fmt"
	"slices"
)

// Sizes of a model, so that its file stays below a million bytes.
const (
	tableEntries = 165_000
	filterWords  = 1 << 14 // of 64 bits, for about 110,000 n-grams
)

// leanTelling is how many standard deviations an n-gram leans at least to be kept.
const leanTelling = 1.7

// calibrationFolds is into how many parts the samples are split to see how sure the
// model may be; calibrationRuns of them are held out in turn.
const (
	calibrationFolds = 5
	calibrationRuns  = 2
)

// TrainOptions are the options of Train. The zero value is right.
type TrainOptions struct {
	// Seed changes the order of the examples. Equal input and seed make equal bytes,
	// on one processor architecture.
	Seed uint64
	// Quick leaves out the calibration, which takes two thirds of the time. The
	// probabilities are then too sure, the signs are the same.
	Quick bool
	// Progress is told what is done, if it is not nil.
	Progress func(step string, done, total int)
}

func (o *TrainOptions) progress(step string, done, total int) {
	if o.Progress != nil {
		o.Progress(step, done, total)
	}
}

// Train makes a model of samples, and its Sensitive of posts, which may be none: then
// Sensitive says no, with confidence 0.5. It needs samples of both labels. 60,000
// samples take less than a minute of one core and about 200 MB.
func Train(samples []Sample, posts []Post, o TrainOptions) (*Model, error) {
	if err := bothLabels(samples); err != nil {
		return nil, err
	}
	m, err := trainFeeling(samples, &o)
	if err != nil {
		return nil, err
	}
	if !o.Quick {
		if m.feel, err = calibrate(samples, o); err != nil {
			return nil, err
		}
	}
	m.trainSensitive(posts)
	o.progress("sensitive", len(posts), len(posts))
	return m, nil
}

func bothLabels(samples []Sample) error {
	good := 0
	for i := range samples {
		if samples[i].Good {
			good++
		}
	}
	if good == 0 || good == len(samples) {
		return fmt.Errorf("train: %d samples, %d of them good: give samples of both labels", len(samples), good)
	}
	return nil
}

// trainFeeling trains the n-grams and the network.
func trainFeeling(samples []Sample, o *TrainOptions) (*Model, error) {
	m, err := newModel()
	if err != nil {
		return nil, err
	}
	taught, err := teaching()
	if err != nil {
		return nil, err
	}
	all := append(slices.Clone(samples), taught[:min(len(taught), len(samples)/2)]...)
	m.known = telling(all, leastTelling(len(all)), leanTelling, filterWords)
	s := newReading()
	data := make([]example, len(all))
	rows := make([]sparse, len(all))
	for i := range all {
		data[i] = newExample(s, m.lex, m.known, tableEntries, all[i].Text, all[i].Good)
		rows[i] = newSparse(&data[i])
	}
	o.progress("read", len(all), len(all))
	bayes := bayesWeights(rows, tableEntries, bayesPenalty, bayesEpochs)
	o.progress("bayes", 1, 1)
	p := fitNetwork(data, tableEntries, o.Seed+1, func(done int) { o.progress("network", done, epochs) })
	m.pack(&p, bayes)
	return m, nil
}

// leastTelling is how often an n-gram must occur: the fewer samples, the fewer.
func leastTelling(samples int) int { return min(4, 1+samples/5000) }

// calibrate trains models without a part of the samples and fits the probabilities on
// that part.
func calibrate(samples []Sample, o TrainOptions) (line, error) {
	var seen []marked
	quiet := o
	quiet.Progress = nil
	for k := range calibrationRuns {
		train, test := Split(samples, k, calibrationFolds)
		if bothLabels(train) != nil || len(test) == 0 {
			continue
		}
		m, err := trainFeeling(train, &quiet)
		if err != nil {
			return line{}, err
		}
		mem := m.pool.Get().(*memory)
		for i := range test {
			logit, _ := m.logit(mem, test[i].Text)
			seen = append(seen, marked{logit, test[i].Good, 1})
		}
		o.progress("calibrate", k+1, calibrationRuns)
	}
	if len(seen) == 0 {
		return line{A: 1}, nil
	}
	return fitLine(seen), nil
}

// sensFolds is into how many parts the posts are split to calibrate Sensitive.
const sensFolds = 5

// trainSensitive fits Sensitive on posts, and its probabilities on each fifth by the
// weights of the others.
func (m *Model) trainSensitive(posts []Post) {
	if len(posts) == 0 {
		return
	}
	folds := make([][]sensRow, sensFolds)
	for _, p := range posts {
		k := Fold(p.Text, sensFolds)
		folds[k] = append(folds[k], m.sensRows(p)...)
	}
	var seen []marked
	for k := range folds {
		var others []sensRow
		for other := range folds {
			if other != k {
				others = append(others, folds[other]...)
			}
		}
		w := fitSensitive(others)
		for i := range folds[k] {
			r := &folds[k][i]
			seen = append(seen, marked{dot(&w, &r.x), r.y == 1, r.weight})
		}
	}
	m.sens = fitSensitive(slices.Concat(folds...))
	m.sensOf = fitLine(seen)
}
