package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

type variable = cog.Builder[dashboard.VariableModel]

// sourceVariable is the first variable of every board.
func sourceVariable() []variable {
	return []variable{dashboard.NewDatasourceVariableBuilder("datasource").
		Label("数据源").
		Description("存放信息的 ClickHouse").
		Type(plugin)}
}

// filterVariables are the filters over posts.
func filterVariables(sql statements) []variable {
	return []variable{
		choice("source", "来源", "采集的来源，按所选时间内的信息量排序", sql["variable_source"]),
		choice("channel", "渠道", "信息出现的渠道，按所选时间内的信息量排序", sql["variable_channel"]),
		choice("region", "地区", "信息所说或所来的地区，按所选时间内的信息量排序", sql["variable_region"]),
		named(choice("domain", "领域", "消费领域，按所选时间内的信息量排序", sql["variable_domain"])),
		named(choice("issue", "问题", "所选领域的消费问题，按所选时间内的信息量排序", sql["variable_issue"])),
		choice("brand", "品牌", "正文说到的品牌，按所选时间内的信息量排序", sql["variable_brand"]),
		text("keyword", "关键词", "", "只看标题或正文含有这段文字的信息，不分大小写；热点与事件不受它影响"),
	}
}

// leastHeat is which hotspots are shown at all. The default is that of the
// configuration (hotspot.min_heat).
func leastHeat() variable {
	return text("heat", "热度下限", "15", "只看热度不低于它的热点，0 到 100")
}

// oneHotspot chooses a hotspot, the hottest at first.
func oneHotspot(sql statements) variable {
	return named(choice("hotspot", "热点", "所选时间内的热点，按热度排序", sql["variable_hotspot"])).
		Multi(false).IncludeAll(false).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{String: cog.ToPtr("")},
			Value: dashboard.StringOrArrayOfString{String: cog.ToPtr("")},
		})
}

// splitVariable chooses what the lines of the explorer are.
func splitVariable() variable {
	const values = "渠道 : channel, 问题 : issue, 领域 : domain, 品牌 : brand, 地区 : region, 来源 : source, 发声者 : voice, 投诉性质 : nature"
	return dashboard.NewCustomVariableBuilder("split").
		Label("拆分").
		Description("走势图按什么分成几条线").
		Values(dashboard.StringOrMap{String: cog.ToPtr(values)}).
		AllowCustomValue(false).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{String: cog.ToPtr("渠道")},
			Value: dashboard.StringOrArrayOfString{String: cog.ToPtr("channel")},
		})
}

// text is a filter that is typed.
func text(name, label, initial, description string) variable {
	return dashboard.NewTextBoxVariableBuilder(name).
		Label(label).
		DefaultValue(dashboard.StringOrMap{String: cog.ToPtr(initial)}).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{String: cog.ToPtr(initial)},
			Value: dashboard.StringOrArrayOfString{String: cog.ToPtr(initial)},
		}).
		Description(description)
}

// choice is a filter with several values or all, asked for whenever the time range
// changes.
func choice(name, label, description, rawSQL string) *dashboard.QueryVariableBuilder {
	return dashboard.NewQueryVariableBuilder(name).
		Label(label).
		Description(description).
		Datasource(source()).
		Query(dashboard.StringOrMap{Map: map[string]any{
			"refId": name, "editorType": "sql", "pluginVersion": pluginVersion, "rawSql": rawSQL,
		}}).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortDisabled).
		Multi(true).
		IncludeAll(true).
		AllowCustomValue(false).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
			Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
		})
}

// named takes the values of a variable apart: a query says name|id. Two columns
// would be the plugin's own way, but some of its versions lose the id.
func named(v *dashboard.QueryVariableBuilder) *dashboard.QueryVariableBuilder {
	return v.Regex(`/(?<text>.+)\|(?<value>.+)/`)
}

// Marks over the charts.

func hotspotMarks(sql statements) annotation {
	return mark("热点", hot, true, sql.table("annotation_hotspots"))
}

func hotspotMark(sql statements) annotation {
	return mark("热点开始", hot, true, sql.table("annotation_hotspot"))
}

func alertMarks(sql statements) annotation {
	return mark("预警", bad, true, sql.table("annotation_alerts"))
}

// outageMarks can be many, so that they are drawn on demand.
func outageMarks(sql statements) annotation {
	return mark("采集中断", calm, false, sql.table("annotation_outages"))
}

func mark(name, color string, shown bool, q query) annotation {
	return annotation{dashboard.AnnotationQuery{Name: name, Datasource: source(), Enable: shown, IconColor: color}, q}
}
