package storage

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"

	"vane"
)

// bucket is an hour or a day in which posts were ever stored.
type bucket struct {
	Bucket  uint32   `ch:"bucket"`  // its number, see numberOf
	Slots   []uint32 `ch:"slots"`   // its hours with posts, as Unix seconds
	Written uint64   `ch:"written"` // rows, ever: about as many posts
	Digest  uint64   `ch:"digest"`  // of what was ever stored in them
	Build   uint64   `ch:"build"`   // that counted it as it is, 0: none did
}

// shiftOf is what makes whole steps of Unix time begin where buckets do, in seconds.
func shiftOf(s vane.Step) int64 { return -(s.Floor(firstMoment).Unix() % seconds(s)) }

func seconds(s vane.Step) int64 { return int64(s.Duration().Seconds()) }

// numberOf counts buckets from the one of 1970 on.
func numberOf(s vane.Step, t time.Time) int64 {
	return (s.Floor(t).Unix() + shiftOf(s)) / seconds(s)
}

// startOf is the first moment of a bucket.
func startOf(s vane.Step, number uint32) time.Time {
	return time.Unix(int64(number)*seconds(s)-shiftOf(s), 0).UTC()
}

// numbering adds how queries number buckets.
func (p params) numbering(s vane.Step) params {
	return p.with("name", string(s)).with("step", seconds(s)).with("shift", shiftOf(s))
}

// stored is a window cut to the moments that posts can have.
func stored(w vane.Window) vane.Window {
	return vane.Window{From: time.UnixMilli(millis(w.From)).UTC(), To: time.UnixMilli(millis(w.To)).UTC()}
}

type buckets []bucket

// buckets lists, in order, those that touch a window, whole.
func (s *Store) buckets(ctx context.Context, step vane.Step, w vane.Window) (buckets, error) {
	w = stored(w)
	first, last := numberOf(step, w.From), numberOf(step, w.To)
	p := params{
		"from": max(0, startOf(step, uint32(first)).Unix()), "to": startOf(step, uint32(last)).Add(step.Duration()).Unix(),
		"first": first, "last": last,
	}.numbering(step)
	var found []bucket
	if err := s.selectRows(ctx, &found, "buckets", p); err != nil {
		return nil, err
	}
	return found, nil
}

// split tells the buckets that need no counting, if the lines are kept, from the rest. A
// bucket that the window cuts must be counted.
func (b buckets) split(step vane.Step, w vane.Window, kept bool) (fresh, rest []bucket) {
	for _, one := range b {
		start := startOf(step, one.Bucket)
		if kept && one.Build != 0 && !start.Before(w.From) && !start.Add(step.Duration()).After(w.To) {
			fresh = append(fresh, one)
		} else {
			rest = append(rest, one)
		}
	}
	return fresh, rest
}

// lines is where a query's lines are kept in counts.
type lines struct {
	per, by vane.Dimension
	tag     vane.Tag // "": all
	keyed   bool     // the line's value is the answer's key
	tagged  bool     // and else its tag
}

// linesOf finds them, if they are kept. Which tags a tag's posts also have is not
// kept, nor how hours split: such questions are rare, or ask for few posts.
func linesOf(q vane.TrendQuery) (l lines, ok bool) {
	single := func(by vane.Dimension) bool {
		return slices.Contains([]vane.Dimension{vane.ByTag, vane.ByDomain, vane.ByNature, vane.BySource, vane.ByChannel}, by) ||
			q.Step == vane.Daily && by != vane.ByNothing
	}
	split := q.By == vane.ByNothing ||
		q.Step == vane.Daily && slices.Contains([]vane.Dimension{vane.ByChannel, vane.ByRegion, vane.ByVoice}, q.By)
	switch {
	case q.Steady, q.Step != vane.Hourly && q.Step != vane.Daily:
		return l, false
	case q.Per != vane.ByNothing:
		return lines{per: q.Per, by: q.By, tagged: true}, q.Tag == "" && split
	case q.Tag == "":
		return lines{per: q.By, keyed: true}, q.By == vane.ByNothing || single(q.By)
	case q.Tag.IsDomain():
		return lines{per: vane.ByDomain, by: q.By, tag: q.Tag}, split
	default:
		return lines{per: vane.ByTag, by: q.By, tag: q.Tag}, split
	}
}

// name puts a kept line's value where the answer has it.
func (l lines) name(r trendRow) trendRow {
	switch {
	case l.keyed:
		r.Line, r.Key = "", r.Line
	case !l.tagged:
		r.Line = ""
	}
	return r
}

