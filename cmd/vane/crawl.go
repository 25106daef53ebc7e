package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"vane"
	"vane/crawler"
)

// storePatience is how long a one-time command waits for a store that is away: the
// embedded engine restarts within seconds, a server may need a minute.
const storePatience = 2 * time.Minute

func (a *app) crawlCommand() *cobra.Command {
	var dryRun bool
	var base, from, to, shard string
	cmd := &cobra.Command{
		Use:   "crawl SOURCE",
		Short: "make one pass over a source",
		Long: `Crawl makes one pass over a source of configs/sources, enabled or not, and stores
what is new. With --dry-run it prints the posts as JSON lines and stores nothing.

With --from and --to it fills a gap: it reads the lists back to --from, known posts or
not, and takes what was published in that time. What limits.pages leaves is done by
the next pass, or by the same command again.`,
		Example: `  vane crawl sun0769
  vane crawl sun0769 --dry-run | head -3
  vane crawl sun0769 --from 2026-03-01 --to 2026-03-15`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := a.cfg.source(args[0])
			if err != nil {
				return err
			}
			if base != "" {
				src.Base = base
			}
			var back vane.Window
			if from != "" || to != "" {
				if back, err = window(from, to, time.Now()); err != nil {
					return err
				}
			}
			if err := a.setShard(cmd, shard); err != nil {
				return err
			}
			if dryRun {
				return a.crawlDry(cmd.Context(), src, back)
			}
			return a.crawl(cmd.Context(), src, back)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print posts as JSON lines, store nothing")
	cmd.Flags().StringVar(&base, "base", "", "`URL` to use instead of the source's base")
	cmd.Flags().StringVar(&from, "from", "", "backfill: first `TIME` (default: 30 days before the end)")
	cmd.Flags().StringVar(&to, "to", "", "backfill: last day, or `TIME` before which posts count (default: now)")
	shardFlag(cmd, &shard)
	return cmd
}

// shardFlag is for commands that may be one of several processes.
func shardFlag(cmd *cobra.Command, shard *string) {
	cmd.Flags().StringVar(shard, "shard", "", "`I/N`: of N processes with a data directory each, this one takes the I-th part of the hosts (default: crawler.shard of the configuration)")
}

// setShard has the command line go before the configuration.
func (a *app) setShard(cmd *cobra.Command, shard string) error {
	if !cmd.Flags().Changed("shard") {
		return nil
	}
	a.cfg.Crawler.Shard = shard
	if err := a.cfg.Crawler.Validate(); err != nil {
		return usageError{fmt.Errorf("--%w", err)}
	}
	return nil
}

// dryPatience is how long a dry run waits for a host that fails or asks for time: a
// person is watching.
const dryPatience = 10 * time.Second

// crawlDry prints the posts of one pass and keeps nothing.
func (a *app) crawlDry(ctx context.Context, src crawler.Source, back vane.Window) error {
	cfg, err := a.crawlerConfig()
	if err != nil {
		return err
	}
	cfg.Patience = min(cfg.Patience, dryPatience)
	c, err := crawler.New(cfg, nil, a.log)
	if err != nil {
		return err
	}
	defer c.Close()
	lines := json.NewEncoder(a.out)
	lines.SetEscapeHTML(false)
	report, err := c.Pass(ctx, src, crawler.PassOptions{Window: back, DryRun: func(p vane.Post) error { return lines.Encode(p) }})
	a.say("%s", describe(report))
	return err
}

// crawl makes one pass, storing while it crawls.
func (a *app) crawl(ctx context.Context, src crawler.Source, back vane.Window) (err error) {
	var opened stack
	defer opened.close(&err)
	f, err := a.openFlow(ctx, &opened)
	if err != nil {
		return err
	}
	reports, err := a.pass(ctx, f, []crawler.Source{src}, back, 0)
	if err != nil {
		return err
	}
	if err := f.recordPasses(ctx); err != nil {
		return err
	}
	return a.printPasses(reports)
}

// pass makes one pass over each source in turn and ingests meanwhile, until every
// post found is stored. Unless back is zero it is a backfill. expected is about how many posts there are, 0 if unknown.
func (a *app) pass(ctx context.Context, f *flow, sources []crawler.Source, back vane.Window, expected int) ([]crawler.PassReport, error) {
	total := int64(expected)
	if total == 0 {
		total = -1 // a spinner: how much there is, only the site knows
	}
	bar := a.bar(total, "采集")
	defer bar.Close() // only the drawing
	crawled := make(chan struct{})
	work, ctx := errgroup.WithContext(ctx)
	var reports []crawler.PassReport
	work.Go(func() error {
		defer close(crawled)
		before := 0
		for _, src := range sources {
			report, err := f.crawler.Pass(ctx, src, crawler.PassOptions{Window: back, Progress: func(p crawler.PassProgress) {
				bar.Describe(progressOf(src, p))
				bar.Set(before + p.Posts) // only the drawing
			}})
			if err != nil {
				return fmt.Errorf("crawl %s: %w", src.Name, err)
			}
			before += report.Posts
			reports = append(reports, report)
		}
		return ctx.Err()
	})
	work.Go(func() error { return drainUntil(ctx, f.ingest(a, storePatience, nil), crawled) })
	err := work.Wait() // before the reports are read
	return reports, err
}

// progressOf is the live line of a pass.
func progressOf(src crawler.Source, p crawler.PassProgress) string {
	line := fmt.Sprintf("采集 %s：%d 页，新 %d 条，待取 %d 页", src.Title, p.Pages, p.New, p.Queued)
	if p.Errors > 0 {
		line += fmt.Sprintf("，错误 %d", p.Errors)
	}
	return line
}

// drainUntil ingests until done is closed and the outbox is empty.
func drainUntil(ctx context.Context, in vane.Ingest, done <-chan struct{}) error {
	const poll = 100 * time.Millisecond
	for {
		finished := false
		select {
		case <-done:
			finished = true
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(poll):
		}
		if err := in.Drain(ctx); err != nil {
			return err
		}
		if finished {
			return ctx.Err()
		}
	}
}

func (a *app) printPasses(reports []crawler.PassReport) error {
	if a.json {
		return a.printJSON(reports)
	}
	t := newTable(table.Row{"来源", "结果", "页", "信息", "新增", "更新", "无日期", "错误", "用时"}, 2)
	for _, r := range reports {
		t.AppendRow(table.Row{r.Source, r.Reason, r.Pages, r.Posts, r.New, r.Changed, r.Undated, r.Errors, r.Ended.Sub(r.Started).Round(10 * time.Millisecond)})
	}
	a.printTable(t)
	for _, r := range reports {
		a.printFailures(r)
	}
	return nil
}

// printFailures says which pages of a pass could not be used, and why.
func (a *app) printFailures(r crawler.PassReport) {
	if r.Detail != "" {
		fmt.Fprintf(a.out, "%s：%s\n", r.Source, oneLine(r.Detail, 200))
	}
	for _, f := range r.Failed {
		fmt.Fprintf(a.out, "  %s  %s\n", oneLine(f.URL, 100), oneLine(f.Reason, 160))
	}
}

func describe(r crawler.PassReport) string {
	return fmt.Sprintf("%s: %s, %d pages, %d posts, %d errors %s", r.Source, r.Reason, r.Pages, r.Posts, r.Errors, r.Detail)
}
