package hotspot

import (
	"math"
	"slices"
	"time"

	"vane"
)

// warmUp is how long a series teaches before it may alarm: the hours of the week
// are known from two samples on.
const warmUp = 2 * hoursOfWeek

// ripple is the share of the busiest hour's excess under which an hour is no part of
// an episode's span.
const ripple = 0.25

// Episode is one span of time in which a node stood over its baseline.
type Episode struct {
	Node     vane.Node
	Window   vane.Window // from the first to behind the last busy hour
	Peak     time.Time   // start of the busiest hour
	State    vane.State
	Burst    burst        // the largest of the episode
	Rise     float64      // acceleration when the burst was largest, in doublings
	Expected float64      // posts of a usual Window
	Usual    float64      // share of sensitive posts before the episode, 0 to 1
	Listing  vane.Listing // on hot lists; zero: on none

	path     []hourCount // the hours from a day before Window to the end of the series
	start    time.Time   // of the first hour of path
	postRate float64     // posts per voice
}

// since moves the start of an episode, and with it what was to be expected. Of an
// episode of minutes the hours are not known: what it expected stays.
func (e *Episode) since(from time.Time) {
	e.Window.From = from
	if len(e.path) == 0 {
		return
	}
	var voices float64
	for i, h := range e.path {
		if e.Window.Contains(e.start.Add(time.Duration(i) * time.Hour)) {
			voices += h.mean
		}
	}
	e.Expected = voices * e.postRate
}

// Detector finds episodes in the pulses of one window of time.
type Detector struct {
	cfg   Config
	from  time.Time
	slots []slot
	tide  []float64 // by how much everything is said more than usual, by hour; at least 1
}

// NewDetector makes one for pulses that cover the hours of w.
func NewDetector(cfg Config, calendar Calendar, w vane.Window) (*Detector, error) {
	days, err := calendar.days()
	if err != nil {
		return nil, err
	}
	n := int(w.To.Sub(w.From) / time.Hour)
	d := &Detector{cfg: cfg, from: w.From, slots: days.slots(w.From, n), tide: make([]float64, n)}
	for i := range d.tide {
		d.tide[i] = 1
	}
	return d, nil
}

// Detect finds the episodes of a pulse, as they were known when its last hour had
// been counted: an hour is judged by the hours before it, never by later ones.
func (d *Detector) Detect(p vane.Pulse) []Episode {
	w := newWalk(d, p)
	for i := range min(len(p.Posts), len(d.slots)) {
		w.step(i)
	}
	if w.open != nil {
		return append(w.found, w.told(*w.open))
	}
	return w.found
}

// Follow is Detect hour by hour: known gets, from the hour with the index first on, the
// episodes as they were known when that hour had been counted, which is what Detect
// finds in the pulse up to there. Hours without any are left out. Episodes of later
// hours share memory with those of earlier ones and must not be changed.
func (d *Detector) Follow(p vane.Pulse, first int, known func(hour int, episodes []Episode)) {
	w := newWalk(d, p)
	for i := range min(len(p.Posts), len(d.slots)) {
		w.step(i)
		if i < first {
			continue
		}
		episodes := slices.Clip(w.found)
		if w.open != nil {
			episodes = append(episodes, w.told(*w.open))
		}
		if len(episodes) > 0 {
			known(i, episodes)
		}
	}
}

// Scores are the bursts B of every hour of a pulse, in nats, without warm-up.
func (d *Detector) Scores(p vane.Pulse) []float64 {
	w := newWalk(d, p)
	scores := make([]float64, min(len(p.Posts), len(d.slots)))
	for i := range scores {
		scores[i], _ = w.count(i)
	}
	return scores
}

// walk is the state of a detection between two hours of a pulse.
type walk struct {
	*Detector
	pulse     vane.Pulse
	baselines []*baseline // of the cohorts
	means     []float64   // of the cohorts in the hour that is counted
	oldest    int         // start of the oldest cohort
	scan      scan
	record    record
	hours     []hourCount
	postRate  ewma // posts per voice: people may post more than once
	share     ewma // of sensitive posts
	life      life
	open      *Episode
	found     []Episode
}

