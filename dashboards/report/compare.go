package report

import (
	"context"
	"fmt"
	"slices"

	"vane"
)

// comparison compares with the period before, over the sources that were collected
// in both: what is collected changes, and a comparison of everything would compare
// the collections.
func (c *composer) comparison(ctx context.Context) {
	if c.Before == (vane.Window{}) || c.err != nil {
		return
	}
	now, nowQuery := c.ask(ctx, vane.BySource)
	before, beforeQuery := c.askAbout(ctx, "", vane.BySource, c.Before)
	common := inBoth(now, before)
	if len(common) == 0 {
		c.say("与", span(c.Before), "相比，没有两期都有采集的来源，不作对比。")
		return
	}
	a, b := sumOf(before, common), sumOf(now, common)
	wasShare, isShare := basisPoints(a.sensitive, a.posts), basisPoints(b.sensitive, b.posts)
	only := fmt.Sprintf("，仅含两期都有采集的%d个来源", len(common))
	c.say("与", span(c.Before), "相比（只统计两期都有采集的",
		c.figure("same.sources", "两期都有采集的来源数", fmt.Sprint(len(common)), "两期 Σ posts 均大于零的来源个数", nowQuery, beforeQuery), "个来源），吐槽类信息由",
		c.figure("before.sensitive", "上期吐槽类信息（同来源）", count(a.sensitive), "Σ sensitive"+only, beforeQuery), "条变为",
		c.figure("same.sensitive", "本期吐槽类信息（同来源）", count(b.sensitive), "Σ sensitive"+only, nowQuery), "条，",
		c.figure("same.sensitive.change", "吐槽类信息变化", changeOfCount(a.sensitive, b.sensitive), "本期 ÷ 上期 − 1"+only, nowQuery, beforeQuery),
		"；占信息量的比重由", c.figure("before.share", "上期吐槽占比（同来源）", percent(wasShare), "Σ sensitive ÷ Σ posts"+only, beforeQuery), "变为",
		c.figure("same.share", "本期吐槽占比（同来源）", percent(isShare), "Σ sensitive ÷ Σ posts"+only, nowQuery), "，",
		c.figure("same.share.change", "吐槽占比变化", changeOfShare(wasShare, isShare), "两期占比之差", nowQuery, beforeQuery), "。")
}

// inBoth are the keys that have posts in both periods.
func inBoth(a, b []line) []string {
	var keys []string
	for _, l := range a {
		if l.posts > 0 && find(b, l.key).posts > 0 {
			keys = append(keys, l.key)
		}
	}
	slices.Sort(keys)
	return keys
}

// sumOf adds up the lines of some keys.
func sumOf(lines []line, keys []string) line {
	var sum line
	for _, l := range lines {
		if slices.Contains(keys, l.key) {
			sum.posts += l.posts
			sum.sensitive += l.sensitive
		}
	}
	return sum
}

// coverage is the appendix on what was collected, and when.
func (c *composer) coverage(ctx context.Context) {
	c.heading(1, "附录一　采集覆盖")
	now, q := c.ask(ctx, vane.BySource)
	header := []string{"来源", "信息量（条）", "有信息的天数"}
	var before []line
	var beforeQuery vane.TrendQuery
	if c.Before != (vane.Window{}) {
		before, beforeQuery = c.askAbout(ctx, "", vane.BySource, c.Before)
		header = append(header, "上期信息量（条）", "是否参与对比")
	}
	t := Table{Caption: "各来源采集情况", Header: header}
	for _, l := range now {
		id := "source." + l.key
		row := []Run{
			{Text: l.key}, c.figure(id, l.key+"信息量", count(l.posts), "Σ posts（该来源）", q),
			c.figure(id+".days", l.key+"有信息的天数", fmt.Sprintf("%d/%d", l.daysWith(), days(c.Window)), "posts 大于零的天数 / 监测期天数", q),
		}
		if c.Before != (vane.Window{}) {
			was := find(before, l.key).posts
			row = append(row, c.figure(id+".before", l.key+"上期信息量", count(was), "Σ posts（该来源，上期）", beforeQuery), Run{Text: map[bool]string{true: "是", false: "否"}[was > 0 && l.posts > 0]})
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		c.say("监测期内没有采集到信息。")
		return
	}
	c.table(t)
}

// sources is the appendix that says where every number is from.
func (c *composer) sources() {
	c.heading(1, "附录二　数字出处")
	c.say("口径：每条信息只计一次，以最后采集到的版本为准；吐槽类信息指对商品或服务的负面评价；日期按北京时间。" +
		"用 vane report explain 编号 可打印该数字的查询并重新计数。")
	t := Table{Caption: "数字、编号与算法", Header: []string{"编号", "名称", "数值", "算法"}}
	for _, f := range c.doc.Figures {
		t.Rows = append(t.Rows, []Run{{Text: f.ID}, {Text: f.Name}, {Text: f.Text}, {Text: f.Formula}})
	}
	c.table(t)
}
