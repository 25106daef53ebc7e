package report

import (
	"context"
	"fmt"
	"strings"

	"vane"
)

// analysis is 《消费维权舆情分析报告》.
func (c *composer) analysis(ctx context.Context) {
	c.introduction()
	c.heading(1, "一、消费维权舆情基本情况")
	c.volume(ctx)
	c.channels(ctx)
	c.heading(1, "二、消费维权问题集中领域及典型案例")
	c.sensitiveShare(ctx)
	c.comparison(ctx)
	c.domains(ctx)
	c.heading(1, "三、意见建议")
	c.doc.Blocks = append(c.doc.Blocks, Space{"此处由分析人员撰写意见建议"})
}

func (c *composer) introduction() {
	c.heading(1, "引言")
	checked := "文中由信息计数得出的数字均可按附录二所列算法和查询复核。"
	if c.Kind == Top10 {
		checked += "热点的数字与说明是检测时的存档值。"
	}
	c.say("为了解消费者关切，及时发现消费领域的突出问题，本报告对" + span(c.Window) +
		"公开渠道的消费维权信息进行监测，对反映的问题按消费领域和具体问题归类分析。" + checked)
}

// volume is how much was collected, and how it ran over the days.
func (c *composer) volume(ctx context.Context) {
	all, q := c.total(ctx)
	n := days(c.Window)
	most, least := all.busiest(), all.calmest()
	c.say("监测期"+span(c.Window)+"共", fmt.Sprint(n), "天，共收集到“消费维权”相关信息",
		c.figure("total", "信息总量", count(all.posts), "Σ posts", q), "条，日均约",
		c.figure("total.daily", "日均信息量", perDay(all.posts, n), fmt.Sprintf("Σ posts ÷ %d 天", n), q), "条。从走势看，",
		c.figure("total.peak_day", "信息量峰值日", dayOf(most.At), "posts 最大的一天", q), "信息量最高，为",
		c.figure("total.peak", "信息量峰值", count(most.Posts), "max posts", q), "条；",
		c.figure("total.low_day", "信息量最低日", dayOf(least.At), "posts 最小的一天", q), "最低，为",
		c.figure("total.low", "信息量最低值", count(least.Posts), "min posts", q), "条。")
	c.dailyChart("日信息量走势", all.daily, posts)
}

// channels is where things were said (信息传播渠道).
func (c *composer) channels(ctx context.Context) {
	all, allQuery := c.total(ctx)
	lines, q := c.ask(ctx, vane.ByChannel)
	text := []any{"从信息传播渠道看，"}
	t := Table{Caption: "信息传播渠道", Header: []string{"渠道", "信息量（条）", "占总信息量"}}
	ch := Chart{Caption: "信息传播渠道占比", Unit: "%", Bars: true}
	for i, l := range lines {
		id := "channel." + l.key
		part := c.figure(id+".share", l.key+"占总信息量", Share(l.posts, all.posts), "Σ posts（该渠道） ÷ Σ posts（全部）", q, allQuery)
		if i > 0 {
			text = append(text, "，")
		}
		text = append(text, channelName(l.key)+"占", part)
		t.Rows = append(t.Rows, []Run{{Text: channelName(l.key)}, c.figure(id, channelName(l.key)+"信息量", count(l.posts), "Σ posts（该渠道）", q), part})
		ch.Labels = append(ch.Labels, channelName(l.key))
		ch.Values = append(ch.Values, float64(basisPoints(l.posts, all.posts))/100)
	}
	if len(lines) == 0 {
		return
	}
	c.say(append(text, "。")...)
	c.chart(ch)
	c.table(t)
}

func channelName(key string) string {
	if key == "" {
		return "其他渠道"
	}
	return key
}

// sensitiveShare is how much of all is 吐槽类信息.
func (c *composer) sensitiveShare(ctx context.Context) {
	all, q := c.total(ctx)
	c.say("监测期内，共收集到吐槽类信息",
		c.figure("sensitive", "吐槽类信息", count(all.sensitive), "Σ sensitive", q), "条，占总信息量的",
		c.figure("sensitive.share", "吐槽类信息占总信息量", Share(all.sensitive, all.posts), "Σ sensitive ÷ Σ posts", q),
		"，日均约", c.figure("sensitive.daily", "日均吐槽类信息", perDay(all.sensitive, days(c.Window)), "Σ sensitive ÷ 天数", q), "条。")
}

