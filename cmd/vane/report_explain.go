package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"vane"
	"vane/dashboards/report"
	"vane/storage"
)

// explanation is a number of a report, counted again.
type explanation struct {
	report.Figure
	Statements []countedStatement `json:"statements"`
}

// countedStatement is one query behind a number, and what it counts now.
type countedStatement struct {
	storage.Statement
	Lines []countedLine `json:"lines"` // by value of the dimension, largest first
}

type countedLine struct {
	Key       string `json:"key"`
	Posts     uint64 `json:"posts"`
	Sensitive uint64 `json:"sensitive"`
}

func (a *app) explainFigure(ctx context.Context, f reportFlags, id string) (err error) {
	request, err := f.request(a.cfg)
	if err != nil {
		return err
	}
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	document, err := report.Write(ctx, store, request)
	if err != nil {
		return err
	}
	figure, known := document.Figure(id)
	if !known {
		return wrongUse("the report has no number %q: its appendix 附录二 lists them, for this --kind, period and --compare", id)
	}
	e := explanation{Figure: figure}
	for _, q := range figure.Queries {
		counted, err := countStatement(ctx, store, q)
		if err != nil {
			return err
		}
		e.Statements = append(e.Statements, counted)
	}
	if a.json {
		return a.printJSON(e)
	}
	a.printExplanation(e)
	return nil
}

func countStatement(ctx context.Context, store *storage.Store, q vane.TrendQuery) (countedStatement, error) {
	c := countedStatement{Statement: storage.TrendStatement(q)}
	series, err := store.Trend(ctx, q)
	if err != nil {
		return c, err
	}
	for _, s := range series {
		line := countedLine{Key: s.Key, Posts: s.Total()}
		for _, p := range s.Points {
			line.Sensitive += p.Sensitive
		}
		c.Lines = append(c.Lines, line)
	}
	return c, nil
}

func (a *app) printExplanation(e explanation) {
	fmt.Fprintf(a.out, "%s（%s）= %s\n算法：%s\n", e.Name, e.ID, e.Text, e.Formula)
	for _, s := range e.Statements {
		fmt.Fprintf(a.out, "\n%s\n", s.SQL)
		for _, name := range slices.Sorted(maps.Keys(s.Values)) {
			fmt.Fprintf(a.out, "-- {%s} = %q\n", name, s.Values[name])
		}
		t := newTable([]any{"值", "posts", "sensitive"}, 1)
		for _, l := range s.Lines {
			t.AppendRow([]any{cmp.Or(l.Key, "（全部）"), l.Posts, l.Sensitive})
		}
		a.printTable(t)
	}
}
