// Package judge is a small learned model that gives a second opinion on the issues
// that the taxonomy's rules found in a text. It doubts a tag whose text does not read
// like the posts that people gave it, and adds one that the rules missed but the text
// reads like.
//
// A text is its pairs and triples of characters, those of its title once more, and
// the word sets of the taxonomy that occur in it, all by hash. A logistic regression
// per issue reads them, and one for whether a text is about any issue. Two more
// regressions read a few numbers each, of which these are the most telling: one says
// how likely a tag of the rules is right, one how likely a tag that they did not give
// is missing (stacked generalization, Wolpert 1992).
package judge

import (
	"math"
	"slices"
)

const (
	// doubtBelow is the chance of being right below which a tag of the rules is taken
	// back, and addAbove that above which a missing one is given. Tags are worth more
	// than their lack while few are wrong, so the rules get the benefit of the doubt.
	doubtBelow, addAbove = 0.25, 0.5
	// maxLanes bounds issues: one byte each in every row, and one for any issue.
	maxLanes = 255
)

// Model is what was learnt. It is safe for concurrent use, and never changes.
type Model struct {
	issues []string  // by lane; the lane after the last is any issue
	bias   []float32 // by lane
	scale  []float32 // by lane: what a 1 in the table is worth
	words  int       // of eight lanes in a row
	keys   []uint32  // by row, ascending: the hash of the feature
	table  []uint64  // by row its words; a lane is a byte of them, biased by 128
	places []uint16  // of rows by key, a power of two of them, 0 for none, else the row + 1
	doubt  weights   // is a tag of the rules right?
	add    weights   // is a tag missing?
	trust  []float32 // by issue: how much more than others a tag of the rules is right
}

// inputs of the two regressions.
const (
	inOne    = iota
	inIssue  // how much the text reads like the issue
	inAny    // how much it reads like any
	inAhead  // how far the issue is ahead of all others
	inWord   // one word gave the tag, no rule
	inTitle  // the evidence begins in the title
	inCivic  // public matters are named
	inTrade  // goods, services and merchants are named
	inWoken  // how many rules of the issue had all their words in the text
	inGiven  // how many tags the rules gave
	inShort  // a headline
	inShorts // the same times inIssue
	inputs
)

type weights [inputs]float32

func (w *weights) chance(x *[inputs]float32) float64 {
	sum := float32(0)
	for i, v := range x {
		sum += w[i] * v
	}
	return sigmoid(float64(sum))
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Lane is the number of an issue in the model, or -1 if it was not learnt.
func (m *Model) Lane(issue string) int { return slices.Index(m.issues, issue) }

// Lanes is how many issues the model has learnt.
func (m *Model) Lanes() int { return len(m.issues) }

// Case is a text to judge, and what the rules say.
type Case struct {
	Text  string  // folded, only its subject
	Sets  []int32 // rows of the word sets that occur, as Row says; no row twice
	Civic float32 // how much it says of public matters
	Trade float32 // how much it says of goods, services and merchants
	Short bool    // it is a headline
	Given []Given // the tags of the rules
	Woken []uint8 // by lane: rules of the issue all of whose words occur
}

// Given is a tag of the rules.
type Given struct {
	Lane  int  // of the model, or -1
	Word  bool // by a word alone
	Title bool // the evidence begins in the title
}

// Opinion is what the model thinks of a case.
type Opinion struct {
	Doubted []bool // by given tag
	Missing []int  // lanes
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
	out.Doubted, out.Missing = out.Doubted[:0], out.Missing[:0]
	best, second := m.leaders(mem.logits)
	var x [inputs]float32
	for _, g := range c.Given {
		doubted := false
		if g.Lane >= 0 {
			m.describe(&x, mem.logits, c, g, best, second)
			doubted = m.trusted(&x, g.Lane) < doubtBelow
		}
		out.Doubted = append(out.Doubted, doubted)
	}
	for lane := range m.issues {
		if mem.sums.rows == 0 || !m.plausible(mem.logits, c, lane) {
			continue // a text of which nothing is known misses nothing
		}
		m.describe(&x, mem.logits, c, Given{Lane: lane}, best, second)
		if m.add.chance(&x) > addAbove {
			out.Missing = append(out.Missing, lane)
		}
	}
	return out
}

// trusted is the chance that a tag of the rules is right.
func (m *Model) trusted(x *[inputs]float32, lane int) float64 {
	w := m.doubt
	w[inOne] += m.trust[lane]
	return w.chance(x)
}

// notUnlikely is the logit above which an issue that no rule looks at is considered.
const notUnlikely = -2

// plausible reports whether an issue that the rules did not give is worth a look.
func (m *Model) plausible(logits []float32, c *Case, lane int) bool {
	if c.Woken[lane] == 0 && logits[lane] < notUnlikely {
		return false
	}
	return !slices.ContainsFunc(c.Given, func(g Given) bool { return g.Lane == lane })
}

// leaders are the lanes of the two likeliest issues.
func (m *Model) leaders(logits []float32) (best, second int) {
	best, second = -1, -1
	for lane := range m.issues {
		switch {
		case best < 0 || logits[lane] > logits[best]:
			best, second = lane, best
		case second < 0 || logits[lane] > logits[second]:
			second = lane
		}
	}
	return best, second
}

// leastLogit bounds the logits that are compared: below it all are hopeless.
const leastLogit = -4

// describe writes out the inputs of the regressions for one issue.
func (m *Model) describe(x *[inputs]float32, logits []float32, c *Case, g Given, best, second int) {
	rival := best
	if best == g.Lane {
		rival = second
	}
	other := float32(leastLogit)
	if rival >= 0 {
		other = max(other, logits[rival])
	}
	mine := logits[g.Lane]
	short := oneIf(c.Short)
	*x = [inputs]float32{
		inOne: 1, inIssue: mine / 2, inAny: logits[len(m.issues)] / 2, inAhead: (mine - other) / 2,
		inWord: oneIf(g.Word), inTitle: oneIf(g.Title), inCivic: min(c.Civic, 3) / 3, inTrade: min(c.Trade, 8) / 8,
		inWoken: float32(math.Log1p(float64(c.Woken[g.Lane]))), inGiven: float32(min(len(c.Given), 2)) / 2,
		inShort: short, inShorts: short * mine / 2,
	}
}

func oneIf(b bool) float32 {
	if b {
		return 1
	}
	return 0
}
