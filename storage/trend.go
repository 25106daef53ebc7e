package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vane"
)

// maxBuckets bounds a series: five years of hours. A wider question wants days.
const maxBuckets = 5 * 366 * 24

// Trend counts the distinct posts that carry q.Tag (an issue, a whole domain, or
// any post if empty), per bucket. It gives one series per value of q.By (and of q.Per,
// if given), largest first; a post with several tags is in the series of each, when
// split by tag, domain or nature, and likewise for brands. Not split, it gives one
// series with the empty key, even if nothing was said. Every series has a point for every bucket that touches the window; posts
// outside of the window are not counted in its first and last bucket either.
func (s *Store) Trend(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error) {
	if err := checkTrend(q); err != nil {
		return nil, err
	}
	var rows []trendRow
	if err := s.selectRows(ctx, &rows, "trend", trendParams(q)); err != nil {
		return nil, err
	}
	t := trend{step: q.Step, window: q.Window, first: (q.Step.Floor(q.Window.From).Unix() + zoneShift(q.Step)) / seconds(q.Step)}
	if q.By == vane.ByNothing && q.Per == vane.ByNothing {
		t.line("", "")
	}
	for _, r := range rows {
		t.line(vane.Tag(r.Tag), r.Key)[r.Bucket-t.first] = r.point()
	}
	return t.series(), nil
}

// zoneShift is how many seconds the buckets of the zone whose days are counted lie
// behind those of UTC.
func zoneShift(s vane.Step) int64 { return -(s.Floor(firstMoment).Unix() % seconds(s)) }

func trendParams(q vane.TrendQuery) params {
	return about(q.Tag, q.Window).with("by", string(q.By)).with("per", string(q.Per)).
		with("step", seconds(q.Step)).with("shift", zoneShift(q.Step))
}

// Statement is a query as ClickHouse gets it: its text, and the values bound to the
// {name:Type} in it.
type Statement struct {
	SQL    string            `json:"sql"`
	Values map[string]string `json:"values"`
}

// TrendStatement is the query that counts a trend from the posts themselves.
func TrendStatement(q vane.TrendQuery) Statement {
	st := Statement{SQL: query("trend"), Values: map[string]string{}}
	for name, value := range trendParams(q) {
		st.Values[name] = fmt.Sprint(value)
	}
	return st
}

func seconds(s vane.Step) int64 { return int64(s.Duration().Seconds()) }

func checkTrend(q vane.TrendQuery) error {
	if err := q.Window.Validate(); err != nil {
		return err
	}
	if !slices.Contains(vane.Steps(), q.Step) {
		return fmt.Errorf("step %q is unknown: use one of %q", q.Step, vane.Steps())
	}
	if q.By != vane.ByNothing && !slices.Contains(vane.Dimensions(), q.By) {
		return fmt.Errorf("trends can't be split by %q: use one of %q", q.By, vane.Dimensions())
	}
	if q.Per != vane.ByNothing && q.Per != vane.ByTag && q.Per != vane.ByDomain {
		return fmt.Errorf("trends can't be asked per %q: use %q or %q", q.Per, vane.ByTag, vane.ByDomain)
	}
	if n := q.Window.To.Sub(q.Window.From) / q.Step.Duration(); n > maxBuckets {
		return fmt.Errorf("the window has %d buckets of a %s, more than %d: ask for a shorter one, or for days", n, q.Step, maxBuckets)
	}
	return nil
}

type trendRow struct {
	Tag        string  `ch:"tag"`
	Key        string  `ch:"key"`
	Bucket     int64   `ch:"bucket"`
	Posts      uint64  `ch:"posts"`
	Sensitive  uint64  `ch:"negative"`
	Authors    uint64  `ch:"authors"`
	Texts      uint64  `ch:"texts"`
	Sentiment  float64 `ch:"mean"`
	Engagement float64 `ch:"engagement"`
}

func (r trendRow) point() vane.Point {
	return vane.Point{
		Posts: r.Posts, Sensitive: r.Sensitive, Authors: r.Authors, Texts: r.Texts,
		Sentiment: r.Sentiment, Engagement: r.Engagement,
	}
}

// trend collects the lines of an answer.
type trend struct {
	step   vane.Step
	window vane.Window
	first  int64 // number of the first bucket, as trend.sql counts them
	lines  []vane.Series
}

// line is the points of a tag and key, all zero at first. Rows come ordered by both,
// so it is the last line or a new one.
func (t *trend) line(tag vane.Tag, key string) []vane.Point {
	if n := len(t.lines); n > 0 && t.lines[n-1].Tag == tag && t.lines[n-1].Key == key {
		return t.lines[n-1].Points
	}
	points := make([]vane.Point, len(t.step.Buckets(t.window)))
	t.lines = append(t.lines, vane.Series{Tag: tag, Key: key, Step: t.step, Points: points})
	return points
}

// series finishes the answer: the buckets' times, and the largest line first.
func (t *trend) series() []vane.Series {
	starts := t.step.Buckets(t.window)
	for _, line := range t.lines {
		for i, at := range starts {
			line.Points[i].At = at
		}
	}
	slices.SortStableFunc(t.lines, func(a, b vane.Series) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Key, b.Key))
	})
	return t.lines
}
