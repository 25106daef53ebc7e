package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// variables are the filters over the panels, from general to specific.
func variables(sql statements) []cog.Builder[dashboard.VariableModel] {
	return []cog.Builder[dashboard.VariableModel]{
		dashboard.NewDatasourceVariableBuilder("datasource").
			Label("数据源").
			Description("存放信息的 ClickHouse").
			Type(plugin),
		choice("channel", "渠道", "信息出现的渠道，按所选时间内的信息量排序", sql["variable_channel"]),
		named(choice("domain", "领域", "消费领域，按所选时间内的信息量排序", sql["variable_domain"])),
		named(choice("issue", "问题", "所选领域的消费问题，按所选时间内的信息量排序", sql["variable_issue"])),
		dashboard.NewTextBoxVariableBuilder("keyword").
			Label("关键词").
			DefaultValue(dashboard.StringOrMap{String: cog.ToPtr("")}).
			Current(dashboard.VariableOption{
				Text:  dashboard.StringOrArrayOfString{String: cog.ToPtr("")},
				Value: dashboard.StringOrArrayOfString{String: cog.ToPtr("")},
			}).
			Description("只看标题或正文含有这段文字的信息，不分大小写；热点不受它影响"),
	}
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

// annotations are the marks over the charts.
func annotations(sql statements) []annotation {
	hotspots := dashboard.AnnotationQuery{
		Name:       "热点",
		Datasource: source(),
		Enable:     true,
		IconColor:  hot,
	}
	return []annotation{{hotspots, sql.table("annotation_hotspots")}}
}
