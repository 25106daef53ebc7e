package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/nlp"
)

func (a *app) evalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "measure accuracy on labelled data",
		Long: `Eval compares what vane understands with what people labelled, lists the errors, and
in the same run measures what is simpler, to compare with.`,
		Example: `  vane eval tags --gold labelled.jsonl
  vane eval sensitive --gold labelled.jsonl --json`,
	}
	cmd.AddCommand(
		a.evalSubcommand("tags", "issues of texts: JSON lines {id, text, issues}", a.evalTags),
		a.evalSubcommand("sensitive", "吐槽类信息: JSON lines {id, text, sensitive, voice}", a.evalSensitive),
	)
	strictArguments(cmd)
	return cmd
}

func (a *app) evalSubcommand(name, short string, eval func(gold string) error) *cobra.Command {
	var gold string
	cmd := &cobra.Command{
		Use: name, Short: short,
		RunE: func(*cobra.Command, []string) error {
			if gold == "" {
				return wrongUse("eval %s needs --gold with labelled data", name)
			}
			return eval(gold)
		},
	}
	cmd.Flags().StringVar(&gold, "gold", "", "labelled `FILE`")
	return cmd
}

// labelled reads a labelled file.
func labelled(file string) ([]nlp.Labelled, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open labelled data: %w", err)
	}
	defer closeRead(f)
	texts, err := nlp.ReadLabelled(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return texts, nil
}

// evaluatedTags is the answer of eval tags.
type evaluatedTags struct {
	nlp.TagScore
	Substring nlp.TagScore `json:"substring"` // the same terms without rules
}

func (a *app) evalTags(file string) error {
	gold, err := labelled(file)
	if err != nil {
		return err
	}
	tax, err := a.cfg.taxonomy()
	if err != nil {
		return err
	}
	analyzer, err := a.cfg.analyzer()
	if err != nil {
		return err
	}
	result := evaluatedTags{
		TagScore:  nlp.ScoreTags(gold, func(text string) []vane.TagMatch { return analyzer.AnalyzeText(text).Tags }),
		Substring: nlp.ScoreTags(gold, tax.SubstringTags),
	}
	result.Substring.Errors = nil // only its figures are of interest
	if a.json {
		return a.printJSON(result)
	}
	for _, e := range result.Errors {
		what := "多标 " + string(e.Tag) + "（" + e.Rule + "）"
		if e.Missed {
			what = "漏标 " + string(e.Tag)
		}
		fmt.Fprintf(a.out, "%s  %s  %s\n", e.ID, what, oneLine(e.Text, 80))
	}
	t := newTable(table.Row{"方法", "条数", "准确率", "召回率", "微平均F1", "宏平均F1"}, 1)
	for _, row := range []struct {
		name  string
		score nlp.TagScore
	}{{"规则", result.TagScore}, {"同样的词，子串匹配", result.Substring}} {
		s := row.score
		t.AppendRow(table.Row{row.name, s.N, decimals(s.Precision), decimals(s.Recall), decimals(s.MicroF1), decimals(s.MacroF1)})
	}
	a.printTable(t)
	return nil
}

func (a *app) evalSensitive(file string) error {
	gold, err := labelled(file)
	if err != nil {
		return err
	}
	analyzer, err := a.cfg.analyzer()
	if err != nil {
		return err
	}
	return a.printClasses(analyzer.ScoreSensitive(gold))
}

// printClasses writes a score, all and by category.
func (a *app) printClasses(s nlp.ClassScore) error {
	if a.json {
		return a.printJSON(s)
	}
	t := newTable(table.Row{"类别", "条数", "准确率", "宏平均F1"}, 1)
	for _, name := range slices.Sorted(maps.Keys(s.ByCategory)) {
		t.AppendRow(table.Row{name, s.ByCategory[name].N, decimals(s.ByCategory[name].Accuracy)})
	}
	t.AppendFooter(table.Row{"合计", s.N, decimals(s.Accuracy), decimals(s.MacroF1)})
	a.printTable(t)
	return nil
}

func decimals(x float64) string { return fmt.Sprintf("%.4f", x) }
