package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"vane"
	"vane/dashboards/report"
)

const (
	// rankedShares is how many channels, regions or brands a hotspot's page lists.
	rankedShares = 8
	// beforeHotspot is how much of the time before a hotspot its chart shows: what is
	// usual must be seen beside what is not.
	beforeHotspot = 7 * 24 * time.Hour
)

// hotspotPage is what templates/hotspot.html shows.
type hotspotPage struct {
	hotspotCard
	Band     Chart // voices over what is usual
	Trend    Chart // posts, from a week before
	Channels []rankedShare
	Regions  []rankedShare
	Brands   []rankedShare
	Demands  []rankedShare
	Telling  []shownPost
	Cases    []shownPost
	Past     []event
}

type rankedShare struct {
	Key   string
	Posts uint64
	Share string
	Width int // of its bar, in percent of the first
}

// event is a moment of a hotspot's course.
type event struct {
	At   time.Time
	Says string
}

// Path is the address of a hotspot's page.
func (h hotspotCard) Path() string {
	path := "/hotspots/" + url.PathEscape(string(h.Tag))
	if h.By == vane.ByNothing {
		return path
	}
	return path + "?" + url.Values{"by": {string(h.By)}, "key": {h.Key}}.Encode()
}

func (b *Board) hotspot(ctx context.Context, r *http.Request) (any, error) {
	at := b.Now().UTC()
	all, err := b.Reader.Hotspots(ctx, at, b.Lookback)
	if err != nil {
		return nil, fmt.Errorf("read hotspots: %w", err)
	}
	asked := vane.Node{Tag: vane.Tag(r.PathValue("tag")), By: vane.Dimension(r.FormValue("by")), Key: r.FormValue("key")}
	i := slices.IndexFunc(all, func(h vane.Hotspot) bool { return h.Node() == asked })
	if i < 0 {
		return nil, errNoPage
	}
	h, l := all[i], languageOf(r)
	page := hotspotPage{hotspotCard: hotspotCard{Hotspot: h}, Past: course(h), Band: bandChart(h, l)}
	page.Channels, page.Regions = ranked(h.Evidence.Channels, h.Posts), ranked(h.Evidence.Regions, h.Posts)
	page.Brands, page.Demands = ranked(h.Evidence.Brands, h.Posts), ranked(h.Evidence.Demands, h.Posts)
	err = together(
		func() error {
			series, err := b.hours(ctx, h, vane.Window{From: h.From.Add(-beforeHotspot), To: at})
			page.Trend = hourlyChart(series, h, l)
			return err
		},
		func() error { return b.loadPosts(ctx, r, &page) },
	)
	return page, err
}

// loadPosts puts the evidence and the cases on the page.
func (b *Board) loadPosts(ctx context.Context, r *http.Request, page *hotspotPage) error {
	h := page.Hotspot
	telling, err := b.telling(ctx, h.Node(), vane.Window{From: h.From, To: h.To})
	if err != nil {
		return err
	}
	mentions, err := b.evidence(ctx, slices.Concat(h.Evidence.Posts, telling))
	if err != nil || len(mentions) == 0 {
		return err
	}
	n := len(h.Evidence.Posts)
	if page.Telling, err = b.shown(ctx, r, mentions[:n], quoted(h.Tag, quoteWidth)); err != nil {
		return err
	}
	cases := b.cases(mentions[n:])
	if page.Cases, err = b.shown(ctx, r, cases, caseText); err != nil {
		return err
	}
	for i, c := range cases {
		page.Cases[i].Facts, page.Cases[i].Back = facts(c), "" // it is corrected where it is listed
	}
	return nil
}

// hours are the posts of a hotspot's node, hour by hour: one series, or none.
func (b *Board) hours(ctx context.Context, h vane.Hotspot, w vane.Window) ([]vane.Series, error) {
	series, err := b.Reader.Trend(ctx, vane.TrendQuery{Tag: h.Tag, Window: w, Step: vane.Hourly, By: h.By})
	if err != nil {
		return nil, fmt.Errorf("read the trend of %s: %w", h.Tag, err)
	}
	return slices.DeleteFunc(series, func(s vane.Series) bool { return s.Key != h.Key }), nil
}

// ranked prepares shares for a ranking, the largest first.
func ranked(shares []vane.Share, whole uint64) []rankedShare {
	sorted := slices.Clone(shares)
	slices.SortStableFunc(sorted, func(a, b vane.Share) int { return cmp.Compare(b.Posts, a.Posts) })
	var rows []rankedShare
	for _, s := range sorted[:min(rankedShares, len(sorted))] {
		rows = append(rows, rankedShare{Key: s.Key, Posts: s.Posts, Share: report.Share(s.Posts, whole), Width: int(100 * s.Posts / max(sorted[0].Posts, 1))})
	}
	return rows
}

// course tells what happened when.
func course(h vane.Hotspot) []event {
	events := []event{
		{h.Evidence.First, "首条相关信息"},
		{h.From, "开始高于平常水平"},
		{h.Peak, "信息量最大的一小时"},
		{h.To, "最后一个高于平常水平的小时结束"},
	}
	events = slices.DeleteFunc(events, func(e event) bool { return e.At.IsZero() })
	slices.SortStableFunc(events, func(a, b event) int { return a.At.Compare(b.At) })
	return events
}
