package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vane/dashboards/ask"
	"vane/dashboards/report"
	"vane/nlp"
)

// reportFlags are what a report is asked for with.
type reportFlags struct {
	kind, title, from, to, compare, formats, out string
}

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report",
		Short: "write the analysts' report",
		Long: `Report writes a period's report from stored posts: numbers, Chinese prose, charts,
case candidates, coverage, and an appendix that says where every number is from.
A comparison counts only the sources that were collected in both periods.

  --kind analysis     消费维权舆情分析报告
  --kind top10        十大消费维权舆情热点
  --kind complaints   投诉情况分析`,
		Example: `  vane report --from 2026-02-15 --to 2026-02-23 --title 2026年春节消费维权舆情分析报告 --format docx,html,md
  vane report --kind complaints --from 2026-01-01 --to 2026-03-31 --compare year
  vane report explain domain.ticketing.share --from 2026-02-15 --to 2026-02-23`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.report(cmd.Context(), f) },
	}
	explain := &cobra.Command{
		Use:   "explain FIGURE",
		Short: "count a number of a report again, and show how",
		Long: `Explain takes the id of a number (附录二 of the report lists them) and the report's
period, counts it again, and prints the SQL with its values.`,
		Example: `  vane report explain total --from 2026-02-15 --to 2026-02-23
  vane report explain same.share.change --from 2026-02-15 --to 2026-02-23 --compare year`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.explainFigure(cmd.Context(), f, args[0]) },
	}
	for _, c := range []*cobra.Command{cmd, explain} {
		flags := c.Flags()
		flags.StringVar(&f.kind, "kind", string(report.Analysis), "analysis, top10 or complaints")
		flags.StringVar(&f.from, "from", "", "first `DAY` of the period")
		flags.StringVar(&f.to, "to", "", "last `DAY` of the period")
		flags.StringVar(&f.compare, "compare", "none", "compare with: none, previous (as many days before) or year (the same days a year before)")
	}
	cmd.Flags().StringVar(&f.title, "title", "", "title (default: the period and the kind)")
	cmd.Flags().StringVar(&f.formats, "format", "html", "html, md, docx, several with commas")
	cmd.Flags().StringVar(&f.out, "out", ".", "`DIR` for the files")
	cmd.AddCommand(explain)
	return cmd
}

// request turns the flags into what is asked for.
func (f reportFlags) request(cfg Config) (report.Request, error) {
	names, err := cfg.issueNames()
	if err != nil {
		return report.Request{}, err
	}
	desk := ask.Desk{Names: names, Natures: nlp.NatureNames(), Now: time.Now}
	r, err := desk.ReportRequest(ask.ReportQuestion{Kind: f.kind, Title: f.title, From: f.from, To: f.to, Compare: f.compare})
	if err != nil {
		return r, usageError{err}
	}
	return r, nil
}

func (a *app) report(ctx context.Context, f reportFlags) error {
	request, err := f.request(a.cfg)
	if err != nil {
		return err
	}
	letters, err := report.NewLetters(a.cfg.Report.Font)
	if err != nil {
		return err
	}
	writers, err := reportWriters(f.formats, letters)
	if err != nil {
		return err
	}
	document, err := a.writeReport(ctx, request)
	if err != nil {
		return err
	}
	var files []string
	for _, format := range writers {
		file := filepath.Join(f.out, fileName(document.Title)+"."+format.name)
		if err := writePassedOn(file, shared, func(w io.Writer) error { return format.write(w, document) }); err != nil {
			return err
		}
		files = append(files, file)
	}
	if a.json {
		return a.printJSON(map[string]any{"title": document.Title, "period": document.Period, "files": files, "figures": document.Figures})
	}
	for _, file := range files {
		fmt.Fprintln(a.out, file)
	}
	return nil
}

func (a *app) writeReport(ctx context.Context, r report.Request) (d report.Document, err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return d, err
	}
	return report.Write(ctx, a.shown(store), r)
}

// reportFormat is a kind of file.
type reportFormat struct {
	name  string
	write func(io.Writer, report.Document) error
}

func reportWriters(formats string, letters report.Letters) ([]reportFormat, error) {
	known := []reportFormat{{"html", letters.HTML}, {"md", report.Markdown}, {"docx", letters.Word}}
	var chosen []reportFormat
	for _, name := range strings.Split(formats, ",") {
		i := slices.IndexFunc(known, func(k reportFormat) bool { return k.name == strings.TrimSpace(name) })
		if i < 0 {
			return nil, wrongUse("--format %q: use html, md or docx, several with commas", name)
		}
		chosen = append(chosen, known[i])
	}
	return chosen, nil
}

// fileName is a title as a file's name: nothing in it leads to another folder.
func fileName(title string) string {
	const most = 80 // characters: file systems allow 255 bytes
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.TrimLeft(title, ". "))
	return cmp.Or(string([]rune(clean)[:min(most, len([]rune(clean)))]), "report")
}
