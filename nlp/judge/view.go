package judge

import "slices"

// The inputs of the trees that judge a tag; the signs of the text come behind them.
const (
	inIssue      = iota // how much the text reads like the issue
	inAny               // how much it reads like any
	inNegative          // how much it reads like a negative evaluation
	inDomain            // how much it reads like the domain
	inAhead             // how far the issue is ahead of all others
	inGiven             // the rules gave the tag
	inWord              // one word gave the tag, no rule
	inTitle             // the evidence begins in the title
	inWoken             // how many rules of the issue had all their words in the text
	inOthers            // how many tags the rules gave
	inNeighbours        // how many of those in the same domain
	inRival             // how much the text reads like the likeliest of the other tags
	inCommon            // how many posts about the issue were learnt from
	inGeneral           // it is an issue of no domain of its own
	ownInputs
	tagInputs = ownInputs + Signs
)

// The inputs of the trees that judge whether a text is a negative evaluation.
const (
	inReads  = iota // how much the text reads like one
	inIssues        // how much it reads like any issue
	inLikely        // the chance of the likeliest tag
	inCount         // how many tags the rules gave
	ownEvaluation
	evaluationInputs = ownEvaluation + Signs
)

const (
	// leastLogit bounds the logits that are compared: below it all are hopeless.
	leastLogit = -4
	// noRival stands for the logit of another tag where there is none.
	noRival = -6
	// notUnlikely is the logit above which an issue that no rule looks at is considered.
	notUnlikely = -2.5
	// general is the domain of what has no other.
	general = "general"
)

// view is a case as the regressions read it.
type view struct {
	m            *Model
	logits       []float32
	c            *Case
	best, second int // lanes of the likeliest issues, or -1
}

func (m *Model) view(logits []float32, c *Case) view {
	v := view{m: m, logits: logits, c: c, best: -1, second: -1}
	for lane := range m.issues {
		switch {
		case v.best < 0 || logits[lane] > logits[v.best]:
			v.best, v.second = lane, v.best
		case v.second < 0 || logits[lane] > logits[v.second]:
			v.second = lane
		}
	}
	return v
}

// plausible reports whether an issue that the rules did not give is worth a look.
func (v *view) plausible(lane int) bool {
	if v.c.Woken[lane] == 0 && v.logits[lane] < notUnlikely {
		return false
	}
	return !slices.ContainsFunc(v.c.Given, func(g Given) bool { return g.Lane == lane })
}

// tag is what there is to say of one tag, given by the rules or not.
func (v *view) tag(g Given, given bool) (x [tagInputs]float32) {
	m, mine := v.m, v.logits[g.Lane]
	rival := v.best
	if rival == g.Lane {
		rival = v.second
	}
	other := float32(leastLogit)
	if rival >= 0 {
		other = max(other, v.logits[rival])
	}
	any := len(m.issues)
	x[inIssue], x[inAny], x[inNegative] = mine, v.logits[any+laneAny], v.logits[any+laneSensitive]
	x[inDomain], x[inAhead] = v.logits[m.domain[g.Lane]], mine-other
	x[inGiven], x[inWord], x[inTitle] = oneIf(given), oneIf(g.Word), oneIf(g.Title)
	x[inWoken], x[inCommon] = float32(v.c.Woken[g.Lane]), m.common[g.Lane]
	x[inGeneral] = oneIf(m.domains[m.domain[g.Lane]-any-firstDomain] == general)
	x[inOthers], x[inNeighbours], x[inRival] = v.others(g.Lane)
	copy(x[ownInputs:], v.c.Signs[:])
	return x
}

// others counts the tags that the rules gave, and those of the lane's domain, and is
// the logit of the likeliest of them but for the lane.
func (v *view) others(lane int) (all, neighbours, rival float32) {
	rival = noRival
	for _, g := range v.c.Given {
		if g.Lane < 0 {
			continue
		}
		all++
		if v.m.domain[g.Lane] == v.m.domain[lane] {
			neighbours++
		}
		if g.Lane != lane {
			rival = max(rival, v.logits[g.Lane])
		}
	}
	return all, neighbours, rival
}

// evaluation is what there is to say of whether the text is a negative evaluation,
// given the chance of its likeliest tag.
func (v *view) evaluation(likeliest float64) (x [evaluationInputs]float32) {
	any := len(v.m.issues)
	x[inReads], x[inIssues] = v.logits[any+laneSensitive], v.logits[any+laneAny]
	x[inLikely], x[inCount] = float32(likeliest), float32(len(v.c.Given))
	copy(x[ownEvaluation:], v.c.Signs[:])
	return x
}

func oneIf(b bool) float32 {
	if b {
		return 1
	}
	return 0
}