// withHours sends hours along with a query.
func withHours(ctx context.Context, hours []slot) (context.Context, error) {
	t, err := ext.NewTable("hours", ext.Column("slot", "DateTime('UTC')"))
	if err != nil {
		return nil, err
	}
	for _, h := range hours {
		if err := t.Append(h.start()); err != nil {
			return nil, err
		}
	}
	return clickhouse.Context(ctx, clickhouse.WithExternalTable(t)), nil
}

// withBuilds sends the builds of buckets along with a query.
func withBuilds(ctx context.Context, fresh []bucket) (context.Context, error) {
	t, err := ext.NewTable("fresh", ext.Column("bucket", "UInt32"), ext.Column("build", "UInt64"))
	if err != nil {
		return nil, err
	}
	for _, b := range fresh {
		if err := t.Append(b.Bucket, b.Build); err != nil {
			return nil, err
		}
	}
	return clickhouse.Context(ctx, clickhouse.WithExternalTable(t)), nil
}

// Rollup counts every hour and day that was over at a moment and changed since it was
// counted last, and returns how many it counted. Trends are the same with it and
// without it, at any moment of it, and whoever else does it: only faster. It counts some
// buckets at a time, so it can be cancelled.
func (s *Store) Rollup(ctx context.Context, over time.Time) (counted int, err error) {
	for _, step := range []vane.Step{vane.Hourly, vane.Daily} {
		w := vane.Window{From: firstMoment, To: step.Floor(over)}
		if w.Validate() != nil {
			continue
		}
		all, err := s.buckets(ctx, step, w)
		if err != nil {
			return counted, fmt.Errorf("find what to count: %w", err)
		}
		stale := slices.DeleteFunc(all, func(b bucket) bool { return b.Build != 0 || startOf(step, b.Bucket).Add(step.Duration()).After(over) })
		for part := range chunks(stale) {
			if err := s.build(ctx, step, part); err != nil {
				return counted, fmt.Errorf("count the %s of %s anew: %w", step, startOf(step, part[0].Bucket).Format(time.RFC3339), err)
			}
			counted += len(part)
		}
	}
	return counted, s.sweep(ctx)
}

// buildRows is about how many posts are counted at once: enough for a statement's own
// cost not to matter, few enough to take a second and some hundred megabytes.
const buildRows = 200_000

// chunks cuts buckets into what is counted at once.
func chunks(all []bucket) func(func([]bucket) bool) {
	return func(yield func([]bucket) bool) {
		for len(all) > 0 {
			n, rows := 0, uint64(0)
			for n < len(all) && (n == 0 || rows+all[n].Written <= buildRows) {
				rows += all[n].Written
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// build counts buckets. Their digests were read before, so that a post that comes
// meanwhile makes the count old, whether it is in it or not. What is counted holds
// once its build is told, which is last.
func (s *Store) build(ctx context.Context, step vane.Step, part []bucket) error {
	var hours []slot
	for _, b := range part {
		for _, h := range b.Slots {
			hours = append(hours, slot(h))
		}
	}
	reading, err := withHours(ctx, hours)
	if err != nil {
		return err
	}
	id := newBuild(time.Now())
	names := []string{"count_lines"}
	if step == vane.Daily {
		names = append(names, "count_splits")
	}
	for _, name := range names {
		if err := s.conn.Exec(reading, query(name), params{"build": id}.numbering(step).args()...); err != nil {
			return fmt.Errorf("query %s: %w", name, err)
		}
	}
	return s.insertRows(ctx, "insert_builds", len(part), func(i int) []any {
		return []any{string(step), part[i].Bucket, id, part[i].Digest}
	})
}

// sweepEvery is how often replaced builds are taken away: they cost disk only.
const sweepEvery = time.Hour

// sweep takes away replaced builds, now and then.
func (s *Store) sweep(ctx context.Context) error {
	s.mu.Lock()
	due := time.Since(s.swept) > sweepEvery
	if due {
		s.swept = time.Now()
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	if err := s.upkeep(ctx, "sweep_counts", params{"noise": buildNoise}); err != nil {
		return fmt.Errorf("take away old counts: %w", err)
	}
	return nil
}

// newBuild is a number that no other build has, and that tells when it was made: the
// sweep must not take away what is being made.
func newBuild(now time.Time) uint64 {
	return uint64(now.UnixMilli())<<buildNoise | token()>>(64-buildNoise)
}

// token is a number that never comes again.
func token() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return binary.NativeEndian.Uint64(b[:])
}

// buildNoise is how many bits of a build's number are random.
const buildNoise = 22
