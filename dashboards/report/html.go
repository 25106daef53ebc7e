package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed templates/report.html
var page string

// HTML writes the document as one file that loads nothing: styles and charts (SVG)
// are inside. Every number tells its id and formula when pointed at.
func (l Letters) HTML(w io.Writer, d Document) error {
	pages, err := template.New("report").Funcs(template.FuncMap{
		"kind": blockKind, "figure": d.tip, "svg": l.svg, "link": SafeURL, "level": func(h Heading) int { return h.Level + 1 },
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("parse the report's template: %w", err)
	}
	if err := pages.Execute(w, d); err != nil {
		return fmt.Errorf("write the report as HTML: %w", err)
	}
	return nil
}

// blockKind names a block for the template.
func blockKind(b Block) string {
	switch b.(type) {
	case Heading:
		return "heading"
	case Paragraph:
		return "paragraph"
	case Table:
		return "table"
	case Chart:
		return "chart"
	case Case:
		return "case"
	default:
		return "space"
	}
}

// tip is what a number says of itself.
func (d Document) tip(id string) string {
	f, _ := d.Figure(id)
	return fmt.Sprintf("%s：%s（编号 %s）", f.Name, f.Formula, f.ID)
}

// svg is a chart as markup of this program: its only foreign parts are labels,
// which the drawing library escapes.
func (l Letters) svg(ch Chart) (template.HTML, error) {
	out, err := l.drawSVG(ch)
	return template.HTML(out), err //nolint:gosec // see above; tested with hostile labels
}
