package hotspot

import (
	"math"
	"time"

	"vane"
)

const (
	// warmUp is how long a series teaches before it may alarm: the hours of the
	// week are known from two samples on.
	warmUp = 2 * hoursOfWeek * time.Hour
	// An episode ends when its burst stayed under leave·Level for closeAfter hours:
	// two levels and a delay, so that one hotspot is not cut into many.
	leave      = 0.5
	closeAfter = 6
	// An episode is still breaking out while its last freshHours hold more voices than
	// any freshHours of it before; a quarter of a day evens out the hours of a day.
	freshHours = 6
	// busy is how many standard deviations over its mean an hour must stand to
	// belong to an episode's span.
	busy = 1.0
)

// Episode is one span of time in which a series stood over its baseline.
type Episode struct {
	Tag      vane.Tag
	Window   vane.Window // from the first to behind the last busy hour
	Peak     time.Time   // start of the busiest hour
	State    vane.State
	Burst    burst   // the largest of the episode
	Rise     float64 // acceleration when the burst was largest, in doublings
	Expected float64 // posts of a usual Window
	Usual    float64 // share of sensitive posts before the episode, 0 to 1
}

// Detect finds the episodes of each hourly series, as they were known when the
// last point of the series had been counted: an hour is judged by the hours before
// it, never by later ones. A series' key is its tag.
func Detect(cfg Config, series []vane.Series) []Episode {
	var found []Episode
	for _, s := range series {
		found = append(found, detectOne(cfg, s)...)
	}
	return found
}

// detectOne walks along one series.
func detectOne(cfg Config, s vane.Series) []Episode {
	w := newWalk(cfg, s)
	for i := range s.Points {
		w.step(i)
	}
	if w.open != nil {
		w.found = append(w.found, *w.open)
	}
	return w.found
}

// walk is the state of a detection between two hours of a series.
type walk struct {
	cfg      Config
	series   vane.Series
	baseline *baseline
	postRate ewma // posts per voice: people may post more than once
	hours    []hourCount
	share    ewma // of sensitive posts
	open     *Episode
	quiet    int     // hours that the open episode has been under its lower level
	freshest float64 // most voices that freshHours of the open episode held
	found    []Episode
}

func newWalk(cfg Config, s vane.Series) *walk {
	return &walk{
		cfg: cfg, series: s, baseline: newBaseline(),
		hours:    make([]hourCount, 0, len(s.Points)),
		postRate: newEWMA(seasonHalfLife, time.Hour),
		share:    newEWMA(seasonHalfLife, time.Hour),
	}
}

// step judges the hour i and then learns from it.
func (w *walk) step(i int) {
	p := w.series.Points[i]
	mean, variance := w.baseline.expect(p.At)
	w.hours = append(w.hours, hourCount{count: float64(p.Authors), mean: mean, variance: variance})
	w.judge(i, scan(w.hours))
	w.baseline.learn(p.At, float64(p.Authors), mean)
	if w.open == nil {
		w.learnHabits(p)
	}
}

// learnHabits keeps what is usual between episodes besides the volume.
func (w *walk) learnHabits(p vane.Point) {
	if p.Posts == 0 {
		return
	}
	w.share.add(float64(p.Sensitive) / float64(p.Posts))
	w.postRate.add(float64(p.Posts) / float64(max(p.Authors, 1)))
}

// judge starts, continues or ends an episode.
func (w *walk) judge(i int, b burst) {
	switch {
	case w.open == nil && w.starts(i, b):
		w.begin(i, b)
	case w.open == nil:
		return
	case b.Score >= leave*w.cfg.Level:
		w.quiet = 0
	default:
		w.quiet++
	}
	w.follow(i, b)
	if w.quiet >= closeAfter {
		w.open.State = vane.Closed
		w.found = append(w.found, *w.open)
		w.open = nil
	}
}

func (w *walk) starts(i int, b burst) bool {
	at, first := w.series.Points[i].At, w.series.Points[0].At
	return at.Sub(first) >= warmUp && b.Score >= w.cfg.Level && b.Count >= float64(w.cfg.MinAuthors)
}

// begin opens an episode at the first busy hour of the window that gave it away.
func (w *walk) begin(i int, b burst) {
	start := i
	for j := i - b.Hours + 1; j <= i; j++ {
		if w.busy(j) {
			start = j
			break
		}
	}
	from := w.series.Points[start].At
	w.quiet, w.freshest = 0, 0
	w.open = &Episode{
		Tag:    vane.Tag(w.series.Key),
		Window: vane.Window{From: from, To: from.Add(time.Hour)},
		Peak:   from,
		Usual:  w.share.mean(0, 0.01),
	}
	for j := start; j < i; j++ {
		w.extend(j)
	}
}

// follow carries the open episode to the hour i.
func (w *walk) follow(i int, b burst) {
	w.extend(i)
	if b.Score > w.open.Burst.Score {
		w.open.Burst, w.open.Rise = b, acceleration(w.hours)
	}
	var fresh float64
	for _, h := range w.hours[max(0, i+1-freshHours):] {
		fresh += h.count
	}
	switch {
	case w.quiet > 0:
		w.open.State = vane.Fading
	case fresh >= w.freshest:
		w.open.State = vane.Emerging
	default:
		w.open.State = vane.Lasting
	}
	w.freshest = max(w.freshest, fresh)
}

// extend stretches the episode over the hour i if that hour is busy.
func (w *walk) extend(i int) {
	if !w.busy(i) {
		return
	}
	e, at := w.open, w.series.Points[i].At
	if w.hours[i].count > w.countAt(e.Peak) {
		e.Peak = at
	}
	e.Window.To = at.Add(time.Hour)
	e.Expected = w.expectedPosts(e.Window)
}

// busy reports whether the hour i stands clearly over its mean.
func (w *walk) busy(i int) bool {
	h := w.hours[i]
	return h.excess() > busy*math.Sqrt(h.variance)
}

func (w *walk) index(t time.Time) int {
	return int(t.Sub(w.series.Points[0].At) / time.Hour)
}

func (w *walk) countAt(t time.Time) float64 { return w.hours[w.index(t)].count }

// expectedPosts is what a usual window counts, in posts.
func (w *walk) expectedPosts(window vane.Window) float64 {
	var voices float64
	for i := w.index(window.From); i < w.index(window.To); i++ {
		voices += w.hours[i].mean
	}
	return voices * w.postRate.mean(1, 1)
}
