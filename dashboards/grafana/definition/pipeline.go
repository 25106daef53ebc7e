package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// pipelineBoard is how posts get from the crawl into ClickHouse.
func pipelineBoard(sql statements) board {
	return board{
		place:       pipelinePlace(),
		title:       "入库流水线",
		description: "信息从采到到入库：发件箱里等着多少、等了多久、每分钟入库多少。各 vane run 进程每分钟上报一次。",
		from:        "now-6h",
		variables:   append(sourceVariable(), choice("process", "进程", "上报过的 vane run 进程：主机、数据目录与看板地址", sql["variable_process"])),
		panels: []cog.Builder[dashboard.Panel]{
			banner(sql, pipelinePlace()),
			pipelineFigures(sql),
			linesOf("process", "发件箱", "每个进程的发件箱里等待入库的信息条数，取时段内最多的一次。ClickHouse 不可用时会上涨，到容量后采集暂停。拖选图上一段可放大时间。",
				sql.series("pipeline_waiting")).Span(half).Interval("1m").Legend(peaks()),
			linesOf("process", "最久等待", "发件箱里最早采到的那条信息已等了多久，取时段内最久的一次。平时在一分钟以内。拖选图上一段可放大时间。",
				sql.series("pipeline_lag")).Span(half).Interval("1m").Unit(minutes).Legend(peaks()),
			linesOf("process", "入库速度", "每个进程平均每分钟写入 ClickHouse 的信息条数，重复采集的也算。拖选图上一段可放大时间。",
				sql.series("pipeline_stored")).Span(wide).Interval("1m").Unit(rate).Legend(peaks()),
			pipelineCounts(sql),
			pipelineProcesses(sql),
		},
		annotations: []annotation{outageMarks(sql)},
	}
}

func pipelineFigures(sql statements) cog.Builder[dashboard.Panel] {
	return figures("所选时间终点", sql.table("pipeline_now"),
		"各进程最近一次上报之和：进程数、待入库、发件箱占用（最满的一个）、最久等待、近一小时入库，以及距最近一次上报。随进程筛选。点击不跳转。").
		OverrideByName("进程", of(unit(pieces))).
		OverrideByName("发件箱占用", of(unit(share), decimals(1), steps(good, 0.5, hot, 0.9, bad), color(""))).
		OverrideByName("最久等待", of(unit(minutes), decimals(1), steps(good, 10, hot, 60, bad), color(""))).
		OverrideByName("距上次上报", of(unit(minutes), decimals(1), steps(good, 5, hot, 15, bad), color("")))
}

func pipelineCounts(sql statements) cog.Builder[dashboard.Panel] {
	return figure("预先计数", hours, plain, sql.table("pipeline_counts"),
		"所选时间内有信息的小时中，已预先计数与有变动、待重新计数的个数。待计数的小时由信息现算，数字一样准，只是慢些。点击不跳转。").
		Height(chartHeight).Span(slim).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/")).
		OverrideByName("待计数", of(color(hot)))
}

func pipelineProcesses(sql statements) cog.Builder[dashboard.Panel] {
	return rows("进程",
		"所选时间内上报过的进程，及其最近一次上报的数字；入库是所选时间内的条数。点进程名：只看这个进程。",
		sql.table("pipeline_processes")).
		Height(chartHeight).
		OverrideByName("进程", of(links(link("只看这个进程", pipelinePlace().to(pipelinePlace(), sameTime, set{"process", cellOf("进程")}))))).
		OverrideByName("上次上报", of(unit(moment), columnWidth(170))).
		OverrideByRegexp("/^(待入库|发件箱容量|入库)$/", of(unit(posts))).
		OverrideByName("最久等待", of(unit(minutes), decimals(1)))
}
