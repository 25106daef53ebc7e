package crawler

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// validators are what a server gives with a page, to be asked later whether it
// changed.
type validators struct{ etag, modified string }

// validFor is how long validators are believed. A server whose answer is always the
// same, whatever the page holds, then costs a day and not every post from then on.
const validFor = 24 * time.Hour

func (v validators) empty() bool { return v == validators{} }

func validatorsOf(h http.Header) validators {
	return validators{h.Get("ETag"), h.Get("Last-Modified")}
}

// ask puts the validators in a request.
func (v validators) ask(h http.Header) {
	if v.etag != "" {
		h.Set("If-None-Match", v.etag)
	}
	if v.modified != "" {
		h.Set("If-Modified-Since", v.modified)
	}
}

// conditionalTransport keeps the validators of a page from the pages it redirects
// to: the client copies headers, and another page may have the same ETag.
type conditionalTransport struct{ next http.RoundTripper }

func (t conditionalTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Response != nil { // req is a further hop
		req = req.Clone(req.Context())
		req.Header.Del("If-None-Match")
		req.Header.Del("If-Modified-Since")
	}
	return t.next.RoundTrip(req)
}

// canAskAgain reports whether the page may be asked for with validators. What lies
// behind a deep list page, or one of a backfill, is wanted even if it is known
// itself, and a list that starts anew every day is another one on the next.
func (p page) canAskAgain(src Source) bool {
	switch p.kind {
	case listPage:
		return !p.deep && p.window.To.IsZero() && !src.Daily && src.Request.Body == ""
	case revisitPage:
		return true
	default:
		return false
	}
}

// loadValidators finds the validators of pages, as far as they were stored by a pass
// that read the pages as this one would.
func (s *State) loadValidators(ctx context.Context, p *plan, pages []page) error {
	at := map[string][]int{}
	urls := []string{}
	for i, pg := range pages {
		if pg.canAskAgain(p.src) {
			at[pg.url] = append(at[pg.url], i)
			urls = append(urls, pg.url)
		}
	}
	if len(urls) == 0 {
		return nil
	}
	list, err := json.Marshal(urls)
	if err != nil {
		return err
	}
	rows, err := s.db.QueryContext(ctx, `SELECT url, etag, modified FROM validators
WHERE source = ? AND url IN (SELECT value FROM json_each(?)) AND plan = ?`, p.src.Name, string(list), p.hash)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var url string
		var v validators
		if err := rows.Scan(&url, &v.etag, &v.modified); err != nil {
			return err
		}
		for _, i := range at[url] {
			pages[i].valid = v
		}
	}
	return rows.Err()
}

// keepValidators stores what a page came with, by the commit that stores the page. A
// page of which something could not be read is to come whole again.
func (c committer) keepValidators(out outcome) error {
	wanted := out.page.kind == listPage || c.plan.src.Follow != nil
	if out.fate != done || out.err != nil || len(out.bad) > 0 || out.valid.empty() || out.unchanged || !wanted {
		return nil //nolint:nilerr // the page's error is the commit's matter
	}
	return c.exec(`INSERT OR REPLACE INTO validators (source, url, etag, modified, plan, fetched) VALUES (?, ?, ?, ?, ?, ?)`,
		c.plan.src.Name, out.page.url, out.valid.etag, out.valid.modified, c.plan.hash, millis(out.at))
}
