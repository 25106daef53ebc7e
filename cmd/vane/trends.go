package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
)

func (a *app) trendsCommand() *cobra.Command {
	var flags trendFlags
	cmd := &cobra.Command{
		Use:   "trends",
		Short: "count posts over time",
		Long: `Trends counts the distinct posts of an issue (--tag ticketing.pillar_seat), of a
domain (--tag ticketing) or of everything, per hour or per day of Beijing time. A
date as --to belongs to the window, a time does not. Buckets without posts are
counted as 0. A source that starts or fails changes counts without anybody saying more
or less: --share and --steady are for that.`,
		Example: `  vane trends --tag telecom.speed_cap --from 2026-03-01 --to 2026-03-15
  vane trends --by channel --step day --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, err := flags.query()
			if err != nil {
				return err
			}
			return a.trends(cmd.Context(), q)
		},
	}
	flags.register(cmd)
	return cmd
}

// trendFlags say what is counted.
type trendFlags struct {
	tag, from, to, step, by, per string
	share, steady                bool
}

func (fl *trendFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&fl.tag, "tag", "", "issue or domain (default: every post)")
	f.StringVar(&fl.from, "from", "", "first `TIME` (default: 30 days before the end)")
	f.StringVar(&fl.to, "to", "", "last day, or `TIME` before which posts count (default: now)")
	f.StringVar(&fl.step, "step", string(vane.Daily), "10m, hour or day")
	f.StringVar(&fl.by, "by", "", "split by tag, domain, nature, brand, channel, region, voice, source or sensitive")
	f.StringVar(&fl.per, "per", "", "all of that for each tag or domain")
	f.BoolVar(&fl.share, "share", false, "as a share of what was collected: of the same source, channel, region or voice if split by that, else of all")
	f.BoolVar(&fl.steady, "steady", false, "only sources that have posts on every day of the window")
}

func (fl trendFlags) query() (vane.TrendQuery, error) {
	q := vane.TrendQuery{
		Tag: vane.Tag(fl.tag), Step: vane.Step(fl.step), By: vane.Dimension(fl.by),
		Per: vane.Dimension(fl.per), Collected: fl.share, Steady: fl.steady,
	}
	if !slices.Contains(vane.Steps(), q.Step) {
		return q, wrongUse("--step %q: use 10m, hour or day", fl.step)
	}
	if fl.by != "" && !slices.Contains(vane.Dimensions(), q.By) {
		return q, wrongUse("--by %q: use one of %q", fl.by, vane.Dimensions())
	}
	if fl.per != "" && q.Per != vane.ByTag && q.Per != vane.ByDomain {
		return q, wrongUse("--per %q: use tag or domain", fl.per)
	}
	var err error
	q.Window, err = window(fl.from, fl.to, time.Now())
	return q, err
}

func (a *app) trends(ctx context.Context, q vane.TrendQuery) (err error) {
	if q.Tag != "" {
		if err := a.warnOfTags([]vane.Tag{q.Tag}); err != nil {
			return err
		}
	}
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	series, err := store.Trend(ctx, q)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(series)
	}
	names, err := a.cfg.valueNames()
	if err != nil {
		return err
	}
	a.printTrend(q, series, names)
	return nil
}

// printTrend writes a row per bucket: the measures of one series, or the posts of
// several side by side.
func (a *app) printTrend(q vane.TrendQuery, series []vane.Series, names valueNames) {
	if len(series) == 0 {
		fmt.Fprintln(a.out, "这段时间没有信息。")
		return
	}
	layout := time.DateOnly
	if q.Step != vane.Daily {
		layout = "2006-01-02 15:04"
	}
	var t table.Writer
	if q.By == vane.ByNothing && q.Per == vane.ByNothing && !q.Collected {
		t = measures(series[0], layout)
	} else {
		t = sideBySide(q, series, layout, names)
	}
	a.printTable(t)
}

func measures(s vane.Series, layout string) table.Writer {
	t := newTable(table.Row{"时间", "信息量", "吐槽类", "人数", "文本数", "情感", "互动"}, 1)
	var sensitive uint64
	for _, p := range s.Points {
		t.AppendRow(table.Row{
			p.At.In(vane.Beijing()).Format(layout), p.Posts, p.Sensitive, p.Authors, p.Texts,
			fmt.Sprintf("%.2f", p.Sentiment), fmt.Sprintf("%.1f", p.Engagement),
		})
		sensitive += p.Sensitive
	}
	t.AppendFooter(table.Row{"合计", s.Total(), sensitive})
	return t
}

// sideBySide shows the posts of several lines, or their shares of what was collected.
func sideBySide(q vane.TrendQuery, series []vane.Series, layout string, names valueNames) table.Writer {
	header, footer := table.Row{"时间"}, table.Row{"合计"}
	for _, s := range series {
		header, footer = append(header, lineName(q, s, names)), append(footer, s.Total())
	}
	t := newTable(header, 1)
	for i, p := range series[0].Points {
		row := table.Row{p.At.In(vane.Beijing()).Format(layout)}
		for _, s := range series {
			if q.Collected {
				row = append(row, fmt.Sprintf("%.2f%%", 100*s.Points[i].Share()))
			} else {
				row = append(row, s.Points[i].Posts)
			}
		}
		t.AppendRow(row)
	}
	t.AppendFooter(footer)
	return t
}

// lineName heads the column of one line: the tag it is of, and what it was split by.
func lineName(q vane.TrendQuery, s vane.Series, names valueNames) string {
	var parts []string
	if q.Per != vane.ByNothing {
		parts = append(parts, names.of(q.Per, string(s.Tag)))
	}
	if q.By != vane.ByNothing {
		parts = append(parts, names.of(q.By, s.Key))
	}
	return cmp.Or(strings.Join(parts, " "), "占比")
}