func newWalk(d *Detector, p vane.Pulse) *walk {
	w := &walk{
		Detector: d, pulse: p, scan: newScan(), record: newRecord(), oldest: math.MaxInt,
		baselines: make([]*baseline, len(p.Cohorts)), means: make([]float64, len(p.Cohorts)),
		hours:    make([]hourCount, 0, len(d.slots)),
		postRate: newEWMA(seasonHalfLife, time.Hour),
		share:    newEWMA(seasonHalfLife, time.Hour),
	}
	for k, c := range p.Cohorts {
		w.baselines[k] = newBaseline()
		w.oldest = min(w.oldest, c.Start)
	}
	return w
}

// step judges the hour i and then learns from it.
func (w *walk) step(i int) {
	score, hours := w.count(i)
	if w.open != nil || score >= w.cfg.Level {
		w.judge(i, w.burst(score, hours))
	}
	if w.open == nil && w.pulse.Posts[i] > 0 {
		posts := w.pulse.Posts[i]
		w.share.add(w.pulse.Sensitive[i] / posts)
		w.postRate.add(posts / max(w.hours[i].count, 1))
	}
}

// count sets the hour i beside its expectation, judges the last hours, and teaches
// the baselines. A cohort counts from the end of its warm-up on, the oldest from
// the start.
func (w *walk) count(i int) (score float64, hours int) {
	var h hourCount
	slot, tide := w.slots[i], w.tide[i]
	for k, c := range w.pulse.Cohorts {
		if i < c.Start {
			continue
		}
		mean, overdispersion := w.baselines[k].expect(slot)
		w.means[k] = mean
		if c.Start == w.oldest || i-c.Start >= warmUp {
			mean *= tide
			h.count += c.Voices[i]
			h.mean += mean
			h.variance += mean + mean*mean*overdispersion
		}
	}
	for k, c := range w.pulse.Cohorts {
		if i >= c.Start {
			w.baselines[k].learn(slot, c.Voices[i]/tide, w.means[k])
		}
	}
	w.hours = append(w.hours, h)
	score, hours = w.scan.add(h.surprise(), i)
	if r := w.record.add(h); r > score {
		return r, 1
	}
	return score, hours
}

// burst adds what was counted in the window of a score.
func (w *walk) burst(score float64, hours int) burst {
	b := burst{Score: score, Hours: hours}
	for _, h := range w.hours[len(w.hours)-hours:] {
		b.Count += h.count
		b.Expected += h.mean
	}
	return b
}

// judge starts, continues or ends an episode.
func (w *walk) judge(i int, b burst) {
	over := b.Score >= w.cfg.Level && b.Count >= float64(w.cfg.MinAuthors) && i-w.oldest >= warmUp
	if w.open == nil {
		if !over {
			return
		}
		w.begin(i, b)
	}
	w.extend(i)
	if b.Score > w.open.Burst.Score {
		w.open.Burst, w.open.Rise = b, acceleration(w.hours)
	}
	w.open.State = w.life.next(w.hours, over, b.Score >= leave*w.cfg.Level)
	if w.open.State == vane.Closed {
		w.close()
	}
}

// begin opens an episode at the first busy hour of the window that gave it away.
func (w *walk) begin(i int, b burst) {
	start := i
	for j := i - b.Hours + 1; j <= i; j++ {
		if w.hours[j].busy() {
			start = j
			break
		}
	}
	w.life = life{}
	w.open = &Episode{
		Node:   w.pulse.Node,
		Window: vane.Window{From: w.at(start), To: w.at(start + 1)},
		Peak:   w.at(start),
		Usual:  w.share.mean(0, 0.01),
	}
	for j := start; j < i; j++ {
		w.extend(j)
	}
}

// extend stretches the episode over the hour i if that hour is busy, and no mere
// ripple of it.
func (w *walk) extend(i int) {
	e := w.open
	peak := w.hours[w.index(e.Peak)]
	h := w.hours[i]
	if !h.busy() || h.excess() < ripple*peak.excess() {
		return
	}
	if h.count > peak.count {
		e.Peak = w.at(i)
	}
	e.Window.To = w.at(i + 1)
}

// close ends the open episode.
func (w *walk) close() {
	w.found, w.open = append(w.found, w.told(*w.open)), nil
}

// told is the episode with what is known of it by now.
func (w *walk) told(e Episode) Episode {
	first := max(0, w.index(e.Window.From)-closesAfter)
	e.path, e.start = w.hours[first:], w.at(first)
	e.postRate = w.postRate.mean(1, 1)
	e.since(e.Window.From)
	return e
}

func (w *walk) index(t time.Time) int { return int(t.Sub(w.from) / time.Hour) }

func (w *walk) at(i int) time.Time { return w.from.Add(time.Duration(i) * time.Hour) }
