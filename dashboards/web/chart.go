package web

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"vane"
)

// Chart is a picture of one trend as the points of SVG polylines. Its box is
// Width by Height units, the origin at the top left.
type Chart struct {
	Name, Unit    string
	Width, Height int
	Posts, Bad    string  // polyline points of all and of sensitive posts
	Band          string  // polygon of what is usual, "" where that is not known
	Expected      string  // polyline of what is expected
	MarkX, MarkW  float64 // the shaded span, in units; MarkW 0 is none
	Ticks         []tick  // along the bottom
	Lines         []tick  // of the left scale
	Data          string  // its numbers, for assets/charts.js; "" where there are none
}

// tick is a label at a place on an axis.
type tick struct {
	At    float64
	Label string
	Align string // first and last are kept inside the picture, odd ones left out on a phone
}

const (
	sparkWidth, sparkHeight = 240, 48
	dailyWidth, dailyHeight = 840, 220
	dailyTicks              = 6
)

// sparkline draws the hours of a series, with the span of a hotspot shaded.
func sparkline(series []vane.Series, from, to time.Time) Chart {
	c := Chart{Width: sparkWidth, Height: sparkHeight}
	if len(series) == 0 || len(series[0].Points) == 0 {
		return c
	}
	points := series[0].Points
	top := highest(points)
	c.Posts = polyline(points, c, top, func(p vane.Point) uint64 { return p.Posts })
	c.MarkX, c.MarkW = shaded(points, from, to, c.Width)
	return c
}

// dailyChart draws the days of a series with its scales.
func dailyChart(name string, series []vane.Series, l language) Chart {
	c := scaledChart(Chart{Name: name, Unit: "条/日"}, series, l.day)
	if c.Posts != "" {
		c.Data = countsData(name, series[0].Points, l).json()
	}
	return c
}

// hourlyChart draws the hours around a hotspot, its own span shaded.
func hourlyChart(series []vane.Series, h vane.Hotspot, l language) Chart {
	c := scaledChart(Chart{Name: h.Name, Unit: "条/时"}, series, l.hour)
	if c.Posts != "" {
		c.MarkX, c.MarkW = shaded(series[0].Points, h.From, h.To, c.Width)
		data := countsData(h.Name, series[0].Points, l)
		data.mark(h)
		c.Data = data.json()
	}
	return c
}

// bandChart draws the voices of a hotspot's hours over what is usual, as the detection
// stored both: nothing of it is counted here.
func bandChart(h vane.Hotspot, l language) Chart {
	c := Chart{Name: h.Name, Unit: "人次/时", Width: dailyWidth, Height: dailyHeight}
	hours := h.Evidence.Hours
	if len(hours) < 2 {
		return c
	}
	var most float64
	points := make([]vane.Point, len(hours))
	for i, hour := range hours {
		most = max(most, hour.Voices, hour.High, hour.Expected)
		points[i].At = hour.At
	}
	top := niceTop(most)
	line := func(value func(vane.HourCount) float64) []string {
		at := make([]string, len(hours))
		for i, hour := range hours {
			at[i] = point(c, i, len(hours), value(hour)/top)
		}
		return at
	}
	c.Posts = strings.Join(line(func(h vane.HourCount) float64 { return h.Voices }), " ")
	c.Expected = strings.Join(line(func(h vane.HourCount) float64 { return h.Expected }), " ")
	if slices.ContainsFunc(hours, func(h vane.HourCount) bool { return h.High > 0 }) {
		upper, lower := line(func(h vane.HourCount) float64 { return h.High }), line(func(h vane.HourCount) float64 { return h.Low })
		slices.Reverse(lower)
		c.Band = strings.Join(append(upper, lower...), " ")
	}
	c.MarkX, c.MarkW = shaded(points, h.From, h.To, c.Width)
	c.scale(points, top, l.hour)
	c.Data = bandData(h, c.Band != "", l).json()
	return c
}

// scaledChart draws a series with a scale to its left and times under it.
func scaledChart(c Chart, series []vane.Series, label func(time.Time) string) Chart {
	c.Width, c.Height = dailyWidth, dailyHeight
	if len(series) == 0 || len(series[0].Points) == 0 {
		return c
	}
	points := series[0].Points
	top := niceTop(highest(points))
	c.Posts = polyline(points, c, top, func(p vane.Point) uint64 { return p.Posts })
	c.Bad = polyline(points, c, top, func(p vane.Point) uint64 { return p.Sensitive })
	c.scale(points, top, label)
	return c
}

// scale writes the times under a chart, and the values to its left.
func (c *Chart) scale(points []vane.Point, top float64, label func(time.Time) string) {
	for i := range dailyTicks {
		n := i * (len(points) - 1) / max(dailyTicks-1, 1)
		c.Ticks = append(c.Ticks, tick{At: xOf(n, len(points), c.Width), Label: label(points[n].At)})
	}
	for _, i := range []int{1, 3, 4} { // a phone has room for three
		c.Ticks[i].Align = "odd"
	}
	c.Ticks[0].Align, c.Ticks[dailyTicks-1].Align = "first", "last"
	for _, share := range []float64{0, 0.5, 1} {
		c.Lines = append(c.Lines, tick{At: float64(c.Height) * (1 - share), Label: fmt.Sprintf("%.0f", share*top)})
	}
}

// shaded is where a span of time begins in a chart of hours, and how wide it is.
func shaded(points []vane.Point, from, to time.Time, width int) (x, w float64) {
	first, last := points[0].At, points[len(points)-1].At.Add(time.Hour)
	at := func(t time.Time) float64 {
		return clamp(t.Sub(first).Hours()/last.Sub(first).Hours(), 0, 1) * float64(width)
	}
	return at(from), at(to) - at(from)
}

// polyline writes the points of one line under the given top of the scale.
func polyline(points []vane.Point, c Chart, top float64, value func(vane.Point) uint64) string {
	at := make([]string, len(points))
	for i, p := range points {
		at[i] = point(c, i, len(points), float64(value(p))/max(top, 1))
	}
	return strings.Join(at, " ")
}

// point is the i-th of n points of a line, at a share of the scale.
func point(c Chart, i, n int, share float64) string {
	return fmt.Sprintf("%.1f,%.1f", xOf(i, n, c.Width), float64(c.Height)*(1-share))
}

func xOf(i, n, width int) float64 { return float64(width*i) / float64(max(n-1, 1)) }

func highest(points []vane.Point) float64 {
	var top uint64
	for _, p := range points {
		top = max(top, p.Posts)
	}
	return float64(top)
}

// niceTop is the next of 2, 4, 6, 10, 20, 40, … so that half of it is a round
// number too.
func niceTop(x float64) float64 {
	if x <= 2 {
		return 2
	}
	unit := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 4, 6, 10} {
		if m*unit >= x && m*unit >= 2 {
			return m * unit
		}
	}
	return 10 * unit
}

func clamp(x, low, high float64) float64 { return max(low, min(x, high)) }
