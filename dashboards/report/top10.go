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
	found, err := c.counts.reader.Hotspots(ctx, c.Window.To, c.Window.To.Sub(c.Window.From))
	if err != nil {
		c.err = fmt.Errorf("read the hotspots of the report: %w", err)
		return
	}
	found = hottestOfEach(found)
	if len(found) == 0 {
		c.say("监测期内没有发现热点。")
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

// hotspot explains one: how it ran, who spoke, and what they wrote.
func (c *composer) hotspot(ctx context.Context, h vane.Hotspot) {
	id := "hotspot." + string(h.Tag)
	w := vane.Window{From: h.From, To: h.To}
	q := vane.TrendQuery{Tag: h.Tag, Window: w, Step: vane.Hourly}
	const kept = "检测时存入的热点记录（vane hotspots）："
	c.say("社会影响力：", c.figure(id+".heat", "社会影响力", fmt.Sprintf("%.1f", h.Heat), kept+"热度，各组成部分得分之和，满分 100"))
	c.say("热点解析：", clock(h.From), "至", clock(h.To), "，共有",
		c.figure(id, "相关信息", count(h.Posts), kept+"起止之间的信息条数", q), "条相关信息，平常同时段约",
		c.figure(id+".expected", "平常信息量", fmt.Sprintf("%.0f", h.Expected), kept+"基线（同小时、同星期的既往水平）"), "条；来自",
		c.figure(id+".authors", "发布者", count(h.Authors), kept+"不同作者数"), "位发布者、",
		c.figure(id+".texts", "不同文本", count(h.Texts), kept+"近似文本合并后的篇数"), "种不同文本，负面评价占",
		c.figure(id+".share", "吐槽占比", fmt.Sprintf("%.2f%%", 100*h.SensitiveShare), kept+"sensitive ÷ posts", q), "。",
		"峰值在", clock(h.Peak), "前后。")
	for _, part := range h.Components {
		c.doc.Blocks = append(c.doc.Blocks, Paragraph{{Text: "· " + part.Says}})
	}
	c.addCases(ctx, h.Tag, w, casesEach)
}
