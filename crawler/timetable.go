package crawler

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// timetable is when a source's passes start, compiled.
type timetable struct {
	cron  gocron.Cron // nil: every
	quiet quietHours
}

// compileTimes compiles what the source says about when and how often.
func (p *plan) compileTimes(bad *problems) {
	src := p.src
	if src.Cron != "" && p.zone != nil {
		p.times.cron = gocron.NewDefaultCron(false)
		if err := p.times.cron.IsValid(cronHere+src.Cron, p.zone, time.Now().In(p.zone)); err != nil {
			bad.add("cron", "%q: %w; write minute, hour, day, month and weekday, as */20 8-22 * * *", src.Cron, err)
		}
	}
	if a := src.Adapt; a != nil && (a.Min <= 0 || a.Max < a.Min) {
		bad.add("adapt", "goes from %v to %v: set min to more than 0 and max to no less", a.Min, a.Max)
	}
	if src.Adapt != nil && src.Cron != "" {
		bad.add("adapt", "stands beside cron: keep one")
	}
	var err error
	if p.times.quiet, err = parseQuiet(src.Quiet, p.zone); err != nil {
		bad.add("quiet", "%w", err)
	}
	if src.Limits.Time < 0 {
		bad.add("limits.time", "is %v: set it to 0 or more", src.Limits.Time)
	}
	switch f := src.Follow; {
	case f == nil:
	case f.For <= 0 || f.Every <= 0:
		bad.add("follow", "is for %v every %v: set both to more than 0", f.For, f.Every)
	case src.Detail == nil:
		bad.add("follow", "needs detail: without it a post has no page of its own to fetch again")
	}
}

// cronHere makes the cron library read a line in the zone of the time it is asked
// with: by itself it knows zones by their names in the zone database only.
const cronHere = "CRON_TZ=Local "

// quietHours is a span of the day, that may go over midnight. None is empty.
type quietHours struct {
	from, to time.Duration // since midnight
	zone     *time.Location
}

// parseQuiet reads 01:00-06:00.
func parseQuiet(s string, zone *time.Location) (quietHours, error) {
	if s == "" {
		return quietHours{}, nil
	}
	from, to, _ := strings.Cut(s, "-")
	start, err1 := time.Parse("15:04", strings.TrimSpace(from))
	end, err2 := time.Parse("15:04", strings.TrimSpace(to))
	if err1 != nil || err2 != nil || start.Equal(end) {
		return quietHours{}, fmt.Errorf("%q is not a span of the day: write it as 01:00-06:00", s)
	}
	return quietHours{sinceMidnight(start), sinceMidnight(end), zone}, nil
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

// until is when the quiet hours that hold t end, or t if none do.
func (q quietHours) until(t time.Time) time.Time {
	if q.from == q.to {
		return t
	}
	at := sinceMidnight(t.In(q.zone))
	left := (q.to - at + day) % day
	if left == 0 || left > (q.to-q.from+day)%day {
		return t
	}
	return t.Add(left)
}

// next is when the quiet hours begin next after t; zero if there are none.
func (q quietHours) next(t time.Time) time.Time {
	if q.from == q.to {
		return time.Time{}
	}
	at := sinceMidnight(t.In(q.zone))
	return t.Add((q.from - at + day) % day)
}

const day = 24 * time.Hour

const (
	// startSpread is the time over which passes that are due at one instant are
	// spread: long enough for a few hundred sources not to begin at once.
	startSpread = time.Minute
	// adaptNew is how many new posts a pass over a source that adapts is meant to
	// find: few enough that a feed of twenty items never runs over between two passes,
	// and enough that most passes find something.
	adaptNew = 5
	// adaptPasses is how many of the last passes tell how busy a source is.
	adaptPasses = 8
	// adaptStep bounds how fast the interval changes from one pass to the next.
	adaptStep = 2
)

// spread is a part of within that depends on a source's name only, so that sources
// that would begin together do not, and each keeps its place.
func spread(source string, within time.Duration) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(source)) // a hash never returns an error
	return time.Duration(float64(within) * float64(h.Sum32()) / (1 << 32))
}

// interval is the time between two passes. A source that adapts is passed over the
// sooner, the more its last passes found: the interval in which adaptNew posts are to
// be expected, not more than adaptStep times longer or shorter than it was. passes
// are the last ones, the newest first; before is the interval that held until now, 0
// if none did.
func (p *plan) interval(passes []PassReport, before time.Duration) time.Duration {
	adapt := p.src.Adapt
	if adapt == nil {
		return p.src.Every
	}
	if before <= 0 {
		before = p.src.Every
	}
	if len(passes) > 1 {
		passes = passes[:min(len(passes), adaptPasses)]
		span := passes[0].Started.Sub(passes[len(passes)-1].Started)
		found := 0.5 // nothing in a short while does not mean that nothing will ever come
		for _, r := range passes[:len(passes)-1] {
			found += float64(r.New)
		}
		want := time.Duration(min(adaptNew/found*float64(span), float64(adapt.Max)))
		before = min(max(want, before/adaptStep), before*adaptStep)
	}
	return min(max(before, adapt.Min), adapt.Max)
}

// next is when the next pass is due: by the cron line, or at the interval after the
// last pass, or if that is over, soon after now; never in the quiet hours. A last pass
// that has yet to be tells that the clock was set back since.
func (p *plan) next(last time.Time, every time.Duration, now time.Time) time.Time {
	if last.After(now) {
		last = now
	}
	due := last.Add(every)
	switch {
	case p.times.cron != nil:
		due = p.times.cron.Next(now.In(p.zone)).Add(spread(p.src.Name, startSpread))
	case !due.After(now):
		due = now.Add(spread(p.src.Name, min(startSpread, every)))
	}
	if end := p.times.quiet.until(due); end.After(due) {
		return end.Add(spread(p.src.Name, startSpread))
	}
	return due
}
