package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// hotspotBoard is one hotspot: why it is one, and what it rests on.
func hotspotBoard(sql statements) board {
	return board{
		place:       hotspotPlace(),
		title:       "热点详情",
		description: "一个热点：热度从何而来、高出常态多少、在哪里、说了什么、证据是哪些信息。取所选时间终点之前最近一次检测的结果。",
		from:        "now-7d",
		variables:   append(sourceVariable(), leastHeat(), oneHotspot(sql)),
		panels: []cog.Builder[dashboard.Panel]{
			banner(sql, hotspotPlace()),
			hotspotFigures(sql),
			hotspotHours(sql), hotspotComponents(sql),
			hotspotChannels(sql), hotspotWords(sql),
			hotspotHeat(sql), hotspotShares(sql),
			hotspotEvidence(sql), hotspotAlerts(sql),
		},
		annotations: []annotation{hotspotMark(sql), alertMarks(sql)},
	}
}

func hotspotFigures(sql statements) cog.Builder[dashboard.Panel] {
	return figures("热点", sql.table("hotspot_facts"),
		"检测给出的数字：热度 0–100；信息量是超出常态的时段内的条数，平常是同样时段按基线应有的条数；不同文本里转载只计一次。点击不跳转。").
		OverrideByName("热度", of(unit(degrees), decimals(0), heat(), color(""))).
		OverrideByName("状态", of(states())).
		OverrideByName("平常", of(decimals(1))).
		OverrideByName("吐槽占比", of(unit(share), decimals(0), color(bad))).
		OverrideByName("发声人数", of(unit(people))).
		OverrideByRegexp("/^(不同文本|来源数)$/", of(unit(pieces)))
}

func hotspotHours(sql statements) cog.Builder[dashboard.Panel] {
	band := func(more ...property) []property {
		return append(of(color(calm), property{Id: "custom.lineWidth", Value: 0}), more...)
	}
	return lines("发声与常态范围",
		"每小时的发声人次（一人一天只计一次）与检测用的常态：虚线是平常值，灰带是平常二十个小时里十九个所在的范围，高出灰带即异常。从热点开始前到结束，最多一周。拖选图上一段可放大时间。",
		sql.series("hotspot_hours")).
		Unit("suffix:人次").
		Legend(peaks()).
		OverrideByName("发声", of(color(hot), property{Id: "custom.lineWidth", Value: 2})).
		OverrideByName("平常", of(color(plain), property{Id: "custom.lineStyle", Value: map[string]any{"fill": "dash", "dash": []int{10, 10}}})).
		OverrideByName("常态上限", band(property{Id: "custom.fillBelowTo", Value: "常态下限"}, property{Id: "custom.fillOpacity", Value: 25})).
		OverrideByName("常态下限", band())
}

func hotspotComponents(sql statements) cog.Builder[dashboard.Panel] {
	return rows("热度构成",
		"热度是各成分之和；独立性为负时，是因为转载或少数账号反复发声而扣减。每个成分附一句可核对的依据。点击不跳转。",
		sql.table("hotspot_components")).
		Height(chartHeight).Span(slim).
		OverrideByName("成分", of(columnWidth(70))).
		OverrideByName("热度贡献", of(unit(degrees), decimals(1), columnWidth(90), color(hot)))
}

func hotspotChannels(sql statements) cog.Builder[dashboard.Panel] {
	return linesOf("channel", "各渠道走势",
		"这个热点的信息按渠道的条数，从开始前两天到结束后两天，限于所选时间。拖选图上一段可放大时间。",
		sql.series("hotspot_channels"))
}

func hotspotWords(sql statements) cog.Builder[dashboard.Panel] {
	return rows("突出的词",
		"比此前四周明显多用的词，及热点时段内用到它的信息条数与其中吐槽类的占比，最多 50 个。点击不跳转。",
		sql.table("hotspot_words")).
		Height(chartHeight).Span(slim).
		OverrideByName("信息量", of(bar()...)).
		OverrideByName("吐槽占比", of(unit(share), decimals(0), columnWidth(90)))
}

func hotspotHeat(sql statements) cog.Builder[dashboard.Panel] {
	return lines("历次检测",
		"所选时间内每次检测给这个热点的热度（左轴）与信息量（右轴）。拖选图上一段可放大时间。",
		sql.series("hotspot_heat")).
		Legend(peaks()).
		OverrideByName("热度", of(unit(degrees), color(hot), property{Id: "max", Value: 100})).
		OverrideByName("信息量", of(unit(posts), color(plain), property{Id: "custom.axisPlacement", Value: "right"}))
}

func hotspotShares(sql statements) cog.Builder[dashboard.Panel] {
	return rows("分布",
		"热点时段内的信息在渠道、地区、品牌与诉求上的分布，由最近一次检测给出。点击不跳转。",
		sql.table("hotspot_shares")).
		Height(chartHeight).Span(slim).
		OverrideByName("维度", of(columnWidth(70))).
		OverrideByName("信息量", of(bar()...))
}

func hotspotEvidence(sql statements) cog.Builder[dashboard.Panel] {
	return rows("证据",
		"最能说明这个热点的信息，由检测选出；摘要是正文的前 200 字。点标题：在新标签页打开原文。",
		sql.table("hotspot_evidence")).
		Height(chartHeight).
		OverrideByName("时间", of(unit(moment), columnWidth(170))).
		OverrideByName("来源", of(columnWidth(140))).
		OverrideByName("标题", of(columnWidth(320), original())).
		OverrideByName("url", of(hidden()))
}

func hotspotAlerts(sql statements) cog.Builder[dashboard.Panel] {
	return rows("预警记录",
		"alerts.yaml 的规则对这个热点的状态：首次达到、报警、解除的时刻与通知对象。点击不跳转。",
		sql.table("hotspot_alerts")).
		Height(7).
		OverrideByName("状态", of(columnWidth(80), cell("color-text"), alertStates())).
		OverrideByName("最高热度", of(hotness()...)).
		OverrideByRegexp("/^(首次达到|报警|解除)$/", of(unit(moment)))
}
