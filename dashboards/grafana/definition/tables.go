package definition

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// rows is what the tables share. Grafana's own migration of tables reads
// fieldConfig.defaults.custom without asking whether it is there; Inspect sets it.
func rows(title, description string, q query) *table.PanelBuilder {
	return table.NewPanelBuilder().
		Title(title).
		Description(description).
		Datasource(source()).
		WithTarget(q).
		Height(tableHeight).Span(whole).
		NoValue("—").
		ShowHeader(true).
		Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{})).
		Align(common.FieldTextAlignmentAuto).
		Inspect(false).
		ColorScheme(fixed("text"))
}

func ranking(sql statements) *table.PanelBuilder {
	return rows("问题排行",
		"信息量最多的 20 个问题及其中吐槽类的占比；一条信息可有几个问题，各计一次。已选问题时，列出同时被说到的问题。点问题名：只看这个问题，时间与其他筛选不变。",
		sql.table("issues")).
		Height(chartHeight).Span(slim).
		OverrideByName("问题", of(links(link("只看这个问题", onIssue, "${__url_time_range}")))).
		OverrideByName("信息量", of(unit(posts), color(plain), cell("gauge", "mode", "basic", "valueDisplayMode", "text"), least(0))).
		OverrideByName("吐槽占比", of(unit(share), decimals(0), columnWidth(90))).
		OverrideByName("tag", of(hidden()))
}

func hotspots(sql statements) *table.PanelBuilder {
	return rows("热点",
		"所选时间内出现过的热点，每个取终点之前最近一次检测的结果。热度 0–100，由检测给出；平常是同样时段按基线应有的条数。只随领域与问题筛选。点热点名：只看这个问题，或再把时间换成这个热点的前一天到后一天。",
		sql.table("hotspots")).
		Height(chartHeight).
		OverrideByName("热点", of(links(
			link("只看这个问题", onIssue, "${__url_time_range}"),
			link("看这个热点的时段", onIssue, "from=${__data.fields.from_ms:raw}&to=${__data.fields.to_ms:raw}"),
		))).
		OverrideByName("状态", of(columnWidth(80), cell("color-text"), states())).
		OverrideByName("热度", of(unit(degrees), decimals(0), columnWidth(90), heat(), color(""), cell("color-background", "mode", "basic"))).
		OverrideByName("信息量", of(unit(posts))).
		OverrideByName("平常", of(unit(posts), decimals(1))).
		OverrideByName("吐槽占比", of(unit(share), decimals(0))).
		OverrideByName("发声人数", of(unit(people))).
		OverrideByName("开始", of(unit(moment))).
		OverrideByName("结束", of(unit(moment))).
		OverrideByRegexp("/^(tag|from_ms|to_ms)$/", of(hidden()))
}

func latest(sql statements) *table.PanelBuilder {
	return rows("最新吐槽类信息",
		"对商品或服务作负面评价的信息，按发布时间倒序，最多 200 条；摘要是正文的前 120 字。点标题：在新标签页打开原文。",
		sql.table("latest")).
		OverrideByName("时间", of(unit(moment), columnWidth(170))).
		OverrideByName("渠道", of(columnWidth(80))).
		OverrideByName("标题", of(columnWidth(320), links(blank("原文", "${__data.fields.url:raw}")))).
		OverrideByName("问题", of(columnWidth(180))).
		OverrideByName("来源", of(columnWidth(140))).
		OverrideByName("url", of(hidden()))
}

func passes(sql statements) *table.PanelBuilder {
	return rows("最近一次采集",
		"每个来源在所选时间终点之前的最近一次采集：何时、因何结束，读到的页面与信息，其中第一次见到的，以及出错的页面。不随筛选变化。点击不跳转。",
		sql.table("crawl_passes")).
		Height(chartHeight).
		OverrideByName("结束时间", of(unit(moment), columnWidth(170))).
		OverrideByName("结束原因", of(cell("color-text"), reasons())).
		OverrideByName("页面", of(unit(pages))).
		OverrideByRegexp("/^(信息|新信息)$/", of(unit(posts))).
		OverrideByName("错误", of(unit(pieces), cell("color-text"), steps(calm, 1, bad), color("")))
}

// property is one setting of an override.
type property = dashboard.DynamicConfigValue

func of(p ...property) []property { return p }

func unit(u string) property             { return property{Id: "unit", Value: u} }
func decimals(n int) property            { return property{Id: "decimals", Value: n} }
func least(n int) property               { return property{Id: "min", Value: n} }
func columnWidth(pixels int) property    { return property{Id: "custom.width", Value: pixels} }
func links(l ...map[string]any) property { return property{Id: "links", Value: l} }

// hidden keeps a column for links only. Grafana 12.2 and later know it by another
// name and translate.
func hidden() property { return property{Id: "custom.hidden", Value: true} }

// color fixes a colour; "" lets the thresholds choose.
func color(c string) property {
	if c == "" {
		return property{Id: "color", Value: map[string]any{"mode": "thresholds"}}
	}
	return property{Id: "color", Value: map[string]any{"mode": "fixed", "fixedColor": c}}
}

// cell chooses how a cell is drawn, with further options in pairs.
func cell(kind string, options ...string) property {
	value := map[string]any{"type": kind}
	for i := 0; i+1 < len(options); i += 2 {
		value[options[i]] = options[i+1]
	}
	return property{Id: "custom.cellOptions", Value: value}
}

// steps colours by value: a base, then pairs of the value from which on a colour holds.
func steps(base string, pairs ...any) property {
	list := []map[string]any{{"value": nil, "color": base}}
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, map[string]any{"value": pairs[i], "color": pairs[i+1]})
	}
	return property{Id: "thresholds", Value: map[string]any{"mode": "absolute", "steps": list}}
}

// heat colours a hotspot: half of the scale is worth a look, the top an answer.
func heat() property { return steps("transparent", 30, mild, 50, hot, 75, bad) }

// states colours where a hotspot stands.
func states() property {
	return mapping([][3]string{{"爆发", "爆发", bad}, {"持续", "持续", hot}, {"消退", "消退", mild}, {"平息", "平息", calm}})
}

// reasons says in Chinese why a pass ended.
func reasons() property {
	return mapping([][3]string{
		{"done", "全部读完", calm},
		{"seen", "已无新内容", calm},
		{"budget", "到达上限", mild},
		{"error", "列表页出错", bad},
		{"robots", "robots.txt 不允许", hot},
		{"blocked", "被网站拦截", bad},
		{"cancelled", "程序停止", calm},
		{"killed", "程序中断", hot},
	})
}

// mapping shows values (value, text, colour) in other words.
func mapping(values [][3]string) property {
	options := map[string]any{}
	for i, v := range values {
		options[v[0]] = map[string]any{"index": i, "text": v[1], "color": v[2]}
	}
	return property{Id: "mappings", Value: []map[string]any{{"type": "value", "options": options}}}
}

// onIssue is a row's issue and the other filters as they are.
const onIssue = "var-issue=${__data.fields.tag:percentencode}&${datasource:queryparam}&${channel:queryparam}&${domain:queryparam}&${keyword:queryparam}"

// here is the address of this board with some parameters and the time as it is.
func here(parameters ...string) string {
	return "/d/" + uid + "?" + strings.Join(parameters, "&") + "&${__url_time_range}"
}

// link is a link to this board.
func link(title string, parameters ...string) map[string]any {
	return map[string]any{"title": title, "url": "/d/" + uid + "?" + strings.Join(parameters, "&")}
}

// blank is a link that opens a new tab.
func blank(title, url string) map[string]any {
	return map[string]any{"title": title, "url": url, "targetBlank": true}
}
