package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// issuesBoard takes an issue apart by brand, region and channel.
func issuesBoard(sql statements) board {
	here := issuesPlace()
	return board{
		place:       here,
		title:       "问题透视",
		description: "把所选信息按问题、品牌、地区、渠道拆开，直到原文。点排行里的名字逐层收窄，上方的筛选可随时放宽。",
		from:        "now-7d",
		variables:   append(append(sourceVariable(), splitVariable()), filterVariables(sql)...),
		panels: []cog.Builder[dashboard.Panel]{
			banner(sql, here),
			wider(postCount(sql)), wider(negativeCount(sql)), wider(negativeShare(sql)), wider(voices(sql)),
			explored(sql), issueRanking(sql, here),
			shareRanking("品牌", "brand", "brands", "品牌由正文识别", sql),
			shareRanking("地区", "region", "regions", "地区由来源或正文给出，没有地区的不列", sql),
			shareRanking("渠道", "channel", "channels_share", "渠道由来源给出", sql),
			matrix("问题 × 渠道", "问题", "渠道", "matrix_issue_channel", sql),
			matrix("品牌 × 地区", "品牌", "地区", "matrix_brand_region", sql),
			foundPosts(sql),
		},
		annotations: []annotation{alertMarks(sql)},
	}
}

// wider is a panel of a row of four.
func wider(p cog.Builder[dashboard.Panel]) cog.Builder[dashboard.Panel] { return resized{p, whole / 4} }

// resized is a panel of another width.
type resized struct {
	cog.Builder[dashboard.Panel]
	width uint32
}

// Build builds the panel.
func (r resized) Build() (dashboard.Panel, error) {
	p, err := r.Builder.Build()
	if err == nil {
		p.GridPos.W = r.width
	}
	return p, err
}

func explored(sql statements) cog.Builder[dashboard.Panel] {
	return linesOf("key", "走势，按“拆分”",
		"所选信息按上方“拆分”所选的维度分成的线，只画条数最多的 10 条；一条信息可有几个问题、领域、品牌或投诉性质，各计一次。拖选图上一段可放大时间。",
		sql.series("explore"))
}

// shareRanking lists the values of a dimension, each of which narrows the board to it.
func shareRanking(column, variable, name, note string, sql statements) cog.Builder[dashboard.Panel] {
	here := issuesPlace()
	return rows(column+"排行",
		"信息量最多的 20 个"+column+"及其中吐槽类的占比；"+note+"。点名字：只看这个"+column+"，时间与其他筛选不变。",
		sql.table(name)).
		Height(chartHeight).Span(third).
		OverrideByName(column, of(links(link("只看这个"+column, here.to(here, sameTime, set{variable, cellOf(column)}))))).
		OverrideByName("信息量", of(bar()...)).
		OverrideByName("吐槽占比", of(unit(share), decimals(0), columnWidth(90)))
}

// matrix is a table of one dimension against another.
func matrix(title, row, column, name string, sql statements) cog.Builder[dashboard.Panel] {
	return cells(rows(title,
		"所选信息里"+row+"与"+column+"同时出现的条数，取最多的 20 行、10 列；一条信息可计入几格。颜色越深越多。点击不跳转。",
		sql.table(name))).
		Span(half).
		WithTransformation(dashboard.DataTransformerConfig{Id: "groupingToMatrix", Options: map[string]any{
			"rowField": row, "columnField": column, "valueField": "信息量", "emptyValue": "zero",
		}}).
		OverrideByName(row+`\`+column, of(property{Id: "custom.cellOptions", Value: map[string]any{"type": "auto"}}, columnWidth(140)))
}

// cells colours every cell by its number.
func cells(t *table.PanelBuilder) *table.PanelBuilder {
	return t.Unit(posts).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdContinuousBlues)).
		OverrideByFieldType("number", of(cell("color-background", "mode", "basic"), least(0)))
}

func foundPosts(sql statements) cog.Builder[dashboard.Panel] {
	return rows("信息",
		"所选信息按发布时间倒序，最多 200 条；摘要是正文的前 120 字，情感从 -1（负面）到 1（正面）。点标题：在新标签页打开原文。",
		sql.table("posts")).
		OverrideByName("时间", of(unit(moment), columnWidth(170))).
		OverrideByRegexp("/^(渠道|地区)$/", of(columnWidth(80))).
		OverrideByName("标题", of(columnWidth(300), original())).
		OverrideByRegexp("/^(问题|品牌)$/", of(columnWidth(150))).
		OverrideByName("性质", of(columnWidth(60), color(bad), cell("color-text"))).
		OverrideByName("情感", of(unit(degrees), decimals(2), columnWidth(70))).
		OverrideByName("来源", of(columnWidth(140))).
		OverrideByName("url", of(hidden()))
}
