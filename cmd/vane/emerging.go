package main

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/dashboards/access"
	"vane/hotspot"
	"vane/nlp"
	"vane/storage"
)

const (
	// wordsBefore are the days before the window that it is compared with: four of each
	// weekday.
	wordsBefore = 28 * 24 * time.Hour
	// wordsListed is what a person looks through.
	wordsListed = 30
	// longestAccepted is the most characters of an accepted word.
	longestAccepted = 20
)

func (a *app) wordsCommand() *cobra.Command {
	var emerging bool
	var from, to string
	var limit int
	cmd := &cobra.Command{
		Use:   "words",
		Short: "emerging words, and what was decided about them",
		Long: `Words --emerging proposes words that are written much more often in the window than
in the four weeks before it: new ones, which neither the dictionary nor the taxonomy
has, and known ones in burst, each with the issue that its posts carry most beyond
chance. Accept gives one to an issue, reject keeps it from being proposed again.
Without --emerging, the decisions so far are listed.`,
		Example: `  vane words --emerging --from 2026-03-01 --to 2026-03-15
  vane words accept 墙根票 --issue ticketing.wall_seat --config configs/vane.yaml
  vane words reject 加群领券
  vane words --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !emerging {
				return a.listVerdicts(cmd.Context())
			}
			w, err := wordsWindow(from, to, time.Now())
			if err != nil {
				return err
			}
			if limit < 1 {
				return wrongUse("--limit %d: list at least one word", limit)
			}
			return a.emergingWords(cmd.Context(), w, limit)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&emerging, "emerging", false, "propose words")
	f.StringVar(&from, "from", "", "first `TIME` (default: 7 days before the end)")
	f.StringVar(&to, "to", "", "last day, or `TIME` of the end (default: now)")
	f.IntVar(&limit, "limit", wordsListed, "most words to list")
	cmd.AddCommand(a.wordsAcceptCommand(), a.wordsRejectCommand())
	return cmd
}

// wordsWindow is the window of --from and --to, a week long unless they say otherwise.
func wordsWindow(from, to string, now time.Time) (vane.Window, error) {
	const usual = 7 * 24 * time.Hour
	w, err := window(from, to, now)
	if err == nil && from == "" {
		w.From = vane.Daily.Floor(w.To.Add(-usual))
	}
	return w, err
}

func (a *app) emergingWords(ctx context.Context, w vane.Window, limit int) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	analyzer, err := a.analyzer()
	if err != nil {
		return err
	}
	words, err := findWords(ctx, store, analyzer, a.cfg.Words, w, limit)
	if err != nil {
		return err
	}
	return a.printWords(words)
}

// findWords finds the emerging words of a window.
func findWords(ctx context.Context, store *storage.Store, analyzer *nlp.Analyzer, cfg hotspot.WordConfig, w vane.Window, limit int) ([]vane.EmergingWord, error) {
	verdicts, err := store.WordVerdicts(ctx)
	if err != nil {
		return nil, err
	}
	words := hotspot.NewWords(cfg, analyzer.Knows, notProposed(analyzer, verdicts))
	before := vane.Window{From: w.From.Add(-wordsBefore), To: w.From}
	for _, pass := range []struct {
		window vane.Window
		take   func(*vane.Mention, string)
	}{
		{before, words.Before},
		{w, words.Count},
		{w, words.Examine},
		{before, words.Compare},
	} {
		copies := nlp.NewReprints(nlp.DefaultReprints)
		err := store.Each(ctx, "", pass.window, func(m vane.Mention) error {
			if copies.Add(m.ID, m.Sketch) == m.ID {
				pass.take(&m, nlp.Fold(m.Body()).Text)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read posts to find words in: %w", err)
		}
	}
	return words.Emerging(limit), nil
}

// notProposed tells which words are not: those decided about, the taxonomy's own, and
// what holds one of them, such as 买到柱子票, and so has its issue.
func notProposed(analyzer *nlp.Analyzer, verdicts []vane.WordVerdict) func(string) bool {
	skip := analyzer.Terms()
	for _, v := range verdicts {
		skip[v.Word] = true
	}
	return func(word string) bool { return skip[word] || len(analyzer.AnalyzeText(word).Tags) > 0 }
}

func (a *app) printWords(words []vane.EmergingWord) error {
	if a.json {
		return a.printJSON(words)
	}
	if len(words) == 0 {
		fmt.Fprintln(a.out, "没有突然增多的词。")
		return nil
	}
	t := newTable(table.Row{"词", "类型", "最常见于", "例", "信息量", "此前", "人数", "显著度"}, 4)
	for _, w := range words {
		kind := "新词"
		if w.Known {
			kind = "突增"
		}
		issue := "–"
		if w.Issue != "" {
			issue = fmt.Sprintf("%s %.0f%%", w.Issue, 100*w.Share)
		}
		t.AppendRow(table.Row{w.Word, kind, issue, sampleOf(w), w.Posts, w.Before, w.Authors, fmt.Sprintf("%.1f", w.Score)})
	}
	a.printTable(t)
	return nil
}

// sampleOf is what one post says around the word.
func sampleOf(w vane.EmergingWord) string {
	const around = 24
	if len(w.Samples) == 0 {
		return ""
	}
	text := w.Samples[0].Title + " " + w.Samples[0].Text
	if i := strings.Index(text, w.Word); i > 0 {
		before := []rune(text[:i])
		text = string(before[max(0, len(before)-around/3):]) + text[i:]
	}
	return oneLine(text, around)
}

func (a *app) listVerdicts(ctx context.Context) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	verdicts, err := store.WordVerdicts(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(verdicts)
	}
	if len(verdicts) == 0 {
		fmt.Fprintln(a.out, "还没有处理过的词。")
		return nil
	}
	t := newTable(table.Row{"词", "处理", "问题", "时间"}, 4)
	for _, v := range verdicts {
		decision := "不采用"
		if v.Accepted {
			decision = "采用"
		}
		t.AppendRow(table.Row{v.Word, decision, v.Issue, clock(v.At)})
	}
	a.printTable(t)
	return nil
}

func (a *app) wordsAcceptCommand() *cobra.Command {
	var issue string
	var retag bool
	cmd := &cobra.Command{
		Use:   "accept WORD --issue ID",
		Short: "make a word a term of an issue",
		Long: `Accept writes the word to words.yaml beside your configuration, or to the file that
nlp.accepted names, which is read with the taxonomy: posts that have it get the issue from the next start of vane run on.
Posts that are stored already keep their tags until vane retag, or with --retag get
them at once.`,
		Example: "  vane words accept 墙根票 --issue ticketing.wall_seat --config configs/vane.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.acceptWord(cmd.Context(), args[0], issue, retag)
		},
	}
	cmd.Flags().StringVar(&issue, "issue", "", "`ID` of the issue, such as ticketing.wall_seat")
	cmd.Flags().BoolVar(&retag, "retag", false, "tag the stored posts anew, too")
	return cmd
}

func (a *app) acceptWord(ctx context.Context, word, issue string, retag bool) error {
	word, err := wordOf(word)
	if err != nil {
		return err
	}
	if issue == "" {
		return wrongUse("--issue names no issue: vane words --emerging proposes one")
	}
	file, err := a.cfg.accept(a.configFile, word, issue)
	if err != nil {
		return err
	}
	if err := a.decide(ctx, vane.WordVerdict{Word: word, Accepted: true, Issue: vane.Tag(issue)}); err != nil {
		return err
	}
	a.say("已写入 %s。重启 vane run 后，新信息含“%s”即归入 %s。", file, word, issue)
	if retag {
		return a.retag(ctx, allTime(time.Now()), false)
	}
	a.say("已入库的信息用 vane retag 重新打标。")
	return nil
}

func (a *app) wordsRejectCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "reject WORD",
		Short:   "do not propose a word again",
		Example: "  vane words reject 加群领券",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			word, err := wordOf(args[0])
			if err != nil {
				return err
			}
			return a.decide(cmd.Context(), vane.WordVerdict{Word: word})
		},
	}
}

// wordOf is a word as it is compared: folded. A rule is none.
func wordOf(s string) (string, error) {
	word := nlp.Fold(strings.TrimSpace(s)).Text
	if n := utf8.RuneCountInString(word); n < 2 || n > longestAccepted || strings.ContainsAny(word, "()|+~>-$\"\\ \n") {
		return "", wrongUse("%q is no word: write 2 to %d characters without spaces and signs", s, longestAccepted)
	}
	return word, nil
}

// decide keeps a verdict, beside a running vane too.
func (a *app) decide(ctx context.Context, v vane.WordVerdict) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	if err := a.record(ctx, access.Corrected, verdictText(v)); err != nil {
		return err
	}
	v.At = time.Now().UTC()
	return store.SaveWordVerdict(ctx, v)
}

// verdictText is a verdict as the audit log has it.
func verdictText(v vane.WordVerdict) string {
	if v.Accepted {
		return "word " + v.Word + " accepted for " + string(v.Issue)
	}
	return "word " + v.Word + " rejected"
}
