package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"vane"
)

const hottest = 10 // 十大

// top10 is 《十大消费维权舆情热点》: the hotspots of the period by their heat, which
// stands for the official list's 社会影响力.
func (c *composer) top10(ctx context.Context) {
	c.introduction()
	if c.err != nil {
		return
	}
	// As known now: what was imported later, or found by a later detection, counts too.
	found, err := c.counts.reader.Hotspots(ctx, c.Now, c.Now.Sub(c.Window.From))
	if err != nil {
		c.err = fmt.Errorf("read the hotspots of the report: %w", err)
		return
	}
	found = hottestOfEach(slices.DeleteFunc(found, func(h vane.Hotspot) bool {
		return !h.From.Before(c.Window.To) || !h.To.After(c.Window.From)
	}))
	if len(found) == 0 {
		c.say("没有存入监测期内的热点。热点由检测得出：如监测期内没有运行过检测，先运行 vane hotspots --at 监测期内的时间。")
	}
	for i, h := range found {
		c.heading(1, fmt.Sprintf("%d. %s", i+1, c.title(h)))
		c.hotspot(ctx, h)
	}
}

// hottestOfEach keeps the hottest hotspot of each issue: a list of ten says nothing
// twice.
func hottestOfEach(all []vane.Hotspot) []vane.Hotspot {
	var kept []vane.Hotspot
	for _, h := range all {
		if !slices.ContainsFunc(kept, func(k vane.Hotspot) bool { return k.Tag == h.Tag }) && len(kept) < hottest {
			kept = append(kept, h)
		}
	}
	slices.SortStableFunc(kept, func(a, b vane.Hotspot) int { return cmp.Compare(b.Heat, a.Heat) })
	return kept
}

// title is the issue and its most telling words.
func (c *composer) title(h vane.Hotspot) string {
	const most = 3
	name := cmp.Or(h.Name, c.name(string(h.Tag)))
	if words := h.Evidence.Words[:min(most, len(h.Evidence.Words))]; len(words) > 0 {
		return name + "：" + strings.Join(words, "、")
	}
	return name
}

// stored is a figure as a detection stored it; its queries count the posts of now.
func (c *composer) stored(id, name, text, formula string, queries ...vane.TrendQuery) Run {
	known := len(c.doc.Figures)
	run := c.figure(id, name, text, formula, queries...)
	for i := range c.doc.Figures[known:] {
		c.doc.Figures[known+i].Stored = true
	}
	return run
}

// hotspot explains one: how it ran, who spoke, and what they wrote.
func (c *composer) hotspot(ctx context.Context, h vane.Hotspot) {
	id, of := "hotspot."+string(h.Tag), ""
	if h.By != vane.ByNothing {
		id, of = id+"."+string(h.By)+"."+h.Key, "（"+h.Key+"）"
	}
	w := vane.Window{From: h.From, To: h.To}
	q := vane.TrendQuery{Tag: h.Tag, Window: w, Step: vane.Hourly, By: h.By}
	const kept = "检测时存入的热点记录（vane hotspots）："
	c.say("社会影响力：", c.stored(id+".heat", "社会影响力", fmt.Sprintf("%.1f", h.Heat), kept+"热度，各组成部分得分之和，满分 100"))
	c.say("热点解析：", clock(h.From), "至", clock(h.To), "，共有",
		c.stored(id, "相关信息", count(h.Posts), kept+"起止之间的信息条数"+of, q), "条相关信息，平常同时段约",
		c.stored(id+".expected", "平常信息量", fmt.Sprintf("%.0f", h.Expected), kept+"基线（同小时、同星期的既往水平）"), "条；来自",
		c.stored(id+".authors", "发布者", count(h.Authors), kept+"不同作者数"), "位发布者、",
		c.stored(id+".texts", "不同文本", count(h.Texts), kept+"近似文本合并后的篇数"), "种不同文本，负面评价占",
		c.stored(id+".share", "吐槽占比", Share(h.Sensitive(), h.Posts), kept+"sensitive ÷ posts"+of, q), "。",
		"峰值在", clock(h.Peak), "前后。")
	for _, part := range h.Components {
		c.doc.Blocks = append(c.doc.Blocks, Paragraph{{Text: "· " + part.Says}})
	}
	c.addCases(ctx, h.Node(), w, casesEach)
}
