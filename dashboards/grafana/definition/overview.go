package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// overviewBoard is what to look at first: what is hot, how much is said, how much of it
// is negative, and where.
func overviewBoard(sql statements) board {
	return board{
		place:       overviewPlace(),
		title:       "消费舆情总览",
		description: "消费维权信息的总量、吐槽、问题、热点与事件。每个数字都由已入库的信息现算，点开面板标题旁的说明可看算法。",
		from:        "now-7d",
		variables:   append(append(sourceVariable(), filterVariables(sql)...), leastHeat()),
		panels: []cog.Builder[dashboard.Panel]{
			banner(sql, overviewPlace()),
			postCount(sql), negativeCount(sql), negativeShare(sql), voices(sql),
			figure("来源数", pieces, plain, sql.table("stat_sources"),
				"出现过信息的来源个数。点击不跳转。"),
			figure("当前热点", pieces, hot, sql.table("stat_hotspots"),
				"所选时间终点之前最近一次检测中未平息、且超出常态的时段止于终点前 24 小时之内的热点个数。只随领域、问题与热度下限筛选。点击不跳转。"),
			trend(sql), issueRanking(sql, overviewPlace()),
			domains(sql), channels(sql),
			hotspots(sql), events(sql), latest(sql),
		},
		folded:      []row{{"预警", []cog.Builder[dashboard.Panel]{alerts(sql)}}},
		annotations: []annotation{hotspotMarks(sql), alertMarks(sql), outageMarks(sql)},
	}
}

func postCount(sql statements) cog.Builder[dashboard.Panel] {
	return figure("信息量", posts, plain, sql.table("stat_posts"),
		"所选时间与筛选下的信息条数，重复采集的同一条只计一次。点击不跳转。")
}

func negativeCount(sql statements) cog.Builder[dashboard.Panel] {
	return figure("吐槽类信息", posts, bad, sql.table("stat_sensitive"),
		"其中对商品或服务作负面评价的信息条数，由分析模型逐条判定。点击不跳转。")
}

func negativeShare(sql statements) cog.Builder[dashboard.Panel] {
	return figure("吐槽占比", share, bad, sql.table("stat_share"),
		"吐槽类信息 ÷ 信息量；没有信息时不显示数字。点击不跳转。")
}

func voices(sql statements) cog.Builder[dashboard.Panel] {
	return figure("发声人数", people, plain, sql.table("stat_authors"),
		"不同作者的人数，按来源内的匿名作者键去重；没有作者的信息每条算一人。超过十万人时为估计值，误差约千分之一。点击不跳转。")
}

func trend(sql statements) cog.Builder[dashboard.Panel] {
	return lines("信息量走势",
		"每个时段发布的信息条数与其中的吐槽类条数；时段宽度随所选时间变化，最细 10 分钟，一天以上按北京时间零点对齐，没有信息的时段为 0。竖线是热点开始与报警的时刻。拖选图上一段可放大时间。",
		sql.series("trend")).
		FillOpacity(10).
		Legend(legend(common.LegendPlacementBottom)).
		OverrideByName("信息量", of(color(plain))).
		OverrideByName("吐槽类信息", of(color(bad)))
}

func domains(sql statements) cog.Builder[dashboard.Panel] {
	return linesOf("domain", "领域走势",
		"每个时段各消费领域的信息条数；一条信息可属于几个领域，各线之和可大于信息量。点一条线：只看这个领域。",
		sql.series("domains_trend")).
		DataLinks(chartLink("只看这个领域", overviewPlace().to(overviewPlace(), sameTime,
			set{"domain", "${__field.labels.id}"}, set{"issue", "$__all"})))
}

func channels(sql statements) cog.Builder[dashboard.Panel] {
	return pie("渠道占比", "信息量按渠道的分布，最多 20 个渠道。点一块：只看这个渠道。", sql.table("channels")).
		DataLinks(chartLink("只看这个渠道", overviewPlace().to(overviewPlace(), sameTime, set{"channel", cellOf("渠道")})))
}

