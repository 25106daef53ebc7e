package vane

import (
	"fmt"
	"time"
)

// beijing is made once because it is asked for in every hour of every series.
var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// Beijing is the zone whose days Vane counts. It is fixed (UTC+8, no summer time
// since 1991), so that no time-zone database is needed.
func Beijing() *time.Location { return beijing }

// Window is a half-open span of time [From, To), in UTC.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Validate refuses a window that holds no time.
func (w Window) Validate() error {
	if !w.From.Before(w.To) {
		return fmt.Errorf("window from %s to %s is empty: from must be earlier than to",
			w.From.In(Beijing()).Format(time.RFC3339), w.To.In(Beijing()).Format(time.RFC3339))
	}
	return nil
}

// Previous is the window of the same length that ends where this one begins.
func (w Window) Previous() Window { return Window{From: w.From.Add(w.From.Sub(w.To)), To: w.From} }

// YearBefore is the same days of Beijing a year earlier.
func (w Window) YearBefore() Window {
	year := func(t time.Time) time.Time { return t.In(Beijing()).AddDate(-1, 0, 0).UTC() }
	return Window{From: year(w.From), To: year(w.To)}
}

// Contains reports whether t lies in the window.
func (w Window) Contains(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

// Step is the width of a trend's buckets.
type Step string

// The steps.
const (
	TenMinutes Step = "10m"
	Hourly     Step = "hour"
	Daily      Step = "day" // days of Asia/Shanghai
)

// Steps lists every step, the narrowest first.
func Steps() []Step { return []Step{TenMinutes, Hourly, Daily} }

// Duration is the length of the step.
func (s Step) Duration() time.Duration {
	switch s {
	case TenMinutes:
		return 10 * time.Minute
	case Daily:
		return 24 * time.Hour
	default:
		return time.Hour
	}
}

// Floor is the start of the bucket that holds t.
func (s Step) Floor(t time.Time) time.Time {
	_, offset := t.In(Beijing()).Zone()
	shift := time.Duration(offset) * time.Second
	return t.UTC().Add(shift).Truncate(s.Duration()).Add(-shift)
}

// Buckets lists the start of every bucket that touches the window, in order.
func (s Step) Buckets(w Window) []time.Time {
	var starts []time.Time
	for t := s.Floor(w.From); t.Before(w.To); t = t.Add(s.Duration()) {
		starts = append(starts, t)
	}
	return starts
}

// Dimension is what a trend is split by.
type Dimension string

// The dimensions. A post with several tags, domains, natures or brands is in the
// line of each, one without any in none.
const (
	ByNothing   Dimension = ""
	ByTag       Dimension = "tag"
	ByDomain    Dimension = "domain"
	ByNature    Dimension = "nature" // 投诉性质 of the tags
	ByBrand     Dimension = "brand"
	ByChannel   Dimension = "channel"
	ByRegion    Dimension = "region"
	ByVoice     Dimension = "voice"
	BySource    Dimension = "source"
	BySensitive Dimension = "sensitive" // 吐槽类信息: "true" or "false"
)

// Dimensions lists every dimension but ByNothing.
func Dimensions() []Dimension {
	return []Dimension{ByTag, ByDomain, ByNature, ByBrand, ByChannel, ByRegion, ByVoice, BySource, BySensitive}
}

// TrendQuery asks how often something was said.
type TrendQuery struct {
	Tag    Tag       `json:"tag"`    // an issue, a domain, or "" for every post
	Window Window    `json:"window"` // half-open
	Step   Step      `json:"step"`
	By     Dimension `json:"by"`            // a line for each of its values
	Per    Dimension `json:"per,omitempty"` // ByTag or ByDomain: all of that for each tag or domain; else ByNothing

	// Steady leaves out sources that don't have posts on every day of the window: a
	// source that begins or fails is no change of what people say.
	Steady bool `json:"steady,omitempty"`
	// Collected also counts what was collected at all, for a share of it.
	Collected bool `json:"collected,omitempty"`
}

// Series is one line of a trend: a point for every bucket of the window, zeros
// included, in order of time.
type Series struct {
	Tag    Tag     `json:"tag,omitempty"` // of TrendQuery.Per; "" when not asked for
	Key    string  `json:"key"`           // value of the dimension; "" when not split
	Step   Step    `json:"step"`
	Points []Point `json:"points"`
}

// Total is the number of posts in the series.
func (s Series) Total() uint64 {
	var n uint64
	for _, p := range s.Points {
		n += p.Posts
	}
	return n
}

// Point counts the distinct posts published in one bucket.
type Point struct {
	At         time.Time `json:"at"` // start of the bucket
	Posts      uint64    `json:"posts"`
	Sensitive  uint64    `json:"sensitive"`  // of them 吐槽类信息
	Authors    uint64    `json:"authors"`    // distinct; a post without author counts as one more
	Texts      uint64    `json:"texts"`      // distinct fingerprints: reprints to the letter count once
	Sentiment  float64   `json:"sentiment"`  // mean, 0 for an empty bucket
	Engagement float64   `json:"engagement"` // sum over posts of Engagement.Damped

	// Collected are the posts of the bucket about anything, where TrendQuery.Collected
	// asks for them: of the line's source, channel, region or voice, if split by that,
	// else all.
	Collected uint64 `json:"collected,omitempty"`
}

// Share is which part of what was collected the posts are, 0 to 1; of nothing, 0.
func (p Point) Share() float64 {
	if p.Collected == 0 {
		return 0
	}
	return float64(p.Posts) / float64(p.Collected)
}
