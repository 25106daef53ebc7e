package crawler

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/tidwall/gjson"
)

// document is a fetched page: UTF-8, whole, not parsed yet.
type document struct {
	url    *url.URL // after redirects
	status int
	body   []byte
}

// listing is what a list page holds.
type listing struct {
	rows []draft
	bad  []error  // rows, or parts of rows, that can't be used
	next *url.URL // nil: the list ends
}

// Errors of pages that are no ordinary page.
var (
	errGone    = errors.New("the site says that the post is deleted")
	errBlocked = errors.New("the site shows a page that keeps crawlers out")
)

// reader reads documents as the source's plan says.
type reader struct {
	drafter
}

func newReader(p *plan, secret []byte) reader { return reader{drafter{p, secret}} }

// list reads a list page. depth is 0 for a first page.
func (r reader) list(doc document, depth int, now time.Time) (listing, error) {
	switch r.plan.src.Kind {
	case Feed:
		return r.feed(doc, now)
	case JSON:
		return r.jsonList(doc, depth, now)
	default:
		return r.htmlList(doc, depth, now)
	}
}

// addRow drafts one row, and keeps what is wrong with it.
func (r reader) addRow(l *listing, v values, page *url.URL, now time.Time) {
	row, notes, err := r.row(v, page, now)
	if err == nil && r.plan.src.Detail == nil && row.Title == "" && row.Text == "" {
		err = errNoContent
	}
	n := len(l.rows) + len(l.bad) + 1
	for _, note := range notes {
		l.bad = append(l.bad, fmt.Errorf("row %d: %w", n, note))
	}
	if err != nil {
		l.bad = append(l.bad, fmt.Errorf("row %d: %w", n, err))
		return
	}
	l.rows = append(l.rows, row)
}

func (r reader) htmlList(doc document, depth int, now time.Time) (listing, error) {
	page, err := r.parse(doc)
	if err != nil {
		return listing{}, err
	}
	items := r.plan.item.nodes(page.Selection)
	if len(items) == 0 && depth == 0 {
		return listing{}, fmt.Errorf("list.item %q matches nothing: the page changed, or is not a list", r.plan.src.List.Item)
	}
	base := baseOf(page, doc.url)
	var l listing
	for _, item := range items {
		row := page.FindNodes(item)
		r.addRow(&l, r.plan.row.pick(func(p picker) string { return p.fromHTML(row) }), base, now)
	}
	if len(items) > 0 {
		l.next, err = r.nextHTML(page, base, depth)
	}
	return l, err
}

// nextHTML finds the next page. A list without one has ended.
func (r reader) nextHTML(page *goquery.Document, base *url.URL, depth int) (*url.URL, error) {
	if r.plan.src.List.Pages != nil {
		return r.nextPage(r.plan.src.List.Pages, depth)
	}
	for _, p := range r.plan.next {
		if p.attr == "" && p.fixed == "" {
			p.attr = "href"
		}
		if link := p.fromHTML(page.Selection); link != "" {
			return resolve(base, link)
		}
	}
	return nil, nil
}

// nextPage makes the URL of the page behind that at depth.
func (r reader) nextPage(pages *Pages, depth int) (*url.URL, error) {
	n := pages.From + depth*max(pages.Step, 1)
	if n > pages.To {
		return nil, nil
	}
	return resolve(r.plan.base, strings.ReplaceAll(pages.URL, pageHole, strconv.Itoa(n)))
}

func (r reader) jsonList(doc document, depth int, now time.Time) (listing, error) {
	answer, err := r.parseJSON(doc)
	if err != nil {
		return listing{}, err
	}
	items := answer
	if path := r.plan.src.JSON.Items; path != "" {
		items = answer.Get(path)
	}
	if !items.IsArray() {
		return listing{}, fmt.Errorf("json.items %q is not an array in the answer: the site's format changed", r.plan.src.JSON.Items)
	}
	var l listing
	for _, item := range items.Array() {
		r.addRow(&l, r.plan.row.pick(func(p picker) string { return p.fromJSON(item) }), doc.url, now)
	}
	if len(items.Array()) > 0 {
		l.next, err = r.nextJSON(answer, depth)
	}
	return l, err
}

func (r reader) nextJSON(answer gjson.Result, depth int) (*url.URL, error) {
	list := r.plan.src.JSON
	switch {
	case list.Pages != nil:
		return r.nextPage(list.Pages, depth)
	case list.Cursor == nil:
		return nil, nil
	}
	cursor := jsonText(answer.Get(list.Cursor.Path))
	if cursor == "" {
		return nil, nil
	}
	return resolve(r.plan.base, strings.ReplaceAll(list.Cursor.URL, cursorHole, url.QueryEscape(cursor)))
}

// detail completes a draft from the post's own page.
func (r reader) detail(doc document, row draft, now time.Time) (draft, []error, error) {
	from, err := r.detailFields(doc)
	if err != nil {
		return row, nil, err
	}
	v := r.plan.detail.pick(from)
	// What the row gave may have been cut, so the page alone has to hold something.
	if v[fieldTitle] == "" && v[fieldText] == "" {
		return row, nil, errNoContent
	}
	notes, err := r.fill(&row, v, now)
	return row, notes, err
}

func (r reader) detailFields(doc document) (func(picker) string, error) {
	if r.plan.src.Kind == JSON {
		answer, err := r.parseJSON(doc)
		return func(p picker) string { return p.fromJSON(answer) }, err
	}
	page, err := r.parse(doc)
	if err != nil {
		return nil, err
	}
	return func(p picker) string { return p.fromHTML(page.Selection) }, nil
}

// parse parses an HTML page once, and sees whether it is an ordinary one.
func (r reader) parse(doc document) (*goquery.Document, error) {
	if err := r.checkText(doc.body); err != nil {
		return nil, err
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(doc.body))
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	if anyCSS(r.plan.blocked, page) {
		return nil, errBlocked
	}
	if anyCSS(r.plan.gone, page) {
		return nil, errGone
	}
	return page, nil
}

func (r reader) parseJSON(doc document) (gjson.Result, error) {
	if err := r.checkText(doc.body); err != nil {
		return gjson.Result{}, err
	}
	if !gjson.ValidBytes(doc.body) {
		return gjson.Result{}, errors.New("the answer is not JSON")
	}
	return gjson.ParseBytes(doc.body), nil
}

// checkText looks for the notices that are words.
func (r reader) checkText(body []byte) error {
	if anyText(r.plan.blocked, body) {
		return errBlocked
	}
	if anyText(r.plan.gone, body) {
		return errGone
	}
	return nil
}

func anyText(notices []notice, body []byte) bool {
	for _, n := range notices {
		if n.text != "" && bytes.Contains(body, []byte(n.text)) {
			return true
		}
	}
	return false
}

func anyCSS(notices []notice, page *goquery.Document) bool {
	for _, n := range notices {
		if n.css != nil && page.FindMatcher(goquery.SingleMatcher(n.css)).Length() > 0 {
			return true
		}
	}
	return false
}

// baseOf is what the links of a page are relative to.
func baseOf(page *goquery.Document, at *url.URL) *url.URL {
	href, ok := page.Find("base[href]").Attr("href")
	if !ok {
		return at
	}
	base, err := resolve(at, href)
	if err != nil {
		return at // browsers ignore a base they can't use
	}
	return base
}
