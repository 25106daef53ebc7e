package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/piechart"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Colours. Counts are blue and what is bad is red in every panel; without a fixed
// colour Grafana's default thresholds would turn any count above 80 red.
const (
	plain = "#3274D9"
	bad   = "#E02F44"
	hot   = "#FF780A"
	mild  = "#F2CC0C"
	calm  = "#8E8E8E"
)

// Units.
const (
	posts   = "suffix:条"
	people  = "suffix:人"
	pages   = "suffix:页"
	pieces  = "suffix:个"
	degrees = "locale" // a number as it is, its thousands separated
	share   = "percentunit"
	moment  = "time:YYYY-MM-DD HH:mm:ss"
)

// Sizes on the grid, which is 24 wide.
const (
	whole = 24
	wide  = 15
	slim  = whole - wide

	statHeight  = 4
	chartHeight = 9
	tableHeight = 11
)

// finest is the smallest bucket of a chart: passes over a source are minutes apart.
const finest = "10m"

// panels are those outside of rows, in reading order.
func panels(sql statements) []cog.Builder[dashboard.Panel] {
	return []cog.Builder[dashboard.Panel]{
		figure("信息量", posts, plain, sql.table("stat_posts"),
			"所选时间与筛选下的信息条数，重复采集的同一条只计一次。点击不跳转。"),
		figure("吐槽类信息", posts, bad, sql.table("stat_sensitive"),
			"其中对商品或服务作负面评价的信息条数，由分析模型逐条判定。点击不跳转。"),
		figure("吐槽占比", share, bad, sql.table("stat_share"),
			"吐槽类信息 ÷ 信息量；没有信息时不显示数字。点击不跳转。"),
		figure("发声人数", people, plain, sql.table("stat_authors"),
			"不同作者的人数，按来源内的匿名作者键去重；没有作者的信息每条算一人。点击不跳转。"),
		figure("来源数", pieces, plain, sql.table("stat_sources"),
			"出现过信息的来源个数。点击不跳转。"),
		figure("当前热点", pieces, hot, sql.table("stat_hotspots"),
			"所选时间终点之前最近一次检测中未平息、且超出常态的时段止于终点前 24 小时之内的热点个数。只随领域与问题筛选。点击不跳转。"),
		trend(sql),
		ranking(sql),
		domains(sql),
		channels(sql),
		hotspots(sql),
		latest(sql),
	}
}

// figure is one number of the first row.
func figure(title, unit, color string, q query, description string) *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Title(title).
		Description(description).
		Datasource(source()).
		WithTarget(q).
		Height(statHeight).Span(whole / 6).
		Unit(unit).
		NoValue("—").
		ColorScheme(fixed(color)).
		Overrides(nil).
		ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone).
		Orientation(common.VizOrientationAuto).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}))
}

func fixed(color string) *dashboard.FieldColorBuilder {
	return dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdFixed).FixedColor(color)
}

// lines is what the charts over time share.
func lines(title, description string, q query) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().
		Title(title).
		Description(description).
		Datasource(source()).
		WithTarget(q).
		Interval(finest).
		Height(chartHeight).Span(wide).
		Unit(posts).
		Min(0).
		DrawStyle(common.GraphDrawStyleLine).
		ShowPoints(common.VisibilityModeNever).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending))
}

func trend(sql statements) *timeseries.PanelBuilder {
	return lines("信息量走势",
		"每个时段发布的信息条数与其中的吐槽类条数；时段宽度随所选时间变化，最细 10 分钟，一天以上按北京时间零点对齐，没有信息的时段为 0。橙色竖线是热点开始的时刻。拖选图上一段可放大时间。",
		sql.series("trend")).
		FillOpacity(10).
		Legend(legend(common.LegendPlacementBottom)).
		OverrideByName("信息量", of(color(plain))).
		OverrideByName("吐槽类信息", of(color(bad)))
}

func domains(sql statements) *timeseries.PanelBuilder {
	return lines("领域走势",
		"每个时段各消费领域的信息条数；一条信息可属于几个领域，各线之和可大于信息量。点一条线：只看这个领域。",
		sql.series("domains_trend")).
		DisplayName("${__field.labels.domain}").
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName)).
		Overrides(nil).
		DataLinks([]cog.Builder[dashboard.DashboardLink]{
			dashboard.NewDashboardLinkBuilder("只看这个领域").Type(dashboard.DashboardLinkTypeLink).
				Url(here("${datasource:queryparam}", "${channel:queryparam}", "var-domain=${__field.labels.id}", "var-issue=$__all", "${keyword:queryparam}")),
		}).
		Legend(legend(common.LegendPlacementRight))
}

// legend lists the lines with their sums, the largest first.
func legend(where common.LegendPlacement) *common.VizLegendOptionsBuilder {
	return common.NewVizLegendOptionsBuilder().
		DisplayMode(common.LegendDisplayModeTable).
		Placement(where).
		ShowLegend(true).
		Calcs([]string{"sum"}).
		SortBy("Total").SortDesc(true)
}

func channels(sql statements) *piechart.PanelBuilder {
	return piechart.NewPanelBuilder().
		Title("渠道占比").
		Description("信息量按渠道的分布，最多 20 个渠道。点一块：只看这个渠道。").
		Datasource(source()).
		WithTarget(sql.table("channels")).
		Height(chartHeight).Span(slim).
		Unit(posts).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName)).
		Overrides(nil).
		DataLinks([]cog.Builder[dashboard.DashboardLink]{
			dashboard.NewDashboardLinkBuilder("只看这个渠道").Type(dashboard.DashboardLinkTypeLink).
				Url(here("${datasource:queryparam}", "var-channel=${__data.fields.渠道:percentencode}", "${domain:queryparam}", "${issue:queryparam}", "${keyword:queryparam}")),
		}).
		PieType(piechart.PieChartTypeDonut).
		Orientation(common.VizOrientationAuto).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeSingle).Sort(common.SortOrderNone)).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Values(true).Calcs([]string{"lastNotNull"})).
		Legend(piechart.NewPieChartLegendOptionsBuilder().
			DisplayMode(common.LegendDisplayModeTable).
			Placement(common.LegendPlacementRight).
			ShowLegend(true).
			Values([]piechart.PieChartLegendValues{piechart.PieChartLegendValuesValue, piechart.PieChartLegendValuesPercent}))
}
