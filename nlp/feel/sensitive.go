package feel

// sensInputs is the number of features of Sensitive: what a text feels, how often and
// how early it uses each group of cues, and a few of their products.
const sensInputs = 9 + 2*(int(cueEnd)-1) + 6

const (
	topicLetters = 22 // a text of fewer letters is a headline or a topic, not a story
	titleRunes   = 25 // where the title of a post is, if it has one
)

// cueCounts is how often, and whether early, the cues of each group occur.
type cueCounts struct{ all, title [cueEnd]float32 }

func countCues(s *reading) (c cueCounts) {
	for i := range s.hits {
		h := &s.hits[i]
		c.all[h.cue]++
		if h.from < titleRunes {
			c.title[h.cue] = 1
		}
	}
	per := 1 + float32(s.letters)/100
	for k := range c.all {
		c.all[k] /= per
	}
	return c
}

// sensFeatures is the input of Sensitive, each number within about [-1,1].
func sensFeatures(s *reading, j *judged, logit float32, tagged Hint) (x [sensInputs]float32) {
	c := countCues(s)
	topic, review := float32(0), float32(0)
	if s.letters < topicLetters {
		topic = 1
	}
	about := &c.all
	if about[civic]+about[work]+about[news]+about[notice]+about[ask]+about[advert] == 0 {
		review = 1
	}
	head := [...]float32{
		1, float32(tagged), squash(logit / 2), review * squash(logit/2), squash(j.score / 3), squash(j.bad / 3),
		squash(float32(s.letters) / 50), squash(float32(s.asks)), topic,
	}
	n := copy(x[:], head[:])
	for k := cue(1); k < cueEnd; k++ {
		x[n], x[n+1] = squash(about[k]), c.title[k]
		n += 2
	}
	tail := [...]float32{
		squash(min(about[trade], about[harm])),
		squash((about[trade] + about[harm] - about[civic] - about[work]) / 2),
		squash(about[ask] * (about[harm] + about[claim])),
		squash(about[civic] - about[trade]),
		topic * squash(about[harm]+about[claim]),
		topic * squash(about[news]),
	}
	copy(x[n:], tail[:])
	return x
}

func dot(w, x *[sensInputs]float32) float32 {
	sum := float32(0)
	for i, v := range x {
		sum += w[i] * v
	}
	return sum
}

// Post is a text that a person marked as sensitive or not.
type Post struct {
	ID        string `json:"id"`
	Text      string `json:"text"` // folded
	Sensitive bool   `json:"sensitive"`
	Tagged    Hint   `json:"-"` // of the tagger, or of people
}

// Taggers err: so that Sensitive does not follow the tag blindly, each post is learnt
// three times: as tagged, as tagged wrongly, and without a hint.
const (
	tagRight  = 0.7
	tagWrong  = 0.12
	tagAbsent = 0.18
)

// Settings of the logistic regression on a few hundred posts.
const (
	sensPenalty = 2.0 // L2
	sensSteps   = 400
	sensRate    = 0.02
)

// sensRow is one weighted row of the regression.
type sensRow struct {
	x      [sensInputs]float32
	y      float64
	weight float64
}

// sensRows is a post as rows. logit is that of the whole text.
func (m *Model) sensRows(p Post) []sensRow {
	mem := m.pool.Get().(*memory)
	defer m.pool.Put(mem)
	logit, j := m.logit(mem, p.Text)
	y := 0.0
	if p.Sensitive {
		y = 1
	}
	row := func(h Hint, weight float64) sensRow {
		return sensRow{sensFeatures(&mem.reading, &j, logit, h), y, weight}
	}
	if p.Tagged == NoHint {
		return []sensRow{row(NoHint, 1)}
	}
	return []sensRow{row(p.Tagged, tagRight), row(-p.Tagged, tagWrong), row(NoHint, tagAbsent)}
}

// fitSensitive is a logistic regression by gradient descent, in float64 and in the
// order of rows.
func fitSensitive(rows []sensRow) (w [sensInputs]float32) {
	weights := [sensInputs]float64{}
	rate := sensRate / max(1, float64(len(rows))/1000)
	for range sensSteps {
		slope := [sensInputs]float64{}
		for i := range rows {
			r := &rows[i]
			logit := 0.0
			for k, x := range r.x {
				logit += weights[k] * float64(x)
			}
			e := (sigmoid(logit) - r.y) * r.weight
			for k, x := range r.x {
				slope[k] += e * float64(x)
			}
		}
		for k := range weights {
			weights[k] -= rate * (slope[k] + sensPenalty*weights[k])
		}
	}
	for k := range w {
		w[k] = float32(weights[k])
	}
	return w
}
