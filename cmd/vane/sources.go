package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane/crawler"
)

func (a *app) sourcesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "how every source does; test one, or begin a new one",
		Long: `Sources lists every source of configs/sources, and how its last pass went, when
the next is due, and how many new posts it gave today. It may be asked beside a
running vane.`,
		Example: "  vane sources\n  vane sources test sun0769 --page list.html\n  vane sources new https://www.example.org/complaints/ > configs/sources/example_org.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listSources(cmd.Context()) },
	}
	cmd.AddCommand(a.sourcesTestCommand(), a.sourcesNewCommand())
	return cmd
}

// sourceRow is a source and how it does.
type sourceRow struct {
	Name    string                `json:"name"`
	Title   string                `json:"title"`
	Kind    crawler.Kind          `json:"kind"`
	Enabled bool                  `json:"enabled"`
	Health  *crawler.SourceHealth `json:"health,omitempty"` // none: no pass was made yet
}

func (a *app) listSources(ctx context.Context) error {
	sources, err := a.cfg.sources()
	if err != nil {
		return err
	}
	health, err := a.sourceHealth(ctx)
	if err != nil {
		return err
	}
	rows := []sourceRow{}
	for _, src := range sources {
		row := sourceRow{Name: src.Name, Title: src.Title, Kind: src.Kind, Enabled: src.Enabled}
		if h, ok := health[src.Name]; ok {
			row.Health = &h
		}
		rows = append(rows, row)
	}
	if a.json {
		return a.printJSON(rows)
	}
	a.printSources(rows)
	return nil
}

// sourceHealth reads how the sources do, by name, also beside a running vane. Without
// a data directory nothing was crawled yet, and none is made.
func (a *app) sourceHealth(ctx context.Context) (byName map[string]crawler.SourceHealth, err error) {
	byName = map[string]crawler.SourceHealth{}
	if _, err := os.Stat(a.stateFile()); errors.Is(err, fs.ErrNotExist) {
		return byName, nil
	}
	state, err := crawler.ReadState(ctx, a.stateFile())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	state.Limit(a.cfg.Crawler)
	list, err := state.Health(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range list {
		byName[h.Source] = h
	}
	return byName, nil
}

func (a *app) printSources(rows []sourceRow) {
	t := newTable(table.Row{"来源", "名称", "启用", "上次", "结果", "下次", "今日新增", "错误"}, 6)
	var troubles []string
	for _, r := range rows {
		enabled := "否"
		if r.Enabled {
			enabled = "是"
		}
		if r.Health == nil {
			t.AppendRow(table.Row{r.Name, r.Title, enabled, "-", "-", "-", "-", "-"})
			continue
		}
		h := r.Health
		t.AppendRow(table.Row{r.Name, r.Title, enabled, clockOrNone(h.Started), orNone(string(h.Reason)), clockOrNone(h.Next), h.Today, h.Errors})
		troubles = append(troubles, troubleOf(*h)...)
	}
	a.printTable(t)
	for _, trouble := range troubles {
		fmt.Fprintln(a.out, trouble)
	}
}

// troubleOf says what a person should look at.
func troubleOf(h crawler.SourceHealth) (lines []string) {
	if h.Paused != "" {
		lines = append(lines, fmt.Sprintf("%s：暂停采集，%s", h.Source, h.Paused))
	}
	if h.Detail != "" {
		lines = append(lines, fmt.Sprintf("%s：%s", h.Source, oneLine(h.Detail, 200)))
	}
	if h.Flagged {
		lines = append(lines, fmt.Sprintf("%s：选择器可能不再适用（连续 %d 次一无所获，没有取到的字段 %v）", h.Source, h.Empty, h.Unmatched))
	}
	if h.Buried > 0 {
		lines = append(lines, fmt.Sprintf("%s：%d 个页面已放弃，修改来源后会再试", h.Source, h.Buried))
	}
	return lines
}

func clockOrNone(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return clock(t)
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// fixture is the saved pages of a source, and what they should give.
func (c Config) fixture(source string) (f crawler.Fixture, ok bool, err error) {
	dir, err := fs.Sub(c.files, "sources/fixtures/"+source)
	if err != nil {
		return f, false, fmt.Errorf("fixture of %s: %w", source, err)
	}
	f, err = crawler.ReadFixture(dir)
	if errors.Is(err, fs.ErrNotExist) && len(f.Pages) == 0 {
		return f, false, nil
	}
	if err != nil {
		return f, true, fmt.Errorf("fixture of %s: %w", source, err)
	}
	return f, true, nil
}

// checkFixtures reads the saved pages of every source that has some.
func (a *app) checkFixtures(sources []crawler.Source, result *checked) error {
	for _, src := range sources {
		f, ok, err := a.cfg.fixture(src.Name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		differences, err := crawler.CheckFixture(src, f)
		if err != nil {
			return err
		}
		result.Fixtures++
		result.Failures = append(result.Failures, differences...)
	}
	return nil
}

// printRecords writes records as JSON lines, in the form of a fixture.
func (a *app) printRecords(records []crawler.Record) error {
	lines := json.NewEncoder(a.out)
	lines.SetEscapeHTML(false)
	for _, r := range records {
		if err := lines.Encode(r); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
	}
	return nil
}
