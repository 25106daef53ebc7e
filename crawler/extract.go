package crawler

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
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
	bad  []error    // rows, or parts of rows, that can't be used
	next *url.URL   // nil: the list ends
	more []*url.URL // further lists, of a sitemap index
	left int        // rows that the source does not want: too old, or of another part of the site
}

// Errors of pages that are no ordinary page.
var (
	errGone    = errors.New("the site says that the post is deleted")
	errBlocked = errors.New("the site shows a page that keeps crawlers out")
	errFailing = errors.New("the page says that the site fails")
)

// reader reads documents as the source's plan says.
type reader struct {
	drafter
}

func newReader(p *plan, secret []byte) reader { return reader{drafter{plan: p, secret: secret}} }

// list reads a list page. depth is 0 for a first page.
func (r reader) list(doc document, depth int, now time.Time) (listing, error) {
	switch r.plan.src.Kind {
	case Feed:
		return r.feed(doc, now)
	case Map:
		return r.sitemap(doc, depth, now)
	}
	page, err := r.rows(doc, r.plan.rows, depth)
	if err != nil {
		return listing{}, err
	}
	if len(page.values) == 0 && depth == 0 && !r.plan.rows.json {
		return listing{}, fmt.Errorf("list.item %q matches nothing: the page changed, or is not a list", r.plan.rows.said)
	}
	var l listing
	for _, v := range page.values {
		r.addRow(&l, v, page.base, now)
	}
	if len(page.values) > 0 {
		l.next, err = page.next()
	}
	return l, err
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

// opened is a page of a post, parsed.
type opened struct {
	doc    document
	html   *goquery.Document // nil: it is JSON
	answer gjson.Result
}

func (o opened) from(p picker) string {
	if o.html == nil {
		return p.fromJSON(o.answer)
	}
	return p.fromHTML(o.html.Selection)
}

// open parses a page of a post.
func (r reader) open(doc document) (o opened, err error) {
	o.doc = doc
	if r.plan.src.Kind == JSON {
		o.answer, err = r.parseJSON(doc)
	} else {
		o.html, err = r.parse(doc)
	}
	return o, err
}

// detail completes a draft from the post's own page.
func (r reader) detail(o opened, row draft, now time.Time) (draft, []error, error) {
	v := r.plan.detail.pick(o.from)
	if r.plan.extracts() {
		if err := r.extract(v, o, row, now); err != nil {
			return row, nil, err
		}
	}
	// What the row gave may have been cut, so the page alone has to hold something.
	if v[fieldTitle] == "" && v[fieldText] == "" {
		return row, nil, errNoContent
	}
	notes, err := r.fill(&row, v, now)
	return row, notes, err
}

// parse parses an HTML page once, and sees whether it is an ordinary one.
func (r reader) parse(doc document) (*goquery.Document, error) {
	if err := r.checkText(doc.body); err != nil {
		return nil, err
	}
	if bytes.Count(doc.body, []byte("<")) > maxTags {
		return nil, errManyTags
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
	if anyCSS(r.plan.failing, page) {
		return nil, errFailing
	}
	return page, nil
}

func (r reader) parseJSON(doc document) (gjson.Result, error) {
	if err := r.checkText(doc.body); err != nil {
		return gjson.Result{}, err
	}
	if err := checkJSONDepth(doc.body); err != nil {
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
	if anyText(r.plan.failing, body) {
		return errFailing
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
