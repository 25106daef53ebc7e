package nlp

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"vane"
)

var (
	//go:embed dict/demands.txt
	demandsTable string
	//go:embed dict/places.txt
	placesTable string
)

// naming finds words and gives them the name they stand for.
type naming struct {
	matcher *matcher
	names   []string // by pattern; of a trap, or a word that only asks: ""
}

// newNaming reads lines "name word word…" of a table. Words of the line called marker
// stand for nothing, and with own the name is a word too.
func newNaming(table, marker string, own bool) *naming {
	n := &naming{}
	var words []string
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		name := fields[0]
		if !own || name == marker {
			fields = fields[1:]
		}
		if name == marker {
			name = ""
		}
		for _, w := range fields {
			if !slices.Contains(words, w) {
				words = append(words, w)
				n.names = append(n.names, name)
			}
		}
	}
	n.matcher = newMatcher(words)
	return n
}

const (
	asking = "asks" // the line of demands.txt whose words make a clause ask
	traps  = "!"    // the line of places.txt whose words are no places
)

var (
	demandWords = sync.OnceValue(func() *naming { return newNaming(demandsTable, asking, false) })
	placeWords  = sync.OnceValue(func() *naming { return newNaming(placesTable, traps, true) })
)

// maxNamed bounds every list of entities of one post.
const maxNamed = 16

// entitiesOf finds what a folded text names.
func entitiesOf(text string, tokens []Token, sc *scopes) vane.Entities {
	return vane.Entities{
		Places:  placesOf(text, tokens),
		Amounts: amountsOf(text),
		Demands: demandsOf(text, sc),
	}
}

// demandsOf lists what the text asks for: words of demands in clauses that ask.
func demandsOf(text string, sc *scopes) []string {
	n := demandWords()
	var buf [64]hit
	hits := n.matcher.find(text, buf[:0])
	var demands []string
	for _, h := range hits {
		name := n.names[h.pattern]
		if name == "" || slices.Contains(demands, name) || len(demands) == maxNamed {
			continue
		}
		clause := unitOf(sc.clauses, h.from)
		asked := slices.ContainsFunc(hits[:min(len(hits), maxHits)], func(a hit) bool {
			return n.names[a.pattern] == "" && a.from <= h.from && unitOf(sc.clauses, a.from) == clause
		})
		if asked {
			demands = append(demands, name)
		}
	}
	return demands
}

// placesOf lists the places of a text, by their canonical names. A place counts where
// a word of the text begins with it, and nothing but 市, 省 or 人 follows in that word:
// not in 校|长沙|发.
func placesOf(text string, tokens []Token) []string {
	n := placeWords()
	var buf [32]hit
	hits := longestHits(n.matcher.find(text, buf[:0]))
	var places []string
	at := 0
	for _, h := range hits {
		name := n.names[h.pattern]
		for at < len(tokens) && tokens[at].To <= int(h.from) {
			at++
		}
		if name == "" || len(places) == maxNamed || slices.Contains(places, placeName(name)) {
			continue
		}
		if len(tokens) == 0 || at < len(tokens) && tokens[at].From == int(h.from) && endsPlace(text, tokens[at:], int(h.to)) {
			places = append(places, placeName(name))
		}
	}
	return places
}

// placeName leaves out the 市 of names that are listed with it to be clear (中山市).
func placeName(name string) string { return strings.TrimSuffix(name, "市") }

// endsPlace reports whether a word ends at the byte to, or goes on with a suffix of
// places only.
func endsPlace(text string, tokens []Token, to int) bool {
	for _, t := range tokens {
		switch {
		case t.To == to:
			return true
		case t.To > to:
			return t.From < to && slices.Contains([]string{"省", "市", "人", "站", "版", "区"}, text[to:t.To])
		}
	}
	return false
}
