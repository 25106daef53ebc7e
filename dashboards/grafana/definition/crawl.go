package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// crawlBoard is how each source does.
func crawlBoard(sql statements) board {
	return board{
		place:       crawlPlace(),
		title:       "采集健康",
		description: "每个来源的新鲜度、错误与采集结束的原因。上半部是此刻的状态，由各 vane run 进程每分钟上报；下半部是所选时间内的采集。",
		from:        "now-24h",
		variables:   append(sourceVariable(), choice("source", "来源", "采集的来源，按所选时间内的采集次数排序", sql["variable_crawled"])),
		panels: []cog.Builder[dashboard.Panel]{
			banner(sql, crawlPlace()),
			crawlFigures(sql),
			crawlSources(sql),
			linesOf("source", "新信息",
				"所选时间内每个来源第一次采到的信息条数，按采集开始的时刻归入时段，只画最多的 20 个来源。拖选图上一段可放大时间。",
				sql.series("crawl_fresh")).Span(half),
			linesOf("source", "错误页面",
				"所选时间内每个来源取不到或读不懂的页面数，按采集开始的时刻归入时段，只画最多的 20 个来源。拖选图上一段可放大时间。",
				sql.series("crawl_errors")).Span(half).Unit(pages),
			crawlReasons(sql), crawlDelay(sql),
			crawlPasses(sql),
		},
		annotations: []annotation{outageMarks(sql)},
	}
}

func crawlFigures(sql statements) cog.Builder[dashboard.Panel] {
	return figures("此刻", sql.table("crawl_now"),
		"来源数、其中过期的个数、北京时间今日新采到的信息、各来源最近一次采集的错误页面、还要取的页面、多次失败而放弃的页面。与所选时间无关，随来源筛选。点击不跳转。").
		OverrideByName("来源", of(unit(pieces))).
		OverrideByName("过期来源", of(unit(pieces), steps(calm, 1, bad), color(""))).
		OverrideByName("最近一次错误", of(unit(pages), steps(calm, 1, hot), color(""))).
		OverrideByRegexp("/^(待取页面|放弃页面)$/", of(unit(pages), color(calm)))
}

func crawlSources(sql statements) cog.Builder[dashboard.Panel] {
	return rows("来源",
		"每个来源此刻的状态，过期的在前：连续三次失败、疑似失配、逾期一小时以上，或其进程十分钟没有上报。与所选时间无关，随来源筛选。点来源名：只看这个来源，或看它的信息。",
		sql.table("crawl_sources")).
		OverrideByName("来源", of(links(
			link("只看这个来源", crawlPlace().to(crawlPlace(), sameTime, set{"source", cellOf("来源")})),
			link("看它的信息", crawlPlace().to(issuesPlace(), sameTime, set{"source", cellOf("来源")})),
		))).
		OverrideByName("状态", of(columnWidth(70), cell("color-text"), mapping([][3]string{{"过期", "过期", bad}, {"正常", "正常", good}}))).
		OverrideByName("距上次采集", of(unit(minutes), decimals(0))).
		OverrideByRegexp("/^(上次采集|下次采集)$/", of(unit(moment), columnWidth(170))).
		OverrideByName("结束原因", of(cell("color-text"), reasons())).
		OverrideByName("说明", of(columnWidth(260))).
		OverrideByRegexp("/^(待取页面|放弃页面)$/", of(unit(pages))).
		OverrideByName("错误", of(unit(pages), cell("color-text"), steps(calm, 1, bad), color(""))).
		OverrideByName("连续失败", of(unit(times), cell("color-text"), steps(calm, 1, hot, 3, bad), color(""))).
		OverrideByName("选择器", of(color(hot), cell("color-text"))).
		OverrideByName("今日新信息", of(unit(posts)))
}

func crawlReasons(sql statements) cog.Builder[dashboard.Panel] {
	return pie("结束原因", "所选时间内开始的采集因何结束。点击不跳转。", sql.table("crawl_reasons")).Unit(times)
}

func crawlDelay(sql statements) cog.Builder[dashboard.Panel] {
	return rows("从发布到采集",
		"每个来源的信息从发布到采到隔了多久：中位数与九成以内；只算有发布时间的，取所选时间的最后七天。首次采集一个来源时会采到旧信息，数字偏大。点击不跳转。",
		sql.table("crawl_delay")).
		Height(chartHeight).Span(wide).
		OverrideByName("信息量", of(unit(posts))).
		OverrideByRegexp("/^(中位|九成以内)$/", of(unit(minutes), decimals(0))).
		OverrideByName("最新一条", of(unit(moment), columnWidth(170)))
}

func crawlPasses(sql statements) cog.Builder[dashboard.Panel] {
	return rows("采集记录",
		"所选时间内开始的采集，新的在前，最多 200 次：何时、因何结束，读到的页面与信息，其中第一次见到的，以及出错的页面。点击不跳转。",
		sql.table("crawl_passes")).
		OverrideByRegexp("/^(开始|结束)$/", of(unit(moment), columnWidth(170))).
		OverrideByName("结束原因", of(cell("color-text"), reasons())).
		OverrideByName("页面", of(unit(pages))).
		OverrideByRegexp("/^(信息|新信息)$/", of(unit(posts))).
		OverrideByName("错误", of(unit(pages), cell("color-text"), steps(calm, 1, bad), color("")))
}
