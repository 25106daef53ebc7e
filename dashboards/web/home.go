package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
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

// Excess is how many times the usual volume the hotspot has, 0 when nothing is usual.
func (h hotspotCard) Excess() float64 {
	if h.Expected < 0.5 {
		return 0
	}
	return float64(h.Posts) / h.Expected
}

// Copied reports whether most of the volume repeats a few texts: a reprint or a campaign
// rather than many people.
func (h hotspotCard) Copied() bool { return h.Texts > 0 && h.Texts*2 <= h.Posts }

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
	l := languageOf(r)
	err := together(
		func() error { return b.loadHotspots(ctx, &page) },
		func() error { return b.loadTrend(ctx, &page, l) },
		func() error { return b.loadRanking(ctx, &page) },
	)
	return page, err
}

// together does things that don't wait for each other, and tells every error.
func together(things ...func() error) error {
	errs := make([]error, len(things))
	var all sync.WaitGroup
	for i, do := range things {
		all.Go(func() { errs[i] = safely(do) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// safely makes a panic an error: out of a request's goroutine it would end the process.
func safely(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

func (b *Board) loadHotspots(ctx context.Context, page *homePage) error {
	hotspots, err := b.Reader.Hotspots(ctx, page.At, b.Lookback)
	if err != nil {
		return fmt.Errorf("read hotspots: %w", err)
	}
	for _, h := range hotspots {
		spark, err := b.spark(ctx, h, page.At)
		if err != nil {
			return err
		}
		page.Hotspots = append(page.Hotspots, hotspotCard{h, spark})
	}
	return nil
}

// shortestSpark are the hours of a hotspot that make a sparkline.
const shortestSpark = 12

// spark is the sparkline of a hotspot: the hours that the detection stored with it, or,
// of one that it did not find by the hour, those of the last days.
func (b *Board) spark(ctx context.Context, h vane.Hotspot, at time.Time) (Chart, error) {
	if hours := h.Evidence.Hours; len(hours) >= shortestSpark {
		points := make([]vane.Point, len(hours))
		for i, hour := range hours {
			points[i] = vane.Point{At: hour.At, Posts: uint64(max(0, hour.Voices))}
		}
		return sparkline([]vane.Series{{Points: points}}, h.From, h.To), nil
	}
	series, err := b.hours(ctx, h, vane.Window{From: vane.Hourly.Floor(at.Add(-b.Lookback)), To: at})
	return sparkline(series, h.From, h.To), err
}

func (b *Board) loadTrend(ctx context.Context, page *homePage, l language) error {
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
	page.Trend = dailyChart(b.name(page.Tag), series, l)
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
	t := phrases(l)
	name := func(tag vane.Tag) string {
		if tag == "" {
			return t(everything)
		}
		return b.name(tag)
	}
	return template.FuncMap{
		"t":        t,
		"lang":     func() language { return l },
		"stamp":    func(t time.Time) string { return t.Format(time.RFC3339) },
		"name":     name,
		"issue":    func(key string) string { return name(vane.Tag(key)) },
		"voice":    func(v vane.Voice) string { return t(voiceName(v)) },
		"label":    func(label string) string { return t(labelName(label)) },
		"standing": func(state string) string { return t(standing(state)) },
		"clock":    l.clock,
		"day":      l.day,
		"percent":  report.Share,
		"excerpt":  excerpt,
		"safeURL":  report.SafeURL,
		"shares":   func(parts []vane.Share, whole uint64) string { return shares(parts, whole, t) },
		"issues":   b.issueOptions,
	}
}

// everything is the name of all posts.
const everything = "全部信息"

// standing says what became of a correction.
func standing(state string) string {
	return map[string]string{"applied": "生效", "replaced": "已被后来的修正替代", "text_changed": "原文已改，暂停", "gone": "信息已删除"}[state]
}

// labelName is what analysts call a label of sentiment.
func labelName(label string) string {
	return map[string]string{"negative": "负面", "neutral": "中性", "positive": "正面"}[label]
}

// name is the Chinese name of a tag.
func (b *Board) name(t vane.Tag) string {
	if t == "" {
		return everything
	}
	return cmp.Or(b.Names[t], string(t))
}

// excerpt cuts a text to about one line of a phone.
func excerpt(text string) string {
	const length = 80
	return report.Excerpt(text, length)
}

// shares lists parts with their percentage of the whole, the largest first.
func shares(parts []vane.Share, whole uint64, t func(any) string) string {
	const most = 4
	var out []string
	for _, p := range parts[:min(most, len(parts))] {
		out = append(out, fmt.Sprintf("%s %s", t(cmp.Or(p.Key, "未注明")), report.Share(p.Posts, whole)))
	}
	return strings.Join(out, t("、"))
}
