package feel

import "math"

// example is a text as training sees it: which entries of the table, in which
// clauses, and what the lexicon says.
type example struct {
	grams   []int32 // entries
	clause  []int16 // of each gram
	clauses int
	lex     [lexInputs]float32
	good    bool
}

// sketchBits is the size of the counters that find frequent n-grams: 4 million for
// the million n-grams of 60,000 posts.
const sketchBits = 22

// telling is the n-grams of samples that occur in at least least texts and lean to
// the good or the bad by at least lean standard deviations. It counts by hash, so that
// its result depends on the samples and on nothing else.
func telling(samples []Sample, least int, lean float64, words int) filter {
	counts := [2][]uint16{make([]uint16, 1<<sketchBits), make([]uint16, 1<<sketchBits)}
	all := [2]float64{1, 1}
	eachGram(samples, func(h uint64, label int) {
		all[label]++
		if c := &counts[label][h>>(64-sketchBits)]; *c < 0xFFFF {
			*c++
		}
	})
	share := all[1] / (all[0] + all[1])
	known := make(filter, words)
	eachGram(samples, func(h uint64, _ int) {
		bad, good := float64(counts[0][h>>(64-sketchBits)]), float64(counts[1][h>>(64-sketchBits)])
		n := bad + good
		if int(n) >= least && math.Abs(good-n*share) >= lean*math.Sqrt(n*share*(1-share)) {
			known.add(h)
		}
	})
	return known
}

// eachGram visits the n-grams of all samples with their label, 0 or 1.
func eachGram(samples []Sample, visit func(h uint64, label int)) {
	s := newReading()
	for _, sample := range samples {
		label := 0
		if sample.Good {
			label = 1
		}
		s.read(sample.Text)
		for i := range s.runes {
			hashes, n := grams(s.runes, i)
			for _, h := range hashes[:n] {
				visit(h, label)
			}
		}
	}
}

// newExample reads a text for training.
func newExample(s *reading, lex *lexicon, known filter, entries int, text string, good bool) example {
	s.read(text)
	s.find(lex)
	j := s.judge()
	e := example{clauses: len(s.clauses), lex: j.inputs(s), good: good}
	for c, clause := range s.clauses {
		for i := clause.from; i < clause.to; i++ {
			if s.zone[i] {
				continue
			}
			hashes, n := grams(s.runes, i)
			for _, h := range hashes[:n] {
				if known.has(h) == 1 {
					e.grams = append(e.grams, int32(entry(h, entries)))
					e.clause = append(e.clause, int16(c))
				}
			}
		}
	}
	return e
}
