package nlp

import (
	_ "embed"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"vane"
	"vane/nlp/judge"
)

//go:embed judge/model.bin
var judgeModel []byte

// ShippedJudge is the model of tags in the binary; nlp/judge/MODEL.md describes it.
func ShippedJudge() (*judge.Model, error) { return shippedJudge() }

var shippedJudge = sync.OnceValues(func() (*judge.Model, error) {
	m := new(judge.Model)
	if err := m.UnmarshalBinary(judgeModel); err != nil {
		return nil, fmt.Errorf("load the model of tags: %w", err)
	}
	return m, nil
})

// second is a model of tags, as the compiled rules number issues and word sets.
type second struct {
	model  *judge.Model
	lanes  []int   // by issue, -1 for what the model has not learnt
	issues []int32 // by lane, -1 for what the taxonomy does not have
	rows   []int32 // by slot
}

// WithJudge is an analyzer that is equal but that the model gives a second opinion on
// the tags of the rules, or none if it is nil.
func (a *Analyzer) WithJudge(m *judge.Model) *Analyzer {
	other := *a
	other.second, other.version = nil, a.rules.version
	if m != nil {
		other.second = newSecond(m, a.rules)
		other.version ^= m.Checksum()
	}
	return &other
}

func newSecond(m *judge.Model, r *rules) *second {
	s := &second{model: m, issues: slices.Repeat([]int32{-1}, m.Lanes())}
	for number, is := range r.issues {
		lane := m.Lane(string(is.id))
		s.lanes = append(s.lanes, lane)
		if lane >= 0 {
			s.issues[lane] = int32(number)
		}
	}
	for _, key := range r.setKeys {
		row, _ := m.Row(key)
		s.rows = append(s.rows, row)
	}
	return s
}

// judging is room for second opinions.
type judging struct {
	memory judge.Memory
	c      judge.Case
	slots  []uint64 // that occur, 64 to a number
	found  []int32  // the same as a list
}

// setsIn lists the word sets that occur in the subject of the text.
func (e *evaluation) setsIn() []int32 {
	j := &e.judging
	if len(j.slots) == 0 {
		j.slots = make([]uint64, (e.r.slots+63)/64)
	}
	clear(j.slots)
	j.found = j.found[:0]
	for n, seen := range e.seen {
		for ; seen != 0; seen &= seen - 1 {
			p := int32(64*n + bits.TrailingZeros64(seen))
			if e.hits[e.chains[p].first].from >= e.subject {
				continue
			}
			for _, slot := range e.r.within.list(p) {
				if j.slots[slot/64]>>(slot%64)&1 == 0 {
					j.slots[slot/64] |= 1 << (slot % 64)
					j.found = append(j.found, slot)
				}
			}
		}
	}
	return j.found
}

// titleBytes is about where the title of a post is, if it has one.
const titleBytes = 90

// caseOf describes a text and the tags of the rules for a model of so many issues,
// given the lane of each of the taxonomy's.
func (e *evaluation) caseOf(tags []tag, lanes []int, count int, says said) *judge.Case {
	c := &e.judging.c
	c.Text, c.Sets = e.text[:e.subject], c.Sets[:0]
	c.Signs = e.signs(says)
	c.Given = c.Given[:0]
	for _, t := range tags {
		c.Given = append(c.Given, judge.Given{Lane: lanes[t.issue], Word: e.r.rules[t.rule].terms, Title: t.span.from < titleBytes})
	}
	c.Woken = append(c.Woken[:0], make([]uint8, count)...)
	for issue, n := range e.wokenBy {
		if lane := lanes[issue]; lane >= 0 {
			c.Woken[lane] = n
		}
	}
	return c
}

// said is what cues say of a text.
type said struct {
	cues      cueSums
	feeling   vane.Sentiment
	voice     vane.Voice
	sensitive bool
}

// signs are what a model of tags hears of a text as a whole, in the order that it has
// learnt.
func (e *evaluation) signs(says said) (signs [judge.Signs]float32) {
	signs[0], signs[1] = float32(says.feeling), oneIf(says.sensitive)
	signs[2] = float32(slices.Index(voices[:], says.voice))
	signs[3] = float32(math.Log1p(float64(e.length)))
	signs[4], signs[5] = oneIf(titleIsQuestion(e.text)), oneIf(isHeadline(e.text))
	for list, sum := range says.cues {
		signs[6+list] = float32(sum)
	}
	return signs
}

