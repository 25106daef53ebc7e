// Package judge is a small learned model that gives a second opinion on the issues
// that the taxonomy's rules found in a text. It takes back a tag whose text does not
// read like the posts that people gave it, adds one that the rules missed but the text
// reads like, and says whether the text is a negative evaluation.
//
// A text is its pairs and triples of characters, those of its title once more, and
// the word sets of the taxonomy that occur in it, all by hash. Logistic regressions
// weighted by naive Bayes (Wang and Manning 2012) read them: one per issue, one per
// domain, one for any issue and one for a negative evaluation. Boosted trees
// (Friedman 2001) then weigh what those say, what the rules say, and a few signs of
// the text (stacked generalization, Wolpert 1992).
package judge

import (
	"math"
	"slices"
	"strings"
)

const (
	// doubtBelow is the chance of being right below which a tag of the rules is taken
	// back, and addAbove that above which a missing one is given. On held-out posts
	// any two between 0.3 and 0.45 make as much of precision and recall together; these
	// leave the rules the benefit of the doubt.
	doubtBelow, addAbove = 0.3, 0.45
	// maxIssues bounds what a file may claim to have learnt.
	maxIssues = 1024
)

// Model is what was learnt. It is safe for concurrent use, and never changes.
type Model struct {
	issues    []string  // by lane; lanes behind them: any issue, sensitive, then domains
	domains   []string  // of issues
	domain    []int     // by issue: the lane of its domain
	bias      []float32 // by lane
	scale     []float32 // by lane: what a 1 in the table is worth
	common    []float32 // by issue: how many posts about it were learnt from, as a logarithm
	words     int       // of eight lanes in a row
	keys      []uint32  // by row, ascending: the hash of the feature
	table     []uint64  // by row its words; a lane is a byte of them, biased by 128
	known     []uint64  // a bit for the lowest bits of every key: rules out most features that are in no row
	places    []uint16  // of rows by key, a power of two of them, 0 for none, else the row + 1
	tags      forest    // is a tag right?
	sensitive forest    // is a text a negative evaluation? Empty if that was not learnt
}

// nameIssues notes the issues, and the domains that they make.
func (m *Model) nameIssues(issues []string) {
	m.issues, m.domains, m.domain = issues, nil, nil
	for _, id := range issues {
		name, _, _ := strings.Cut(id, ".")
		n := slices.Index(m.domains, name)
		if n < 0 {
			n = len(m.domains)
			m.domains = append(m.domains, name)
		}
		m.domain = append(m.domain, len(issues)+firstDomain+n)
	}
}

// Lanes behind those of the issues.
const (
	laneAny = iota
	laneSensitive
	firstDomain
)

// lanes is how many regressions read a text.
func (m *Model) lanes() int { return len(m.issues) + firstDomain + len(m.domains) }

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Lane is the number of an issue in the model, or -1 if it was not learnt.
func (m *Model) Lane(issue string) int { return slices.Index(m.issues, issue) }

// Lanes is how many issues the model has learnt.
func (m *Model) Lanes() int { return len(m.issues) }

// Signs is how many numbers tell about a text as a whole.
const Signs = 18

// Case is a text to judge, and what the rules say.
type Case struct {
	Text  string         // folded, only its subject
	Sets  []int32        // rows of the word sets that occur, as Row says; no row twice
	Signs [Signs]float32 // of the text, always the same ones in the same order
	Given []Given        // the tags of the rules
	Woken []uint8        // by lane: rules of the issue all of whose words occur
}

// Given is a tag of the rules.
type Given struct {
	Lane  int  // of the model, or -1
	Word  bool // by a word alone
	Title bool // the evidence begins in the title
}

// Opinion is what the model thinks of a case.
type Opinion struct {
	Doubted   []bool  // by given tag
	Missing   []int   // lanes
	Sensitive float64 // the chance that the text is a negative evaluation, -1 if that was not learnt
}

// Memory is room for judging, reused from case to case.
type Memory struct {
	sums   sums
	logits []float32
	out    Opinion
}

// Judge gives an opinion, which is valid until mem is used again.
func (m *Model) Judge(mem *Memory, c *Case) *Opinion {
	m.read(mem, c)
	out := &mem.out
	out.Doubted, out.Missing, out.Sensitive = out.Doubted[:0], out.Missing[:0], -1
	v := m.view(mem.logits, c)
	likeliest := 0.0
	for _, g := range c.Given {
		chance := 1.0 // an issue that was not learnt is left to the rules
		if g.Lane >= 0 {
			chance = m.chance(v.tag(g, true))
			likeliest = max(likeliest, chance)
		}
		out.Doubted = append(out.Doubted, chance < doubtBelow)
	}
	for lane := range m.issues {
		if mem.sums.rows == 0 || !v.plausible(lane) {
			continue // a text of which nothing is known misses nothing
		}
		chance := m.chance(v.tag(Given{Lane: lane}, false))
		likeliest = max(likeliest, chance)
		if chance > addAbove {
			out.Missing = append(out.Missing, lane)
		}
	}
	if len(m.sensitive.roots) > 0 {
		x := v.evaluation(likeliest)
		out.Sensitive = sigmoid(m.sensitive.sum(x[:]))
	}
	return out
}

func (m *Model) chance(x [tagInputs]float32) float64 { return sigmoid(m.tags.sum(x[:])) }
