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

// explanation is a number of a report, counted again from the posts.
type explanation struct {
	report.Figure
	Recounted  string             `json:"recounted"` // the number as the statements give it; if Stored, as it is stored
	Statements []countedStatement `json:"statements"`
}

// origin says what Recounted is: a number that a detection stored is read again.
func (e explanation) origin() string {
	if e.Stored {
		return "检测时的存档值，重新读取"
	}
	return "由原始信息重新计数"
}

// countedStatement is one query behind a number, and what it counts.
type countedStatement struct {
	storage.Statement
	Lines []countedLine `json:"lines"` // by value of the dimension, largest first
}

type countedLine struct {
	Key       string `json:"key"`
	Posts     uint64 `json:"posts"`
	Sensitive uint64 `json:"sensitive"`
}

// recounting is a store whose trends are counted from the posts alone.
type recounting struct{ shownStore }

// Trend implements [report.Reader].
func (r recounting) Trend(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error) {
	return r.Recount(ctx, q)
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
	e, err := explain(ctx, a.shown(store), request, id)
	if err != nil {
		return err
	}
	if a.json {
		err = a.printJSON(e)
	} else {
		a.printExplanation(e)
	}
	if err == nil && e.Recounted != e.Text {
		err = fmt.Errorf("the number %s is %s in the report and %s when counted from the posts: posts may have come in between; write the report again", id, e.Text, e.Recounted)
	}
	return err
}

// explain finds a number in the report, and in the one that is counted from the posts.
func explain(ctx context.Context, store shownStore, request report.Request, id string) (e explanation, err error) {
	for _, reader := range []report.Reader{store, recounting{store}} {
		document, err := report.Write(ctx, reader, request)
		if err != nil {
			return e, err
		}
		figure, known := document.Figure(id)
		if !known {
			return e, wrongUse("the report has no number %q: its appendix 附录二 lists them, for this --kind, period and --compare", id)
		}
		if e.ID == "" {
			e.Figure = figure
		}
		e.Recounted = figure.Text
	}
	for _, q := range e.Queries {
		counted, err := countStatement(ctx, store.Store, q)
		if err != nil {
			return e, err
		}
		e.Statements = append(e.Statements, counted)
	}
	return e, nil
}

func countStatement(ctx context.Context, store *storage.Store, q vane.TrendQuery) (countedStatement, error) {
	c := countedStatement{Statement: storage.TrendStatement(q)}
	series, err := store.Recount(ctx, q)
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
	fmt.Fprintf(a.out, "%s（%s）= %s\n%s：%s\n算法：%s\n", e.Name, e.ID, e.Text, e.origin(), e.Recounted, e.Formula)
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
