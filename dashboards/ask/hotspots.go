package ask

import (
	"context"
	"fmt"
	"time"

	"vane"
)

const (
	// evidenceLength bounds a text of evidence, in characters; the whole text is with
	// the post.
	evidenceLength = 500
	// aroundHotspot is how much of the trend is shown before a hotspot.
	aroundHotspot = 3 * 24 * time.Hour
	// longestHotspot bounds the trend of one that goes on for weeks.
	longestHotspot = 21 * 24 * time.Hour
)

// HotspotsQuery is what a list of hotspots was asked with.
type HotspotsQuery struct {
	At    time.Time `json:"at" doc:"as known at this moment"`
	Since time.Time `json:"since" doc:"hotspots that ended before this are left out"`
	Tag   vane.Tag  `json:"tag,omitempty" doc:"issue or domain; everything without it"`
}

// HotspotsCounts counts a list of hotspots.
type HotspotsCounts struct {
	Hotspots int    `json:"hotspots"`
	Posts    uint64 `json:"posts" doc:"sum over the hotspots; a post of two issues counts in both"`
}

// Hotspots is the answer of [Desk.Hotspots].
type Hotspots struct {
	Query    HotspotsQuery  `json:"query"`
	Counts   HotspotsCounts `json:"counts"`
	Hotspots []vane.Hotspot `json:"hotspots" nullable:"false" doc:"hottest first"`
}

// Hotspots lists what is said more often than usual, hottest first: as known at a
// moment ("" is now), of one issue or domain ("" is all).
func (d *Desk) Hotspots(ctx context.Context, at, tag string) (Hotspots, error) {
	a, err := d.hotspots(ctx, at, tag)
	for i := range a.Hotspots {
		a.Hotspots[i] = shortened(a.Hotspots[i])
		a.Hotspots[i].Evidence.Hours = []vane.HourCount{} // left to the explanation
	}
	return a, err
}

// hotspots is the list with the hotspots as they are stored.
func (d *Desk) hotspots(ctx context.Context, at, tag string) (Hotspots, error) {
	moment, err := vane.ParseEnd(at, d.Now())
	if err != nil {
		return Hotspots{}, mistake("at", "%s", err)
	}
	wanted, err := d.tag(tag)
	if err != nil {
		return Hotspots{}, err
	}
	found, err := d.Reader.Hotspots(ctx, moment, d.Lookback)
	if err != nil {
		return Hotspots{}, err
	}
	a := Hotspots{Query: HotspotsQuery{At: moment, Since: moment.Add(-d.Lookback), Tag: wanted}, Hotspots: []vane.Hotspot{}}
	for _, h := range found {
		if wanted != "" && h.Tag != wanted && h.Tag.Domain() != wanted {
			continue
		}
		a.Hotspots = append(a.Hotspots, h)
		a.Counts.Hotspots++
		a.Counts.Posts += h.Posts
	}
	return a, nil
}

// shortened is h with short texts and no absent lists.
func shortened(h vane.Hotspot) vane.Hotspot {
	e := &h.Evidence
	posts := make([]vane.EvidencePost, len(e.Posts))
	for i, p := range e.Posts {
		p.Title, p.Text = Cut(p.Title, evidenceLength), Cut(p.Text, evidenceLength)
		posts[i] = p
	}
	e.Posts, e.Hours = posts, append([]vane.HourCount{}, e.Hours...)
	h.Components = append(vane.Components{}, h.Components...)
	e.Words = append([]string{}, e.Words...)
	e.Events = append([]vane.EventRef{}, e.Events...)
	for _, shares := range []*[]vane.Share{&e.Channels, &e.Regions, &e.Brands, &e.Demands} {
		*shares = append([]vane.Share{}, *shares...)
	}
	return h
}

// Explanation is the answer of [Desk.Explain].
type Explanation struct {
	Query   HotspotsQuery   `json:"query"`
	Hotspot vane.Hotspot    `json:"hotspot" doc:"with the components that sum to its heat, and its evidence"`
	Trend   vane.TrendQuery `json:"trend" doc:"what the series was asked with"`
	Series  vane.Series     `json:"series" doc:"posts per hour, from three days before"`
}

// Explain tells why an issue, or the part of its posts with a value (key) of a
// dimension (by), is a hotspot: the newest one as known at a moment ("" is now), with its
// trend. No such hotspot is a [Mistake].
func (d *Desk) Explain(ctx context.Context, tag, by, key, at string) (Explanation, error) {
	if tag == "" {
		return Explanation{}, mistake("tag", "say which issue: the list of hotspots names them")
	}
	list, err := d.hotspots(ctx, at, tag)
	if err != nil {
		return Explanation{}, err
	}
	a := Explanation{Query: list.Query}
	node := vane.Node{Tag: vane.Tag(tag), By: vane.Dimension(by), Key: key}
	for _, h := range list.Hotspots {
		if h.Node() == node && !h.From.Before(a.Hotspot.From) {
			a.Hotspot = h
		}
	}
	if a.Hotspot.Tag == "" {
		return Explanation{}, Mistake{Field: "tag", Missing: true, Says: fmt.Sprintf("%q was no hotspot between %s and %s", Cut(tag+" "+key, evidenceLength),
			list.Query.Since.Format(time.RFC3339), list.Query.At.Format(time.RFC3339))}
	}
	a.Hotspot = shortened(a.Hotspot)
	a.Trend = trendOf(a.Hotspot)
	series, err := d.Reader.Trend(ctx, a.Trend)
	if err != nil {
		return Explanation{}, err
	}
	a.Series = vane.Series{Key: key, Step: a.Trend.Step, Points: []vane.Point{}}
	for _, s := range series {
		if s.Key == key {
			a.Series = s
		}
	}
	return a, nil
}

// trendOf asks for the hours of a hotspot, from some days before.
func trendOf(h vane.Hotspot) vane.TrendQuery {
	begin := h.From.Add(-aroundHotspot)
	if earliest := h.To.Add(-longestHotspot); begin.Before(earliest) {
		begin = earliest
	}
	return vane.TrendQuery{Tag: h.Tag, Window: vane.Window{From: begin, To: h.To}, Step: vane.Hourly, By: h.By}
}
