package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vane"
)

// Kind is which of the analysts' documents is written.
type Kind string

// The kinds.
const (
	Analysis   Kind = "analysis"   // 消费维权舆情分析报告
	Top10      Kind = "top10"      // 十大消费维权舆情热点
	Complaints Kind = "complaints" // 投诉情况分析
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Analysis, Top10, Complaints} }

// Request says which report is wanted.
type Request struct {
	Kind    Kind
	Title   string              // "" is a title of the kind and the period
	Window  vane.Window         // whole days of Beijing
	Before  vane.Window         // the period to compare with; zero for none
	Names   map[vane.Tag]string // Chinese names of issues and domains
	Natures map[string]string   // Chinese names of the natures (投诉性质)
	Now     time.Time           // the report is as known at this moment
}

// Validate says what is wrong with a request.
func (r Request) Validate() error {
	if !slices.Contains(Kinds(), r.Kind) {
		return fmt.Errorf("a report of kind %q is unknown: use one of %q", r.Kind, Kinds())
	}
	for _, w := range []vane.Window{r.Window, r.Before} {
		if w == r.Before && w == (vane.Window{}) {
			continue
		}
		if err := w.Validate(); err != nil {
			return err
		}
		if !vane.Daily.Floor(w.From).Equal(w.From) || !vane.Daily.Floor(w.To).Equal(w.To) {
			return fmt.Errorf("a report counts whole days of Beijing, and its period from %s to %s is none",
				w.From.Format(time.RFC3339), w.To.Format(time.RFC3339))
		}
	}
	if n := days(r.Window); n > mostDays {
		return fmt.Errorf("the period has %d days: a report covers at most %d", n, mostDays)
	}
	if r.Now.IsZero() {
		return errors.New("a report is as known at some moment: set Now")
	}
	return nil
}

const (
	// mostDays is more than a year, which is the longest period that reports cover.
	mostDays = 400
	// leadDomains is how many domains get a section of their own.
	leadDomains = 6
	// leadIssues is how many issues a sentence names.
	leadIssues = 3
	// casesEach is how many case candidates a domain gets, of which analysts choose.
	casesEach = 2
	// caseLength is the length, in characters, to which a case is cut.
	caseLength = 220
)

// Write makes the document that the request asks for.
func Write(ctx context.Context, reader Reader, r Request) (Document, error) {
	if err := r.Validate(); err != nil {
		return Document{}, err
	}
	c := &composer{Request: r, counts: counts{reader: reader, asked: map[vane.TrendQuery][]line{}}}
	c.doc = Document{Title: cmp.Or(r.Title, c.usualTitle()), Period: span(r.Window)}
	parts := map[Kind]func(context.Context){Analysis: c.analysis, Top10: c.top10, Complaints: c.complaints}
	parts[r.Kind](ctx)
	c.coverage(ctx)
	c.sources()
	return c.doc, c.err
}

// composer writes a document from top to bottom. After an error it only goes on in
// form, so that the prose can be read without its handling.
type composer struct {
	Request
	counts counts
	doc    Document
	err    error
	charts int // numbered so far
	tables int
	cases  int
}

func (c *composer) usualTitle() string {
	kind := map[Kind]string{Analysis: "消费维权舆情分析报告", Top10: "十大消费维权舆情热点", Complaints: "消费投诉情况分析"}
	return span(c.Window) + kind[c.Kind]
}

// ask counts, split by a dimension, in the period of the report.
func (c *composer) ask(ctx context.Context, by vane.Dimension) ([]line, vane.TrendQuery) {
	return c.askAbout(ctx, "", by, c.Window)
}

func (c *composer) askAbout(ctx context.Context, tag vane.Tag, by vane.Dimension, w vane.Window) ([]line, vane.TrendQuery) {
	q := vane.TrendQuery{Tag: tag, Window: w, Step: vane.Daily, By: by}
	if c.err != nil {
		return nil, q
	}
	lines, err := c.counts.lines(ctx, q)
	c.err = err
	return lines, q
}

// total is the one line of a trend that is not split.
func (c *composer) total(ctx context.Context) (line, vane.TrendQuery) {
	lines, q := c.ask(ctx, vane.ByNothing)
	if len(lines) == 0 {
		return line{daily: []vane.Point{{}}}, q
	}
	return lines[0], q
}

func (c *composer) heading(level int, text string) {
	c.doc.Blocks = append(c.doc.Blocks, Heading{level, text})
}

// say adds a paragraph of strings and figures.
func (c *composer) say(parts ...any) {
	c.doc.Blocks = append(c.doc.Blocks, Paragraph(runs(parts)))
}

func runs(parts []any) []Run {
	var out []Run
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			out = append(out, Run{Text: p})
		case Run:
			out = append(out, p)
		case []Run:
			out = append(out, p...)
		}
	}
	return out
}

// figure registers a number and returns it for the text.
func (c *composer) figure(id, name, text, formula string, queries ...vane.TrendQuery) Run {
	if _, known := c.doc.Figure(id); !known {
		c.doc.Figures = append(c.doc.Figures, Figure{ID: id, Name: name, Text: text, Formula: formula, Queries: queries})
	}
	return Run{Text: text, Figure: id}
}

func (c *composer) chart(ch Chart) {
	c.charts++
	ch.Caption = fmt.Sprintf("图%d　%s（%s）", c.charts, ch.Caption, ch.Unit)
	c.doc.Blocks = append(c.doc.Blocks, ch)
}

func (c *composer) table(t Table) {
	c.tables++
	t.Caption = fmt.Sprintf("表%d　%s", c.tables, t.Caption)
	c.doc.Blocks = append(c.doc.Blocks, t)
}

// dailyChart draws a line over the days of the period.
func (c *composer) dailyChart(caption string, points []vane.Point, value func(vane.Point) uint64) {
	ch := Chart{Caption: caption, Unit: "条"}
	top := uint64(0)
	for _, p := range points {
		top = max(top, value(p))
	}
	scale := 1.0
	if top >= tenThousand {
		ch.Unit, scale = "万条", tenThousand
	}
	for _, p := range points {
		ch.Labels = append(ch.Labels, p.At.In(vane.Beijing()).Format("01-02"))
		ch.Values = append(ch.Values, float64(value(p))/scale)
	}
	c.chart(ch)
}

func posts(p vane.Point) uint64     { return p.Posts }
func sensitive(p vane.Point) uint64 { return p.Sensitive }

// name is what a tag or domain is called.
func (c *composer) name(key string) string { return cmp.Or(c.Names[vane.Tag(key)], key, "未分类") }

// addCases adds what people wrote about a node, as candidates.
func (c *composer) addCases(ctx context.Context, node vane.Node, w vane.Window, most int) {
	if c.err != nil {
		return
	}
	found, err := c.counts.reader.Telling(ctx, node, w, most)
	if err != nil {
		c.err = fmt.Errorf("choose cases of %s: %w", node.Tag, err)
		return
	}
	for _, p := range found {
		c.cases++
		c.doc.Blocks = append(c.doc.Blocks, Case{
			Number: c.cases, Lead: dayOf(p.PublishedAt), Source: p.Source, URL: p.URL, ID: p.ID,
			Text: Excerpt(vane.Post{Title: p.Title, Text: p.Text}.Body(), caseLength),
		})
	}
}

// Excerpt shortens a text to n characters, white space made single.
func Excerpt(text string, n int) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n]) + "……"
}
