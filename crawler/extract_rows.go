package crawler

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/tidwall/gjson"
)

// rowsPage is the rows of a page.
type rowsPage struct {
	values []values
	base   *url.URL                 // what the rows' links are relative to
	next   func() (*url.URL, error) // the next page; nil if there is none
}

// rows reads the rows of a list or thread page. depth is 0 for a first page.
func (r reader) rows(doc document, rp rowsPlan, depth int) (rowsPage, error) {
	if rp.json {
		answer, err := r.parseJSON(doc)
		if err != nil {
			return rowsPage{}, err
		}
		return r.jsonRows(answer, doc.url, rp, depth)
	}
	page, err := r.parse(doc)
	if err != nil {
		return rowsPage{}, err
	}
	return r.htmlRows(page, doc.url, rp, depth), nil
}

func (r reader) htmlRows(page *goquery.Document, at *url.URL, rp rowsPlan, depth int) rowsPage {
	rows := rowsPage{base: baseOf(page, at)}
	for _, item := range rp.item.nodes(page.Selection) {
		row := page.FindNodes(item)
		rows.values = append(rows.values, rp.fields.pick(func(p picker) string { return p.fromHTML(row) }))
	}
	rows.next = func() (*url.URL, error) { return r.nextHTML(page, rows.base, rp, depth) }
	return rows
}

// nextHTML finds the next page. A list without one has ended.
func (r reader) nextHTML(page *goquery.Document, base *url.URL, rp rowsPlan, depth int) (*url.URL, error) {
	if rp.pages != nil {
		return r.nextPage(rp.pages, base, depth)
	}
	return follow(rp.next, base, func(p picker) string { return p.fromHTML(page.Selection) })
}

// follow resolves the link that the first selector gives which gives something. Of
// an element of HTML it is the href.
func follow(link []picker, base *url.URL, from func(picker) string) (*url.URL, error) {
	for _, p := range link {
		if p.attr == "" && p.fixed == "" && (p.css != nil || p.xpath != nil) {
			p.attr = "href"
		}
		if said := from(p); said != "" {
			return resolve(base, said)
		}
	}
	return nil, nil
}

// nextPage makes the URL of the page behind that at depth, which came from at.
func (r reader) nextPage(pages *Pages, at *url.URL, depth int) (*url.URL, error) {
	n := pages.From + depth*max(pages.Step, 1)
	if n > pages.To {
		return nil, nil
	}
	return r.further(pages.URL, pageHole, strconv.Itoa(n), at)
}

// further makes the address of a further page: as the source writes it, or that of
// the page before with another body.
func (r reader) further(link, hole, value string, at *url.URL) (*url.URL, error) {
	body := r.plan.src.Request.Body
	if link == "" {
		return posted(at, value), nil
	}
	u, err := resolve(r.plan.base, strings.ReplaceAll(link, hole, url.QueryEscape(value)))
	if err == nil && body != "" {
		u = posted(u, value)
	}
	return u, err
}

func (r reader) jsonRows(answer gjson.Result, at *url.URL, rp rowsPlan, depth int) (rowsPage, error) {
	items := answer
	if rp.said != "" {
		items = answer.Get(rp.said)
	}
	if !items.IsArray() {
		return rowsPage{}, fmt.Errorf("json.items %q is not an array in the answer: the site's format changed", rp.said)
	}
	rows := rowsPage{base: at}
	items.ForEach(func(_, item gjson.Result) bool {
		rows.values = append(rows.values, rp.fields.pick(func(p picker) string { return p.fromJSON(item) }))
		return true
	})
	rows.next = func() (*url.URL, error) { return r.nextJSON(answer, at, rp, depth) }
	return rows, nil
}

func (r reader) nextJSON(answer gjson.Result, at *url.URL, rp rowsPlan, depth int) (*url.URL, error) {
	switch {
	case rp.pages != nil:
		return r.nextPage(rp.pages, at, depth)
	case rp.cursor == nil:
		return nil, nil
	}
	cursor := jsonText(answer.Get(rp.cursor.Path))
	if cursor == "" {
		return nil, nil
	}
	return r.further(rp.cursor.URL, cursorHole, cursor, at)
}
