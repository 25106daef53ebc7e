package ask

import (
	"context"
	"strings"

	"vane"
	"vane/dashboards/report"
)

// ReportQuestion asks for one of the analysts' documents over whole days.
type ReportQuestion struct {
	Kind, Title, From, To string
	Compare               string // none, previous or year; "" is none
}

// ReportQuery is what a report was asked with.
type ReportQuery struct {
	Kind   report.Kind  `json:"kind"`
	Window vane.Window  `json:"window"`
	Before *vane.Window `json:"before,omitempty" doc:"the period that is compared with"`
}

// ReportCounts counts what a report rests on.
type ReportCounts struct {
	Figures int `json:"figures"`
	Queries int `json:"queries" doc:"that the figures rest on, each counted once per figure"`
}

// Report is the answer of [Desk.Report].
type Report struct {
	Query    ReportQuery     `json:"query"`
	Counts   ReportCounts    `json:"counts"`
	Title    string          `json:"title"`
	Period   string          `json:"period" doc:"监测期"`
	Markdown string          `json:"markdown" doc:"the report; charts are tables in it"`
	Figures  []report.Figure `json:"figures" nullable:"false" doc:"every number of the text, with its formula and queries"`
}

// Report writes a report, with where every number of it is from.
func (d *Desk) Report(ctx context.Context, q ReportQuestion) (Report, error) {
	request, err := d.ReportRequest(q)
	if err != nil {
		return Report{}, err
	}
	document, err := report.Write(ctx, d.Reports, request)
	if err != nil {
		return Report{}, err
	}
	var text strings.Builder
	if err := report.Markdown(&text, document); err != nil {
		return Report{}, err
	}
	a := Report{
		Query: ReportQuery{Kind: request.Kind, Window: request.Window}, Counts: ReportCounts{Figures: len(document.Figures)},
		Title: document.Title, Period: document.Period, Markdown: text.String(), Figures: append([]report.Figure{}, document.Figures...),
	}
	if request.Before != (vane.Window{}) {
		a.Query.Before = &request.Before
	}
	for _, f := range a.Figures {
		a.Counts.Queries += len(f.Queries)
	}
	return a, nil
}

// ReportRequest reads a question; what is wrong with it is a [Mistake].
func (d *Desk) ReportRequest(q ReportQuestion) (report.Request, error) {
	r := report.Request{Kind: report.Kind(q.Kind), Title: q.Title, Names: d.Names, Natures: d.Natures, Now: d.Now().UTC()}
	if q.Kind == "" {
		r.Kind = report.Analysis
	}
	if q.From == "" || q.To == "" {
		return r, mistake("from, to", "a report needs the first and last day of its period, such as 2026-02-15 and 2026-02-23")
	}
	var err error
	if r.Window, err = d.window(q.From, q.To); err != nil {
		return r, err
	}
	switch q.Compare {
	case "", "none":
	case "previous":
		r.Before = r.Window.Previous()
	case "year":
		r.Before = r.Window.YearBefore()
	default:
		return r, mistake("compare", "%q is unknown: use none, previous or year", q.Compare)
	}
	if err := r.Validate(); err != nil {
		return r, mistake("kind, from, to", "%s", err)
	}
	return r, nil
}
