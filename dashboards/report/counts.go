package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"vane"
)

// Reader is what a report is counted with; storage implements it.
type Reader interface {
	// Trend counts posts; a series has a point for every bucket of the window.
	Trend(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error)
	// Hotspots lists the hotspots known at the instant at that lived within since
	// before it, hottest first.
	Hotspots(ctx context.Context, at time.Time, since time.Duration) ([]vane.Hotspot, error)
	// Telling lists at most limit posts of the window that tell best what a node is
	// about, one per text.
	Telling(ctx context.Context, node vane.Node, w vane.Window, limit int) ([]vane.EvidencePost, error)
}

// line is what one value of a dimension sums up to.
type line struct {
	key       string
	posts     uint64
	sensitive uint64
	daily     []vane.Point
}

// peak is the day with most sensitive posts, the earlier one of equals.
func (l line) peak() vane.Point {
	return slices.MaxFunc(l.daily, func(a, b vane.Point) int {
		return cmp.Or(cmp.Compare(a.Sensitive, b.Sensitive), b.At.Compare(a.At))
	})
}

// busiest and calmest are the days with most and fewest posts.
func (l line) busiest() vane.Point {
	return slices.MaxFunc(l.daily, func(a, b vane.Point) int {
		return cmp.Or(cmp.Compare(a.Posts, b.Posts), b.At.Compare(a.At))
	})
}

func (l line) calmest() vane.Point {
	return slices.MinFunc(l.daily, func(a, b vane.Point) int {
		return cmp.Or(cmp.Compare(a.Posts, b.Posts), a.At.Compare(b.At))
	})
}

// daysWith is the number of days on which something was collected.
func (l line) daysWith() int {
	n := 0
	for _, p := range l.daily {
		if p.Posts > 0 {
			n++
		}
	}
	return n
}

// counts asks each question once.
type counts struct {
	reader Reader
	asked  map[vane.TrendQuery][]line
}

// lines sums up the series of a daily trend. A post has one day, so a sum over days
// counts every distinct post once.
func (c *counts) lines(ctx context.Context, q vane.TrendQuery) ([]line, error) {
	if known, ok := c.asked[q]; ok {
		return known, nil
	}
	series, err := c.reader.Trend(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("count for the report: %w", err)
	}
	lines := make([]line, 0, len(series))
	for _, s := range series {
		l := line{key: s.Key, daily: s.Points}
		for _, p := range s.Points {
			l.posts += p.Posts
			l.sensitive += p.Sensitive
		}
		lines = append(lines, l)
	}
	c.asked[q] = lines
	return lines, nil
}

// bySensitive puts the line with most sensitive posts first.
func bySensitive(lines []line) []line {
	sorted := slices.Clone(lines)
	slices.SortFunc(sorted, func(a, b line) int {
		return cmp.Or(cmp.Compare(b.sensitive, a.sensitive), cmp.Compare(b.posts, a.posts), cmp.Compare(a.key, b.key))
	})
	return sorted
}

// find is the line of a key, or an empty one.
func find(lines []line, key string) line {
	i := slices.IndexFunc(lines, func(l line) bool { return l.key == key })
	if i < 0 {
		return line{key: key}
	}
	return lines[i]
}