// issueRanking lists the issues that are said most, on the board from.
func issueRanking(sql statements, from place) cog.Builder[dashboard.Panel] {
	return rows("问题排行",
		"信息量最多的 20 个问题及其中吐槽类的占比；一条信息可有几个问题，各计一次。已选问题时，列出同时被说到的问题。点问题名：只看这个问题，或在问题透视里拆开看，时间与其他筛选不变。",
		sql.table("issues")).
		Height(chartHeight).Span(slim).
		OverrideByName("问题", of(links(
			link("只看这个问题", from.to(from, sameTime, set{"issue", cellOf("tag")})),
			link("在问题透视里看", from.to(issuesPlace(), sameTime, set{"issue", cellOf("tag")})),
		))).
		OverrideByName("信息量", of(bar()...)).
		OverrideByName("吐槽占比", of(unit(share), decimals(0), columnWidth(90))).
		OverrideByName("tag", of(hidden()))
}

func hotspots(sql statements) cog.Builder[dashboard.Panel] {
	here := overviewPlace()
	return rows("热点",
		"所选时间内出现过的热点，每个取终点之前最近一次检测的结果。热度 0–100，由检测给出；平常是同样时段按基线应有的条数。只随领域、问题与热度下限筛选。点热点名：看热点详情，或在问题透视里看它前一天到后一天的信息。",
		sql.table("hotspots")).
		Height(chartHeight).
		OverrideByName("热点", of(links(
			link("热点详情", here.to(hotspotPlace(), sameTime, set{"hotspot", "${__data.fields.id:raw}"})),
			link("在问题透视里看这个时段", here.to(issuesPlace(), rowTime, set{"issue", cellOf("tag")}, set{"domain", "$__all"})),
		))).
		OverrideByName("状态", of(columnWidth(80), cell("color-text"), states())).
		OverrideByName("热度", of(hotness()...)).
		OverrideByName("信息量", of(unit(posts))).
		OverrideByName("平常", of(unit(posts), decimals(1))).
		OverrideByName("吐槽占比", of(unit(share), decimals(0))).
		OverrideByName("发声人数", of(unit(people))).
		OverrideByRegexp("/^(开始|结束)$/", of(unit(moment))).
		OverrideByRegexp("/^(tag|id|from_ms|to_ms)$/", of(hidden()))
}

func events(sql statements) cog.Builder[dashboard.Panel] {
	return rows("事件",
		"说同一件事的信息聚成的事件，取现在的聚类结果中与所选时间有交集的；独立声音是不同作者与不同文本两者中较少的个数，按它排序，最多 100 个。只随领域与问题筛选。点事件名：在问题透视里看它的首个问题在这段时间的信息。",
		sql.table("events")).
		Height(chartHeight).
		OverrideByName("事件", of(columnWidth(380), links(
			link("在问题透视里看这个时段", overviewPlace().to(issuesPlace(), rowTime, set{"issue", cellOf("tag")}, set{"domain", "$__all"})),
		))).
		OverrideByName("信息量", of(unit(posts))).
		OverrideByName("独立声音", of(unit(pieces))).
		OverrideByName("吐槽占比", of(unit(share), decimals(0))).
		OverrideByName("来源数", of(unit(pieces))).
		OverrideByRegexp("/^(首条|最热日|末条)$/", of(unit(moment))).
		OverrideByRegexp("/^(tag|from_ms|to_ms)$/", of(hidden()))
}

func latest(sql statements) cog.Builder[dashboard.Panel] {
	return rows("最新吐槽类信息",
		"对商品或服务作负面评价的信息，按发布时间倒序，最多 200 条；摘要是正文的前 120 字。点标题：在新标签页打开原文。",
		sql.table("latest")).
		OverrideByName("时间", of(unit(moment), columnWidth(170))).
		OverrideByName("渠道", of(columnWidth(80))).
		OverrideByName("标题", of(columnWidth(320), original())).
		OverrideByName("问题", of(columnWidth(180))).
		OverrideByName("来源", of(columnWidth(140))).
		OverrideByName("url", of(hidden()))
}

func alerts(sql statements) cog.Builder[dashboard.Panel] {
	here := overviewPlace()
	return rows("预警记录",
		"alerts.yaml 的规则在所选时间内的状态：首次达到、报警、解除的时刻与通知对象，最多 200 条。只随领域与问题筛选。点热点名：只看这个问题。",
		sql.table("alerts")).
		Height(chartHeight).
		OverrideByName("热点", of(links(link("只看这个问题", here.to(here, sameTime, set{"issue", cellOf("tag")}))))).
		OverrideByName("状态", of(columnWidth(80), cell("color-text"), alertStates())).
		OverrideByName("最高热度", of(hotness()...)).
		OverrideByName("信息量", of(unit(posts))).
		OverrideByRegexp("/^(首次达到|报警|解除)$/", of(unit(moment))).
		OverrideByName("tag", of(hidden()))
}
