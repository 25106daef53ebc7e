package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vane"
)

// maxBuckets bounds a series: five years of hours. A wider question wants days.
const maxBuckets = 5 * 366 * 24

// Trend counts the distinct posts that carry q.Tag (an issue, a whole domain, or
// any post if empty), per bucket. It gives one series per value of q.By (and of
// q.Per, if given), largest first; a post with several tags is in the series of each,
// when split by tag, domain or nature, and likewise for brands. Not split, it gives
// one series with the empty key, even if nothing was said. Every series has a point
// for every bucket that touches the window; posts outside of the window are not
// counted in its first and last bucket either.
//
// What Rollup counted is taken from there, for the buckets that did not change since;
// the others are counted from the posts. The answer is the same, exactly.
func (s *Store) Trend(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error) {
	if err := checkTrend(q); err != nil {
		return nil, err
	}
	lines, ok := linesOf(q)
	step := q.Step
	if !ok {
		step = vane.Hourly // that is what posts are found by
	}
	buckets, err := s.buckets(ctx, step, q.Window)
	if err != nil {
		return nil, err
	}
	t := newTrend(q)
	if q.Steady {
		sources, err := s.steady(ctx, q.Window)
		if err != nil {
			return nil, err
		}
		t.sources = append(t.sources, sources...)
	}
	fresh, rest := buckets.split(step, q.Window, ok)
	if len(fresh) > 0 {
		if err := s.counted(ctx, t, lines, fresh); err != nil {
			return nil, err
		}
	}
	if len(rest) > 0 {
		if err := s.count(ctx, t, fresh, around(rest, step, q.Window)); err != nil {
			return nil, err
		}
	}
	if q.Collected {
		if err := s.addCollected(ctx, t); err != nil {
			return nil, err
		}
	}
	return t.series(), nil
}

// Recount is Trend without what was counted ahead: it runs the query that
// [TrendStatement] shows, over the posts themselves.
func (s *Store) Recount(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error) {
	if err := checkTrend(q); err != nil {
		return nil, err
	}
	if q.Steady || q.Collected {
		return nil, errors.New("a trend of steady sources, or with what was collected, is more than one query and can't be recounted")
	}
	t := newTrend(q)
	if err := s.count(ctx, t, nil, q.Window); err != nil {
		return nil, err
	}
	return t.series(), nil
}

// steady are the sources that have posts on every day that a window touches.
func (s *Store) steady(ctx context.Context, w vane.Window) ([]string, error) {
	days := vane.Window{From: vane.Daily.Floor(w.From), To: vane.Daily.Floor(w.To.Add(-1)).Add(vane.Daily.Duration())}
	series, err := s.Trend(ctx, vane.TrendQuery{Window: days, Step: vane.Daily, By: vane.BySource})
	if err != nil {
		return nil, err
	}
	var sources []string
	for _, line := range series {
		if !slices.ContainsFunc(line.Points, func(p vane.Point) bool { return p.Posts == 0 }) {
			sources = append(sources, line.Key)
		}
	}
	return sources, nil
}

// addCollected sets what was collected at all beside what was asked for.
func (s *Store) addCollected(ctx context.Context, t *trend) error {
	all := vane.TrendQuery{Window: t.query.Window, Step: t.query.Step, Steady: t.query.Steady}
	if slices.Contains([]vane.Dimension{vane.BySource, vane.ByChannel, vane.ByRegion, vane.ByVoice}, t.query.By) {
		all.By = t.query.By
	}
	series, err := s.Trend(ctx, all)
	if err != nil {
		return err
	}
	of := map[string][]vane.Point{}
	for _, line := range series {
		of[line.Key] = line.Points
	}
	for _, line := range t.lines {
		key := line.Key
		if all.By == vane.ByNothing {
			key = ""
		}
		for i := range of[key] {
			line.Points[i].Collected = of[key][i].Posts
		}
	}
	return nil
}

// counted adds the buckets that are counted already.
func (s *Store) counted(ctx context.Context, t *trend, l lines, fresh []bucket) error {
	p := params{
		"name": string(t.query.Step), "per": string(l.per), "by": string(l.by), "tag": string(l.tag),
		"first": fresh[0].Bucket, "last": fresh[len(fresh)-1].Bucket,
	}
	ctx, err := withBuilds(ctx, fresh)
	if err != nil {
		return err
	}
	return s.eachTrendRow(ctx, "counted", p, func(r trendRow) { t.add(l.name(r)) })
}

// around is the part of a window that the first to the last of some buckets span: what
// lies outside of it is counted already, and its posts need not be read.
func around(rest []bucket, step vane.Step, w vane.Window) vane.Window {
	first, last := startOf(step, rest[0].Bucket), startOf(step, rest[len(rest)-1].Bucket).Add(step.Duration())
	if first.After(w.From) {
		w.From = first
	}
	if last.Before(w.To) {
		w.To = last
	}
	return w
}

