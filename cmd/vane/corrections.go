package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/nlp"
	"vane/storage"
)

// correctionsAtOnce are read of the store in one question.
const correctionsAtOnce = 500

func (a *app) correctionsCommand() *cobra.Command {
	var gold bool
	cmd := &cobra.Command{
		Use:   "corrections",
		Short: "what analysts corrected on the board",
		Long: `Corrections lists what analysts corrected on the board or through the API: issues,
feeling and 吐槽类信息 of posts, with who and when, the newest first. With --gold it
writes the posts as labelled data, JSON lines {id, text, issues, sensitive, voice}, which
vane eval and vane train read: of each post its last correction, if its text is the one
that was judged.`,
		Example: "  vane corrections\n  vane corrections --gold > gold.jsonl\n  vane eval tags --corrections",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if gold {
				return a.writeGold(cmd.Context())
			}
			return a.listCorrections(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&gold, "gold", false, "write labelled data")
	return cmd
}

func (a *app) listCorrections(ctx context.Context) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	all := []vane.PostCorrection{}
	if err := eachCorrection(ctx, store, func(page []vane.PostCorrection) error { all = append(all, page...); return nil }); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(all)
	}
	if len(all) == 0 {
		fmt.Fprintln(a.out, "还没有修正。")
		return nil
	}
	t := newTable(table.Row{"时间", "修正人", "信息", "原判断", "修正为"}, 4)
	for _, c := range all {
		t.AppendRow(table.Row{clock(c.At), c.User, c.Post, judgementText(c.Before), judgementText(c.After)})
	}
	a.printTable(t)
	return nil
}

// judgementText is a judgement on one line.
func judgementText(j vane.Judgement) string {
	var parts []string
	for _, t := range j.Tags {
		parts = append(parts, t.Name)
	}
	parts = append(parts, map[string]string{"negative": "负面", "neutral": "中性", "positive": "正面"}[j.Sentiment.Label()])
	if j.Sensitive {
		parts = append(parts, "吐槽")
	}
	return strings.Join(parts, " ")
}

// eachCorrection gives f all corrections, the newest first, some at a time.
func eachCorrection(ctx context.Context, store *storage.Store, f func([]vane.PostCorrection) error) error {
	for next := ""; ; {
		page, err := store.PostCorrections(ctx, next, correctionsAtOnce)
		if err != nil {
			return fmt.Errorf("read corrections: %w", err)
		}
		if err := f(page.Corrections); err != nil {
			return err
		}
		if next = page.Next; next == "" {
			return nil
		}
	}
}

func (a *app) writeGold(ctx context.Context) (err error) {
	gold, err := a.correctedGold(ctx)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(a.out)
	lines.SetEscapeHTML(false)
	for _, l := range gold {
		if err := lines.Encode(l); err != nil {
			return fmt.Errorf("write labelled data: %w", err)
		}
	}
	return nil
}

// correctedGold are the corrected posts as labelled data.
func (a *app) correctedGold(ctx context.Context) (gold []nlp.Labelled, err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return nil, err
	}
	err = eachCorrection(ctx, store, func(page []vane.PostCorrection) error {
		found, err := labelled(ctx, store, page)
		gold = append(gold, found...)
		return err
	})
	return gold, err
}

// labelled are the posts of corrections that hold.
func labelled(ctx context.Context, store *storage.Store, page []vane.PostCorrection) ([]nlp.Labelled, error) {
	ids := make([]vane.ID, len(page))
	for i, c := range page {
		ids[i] = c.Post
	}
	mentions, err := store.Mentions(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read corrected posts: %w", err)
	}
	stored := map[vane.ID]vane.Mention{}
	for _, m := range mentions {
		stored[m.ID] = m
	}
	var gold []nlp.Labelled
	for _, c := range page {
		m := stored[c.Post]
		if !c.Latest || !c.Holds(&m) || m.Body() == "" {
			continue
		}
		l := nlp.Labelled{ID: m.ID.String(), Text: m.Body(), Issues: []vane.Tag{}, Sensitive: c.After.Sensitive, Voice: m.Voice}
		for _, t := range c.After.Tags {
			l.Issues = append(l.Issues, t.ID)
		}
		gold = append(gold, l)
	}
	return gold, nil
}

// goldOf reads labelled data: a file's, or what analysts corrected.
func (a *app) goldOf(ctx context.Context, file string, corrections bool) ([]nlp.Labelled, error) {
	if !corrections {
		return readFile(file, nlp.ReadLabelled)
	}
	gold, err := a.correctedGold(ctx)
	if err == nil && len(gold) == 0 {
		err = fmt.Errorf("no corrections to measure with: make some on the board, under 检索")
	}
	return gold, err
}
