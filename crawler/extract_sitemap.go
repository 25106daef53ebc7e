package crawler

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const (
	// maxSitemapURLs is the protocol's own bound of one file (sitemaps.org).
	maxSitemapURLs = 50_000
	// maxSitemapDepth allows an index of indexes, which the protocol does not and some
	// sites do, named in a robots.txt. Deeper nesting is a trap.
	maxSitemapDepth = 3
	// maxSitemaps of one index are followed: at a pace of seconds, more would be a day.
	maxSitemaps = 1000
)

// sitemapPlan is which addresses of a sitemap are posts; compiled.
type sitemapPlan struct {
	include, exclude *regexp.Regexp // may be nil
	newer            time.Duration
}

func (p *plan) compileSitemap(bad *problems) {
	if p.src.Detail == nil {
		bad.add("detail", "is missing: a sitemap holds addresses only. Write detail: {} to have the main text found")
	}
	said := p.src.Sitemap
	if said == nil {
		return
	}
	p.sitemap.newer = said.Newer
	if said.Newer < 0 {
		bad.add("sitemap.newer", "is %v: set it to 0 or more", said.Newer)
	}
	for _, filter := range []struct {
		key, said string
		into      **regexp.Regexp
	}{{"include", said.Include, &p.sitemap.include}, {"exclude", said.Exclude, &p.sitemap.exclude}} {
		if filter.said == "" {
			continue
		}
		re, err := regexp.Compile(filter.said)
		if err != nil {
			bad.add("sitemap."+filter.key, "%w", err)
		}
		*filter.into = re
	}
}

// wants reports whether an address of a sitemap is a post's.
func (p sitemapPlan) wants(link string) bool {
	return (p.include == nil || p.include.MatchString(link)) && (p.exclude == nil || !p.exclude.MatchString(link))
}

// sitemapEntry is a <url> or a <sitemap>. A news sitemap tells a title and when the
// page was published.
type sitemapEntry struct {
	Loc  string `xml:"loc"`
	Mod  string `xml:"lastmod"`
	News struct {
		Title     string `xml:"title"`
		Published string `xml:"publication_date"`
	} `xml:"news"`
}

// sitemap reads a sitemap, an index of sitemaps, or a robots.txt, which names some.
// depth is how many of these led here.
func (r reader) sitemap(doc document, depth int, now time.Time) (listing, error) {
	if doc.url.Path == robotsPath {
		return r.robotsSitemaps(doc)
	}
	if err := r.checkText(doc.body); err != nil {
		return listing{}, err
	}
	body, cut, err := boundXML(doc.body, maxSitemapURLs, "url", "sitemap")
	if err != nil {
		return listing{}, err
	}
	var l listing
	if cut {
		l.bad = append(l.bad, fmt.Errorf("%w: %d", errManyItems, maxSitemapURLs))
	}
	isMap, dropped := false, 0
	err = eachEntry(body, func(name string, e sitemapEntry) error {
		isMap = true
		switch {
		case name == "sitemap" && depth >= maxSitemapDepth:
			return fmt.Errorf("an index of sitemaps under %d others: that is a trap, or a loop", depth)
		case name == "sitemap" && len(l.more) == maxSitemaps:
			dropped++
		case name == "sitemap":
			r.addSitemap(&l, e, doc.url, now)
		case name == "url":
			r.addEntry(&l, e, doc.url, now)
		}
		return nil
	})
	switch {
	case err != nil:
		return listing{}, fmt.Errorf("read sitemap: %w", err)
	case !isMap:
		return listing{}, errors.New("read sitemap: the page is none")
	case dropped > 0:
		l.bad = append(l.bad, fmt.Errorf("%w: %d sitemaps of %d", errManyItems, maxSitemaps, maxSitemaps+dropped))
	}
	return l, nil
}

// robotsSitemaps are the sitemaps that a robots.txt names.
func (r reader) robotsSitemaps(doc document) (listing, error) {
	var l listing
	dropped := 0
	for line := range bytes.Lines(doc.body) {
		name, address, _ := strings.Cut(string(bytes.TrimSpace(line)), ":")
		switch {
		case !strings.EqualFold(strings.TrimSpace(name), "sitemap"):
		case len(l.more) == maxSitemaps:
			dropped++
		default:
			address, _, _ = strings.Cut(address, "#")
			r.addSitemap(&l, sitemapEntry{Loc: address}, doc.url, time.Time{})
		}
	}
	switch {
	case len(l.more) == 0:
		return l, errors.New("robots.txt names no sitemap: write the sitemap's own address in start")
	case dropped > 0:
		l.bad = append(l.bad, fmt.Errorf("%w: %d sitemaps of %d", errManyItems, maxSitemaps, maxSitemaps+dropped))
	}
	return l, nil
}

// eachEntry calls f for every entry, and for the root element itself. Entities that
// a document declares are not expanded, so there is nothing to blow up.
func eachEntry(body []byte, f func(name string, e sitemapEntry) error) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		var e sitemapEntry
		switch start.Name.Local {
		case "urlset", "sitemapindex":
		case "url", "sitemap":
			if err := d.DecodeElement(&e, &start); err != nil {
				return err
			}
		default:
			continue
		}
		if err := f(start.Name.Local, e); err != nil {
			return err
		}
	}
}

// addSitemap takes a further sitemap, unless nothing in it is new enough.
func (r reader) addSitemap(l *listing, e sitemapEntry, page *url.URL, now time.Time) {
	if r.isOld(e.Mod, now) {
		l.left++
		return
	}
	u, err := resolve(page, e.Loc)
	if err != nil {
		l.bad = append(l.bad, err)
		return
	}
	l.more = append(l.more, u)
}

// addEntry takes the address of a post.
func (r reader) addEntry(l *listing, e sitemapEntry, page *url.URL, now time.Time) {
	link := strings.TrimSpace(e.Loc)
	if !r.plan.sitemap.wants(link) || r.isOld(e.Mod, now) {
		l.left++
		return
	}
	before := len(l.rows)
	r.addRow(l, values{fieldURL: link, fieldTitle: strings.TrimSpace(e.News.Title), fieldPublished: strings.TrimSpace(e.News.Published)}, page, now)
	if len(l.rows) > before {
		l.rows[before].Revised = strings.TrimSpace(e.Mod)
	}
}

// isOld reports whether a sitemap says of an entry that it was changed too long ago.
// What it says unreadably does not count.
func (r reader) isOld(lastmod string, now time.Time) bool {
	if r.plan.sitemap.newer == 0 || strings.TrimSpace(lastmod) == "" {
		return false
	}
	t, err := ParseTime(lastmod, now, r.plan.zone)
	return err == nil && now.Sub(t) > r.plan.sitemap.newer+day // a day without a clock is its midnight
}
