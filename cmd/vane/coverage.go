package main

import (
	"context"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
)

func (a *app) coverageCommand() *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "coverage",
		Short: "what was collected from each source, and when it was out",
		Long: `Coverage tells for each source how many posts of the window were collected, how many
passes were made, and for how many hours the source was out: its last pass had failed,
and none went well yet. With --json it tells it hour by hour.`,
		Example: "  vane coverage\n  vane coverage --from 2026-03-01 --to 2026-03-07 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := window(from, to, time.Now())
			if err != nil {
				return err
			}
			return a.coverage(cmd.Context(), w)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "first `TIME` (default: 30 days before the end)")
	cmd.Flags().StringVar(&to, "to", "", "last day, or `TIME` before which posts count (default: now)")
	return cmd
}

func (a *app) coverage(ctx context.Context, w vane.Window) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	coverage, err := store.Coverage(ctx, w)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(coverage)
	}
	t := newTable(table.Row{"来源", "信息量", "有信息小时", "采集次数", "中断小时"}, 1)
	for _, c := range coverage {
		var posts uint64
		var filled, passes, out int
		for _, h := range c.Hours {
			posts, passes = posts+h.Posts, passes+h.Passes
			if h.Posts > 0 {
				filled++
			}
			if h.Out {
				out++
			}
		}
		t.AppendRow(table.Row{oneLine(c.Source, 40), posts, filled, passes, out})
	}
	a.printTable(t)
	return nil
}