func oneIf(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// opinion takes back tags that the model doubts and adds those that it misses, and says
// how likely the text is a negative evaluation, or -1.
func (s *second) opinion(e *evaluation, tags []tag, says said) ([]tag, float64) {
	c := e.caseOf(tags, s.lanes, len(s.issues), says)
	for _, slot := range e.setsIn() {
		c.Sets = append(c.Sets, s.rows[slot])
	}
	o := s.model.Judge(&e.judging.memory, c)
	kept := tags[:0]
	for i, t := range tags {
		if !o.Doubted[i] || e.names(t) {
			kept = append(kept, t)
		}
	}
	for _, lane := range o.Missing {
		if issue := s.issues[lane]; issue >= 0 && !e.excludes(issue) {
			kept = s.learned(kept, c.Text, lane)
		}
	}
	e.sort(kept)
	return kept, o.Sensitive
}

// names reports whether the evidence of a tag holds the name of the issue (柱子票,
// 霸王条款): who uses the term of art means it. On labelled posts 41 of 45 such tags are
// right.
func (e *evaluation) names(t tag) bool {
	return strings.Contains(e.text[t.span.from:t.span.to], e.r.issues[t.issue].zh)
}

// excludes reports whether a word stands in the text that says: not this issue.
func (e *evaluation) excludes(issue int32) bool {
	slot := e.r.issues[issue].exclude
	return slot >= 0 && len(e.slot(slot)) > 0
}

// learned adds a tag that no rule gave. Its evidence is the pieces of the text that
// speak most for it.
func (s *second) learned(tags []tag, text string, lane int) []tag {
	reasons := s.model.Reasons(text, lane)
	if len(reasons) == 0 {
		return tags
	}
	name := strings.Builder{}
	name.WriteString("learned:")
	for _, r := range reasons {
		name.WriteString(" " + strings.TrimSpace(text[r.From:r.To]))
	}
	t := tag{s.issues[lane], -1, span{int32(reasons[0].From), int32(reasons[0].To)}, name.String()}
	return append(tags, t)
}

// TrainJudge makes a model of tags from labelled texts. The rules of the analyzer
// take part: what they say of the texts is what the model learns to judge.
func TrainJudge(a *Analyzer, texts []Labelled, progress func(done, total int)) (*judge.Model, error) {
	var ids []string
	var lanes []int
	for i, is := range a.Issues() {
		ids = append(ids, string(is.ID))
		lanes = append(lanes, i)
	}
	var examples []judge.Example
	for _, l := range slices.Concat(texts, a.taxonomy.labelled()) {
		examples = append(examples, a.example(l, lanes))
	}
	return judge.Train(ids, examples, progress)
}

// labelled is the examples and counter-examples of a taxonomy. They teach that a word
// is not enough: 退费成功, 没有霸王条款.
func (t Taxonomy) labelled() []Labelled {
	var texts []Labelled
	for _, file := range t {
		for _, is := range file.Issues {
			for _, text := range is.Examples {
				texts = append(texts, Labelled{Text: text, Issues: []vane.Tag{vane.Tag(is.ID)}, Sensitive: true})
			}
			for _, text := range is.Counter {
				texts = append(texts, Labelled{Text: text})
			}
		}
	}
	return texts
}

// example is a labelled text as the model learns it.
func (a *Analyzer) example(l Labelled, lanes []int) judge.Example {
	e := newEvaluation(a.rules, 0)
	text := Fold(Redact(clip(l.Text, a.config.MaxText))).Text
	e.begin(text, a.segmenter.Segment(text), marksIn(text))
	tags := e.tags()
	says := say(reading{text: text, feeling: a.feeler.Feel(text), tagged: len(tags) > 0})
	x := judge.Example{Case: *e.caseOf(tags, lanes, len(lanes), says), Sensitive: l.Sensitive}
	for _, slot := range e.setsIn() {
		x.Keys = append(x.Keys, a.rules.setKeys[slot])
	}
	for _, id := range l.Issues {
		x.Issues = append(x.Issues, string(id))
	}
	return x
}
