package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vane"
)

const (
	// topDomains is the length of the ranking that these reports print (TOP5).
	topDomains = 5
	// risingIssues is how many issues are named 一是…二是…三是….
	risingIssues = 3
)

// complaints is 《受理投诉情况分析》: the negative evaluations of the period by nature,
// domain and issue, compared with the period before.
func (c *composer) complaints(ctx context.Context) {
	c.heading(1, "一、总体情况")
	c.sensitiveShare(ctx)
	c.comparison(ctx)
	c.heading(1, "二、按投诉性质划分")
	c.natures(ctx)
	c.heading(1, "三、按商品和服务大类划分")
	c.ranking(ctx)
	c.heading(1, "四、投诉热点分析")
	c.hotIssues(ctx)
	c.heading(1, "五、意见建议")
	c.doc.Blocks = append(c.doc.Blocks, Space{"此处由分析人员撰写意见建议"})
}

// natures is the table by nature (投诉性质), with the change of each share.
func (c *composer) natures(ctx context.Context) {
	lines, q := c.ask(ctx, vane.ByNature)
	lines = bySensitive(slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.key == "" }))
	all := sumAll(lines)
	if all.sensitive == 0 {
		c.say("监测期内没有归入投诉性质的信息。")
		return
	}
	var before []line
	var beforeQuery vane.TrendQuery
	if c.Before != (vane.Window{}) {
		before, beforeQuery = c.askAbout(ctx, "", vane.ByNature, c.Before)
	}
	c.shareTable(Table{Caption: "投诉性质构成（一条信息涉及几种性质的，分别计数）", Header: []string{"投诉性质", "数量（条）", "比重"}},
		"nature.", lines, before, [2]vane.TrendQuery{q, beforeQuery}, func(key string) string { return cmp.Or(c.Natures[key], key) })
}

// ranking is the table by domain, and its TOP5.
func (c *composer) ranking(ctx context.Context) {
	lines, q := c.ask(ctx, vane.ByDomain)
	lines = bySensitive(slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.key == "" || l.sensitive == 0 }))
	if len(lines) == 0 {
		c.say("监测期内没有归入商品和服务大类的投诉。")
		return
	}
	var names []string
	for _, l := range lines[:min(topDomains, len(lines))] {
		names = append(names, c.name(l.key))
	}
	c.say(fmt.Sprintf("投诉量居前%s位的是：", ordinal(len(names))), list(names), "。")
	var before []line
	var beforeQuery vane.TrendQuery
	if c.Before != (vane.Window{}) {
		before, beforeQuery = c.askAbout(ctx, "", vane.ByDomain, c.Before)
	}
	c.shareTable(Table{Caption: "商品和服务大类投诉量（一条信息涉及几个大类的，分别计数）", Header: []string{"大类", "数量（条）", "比重"}},
		"domain.", lines, before, [2]vane.TrendQuery{q, beforeQuery}, c.name)
}

// shareTable lists lines with their share of all lines together, and how that
// share changed. The lines are of the first query, those before of the second.
func (c *composer) shareTable(t Table, id string, lines, before []line, q [2]vane.TrendQuery, name func(string) string) {
	all, was := sumAll(lines), sumAll(before)
	if before != nil {
		t.Header = append(t.Header, "上期比重", "比重变化")
	}
	ch := Chart{Caption: "比重", Unit: "%", Bars: true}
	for _, l := range lines {
		points := basisPoints(l.sensitive, all.sensitive)
		row := []Run{
			{Text: name(l.key)},
			c.figure(id+l.key, name(l.key)+"数量", count(l.sensitive), "Σ sensitive（该行）", q[0]),
			c.figure(id+l.key+".part", name(l.key)+"比重", percent(points), "Σ sensitive（该行） ÷ Σ sensitive（各行之和）", q[0]),
		}
		if before != nil {
			old := basisPoints(find(before, l.key).sensitive, was.sensitive)
			row = append(row,
				c.figure(id+l.key+".part.before", name(l.key)+"上期比重", percent(old), "Σ sensitive（该行，上期） ÷ Σ sensitive（各行之和，上期）", q[1]),
				c.figure(id+l.key+".part.change", name(l.key)+"比重变化", changeOfShare(old, points), "两期比重之差", q[:]...))
		}
		t.Rows = append(t.Rows, row)
		ch.Labels = append(ch.Labels, name(l.key))
		ch.Values = append(ch.Values, float64(points)/100)
	}
	c.chart(ch)
	c.table(t)
}

func sumAll(lines []line) line {
	var sum line
	for _, l := range lines {
		sum.posts += l.posts
		sum.sensitive += l.sensitive
	}
	return sum
}

// hotIssues names the issues with most complaints: 一是…二是…三是….
func (c *composer) hotIssues(ctx context.Context) {
	all, _ := c.total(ctx)
	lines, q := c.ask(ctx, vane.ByTag)
	n := 0
	for _, l := range bySensitive(lines) {
		if l.key == "" || l.sensitive == 0 || n == risingIssues {
			continue
		}
		n++
		c.say(ordinal(n)+"是"+c.name(l.key)+"（"+c.name(string(vane.Tag(l.key).Domain()))+"）问题。投诉",
			c.figure("issue."+l.key, c.name(l.key)+"投诉", count(l.sensitive), "Σ sensitive（该问题）", q), "条，占全部投诉的",
			c.figure("issue."+l.key+".share", c.name(l.key)+"占全部投诉", Share(l.sensitive, all.sensitive), "Σ sensitive（该问题） ÷ Σ sensitive（全部）", q), "，峰值日为",
			c.figure("issue."+l.key+".peak_day", c.name(l.key)+"峰值日", dayOf(l.peak().At), "sensitive 最大的一天", q), "。")
		c.addCases(ctx, vane.Node{Tag: vane.Tag(l.key)}, c.Window, 1)
	}
	if n == 0 {
		c.say("监测期内没有投诉热点。")
	}
}
