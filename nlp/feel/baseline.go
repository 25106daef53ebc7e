package feel

import "math"

// LexiconScorer scores by the words of the lexicon and the grammar alone, without
// anything learnt. A text without such words is bad by chance.
func LexiconScorer() (Scorer, error) {
	lex, err := newLexicon(lexiconText)
	if err != nil {
		return nil, err
	}
	s := newReading()
	return func(text string) Score {
		s.read(text)
		s.find(lex)
		j := s.judge()
		p := sigmoid(float64(j.score))
		return Score{float32(2*p - 1), float32(max(p, 1-p))}
	}, nil
}

// FitNaiveBayes is multinomial naive Bayes on single characters and pairs, with one
// added to each count: what a compact model must beat.
func FitNaiveBayes(train []Sample) (Scorer, error) {
	if err := bothLabels(train); err != nil {
		return nil, err
	}
	counts := [2]map[uint64]float64{{}, {}}
	totals, texts := [2]float64{}, [2]float64{}
	s := newReading()
	each := func(text string, visit func(key uint64)) {
		s.read(text)
		for i, r := range s.runes[:len(s.runes)-1] {
			visit(pack1(r))
			visit(pack2(pack1(r), s.runes[i+1]))
		}
	}
	for i := range train {
		label := 0
		if train[i].Good {
			label = 1
		}
		texts[label]++
		each(train[i].Text, func(key uint64) {
			counts[label][key]++
			totals[label]++
		})
	}
	words := float64(len(counts[0]) + len(counts[1]))
	return func(text string) Score {
		logit := math.Log(texts[1] / texts[0])
		each(text, func(key uint64) {
			good, bad := counts[1][key], counts[0][key]
			if good+bad > 0 {
				logit += math.Log((good+1)/(totals[1]+words)) - math.Log((bad+1)/(totals[0]+words))
			}
		})
		p := sigmoid(logit)
		return Score{float32(2*p - 1), float32(max(p, 1-p))}
	}, nil
}
