package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/nlp"
	"vane/nlp/feel"
)

func (a *app) evalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "measure accuracy on labelled data",
		Long: `Eval compares what vane understands with what people labelled, lists the errors, and
in the same run measures what is simpler, to compare with.`,
		Example: `  vane eval tags --gold labelled.jsonl
  vane eval tags --corrections
  vane eval sensitive --gold labelled.jsonl --json
  vane eval sentiment --gold reviews.csv --held-out
  vane eval hotspots --gold nab`,
	}
	cmd.AddCommand(
		a.evalLabelledCommand("tags", "issues of texts: JSON lines {id, text, issues}", a.evalTags),
		a.evalLabelledCommand("sensitive", "吐槽类信息: JSON lines {id, text, sensitive, voice}", a.evalSensitive),
		a.evalSentimentCommand(),
		a.evalHotspotsCommand(),
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

// evalLabelledCommand measures with a file's labels, or with what analysts corrected.
func (a *app) evalLabelledCommand(name, short string, eval func([]nlp.Labelled) error) *cobra.Command {
	var gold string
	var corrections bool
	cmd := &cobra.Command{
		Use: name, Short: short,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (gold == "") != corrections {
				return wrongUse("eval %s needs --gold with labelled data, or --corrections", name)
			}
			labels, err := a.goldOf(cmd.Context(), gold, corrections)
			if err != nil {
				return err
			}
			return eval(labels)
		},
	}
	cmd.Flags().StringVar(&gold, "gold", "", "labelled `FILE`")
	cmd.Flags().BoolVar(&corrections, "corrections", false, "measure with what analysts corrected on the board: posts where something was wrong, so expect less than on all")
	return cmd
}

func (a *app) evalSentimentCommand() *cobra.Command {
	var heldOut bool
	cmd := a.evalSubcommand("sentiment", "good or bad: CSV source,category,label,text", func(gold string) error {
		return a.evalSentiment(gold, heldOut)
	})
	cmd.Flags().BoolVar(&heldOut, "held-out", false, "measure on a fifth of the texts a model trained on the others: for the data that the model was made of")
	return cmd
}

// evalSentiment measures the model in use, or one trained for the purpose, beside
// the lexicon alone and, with one trained for it, naive Bayes.
func (a *app) evalSentiment(file string, heldOut bool) error {
	samples, err := readSamples(file)
	if err != nil {
		return err
	}
	var study feel.Study
	if heldOut {
		study, err = feel.HeldOut(samples, 0, 5, a.trainOptions())
	} else {
		study, err = a.evalModel(samples)
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(study)
	}
	t := newTable(table.Row{"方法", "条数", "准确率", "宏平均F1", "校准误差"}, 1)
	rows := []struct {
		name string
		r    feel.Report
	}{{"模型", study.Report}, {"朴素贝叶斯", study.NaiveBayes}, {"只用词典", study.Lexicon}}
	for _, row := range rows {
		if row.r.N > 0 {
			t.AppendRow(table.Row{row.name, row.r.N, decimals(row.r.Accuracy), decimals(row.r.MacroF1), decimals(row.r.ECE)})
		}
	}
	a.printTable(t)
	for _, name := range slices.Sorted(maps.Keys(study.BySource)) {
		fmt.Fprintf(a.out, "%s %s\n", decimals(study.BySource[name]), name)
	}
	return nil
}

// evalModel measures the model in use and the lexicon alone.
func (a *app) evalModel(samples []feel.Sample) (feel.Study, error) {
	model, err := a.cfg.model()
	if err != nil {
		return feel.Study{}, err
	}
	lexicon, err := feel.LexiconScorer()
	if err != nil {
		return feel.Study{}, err
	}
	return feel.Study{Report: feel.EvalSentiment(samples, model.Score), Lexicon: feel.EvalSentiment(samples, lexicon)}, nil
}

// evaluatedTags is the answer of eval tags.
type evaluatedTags struct {
	nlp.TagScore
	Substring nlp.TagScore `json:"substring"` // the same terms without rules
}

func (a *app) evalTags(gold []nlp.Labelled) error {
	tax, err := a.cfg.taxonomy()
	if err != nil {
		return err
	}
	analyzer, err := a.analyzer()
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

func (a *app) evalSensitive(gold []nlp.Labelled) error {
	analyzer, err := a.analyzer()
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
