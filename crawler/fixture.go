package crawler

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"vane"
)

// Record is a post as saved pages show it, for people: what `vane sources test`
// prints, and what the fixture of a source expects.
type Record struct {
	ID        string `json:"id,omitempty"` // the site's own, or the canonical URL
	URL       string `json:"url,omitempty"`
	Title     string `json:"title,omitempty"`
	Text      string `json:"text,omitempty"`
	Author    string `json:"author,omitempty"` // the name, which is not kept anywhere else
	Region    string `json:"region,omitempty"`
	Published string `json:"published,omitempty"` // RFC 3339 in the source's zone; empty: no date was found
	Views     uint64 `json:"views,omitempty"`
	Likes     uint64 `json:"likes,omitempty"`
	Comments  uint64 `json:"comments,omitempty"`
	Shares    uint64 `json:"shares,omitempty"`
	Row       bool   `json:"row,omitempty"`    // all that is known is a list row: the post's own page was not saved
	Failed    string `json:"failed,omitempty"` // why the page, or a part of it, gives no post: blocked, gone, failing, or the error
}

// SavedPage is a page of a source as it came from the site.
type SavedPage struct {
	URL    string // relative to the source's base
	Body   []byte // in any charset
	Detail bool   // a post's own page, not a list; for one that no list leads to
}

// ReadPages reads saved pages as a pass at that time would: lists from the source's
// start on, then the pages they lead to, then those that nothing leads to. Nothing
// is fetched. The error is about a source that is not valid, or an address that is
// none; what is wrong with a page is a record.
func ReadPages(src Source, pages []SavedPage, at time.Time) ([]Record, error) {
	p, err := compile(src)
	if err != nil {
		return nil, err
	}
	site := savedSite{plan: p, at: at, pages: map[string]SavedPage{}, said: map[vane.ID]string{}}
	site.reader = newReader(p, nil)
	site.reader.learn = func(id vane.ID, said string) { site.said[id] = said }
	var rest []page
	for _, saved := range pages {
		u, err := parseAddress(p.base, saved.URL)
		if err != nil {
			return nil, err
		}
		site.pages[canonicalURL(u)] = saved
		pg := page{url: u.String(), kind: listPage}
		if saved.Detail {
			pg.kind, pg.row = detailPage, draft{Native: site.reader.nativeOf(u), URL: u.String()}
		}
		rest = append(rest, pg)
	}
	for _, u := range p.start {
		site.walk(page{url: u.String(), kind: listPage})
	}
	for _, pg := range rest {
		site.walk(pg)
	}
	return site.records, nil
}

// parseAddress is resolve, but keeps the mark of a page that is asked for by POST.
func parseAddress(base *url.URL, address string) (*url.URL, error) {
	u, err := resolve(base, address)
	if err != nil {
		return nil, err
	}
	if said, err := url.Parse(address); err == nil {
		u.Fragment = said.Fragment
	}
	return u, nil
}

// savedSite is a site made of saved pages. A page that was read is taken away.
type savedSite struct {
	plan    *plan
	reader  reader
	at      time.Time
	pages   map[string]SavedPage // by canonical URL
	said    map[vane.ID]string   // what ids were made of
	records []Record
}

// walk reads a page, and those it leads to.
func (s *savedSite) walk(pg page) {
	u, err := url.Parse(pg.url)
	if err != nil {
		return // it was resolved before it came here
	}
	saved, ok := s.pages[canonicalURL(u)]
	if !ok {
		if pg.kind == detailPage {
			s.addRow(pg.row)
		}
		return
	}
	delete(s.pages, canonicalURL(u))
	out := outcome{page: pg, at: s.at}
	u.Fragment = ""
	err = visitor{reader: s.reader}.read(&out, document{url: u, status: 200, body: toUTF8(saved.Body, "")})
	if err != nil {
		s.records = append(s.records, Record{URL: u.String(), Failed: failureOf(err)})
		return
	}
	for _, r := range out.posts {
		s.records = append(s.records, s.record(r.post))
	}
	for _, bad := range out.bad {
		s.records = append(s.records, Record{URL: u.String(), Failed: bad.Error()})
	}
	for _, next := range s.ledTo(out) {
		s.walk(next)
	}
}

// ledTo is the pages that a page leads to.
func (s *savedSite) ledTo(out outcome) []page {
	var pages []page
	for _, row := range out.rows {
		pages = append(pages, page{url: row.URL, kind: detailPage, row: row})
	}
	for _, u := range append(out.further.lists, out.next) {
		if u != nil {
			pages = append(pages, page{url: u.String(), kind: listPage, depth: out.page.depth + 1})
		}
	}
	if out.further.thread != nil {
		pages = append(pages, *out.further.thread)
	}
	return pages
}

// failureOf is an error in one word where there is one.
func failureOf(err error) string {
	switch {
	case errors.Is(err, errBlocked):
		return "blocked"
	case errors.Is(err, errGone):
		return "gone"
	case errors.Is(err, errFailing):
		return "failing"
	default:
		return err.Error()
	}
}

// addRow records a list row whose post was not saved.
func (s *savedSite) addRow(row draft) {
	post, err := s.reader.post(row, s.at)
	r := Record{ID: row.Native, URL: row.URL}
	if err == nil {
		r = s.record(post)
	}
	r.Row = true
	s.records = append(s.records, r)
}

func (s *savedSite) record(p vane.Post) Record {
	r := Record{
		ID: s.said[p.ID], URL: p.URL, Title: p.Title, Text: p.Text, Author: s.said[p.AuthorKey], Region: p.Region,
		Views: p.Engagement.Views, Likes: p.Engagement.Likes, Comments: p.Engagement.Comments, Shares: p.Engagement.Shares,
	}
	if !p.Undated {
		r.Published = p.PublishedAt.In(s.plan.zone).Format(time.RFC3339)
	}
	return r
}

// String is the record on one line, for a message.
func (r Record) String() string {
	if r.Failed != "" {
		return fmt.Sprintf("%s: %s", r.URL, r.Failed)
	}
	return fmt.Sprintf("%s %s", r.URL, r.Title)
}
