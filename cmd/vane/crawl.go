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
	var base string
	cmd := &cobra.Command{
		Use:   "crawl SOURCE",
		Short: "make one pass over a source",
		Long: `Crawl makes one pass over a source of configs/sources, enabled or not, and stores
what is new. With --dry-run it prints the posts as JSON lines and stores nothing.`,
		Example: "  vane crawl sun0769\n  vane crawl sun0769 --dry-run | head -3",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := a.cfg.source(args[0])
			if err != nil {
				return err
			}
			if base != "" {
				src.Base = base
			}
			if dryRun {
				return a.crawlDry(cmd.Context(), src)
			}
			return a.crawl(cmd.Context(), src)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print posts as JSON lines, store nothing")
	cmd.Flags().StringVar(&base, "base", "", "`URL` to use instead of the source's base")
	return cmd
}

// crawlDry prints the posts of one pass and keeps nothing.
func (a *app) crawlDry(ctx context.Context, src crawler.Source) error {
	cfg, err := a.crawlerConfig()
	if err != nil {
		return err
	}
	c, err := crawler.New(cfg, nil, a.log)
	if err != nil {
		return err
	}
	defer c.Close()
	lines := json.NewEncoder(a.out)
	lines.SetEscapeHTML(false)
	report, err := c.Pass(ctx, src, crawler.PassOptions{DryRun: func(p vane.Post) error { return lines.Encode(p) }})
	a.say("%s", describe(report))
	return err
}

// crawl makes one pass, storing while it crawls.
func (a *app) crawl(ctx context.Context, src crawler.Source) (err error) {
	var opened stack
	defer opened.close(&err)
	f, err := a.openFlow(ctx, &opened)
	if err != nil {
		return err
	}
	reports, err := a.pass(ctx, f, []crawler.Source{src}, 0)
	if err != nil {
		return err
	}
	if err := f.recordPasses(ctx); err != nil {
		return err
	}
	return a.printPasses(reports)
}

// pass makes one pass over each source in turn and ingests meanwhile, until every
// post found is stored. expected is about how many posts there are, 0 if unknown.
func (a *app) pass(ctx context.Context, f *flow, sources []crawler.Source, expected int) ([]crawler.PassReport, error) {
	bar := a.bar(int64(max(expected, -1)), "采集")
	defer bar.Close() // only the drawing
	crawled := make(chan struct{})
	work, ctx := errgroup.WithContext(ctx)
	var reports []crawler.PassReport
	work.Go(func() error {
		defer close(crawled)
		before := 0
		for _, src := range sources {
			report, err := f.crawler.Pass(ctx, src, crawler.PassOptions{Progress: func(p crawler.PassProgress) {
				bar.Describe("采集 " + src.Title)
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
	return reports, work.Wait()
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
