package nlp

import (
	_ "embed"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"vane"
)

//go:embed dict/feeling.txt
var feelingTable string

// Feeler says how a folded text feels. It is the seam at which a trained model takes
// the place of the word lists. Implementers must be safe for concurrent use.
type Feeler interface {
	Feel(text string) vane.Sentiment
}

// role is what a word of dict/feeling.txt does.
type role uint8

const (
	roleGood role = iota
	roleBad
	roleNeutral // looks good or bad, and is neither
	roleNot
	roleVery
	roleLittle
	roleBut
	roleConcede
	roleWish
)

// lexicon feels by word lists: good and bad words, turned by negations, weighed by
// degrees, and by which side of a "but" they stand on.
type lexicon struct {
	matcher *matcher
	roles   []role    // by pattern
	weights []float64 // by pattern
}

var feelingWords = sync.OnceValue(newLexicon)

func newLexicon() *lexicon {
	names := []string{"good", "bad", "neutral", "not", "very", "little", "but", "concede", "wish"}
	l := &lexicon{}
	var words []string
	numbers := map[string]int{}
	for line := range strings.Lines(feelingTable) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "#" {
			continue
		}
		r := role(slices.Index(names, fields[0]))
		weight, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			panic("dict/feeling.txt: " + err.Error()) // embedded, and read by every test
		}
		for _, w := range fields[2:] {
			// A word may be of two roles (好: good, and very); the first counts, but
			// signs of structure come last and go before.
			if n, twice := numbers[w]; twice {
				l.roles[n], l.weights[n] = r, weight
				continue
			}
			numbers[w] = len(words)
			words = append(words, w)
			l.roles = append(l.roles, r)
			l.weights = append(l.weights, weight)
		}
	}
	l.matcher = newMatcher(words)
	return l
}

const (
	// reach is how many bytes before a word its negation and degree may stand: four
	// characters.
	reach = 12
	// turned is how much of a word is left when it is negated: 不好 is as bad as 好 is
	// good, 不差 is less good than 差 is bad.
	turnedGood, turnedBad = -1.0, -0.5
	// calm keeps a single word from being as sure as many.
	calm = 1.5
)

// Feel sums the words of a text, clause by clause.
func (l *lexicon) Feel(text string) vane.Sentiment {
	var buf [128]hit
	hits := longestHits(l.matcher.find(text, buf[:0]))
	if len(hits) == 0 {
		return 0
	}
	var sc scopes
	sc.scan(text)
	sum := 0.0
	weigh, end := 1.0, int32(-1)
	for i, h := range hits {
		if h.from >= end { // a clause begins: concessions and wishes end
			_, end = unit(sc.clauses, h.from, int32(len(text)))
			if weigh < 1 {
				weigh = 1
			}
		}
		switch l.roles[h.pattern] {
		case roleBut:
			sum /= 2
			weigh = l.weights[h.pattern]
		case roleConcede, roleWish:
			weigh = l.weights[h.pattern]
		case roleGood:
			sum += weigh * l.weights[h.pattern] * l.turn(hits[:i], h, turnedGood)
		case roleBad:
			sum -= weigh * l.weights[h.pattern] * l.turn(hits[:i], h, turnedBad)
		}
	}
	return vane.Sentiment(math.Tanh(sum / (calm * math.Sqrt(1+float64(len(hits))/8))))
}

// turn is the factor that negations and degrees before a word give it.
func (l *lexicon) turn(before []hit, h hit, turned float64) float64 {
	factor, edge := 1.0, h.from
	for i := len(before) - 1; i >= 0; i-- {
		b := before[i]
		if edge-b.to > reach/2 || h.from-b.to > reach {
			break
		}
		switch l.roles[b.pattern] {
		case roleNot:
			factor *= turned
		case roleVery, roleLittle:
			factor *= l.weights[b.pattern]
		default:
			return factor
		}
		edge = b.from
	}
	return factor
}

// longestHits keeps, of hits that overlap, the first and longest. It reuses hits.
func longestHits(hits []hit) []hit {
	kept := hits[:0]
	for _, h := range hits {
		last := len(kept) - 1
		switch {
		case last < 0 || h.from >= kept[last].to:
			kept = append(kept, h)
		case h.from == kept[last].from && h.to > kept[last].to:
			kept[last] = h
		}
	}
	return kept
}