// count adds what was published in a window out of some buckets, from the posts. A post
// that came to a new hour of such a bucket since the hours were listed is not part of the
// answer.
func (s *Store) count(ctx context.Context, t *trend, known []bucket, w vane.Window) error {
	p := trendParams(t.query).with("from", millis(w.From)).with("to", millis(w.To))
	p["sources"] = t.sources
	counted := map[int64]bool{}
	for _, b := range known {
		p["known"] = append(p["known"].([]uint32), b.Slots...)
		counted[int64(b.Bucket)] = true
	}
	return s.eachTrendRow(ctx, "trend", p, func(r trendRow) {
		if !counted[r.Bucket] {
			t.add(r)
		}
	})
}

// eachTrendRow reads the rows of a query one by one: a month of hours of all issues is
// hundreds of thousands.
func (s *Store) eachTrendRow(ctx context.Context, name string, p params, f func(trendRow)) error {
	rows, err := s.conn.Query(ctx, query(name), p.args()...)
	if err != nil {
		return fmt.Errorf("query %s: %w", name, err)
	}
	var r trendRow
	into := []any{&r.Line, &r.Key, &r.Bucket, &r.Posts, &r.Sensitive, &r.Authors, &r.Texts, &r.Sentiment, &r.Engagement}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return errors.Join(fmt.Errorf("read %s: %w", name, err), rows.Close())
		}
		f(r)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

func trendParams(q vane.TrendQuery) params {
	return about(q.Tag, q.Window).with("by", string(q.By)).with("per", string(q.Per)).
		with("step", seconds(q.Step)).with("shift", shiftOf(q.Step)).with("known", []uint32{}).
		with("steady", q.Steady).with("sources", []string{})
}

// Statement is a query as ClickHouse gets it: its text, and the values bound to the
// {name:Type} in it.
type Statement struct {
	SQL    string            `json:"sql"`
	Values map[string]string `json:"values"`
}

// TrendStatement is the query that counts a trend from the posts themselves, as
// [Store.Recount] runs it.
func TrendStatement(q vane.TrendQuery) Statement {
	st := Statement{SQL: query("trend"), Values: map[string]string{}}
	for name, value := range trendParams(q) {
		st.Values[name] = fmt.Sprint(value)
	}
	return st
}

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
		return fmt.Errorf("the window has %d buckets of %s, more than %d: ask for a shorter one, or for days", n, q.Step, maxBuckets)
	}
	return nil
}

// trendRow is a row of queries/counted.sql and queries/trend.sql.
type trendRow struct {
	Line       string // value of the dimension Per
	Key        string // of the dimension By
	Bucket     int64
	Posts      uint64
	Sensitive  uint64
	Authors    uint64
	Texts      uint64
	Sentiment  float64
	Engagement float64
}

func (r trendRow) point() vane.Point {
	return vane.Point{
		Posts: r.Posts, Sensitive: r.Sensitive, Authors: r.Authors, Texts: r.Texts,
		Sentiment: r.Sentiment, Engagement: r.Engagement,
	}
}

// trend collects the lines of an answer.
type trend struct {
	query   vane.TrendQuery
	sources []string // that count, where query.Steady
	first   int64    // number of the first bucket
	starts  []time.Time
	at      map[lineName]int
	lines   []vane.Series
}

type lineName struct {
	tag vane.Tag
	key string
}

func newTrend(q vane.TrendQuery) *trend {
	t := &trend{query: q, sources: []string{}, first: numberOf(q.Step, q.Window.From), starts: q.Step.Buckets(q.Window), at: map[lineName]int{}}
	if q.By == vane.ByNothing && q.Per == vane.ByNothing {
		t.line(lineName{})
	}
	return t
}

func (t *trend) add(r trendRow) {
	t.line(lineName{vane.Tag(r.Line), r.Key})[r.Bucket-t.first] = r.point()
}

// line is the points of a line, all zero at first.
func (t *trend) line(name lineName) []vane.Point {
	i, ok := t.at[name]
	if !ok {
		i = len(t.lines)
		t.at[name] = i
		points := make([]vane.Point, len(t.starts))
		t.lines = append(t.lines, vane.Series{Tag: name.tag, Key: name.key, Step: t.query.Step, Points: points})
	}
	return t.lines[i].Points
}

// series finishes the answer: the buckets' times, and the largest line first.
func (t *trend) series() []vane.Series {
	for _, line := range t.lines {
		for i, at := range t.starts {
			line.Points[i].At = at
		}
	}
	slices.SortFunc(t.lines, func(a, b vane.Series) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Key, b.Key))
	})
	return t.lines
}
