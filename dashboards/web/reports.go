package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"vane"
	"vane/dashboards/report"
)

// reportsPage is what templates/reports.html shows.
type reportsPage struct {
	Kinds    []reportKind
	From, To string // the last whole week, as days
}

type reportKind struct {
	Value report.Kind
	Name  string
}

func (b *Board) reports(context.Context, *http.Request) (any, error) {
	today := b.Now().In(vane.Beijing())
	return reportsPage{
		Kinds: []reportKind{{report.Analysis, "舆情分析报告"}, {report.Top10, "十大热点"}, {report.Complaints, "投诉情况分析"}},
		From:  today.AddDate(0, 0, -7).Format(time.DateOnly), To: today.AddDate(0, 0, -1).Format(time.DateOnly),
	}, nil
}

// reportType is the media type of a format, "" of an unknown one.
func reportType(format string) string {
	return map[string]string{
		"html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8",
		"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	}[format]
}

// reportPolicy is for the page of a report, which is a file of its own: its styles
// are inside, which the board's policy would not allow.
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"

// viewReport writes the report that the form asks for.
func (b *Board) viewReport(w http.ResponseWriter, r *http.Request) {
	format := r.FormValue("format")
	request, err := b.reportRequest(r)
	if reportType(format) == "" {
		err = errors.Join(err, fmt.Errorf("格式 %q 不在 html、md、docx 之中", format))
	}
	if err != nil {
		http.Error(w, "报告的参数有误："+err.Error(), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	document, err := report.Write(ctx, b.Reader, request)
	var out bytes.Buffer
	if err == nil {
		err = b.render(&out, format, document)
	}
	if err != nil {
		b.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", reportType(format))
	h.Set("Content-Security-Policy", reportPolicy)
	if format != "html" {
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(document.Title+"."+format))
	}
	w.Write(out.Bytes()) // a reader that went away needs no answer
}

func (b *Board) render(w io.Writer, format string, d report.Document) error {
	switch format {
	case "docx":
		return b.Letters.Word(w, d)
	case "md":
		return report.Markdown(w, d)
	default:
		return b.Letters.HTML(w, d)
	}
}

// reportRequest reads the form.
func (b *Board) reportRequest(r *http.Request) (report.Request, error) {
	request := report.Request{Kind: report.Kind(r.FormValue("kind")), Title: r.FormValue("title"), Names: b.Names, Natures: b.Natures}
	from, err := day(r.FormValue("from"))
	if err != nil {
		return request, err
	}
	to, err := day(r.FormValue("to"))
	if err != nil {
		return request, err
	}
	request.Window = vane.Window{From: from, To: to.AddDate(0, 0, 1)}
	switch r.FormValue("compare") {
	case "previous":
		request.Before = request.Window.Previous()
	case "year":
		request.Before = request.Window.YearBefore()
	}
	return request, request.Validate()
}

// day reads a day of Beijing.
func day(s string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, vane.Beijing())
	if err != nil {
		return t, fmt.Errorf("日期 %q 应写成 2026-02-15", s)
	}
	return t.UTC(), nil
}
