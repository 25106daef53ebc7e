package feel

// Weights of the grammar below. They were chosen by sense and by the first half of
// the probe (testdata/probe.txt), not fitted: the network learns how much to trust
// the result.
const (
	negatedGood  = -0.8 // 不好 is nearly as bad as 坏
	negatedBad   = 0.7  // 不差 is less than 好
	strengthened = 1.4  // 非常
	superlative  = 2.0  // 不能更
	weakened     = 0.7  // 有点
	expected     = -0.5 // 本来以为会很差: the rest says otherwise
	conceded     = 0.3  // 虽然
	excepted     = 0.1  // 除了
	wished       = -0.3 // 要是再大点就好了
	beforeBut    = 0.4
	afterBut     = 1.3
	mocking      = -1.5 // one 感人 in a bad post
)

// How many characters after a negation a word may begin to be turned over: 不是很清楚
// is bad, but 没有保护膜十分失望 does not deny the disappointment. Words such as 那么
// carry a negation on.
const (
	reachGood = 4
	reachBad  = 0
)

// judged is what the words of the lexicon say of a text, read as clauses.
type judged struct {
	score         float32 // all of it, contrast weighed
	good, bad     float32 // sums of good and of bad
	fixed         float32 // of fixed expressions
	before, after float32 // the last contrast
	first, last   float32 // clauses
	flips         float32 // negated bad words
	negations     float32
	contrast      float32 // 1 if seen, as the following
	prior, wish   float32
	ironic, rhet  float32
	excepted      float32
	words         float32 // good and bad ones
	construct     float32 // of fixed expressions, negated bad words, answered expectations, mockery
}

// grammar reads hits from left to right.
type grammar struct {
	s      *reading
	out    judged
	clause int
	sum    float32 // since the last contrast
	boost  float32
	negAt  int // where the last negation ends
	negs   int // open negations
	from   int // where the first open negation begins

	prior, granted, except, wish, rhet bool
	compared                           bool // after 比
	carried                            bool // the open negation stands before 那么 or 比
	mocks                              int
	doubt                              float32 // what was expected
	doubts                             [2]int  // where: from the first to the last such word, in runes
}

// judge weighs the hits of a reading and covers the spans whose n-grams would
// mislead.
func (s *reading) judge() judged {
	g := grammar{s: s, boost: 1, negAt: -reachGood - 1}
	for i := range s.hits {
		h := &s.hits[i]
		if h.clause != g.clause {
			g.turn(h.clause)
		}
		g.take(h)
	}
	g.finish()
	return g.out
}

// turn begins a clause: what reaches no further than a clause ends.
func (g *grammar) turn(clause int) {
	g.clause, g.boost, g.negs = clause, 1, 0
	g.prior, g.granted, g.except, g.wish, g.rhet = false, false, false, false, false
	g.compared, g.carried = false, false
}

func (g *grammar) take(h *hit) {
	switch h.kind {
	case polar, fixed:
		g.weigh(h)
	case not:
		if g.negs == 0 {
			g.from, g.carried = h.from, false
		}
		g.negs++
		g.negAt = h.to
		g.out.negations++
	case most:
		g.boost, g.negs = superlative, 0
		g.s.cover(h.from, h.to)
	case more:
		g.boost = strengthened
		g.carry(h)
	case less:
		g.boost = weakened
		g.carry(h)
	case that, than, expect:
		g.compared = g.compared || h.kind == than
		g.carry(h)
	default:
		g.discourse(h)
	}
}

// carry keeps a negation open across a word.
func (g *grammar) carry(h *hit) {
	if g.negs > 0 && h.from-g.negAt <= reachGood {
		g.negAt = h.to
		g.carried = g.carried || h.kind == that || h.kind == than
	}
}

// discourse takes the words that say how clauses stand to each other.
func (g *grammar) discourse(h *hit) {
	switch h.kind {
	case but:
		g.answer(true)
		g.out.before = g.out.before*beforeBut + g.sum
		g.sum = 0
		g.out.contrast = 1
		g.prior, g.granted, g.except, g.negs = false, false, false, 0
	case now:
		g.answer(true)
		g.prior, g.granted, g.except = false, false, false
	case prior:
		g.prior = true
		g.out.prior = 1
	case though:
		g.granted = true
	case before:
		g.granted = g.granted || !g.compared
	case except:
		g.except = true
		g.out.excepted = 1
	case outside:
		g.except = false
	case wish:
		g.wish = true
		g.out.wish = 1
	case rhet:
		g.rhet = true
		g.out.rhet = 1
	case irony:
		g.mocks++
	}
}

// weigh takes a good or bad word.
func (g *grammar) weigh(h *hit) {
	v := float32(h.weight)
	super := g.boost == superlative
	if h.kind == fixed {
		g.out.fixed += v
		g.s.cover(h.from, h.to)
	} else {
		v = g.negate(h, v) * g.boost
	}
	g.boost = 1
	flipped := h.weight < 0 && v > 0 || super
	v = g.discount(h, v)
	if h.kind == fixed || flipped {
		g.out.construct += v
	}
	g.out.words++
	if v > 0 {
		g.out.good += v
	} else {
		g.out.bad -= v
	}
	g.sum += v
	if h.clause == 0 {
		g.out.first += v
	}
	if h.clause == len(g.s.clauses)-1 {
		g.out.last += v
	}
}

// negate turns v over for each open negation.
func (g *grammar) negate(h *hit, v float32) float32 {
	reach := reachGood
	if v < 0 && !g.carried {
		reach = reachBad
	}
	if g.negs == 0 || h.from-g.negAt > reach || g.s.broken(g.negAt, h.from) {
		g.negs = 0
		return v
	}
	for ; g.negs > 0; g.negs-- {
		if v > 0 {
			v *= negatedGood
		} else {
			v *= -negatedBad
		}
	}
	if v > 0 {
		g.out.flips++
		g.s.cover(g.from, h.to)
	}
	return v
}

// discount takes back what is expected, granted, excepted or wished.
func (g *grammar) discount(h *hit, v float32) float32 {
	switch {
	case g.except:
		g.s.cover(h.from, h.to)
		return v * excepted
	case g.prior:
		if g.doubt == 0 {
			g.doubts[0] = h.from
		}
		g.doubts[1] = h.to
		g.doubt += v
		return 0
	case g.granted:
		return v * conceded
	case g.wish && h.weight < 0:
		return 0
	case g.wish && v > 0:
		return v * wished
	case g.rhet && v > 0:
		return -v
	}
	return v
}

// answer settles what was expected. If the rest of the text answers it, it was not so;
// otherwise a fear is a complaint (怀疑是假货) and a promise is worth little.
func (g *grammar) answer(answered bool) {
	if g.doubt == 0 {
		return
	}
	v := g.doubt
	switch {
	case answered:
		v *= expected
		g.s.cover(g.doubts[0], g.doubts[1])
		g.out.construct += v
	case v > 0:
		v *= conceded
	}
	g.doubt = 0
	g.sum += v
	if v > 0 {
		g.out.good += v
	} else {
		g.out.bad -= v
	}
}

// finish adds up. Mockery counts only beside something bad: 感人 alone is praise.
func (g *grammar) finish() {
	o := &g.out
	g.answer(g.doubt*g.sum < 0)
	if g.mocks > 0 && o.bad > 0 && o.bad >= o.good {
		o.ironic = 1
		g.sum += mocking * float32(min(g.mocks, 3))
		o.construct += mocking
	}
	o.after = g.sum
	o.score = g.sum
	if o.contrast > 0 {
		o.score = beforeBut*o.before + afterBut*g.sum
	}
}
