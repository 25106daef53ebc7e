package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "check configuration, sources and taxonomy",
		Long: `Check reads the configuration, every source, the whole taxonomy and the alerts' rules,
reads the saved pages of every source, runs every example and counter-example of the
taxonomy, and says what was loaded and what is wrong. Nothing is crawled or stored.`,
		Example: "  vane check\n  vane check --config configs/vane.yaml",
		RunE:    func(*cobra.Command, []string) error { return a.check() },
	}
}

// checked is the answer of check.
type checked struct {
	Sources  int      `json:"sources"`
	Enabled  int      `json:"enabled"`
	Issues   int      `json:"issues"`
	Examples int      `json:"examples"` // and counter-examples
	Fixtures int      `json:"fixtures"` // sources whose saved pages were read
	Rules    int      `json:"alert_rules"`
	Failures []string `json:"failures"`
}

func (a *app) check() error {
	result := checked{Failures: []string{}}
	sources, err := a.cfg.sources()
	result.Sources = len(sources)
	for _, s := range sources {
		if s.Enabled {
			result.Enabled++
		}
	}
	tax, taxonomyErr := a.cfg.taxonomy()
	_, calendarErr := a.cfg.detection()
	alerts, alertsErr := a.cfg.alerts()
	result.Rules = len(alerts.Rules)
	if err := errors.Join(err, taxonomyErr, calendarErr, alertsErr); err != nil {
		return err
	}
	for _, file := range tax {
		result.Issues += len(file.Issues)
		for _, issue := range file.Issues {
			result.Examples += len(issue.Examples) + len(issue.Counter)
		}
	}
	if err := a.checkFixtures(sources, &result); err != nil {
		return err
	}
	analyzer, err := a.newAnalyzer(tax)
	if err != nil {
		return err
	}
	for _, f := range analyzer.Check() {
		result.Failures = append(result.Failures, f.String())
	}
	return a.printChecked(result)
}

func (a *app) printChecked(result checked) error {
	if a.json {
		if err := a.printJSON(result); err != nil {
			return err
		}
	} else {
		for _, f := range result.Failures {
			fmt.Fprintln(a.out, f)
		}
		fmt.Fprintf(a.out, "来源 %d 个（启用 %d，附保存页面 %d）· 问题类别 %d 个 · 正反例 %d 条，不符 %d 条 · 报警规则 %d 条\n",
			result.Sources, result.Enabled, result.Fixtures, result.Issues, result.Examples, len(result.Failures), result.Rules)
	}
	if len(result.Failures) > 0 {
		return fmt.Errorf("%d examples of the taxonomy and records of saved pages do not hold", len(result.Failures))
	}
	return nil
}
