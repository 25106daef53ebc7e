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
	"vane/dashboards/access"
	"vane/dashboards/ask"
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
	request, err := b.Desk.ReportRequest(ask.ReportQuestion{
		Kind: r.FormValue("kind"), Title: r.FormValue("title"), From: r.FormValue("from"), To: r.FormValue("to"), Compare: r.FormValue("compare"),
	})
	if err == nil && reportType(format) == "" {
		err = ask.Mistake{Field: "format", Says: fmt.Sprintf("%q is unknown: use one of html, md, docx", format)}
	}
	if err != nil {
		detail := err.Error()
		if wrong := (ask.Mistake{}); errors.As(err, &wrong) {
			detail = languageOf(r).mistake(wrong)
		}
		b.tell(w, r, http.StatusBadRequest, notice{Heading: "无法照此办理", Says: "报告的参数有误：", Detail: detail, Back: "/reports"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	ctx, leave, err := b.enter(ctx)
	if err != nil {
		b.fail(w, r, err)
		return
	}
	defer leave()
	object := fmt.Sprintf("report %s %s %s as %s", request.Kind, r.FormValue("from"), r.FormValue("to"), format)
	if err := b.Desk.Audit.Record(ctx, b.Now(), access.Exported, object); err != nil {
		b.fail(w, r, err)
		return
	}
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
