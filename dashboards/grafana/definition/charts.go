package definition

import (
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
	good  = "#37872D"
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
	times   = "suffix:次"
	minutes = "suffix:分钟"
	hours   = "suffix:小时"
	rate    = "suffix:条/分钟"
	degrees = "locale" // a number as it is, its thousands separated
	share   = "percentunit"
	moment  = "time:YYYY-MM-DD HH:mm:ss"
)

// Sizes on the grid, which is 24 wide.
const (
	whole = 24
	half  = 12
	third = 8
	wide  = 15
	slim  = whole - wide

	bannerHeight = 3
	statHeight   = 4
	chartHeight  = 9
	tableHeight  = 11
)

// finest is the smallest bucket of a chart: passes over a source are minutes apart.
const finest = "10m"

// banner says in one line, over everything else, whether the numbers are up to date.
// The words with which it begins when they are choose its colour.
func banner(sql statements, from place) *stat.PanelBuilder {
	return figure("采集状态", "string", bad, sql.table("banner"),
		"所有来源此刻是否都按时采到了新信息，与所选时间和筛选无关。某个来源连续三次采集失败、疑似失配或逾期一小时以上为过期；十分钟没有上报的进程，其来源全部算过期。点击：看采集健康。").
		Height(bannerHeight).Span(whole).
		OverrideByName("采集状态", of(property{Id: "mappings", Value: []map[string]any{
			{"type": "regex", "options": map[string]any{"pattern": "^采集正常.*", "result": map[string]any{"color": good, "index": 0}}},
			{"type": "regex", "options": map[string]any{"pattern": ".*", "result": map[string]any{"color": bad, "index": 1}}},
		}})).
		DataLinks(chartLink("看采集健康", from.to(crawlPlace(), sameTime))).
		ColorMode(common.BigValueColorModeBackground).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/"))
}

// figure is one number of a row of six.
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

// figures are several numbers, and words, of one query beside each other.
func figures(title string, q query, description string) *stat.PanelBuilder {
	return figure(title, posts, plain, q, description).
		Span(whole).
		Orientation(common.VizOrientationVertical).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/"))
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

// linesOf is a chart with a line for every value of a column.
func linesOf(column, title, description string, q query) *timeseries.PanelBuilder {
	return lines(title, description, q).
		DisplayName("${__field.labels." + column + "}").
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName)).
		Overrides(nil).
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

// peaks lists the lines, under the chart, with their largest values, where sums mean nothing.
func peaks() *common.VizLegendOptionsBuilder {
	return legend(common.LegendPlacementBottom).Calcs([]string{"max", "lastNotNull"}).SortBy("Max")
}

// pie shows the parts of a whole.
func pie(title, description string, q query) *piechart.PanelBuilder {
	return piechart.NewPanelBuilder().
		Title(title).
		Description(description).
		Datasource(source()).
		WithTarget(q).
		Height(chartHeight).Span(slim).
		Unit(posts).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName)).
		Overrides(nil).
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