// domains is the table of the domains, and a section for each of the leading ones.
func (c *composer) domains(ctx context.Context) {
	all, allQuery := c.total(ctx)
	lines, q := c.ask(ctx, vane.ByDomain)
	t := Table{Caption: "负面信息集中领域（一条信息涉及几个领域的，在各领域分别计数）", Header: []string{"领域", "负面信息（条）", "占吐槽类信息", "日均（条）", "峰值日"}}
	var lead []line
	for _, l := range bySensitive(lines) {
		if l.sensitive == 0 || l.key == "" {
			continue
		}
		t.Rows = append(t.Rows, c.domainRow(l, all, q, allQuery))
		if len(lead) < leadDomains {
			lead = append(lead, l)
		}
	}
	if len(lead) == 0 {
		c.say("监测期内没有归入消费领域的负面信息。")
		return
	}
	var names []string
	for _, l := range lead {
		names = append(names, c.name(l.key))
	}
	c.say("负面信息主要集中在", list(names), "等领域。")
	c.table(t)
	for i, l := range lead {
		c.heading(2, fmt.Sprintf("（%s）%s", ordinal(i+1), c.name(l.key)))
		c.domain(ctx, l, t.Rows[i])
	}
}

// domainRow is one line of the table; its figures are used again in the text.
func (c *composer) domainRow(l, all line, q, allQuery vane.TrendQuery) []Run {
	id, name, peak := "domain."+l.key, c.name(l.key), l.peak()
	return []Run{
		{Text: name},
		c.figure(id, name+"负面信息", count(l.sensitive), "Σ sensitive（该领域）", q),
		c.figure(id+".share", name+"占吐槽类信息", Share(l.sensitive, all.sensitive), "Σ sensitive（该领域） ÷ Σ sensitive（全部）", q, allQuery),
		c.figure(id+".daily", name+"日均负面信息", perDay(l.sensitive, days(c.Window)), "Σ sensitive（该领域） ÷ 天数", q),
		c.figure(id+".peak_day", name+"负面信息峰值日", dayOf(peak.At), "sensitive 最大的一天", q),
	}
}

// domain is what people complained of in one domain.
func (c *composer) domain(ctx context.Context, l line, row []Run) {
	peak := l.peak()
	all, q := c.askAbout(ctx, vane.Tag(l.key), vane.ByTag, c.Window)
	issues := inDomain(all, l.key)
	text := []any{"负面信息", row[1], "条，占吐槽类信息的", row[2], "，日均", row[3], "条。峰值日为", row[4], "，当日",
		c.figure("domain."+l.key+".peak", c.name(l.key)+"负面信息峰值", count(peak.Sensitive), "max sensitive（该领域，按日）", q), "条"}
	if top, n := onDay(issues, peak); n > 0 {
		text = append(text, "，其中", c.name(top), c.figure("domain."+l.key+".peak_issue", c.name(top)+"当日负面信息", count(n), "sensitive（该问题，"+dayOf(peak.At)+"）", q), "条")
	}
	for i, is := range bySensitive(issues) {
		if i == leadIssues || is.sensitive == 0 {
			break
		}
		text = append(text, []string{"。反映的问题主要有", "、", "、"}[i], c.name(is.key), "（",
			c.figure("issue."+is.key, c.name(is.key)+"负面信息", count(is.sensitive), "Σ sensitive（该问题）", q), "条）")
	}
	c.say(append(text, "。")...)
	c.dailyChart(c.name(l.key)+"负面信息走势", l.daily, sensitive)
	c.addCases(ctx, vane.Node{Tag: vane.Tag(l.key)}, c.Window, casesEach)
}

// inDomain keeps the issues of a domain: posts about it may carry others too.
func inDomain(lines []line, domain string) []line {
	var issues []line
	for _, l := range lines {
		if strings.HasPrefix(l.key, domain+".") {
			issues = append(issues, l)
		}
	}
	return issues
}

// onDay is the issue with most sensitive posts on the day of a point.
func onDay(issues []line, day vane.Point) (string, uint64) {
	best, most := "", uint64(0)
	for _, l := range issues {
		for _, p := range l.daily {
			if p.At.Equal(day.At) && p.Sensitive > most {
				best, most = l.key, p.Sensitive
			}
		}
	}
	return best, most
}
