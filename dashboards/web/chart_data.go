package web

import (
	"encoding/json"
	"time"

	"vane"
)

// chartData is a chart as assets/charts.js draws it, so that its values can be read.
type chartData struct {
	Name  string      `json:"name"`
	Time  string      `json:"time"` // what moments are called
	Hint  string      `json:"hint"` // how it is used
	Daily bool        `json:"daily"`
	At    []int64     `json:"at"`             // Unix seconds of the buckets' beginnings
	Mark  []int64     `json:"mark,omitempty"` // the shaded span
	Lines []chartLine `json:"lines"`
}

// chartLine is a value of each bucket. The kinds are line, dashed, and high with low
// behind it, between which lies what is usual.
type chartLine struct {
	Name   string    `json:"name"`
	Kind   string    `json:"kind"`
	Colour string    `json:"colour"` // a variable of style.css
	Values []float64 `json:"values"`
}

// chartHint is how a chart that lives is used.
const chartHint = "悬停或按左右键读数，拖动放大，双击还原"

func newChartData(name string, l language) chartData {
	t := phrases(l)
	return chartData{Name: name + t("走势"), Time: t("时间"), Hint: t(chartHint)}
}

// json is the chart as an attribute of a page holds it.
func (c chartData) json() string {
	data, err := json.Marshal(c)
	if err != nil {
		return "" // can't be: strings and finite numbers; the drawing stays
	}
	return string(data)
}

// mark shades the time of a hotspot.
func (c *chartData) mark(h vane.Hotspot) { c.Mark = []int64{h.From.Unix(), h.To.Unix()} }

// countsData is all posts and the sensitive ones.
func countsData(name string, points []vane.Point, l language) chartData {
	c, t := newChartData(name, l), phrases(l)
	all, bad := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		c.At, all[i], bad[i] = append(c.At, p.At.Unix()), float64(p.Posts), float64(p.Sensitive)
	}
	c.Daily = len(points) < 2 || points[1].At.Sub(points[0].At) >= 24*time.Hour
	c.Lines = []chartLine{{t("全部"), "line", "--accent", all}, {t("吐槽类信息"), "line", "--bad", bad}}
	return c
}

// bandData is the voices of a hotspot's hours, and what is usual.
func bandData(h vane.Hotspot, band bool, l language) chartData {
	c, t := newChartData(h.Name, l), phrases(l)
	column := func(value func(vane.HourCount) float64) []float64 {
		values := make([]float64, len(h.Evidence.Hours))
		for i, hour := range h.Evidence.Hours {
			values[i] = value(hour)
		}
		return values
	}
	for _, hour := range h.Evidence.Hours {
		c.At = append(c.At, hour.At.Unix())
	}
	if band {
		c.Lines = append(c.Lines, chartLine{t("平常范围"), "high", "--line", column(func(h vane.HourCount) float64 { return h.High })},
			chartLine{t("平常范围"), "low", "--line", column(func(h vane.HourCount) float64 { return h.Low })})
	}
	c.Lines = append(c.Lines, chartLine{t("期望"), "dashed", "--soft", column(func(h vane.HourCount) float64 { return h.Expected })},
		chartLine{t("发声人次"), "line", "--accent", column(func(h vane.HourCount) float64 { return h.Voices })})
	c.mark(h)
	return c
}
