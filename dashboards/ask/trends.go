package ask

import (
	"context"
	"slices"
	"time"

	"vane"
)

const (
	// mostBuckets of one series: ten years of days, five months of hours.
	mostBuckets = 3700
	// mostSplitBuckets of a trend that is split, whose series the store counts all.
	mostSplitBuckets = 1500
	// mostPoints of an answer: some megabytes of JSON.
	mostPoints = 50_000
	// mostSeries and usualSeries are how many lines an answer may have, and has.
	mostSeries  = 200
	usualSeries = 20
)

// TrendsQuestion asks how often something was said. Empty fields are usual: every
// post, the last 30 days, by day, not split.
type TrendsQuestion struct {
	Tag, From, To, Step, By string
	Top                     int // lines, largest first; 0 is 20
}

// TrendsCounts sums up a trend.
type TrendsCounts struct {
	Series int    `json:"series" doc:"lines that there are; of them the largest are shown"`
	Shown  int    `json:"shown"`
	Posts  uint64 `json:"posts" doc:"sum over the lines that are shown; a post with two values of the dimension counts in both"`
	Bad    uint64 `json:"sensitive" doc:"of them 吐槽类信息"`
}

// Trends is the answer of [Desk.Trends].
type Trends struct {
	Query  vane.TrendQuery `json:"query"`
	Counts TrendsCounts    `json:"counts"`
	Series []vane.Series   `json:"series" nullable:"false" doc:"largest first, a point for every bucket of the window"`
}

// Trends counts distinct posts over time.
func (d *Desk) Trends(ctx context.Context, t TrendsQuestion) (Trends, error) {
	if t.Top == 0 {
		t.Top = usualSeries
	}
	q, err := d.trendQuery(t)
	if err != nil {
		return Trends{}, err
	}
	series, err := d.Reader.Trend(ctx, q)
	if err != nil {
		return Trends{}, err
	}
	a := Trends{Query: q, Series: series[:min(t.Top, len(series))]}
	a.Counts.Series, a.Counts.Shown = len(series), len(a.Series)
	for _, s := range a.Series {
		for _, p := range s.Points {
			a.Counts.Posts += p.Posts
			a.Counts.Bad += p.Sensitive
		}
	}
	if a.Series == nil {
		a.Series = []vane.Series{}
	}
	return a, nil
}

// trendQuery reads a question and refuses one whose answer would be too long.
func (d *Desk) trendQuery(t TrendsQuestion) (q vane.TrendQuery, err error) {
	if q.Tag, err = d.tag(t.Tag); err != nil {
		return q, err
	}
	if q.Window, err = d.window(t.From, t.To); err != nil {
		return q, err
	}
	if q.Step = vane.Step(t.Step); t.Step == "" {
		q.Step = vane.Daily
	}
	if !slices.Contains(vane.Steps(), q.Step) {
		return q, mistake("step", "%q is unknown: use one of %q", t.Step, vane.Steps())
	}
	if q.By = vane.Dimension(t.By); t.By != "" && !slices.Contains(vane.Dimensions(), q.By) {
		return q, mistake("by", "%q is unknown: use one of %q", t.By, vane.Dimensions())
	}
	if t.Top < 1 || t.Top > mostSeries {
		return q, mistake("top", "%d lines: use 1 to %d", t.Top, mostSeries)
	}
	return q, checkLength(q, t.Top)
}

func checkLength(q vane.TrendQuery, top int) error {
	most := mostBuckets
	if q.By != vane.ByNothing {
		most = min(mostSplitBuckets, mostPoints/top)
	}
	if n := int(q.Window.To.Sub(q.Window.From) / q.Step.Duration()); n > most {
		return mistake("from, to", "the window has %d buckets of a %s, more than %d: ask for a shorter one, for fewer lines (top), or for a wider step (the widest window here is %s)",
			n, q.Step, most, time.Duration(most)*q.Step.Duration())
	}
	return nil
}
