package web

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"vane"
	"vane/dashboards/report"
)

const (
	// rankedTags is how many issues the ranking shows: what fits beside the chart.
	rankedTags = 12
	// rankingDays is the span of the ranking.
	rankingDays = 7
)

// homePage is what templates/home.html shows.
type homePage struct {
	At       time.Time
	Hotspots []hotspotCard
	Tag      vane.Tag // of the trend; "" is every post
	Total    uint64   // posts in the trend
	Bad      uint64   // of them 吐槽类信息
	Trend    Chart
	Ranking  []rankedTag
}

type hotspotCard struct {
	vane.Hotspot
	Spark Chart
}

// Excess is how many times the usual volume the hotspot has, "" when nothing is usual.
func (h hotspotCard) Excess() string {
	if h.Expected < 0.5 {
		return "平常几乎没有"
	}
	return fmt.Sprintf("平常的 %.1f 倍", float64(h.Posts)/h.Expected)
}

// Copies warns when most of the volume repeats a few texts: a reprint or a campaign
// rather than many people.
func (h hotspotCard) Copies() string {
	if h.Texts == 0 || h.Texts*2 > h.Posts {
		return ""
	}
	return fmt.Sprintf("%d 条里只有 %d 种不同文本，多为转载或复制", h.Posts, h.Texts)
}

// Example is the beginning of the most telling post.
func (h hotspotCard) Example() string {
	if len(h.Evidence.Posts) == 0 {
		return ""
	}
	p := h.Evidence.Posts[0]
	return excerpt(vane.Post{Title: p.Title, Text: p.Text}.Body())
}

type rankedTag struct {
	Tag   vane.Tag
	Posts uint64
	Bad   uint64
	Width int // of its bar, in percent of the first
}

func (b *Board) home(ctx context.Context, r *http.Request) (any, error) {
	at := b.Now().UTC()
	page := homePage{At: at, Tag: vane.Tag(r.FormValue("tag"))}
	if _, known := b.Names[page.Tag]; !known {
		page.Tag = ""
	}
	if err := b.loadHotspots(ctx, &page); err != nil {
		return nil, err
	}
	if err := b.loadTrend(ctx, &page); err != nil {
		return nil, err
	}
	return page, b.loadRanking(ctx, &page)
}

func (b *Board) loadHotspots(ctx context.Context, page *homePage) error {
	hotspots, err := b.Reader.Hotspots(ctx, page.At, b.Lookback)
	if err != nil {
		return fmt.Errorf("read hotspots: %w", err)
	}
	for _, h := range hotspots {
		window := vane.Window{From: vane.Hourly.Floor(page.At.Add(-b.Lookback)), To: page.At}
		series, err := b.hours(ctx, h, window)
		if err != nil {
			return err
		}
		page.Hotspots = append(page.Hotspots, hotspotCard{h, sparkline(series, h.From, h.To)})
	}
	return nil
}

func (b *Board) loadTrend(ctx context.Context, page *homePage) error {
	window := vane.Window{From: vane.Daily.Floor(page.At.Add(-b.Config.History)), To: page.At}
	series, err := b.Reader.Trend(ctx, vane.TrendQuery{Tag: page.Tag, Window: window, Step: vane.Daily})
	if err != nil {
		return fmt.Errorf("read the trend: %w", err)
	}
	for _, s := range series {
		for _, p := range s.Points {
			page.Total += p.Posts
			page.Bad += p.Sensitive
		}
	}
	page.Trend = dailyChart(b.name(page.Tag)+"每日信息量", series)
	return nil
}

func (b *Board) loadRanking(ctx context.Context, page *homePage) error {
	window := vane.Window{From: vane.Daily.Floor(page.At.AddDate(0, 0, -rankingDays)), To: page.At}
	series, err := b.Reader.Trend(ctx, vane.TrendQuery{Window: window, Step: vane.Daily, By: vane.ByTag})
	if err != nil {
		return fmt.Errorf("read the ranking: %w", err)
	}
	for _, s := range series {
		tag := rankedTag{Tag: vane.Tag(s.Key), Posts: s.Total()}
		for _, p := range s.Points {
			tag.Bad += p.Sensitive
		}
		if tag.Tag != "" && tag.Posts > 0 {
			page.Ranking = append(page.Ranking, tag)
		}
	}
	slices.SortFunc(page.Ranking, func(a, b rankedTag) int {
		return cmp.Or(cmp.Compare(b.Posts, a.Posts), cmp.Compare(a.Tag, b.Tag))
	})
	page.Ranking = page.Ranking[:min(rankedTags, len(page.Ranking))]
	for i := range page.Ranking {
		page.Ranking[i].Width = int(100 * page.Ranking[i].Posts / page.Ranking[0].Posts)
	}
	return nil
}

// funcs are the words of the templates.
func (b *Board) funcs(l language) template.FuncMap {
	return template.FuncMap{
		"t":       phrases(l),
		"lang":    func() language { return l },
		"stamp":   func(t time.Time) string { return t.Format(time.RFC3339) },
		"name":    b.name,
		"voice":   voiceName,
		"clock":   func(t time.Time) string { return t.In(vane.Beijing()).Format("1月2日 15:04") },
		"percent": report.Share,
		"excerpt": excerpt,
		"safeURL": report.SafeURL,
		"shares":  shares,
	}
}

// name is the Chinese name of a tag.
func (b *Board) name(t vane.Tag) string {
	if t == "" {
		return "全部信息"
	}
	return cmp.Or(b.Names[t], string(t))
}

// excerpt cuts a text to about one line of a phone.
func excerpt(text string) string {
	const length = 80
	return report.Excerpt(text, length)
}

// shares lists parts with their percentage of the whole, the largest first.
func shares(parts []vane.Share, whole uint64) string {
	const most = 4
	var out []string
	for _, p := range parts[:min(most, len(parts))] {
		out = append(out, fmt.Sprintf("%s %s", cmp.Or(p.Key, "未注明"), report.Share(p.Posts, whole)))
	}
	return strings.Join(out, "、")
}
