package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"vane"
	"vane/dashboards/ask"
)

// facetValues is how many values of a dimension are listed.
const facetValues = 8

// searchPage is what templates/search.html shows.
type searchPage struct {
	Query    string
	From, To string // days, as typed
	Sort     string
	Sorts    []choice
	Filters  []filterValue // that are on
	Problem  string        // with the query
	Asked    bool
	Posts    []shownPost
	Total    uint64
	Counted  time.Time // Total is of those since then; zero: of all
	Ranked   time.Time // likewise for what Posts are the first of
	Facets   []facetList
	Exports  []choice // files of all that is found; none for who may not have them
	Next     string   // address of the next page, "" if there is none

	facets vane.SearchFacets
}

// choice is an entry of a list to choose from.
type choice struct {
	Value, Name string
	Chosen      bool
}

// filterValue is a value that posts must have, and the address without it.
type filterValue struct{ By, Kind, Key, Name, Path string }

// facetList is one dimension of what was found.
type facetList struct {
	Name   string
	Values []facetValue
}

type facetValue struct {
	Key   string
	Name  string
	Posts uint64
	Width int
	Path  string       // the same search for this value alone
	Under []facetValue // of a domain: its issues
}

// facetNames are the dimensions that a search is narrowed by, in their order.
func facetNames() []choice {
	return []choice{
		{Value: "domain", Name: "领域"}, {Value: "tag", Name: "问题"}, {Value: "channel", Name: "渠道"}, {Value: "region", Name: "地区"},
		{Value: "brand", Name: "品牌"}, {Value: "voice", Name: "声音"}, {Value: "source", Name: "来源"},
	}
}

// search shows what the address asks for, so that a search can be passed on.
func (b *Board) search(ctx context.Context, r *http.Request) (any, error) {
	v := r.URL.Query()
	page := searchPage{
		Query: strings.TrimSpace(v.Get("q")), From: v.Get("from"), To: v.Get("to"), Sort: v.Get("sort"), Filters: b.filters(r.URL),
		Sorts: []choice{{string(vane.ByTime), "最新", false}, {string(vane.ByRelevance), "最相关", false}, {string(vane.ByEngagement), "反应最多", false}},
	}
	for i, s := range page.Sorts {
		page.Sorts[i].Chosen = s.Value == page.Sort
	}
	page.Asked = page.Query != "" || len(page.Filters) > 0 || page.From != "" || page.To != ""
	if !page.Asked {
		return page, nil
	}
	question := questionOf(r)
	question.After = v.Get("after")
	var found ask.Found
	err := together(
		func() (err error) { found, err = b.Desk.Search(ctx, question); return err },
		func() (err error) { page.facets, err = b.facets(ctx, question); return err },
	)
	var mistake ask.Mistake
	if errors.As(err, &mistake) { // of the reader, who sees it above what they wrote
		page.Problem = languageOf(r).mistake(mistake)
		return page, nil
	}
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	b.fill(r.URL, found, &page)
	mentions, snippets := make([]vane.Mention, len(found.Posts)), map[vane.ID]vane.Snippet{}
	for i, p := range found.Posts {
		mentions[i], snippets[p.ID] = p.Mention, p.Snippet
	}
	if mayChange(r) && b.Desk.Export != nil && page.Total > 0 && page.Total <= ask.MostExported && page.Counted.IsZero() {
		page.Exports = exports(r.URL)
	}
	page.Posts, err = b.shown(ctx, r, mentions, func(m vane.Mention) template.HTML { return highlighted(snippets[m.ID]) })
	return page, err
}

// facets are what all that is found is made up of: counted once for all pages and orders
// of a search, and kept for a moment.
func (b *Board) facets(ctx context.Context, q ask.SearchQuestion) (vane.SearchFacets, error) {
	q.After, q.Sort = "", ""
	counted, _, err := b.shelf.get(ctx, fmt.Sprintf("facets %#v", q), func(ctx context.Context) (any, error) { return b.Desk.Facets(ctx, q) })
	facets, _ := counted.(vane.SearchFacets)
	return facets, err
}

// questionOf is the search that an address asks for.
func questionOf(r *http.Request) ask.SearchQuestion {
	v := r.URL.Query()
	return ask.SearchQuestion{
		Text: strings.TrimSpace(v.Get("q")), From: v.Get("from"), To: v.Get("to"), Sort: v.Get("sort"),
		Tags: append(v["domain"], v["tag"]...), Channels: v["channel"], Sources: v["source"], Regions: v["region"],
		Brands: v["brand"], Voices: v["voice"],
	}
}

// export writes the posts of a search into a file.
func (b *Board) export(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	ctx, leave, err := b.enter(ctx)
	if err != nil {
		b.fail(w, r, err)
		return
	}
	defer leave()
	format := r.FormValue("format")
	var out bytes.Buffer // whole before the first byte goes out: half a file looks like one
	if err := b.Desk.ExportPosts(ctx, &out, format, questionOf(r)); err != nil {
		b.fail(w, r, err)
		return
	}
	name := "检索 " + b.Now().In(vane.Beijing()).Format("2006-01-02 1504") + "." + format
	w.Header().Set("Content-Type", exportType(format))
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	w.Write(out.Bytes()) // a reader that went away needs no answer
}

// exportType is the media type of a file.
func exportType(format string) string {
	if format == "csv" {
		return "text/csv; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// exports are the addresses of the files of a search.
func exports(u *url.URL) []choice {
	var files []choice
	for _, format := range ask.ExportFormats() {
		v := u.Query()
		v.Del("after")
		v.Set("format", format)
		files = append(files, choice{Value: "/search/export?" + v.Encode(), Name: strings.ToUpper(format)})
	}
	return files
}

// fill puts what was found on the page.
func (b *Board) fill(u *url.URL, found ask.Found, page *searchPage) {
	page.From, page.To = firstDay(found.Query.Window), lastDay(found.Query.Window)
	if found.Next != "" {
		page.Next = withValue(u, "after", found.Next)
	}
	page.Total, page.Counted, page.Ranked = page.facets.Posts, page.facets.Since, found.Since
	issues := b.facet(u, choice{Value: "tag"}, page.facets, math.MaxInt).Values
	for _, by := range facetNames() {
		list := b.facet(u, by, page.facets, facetValues)
		switch {
		case by.Value == "tag" || len(list.Values) == 0: // issues stand under their domains
			continue
		case by.Value == "domain":
			list.Name = "领域与问题"
			nest(list.Values, issues)
		}
		page.Facets = append(page.Facets, list)
	}
}

// nest puts issues under their domains.
func nest(domains, issues []facetValue) {
	for i, d := range domains {
		for _, issue := range issues {
			if vane.Tag(issue.Key).Domain() == vane.Tag(d.Key) && len(domains[i].Under) < facetValues {
				domains[i].Under = append(domains[i].Under, issue)
			}
		}
	}
}

// firstDay and lastDay are the days of a window as a form writes them.
func firstDay(w vane.Window) string { return w.From.In(vane.Beijing()).Format(time.DateOnly) }

func lastDay(w vane.Window) string {
	return w.To.Add(-time.Nanosecond).In(vane.Beijing()).Format(time.DateOnly)
}

// facet is one dimension of what was found, with a way to each of its values.
func (b *Board) facet(u *url.URL, by choice, all vane.SearchFacets, most int) facetList {
	list := facetList{Name: by.Name}
	for _, f := range all.Facets {
		if f.By != by.Value {
			continue
		}
		for _, s := range f.Shares[:min(most, len(f.Shares))] {
			list.Values = append(list.Values, facetValue{
				Key: s.Key, Name: b.valueName(by.Value, s.Key), Posts: s.Posts, Width: int(100 * s.Posts / max(f.Shares[0].Posts, 1)), Path: withValue(u, by.Value, s.Key),
			})
		}
	}
	return list
}

// filters are the values that the address narrows a search by.
func (b *Board) filters(u *url.URL) []filterValue {
	var on []filterValue
	for _, by := range facetNames() {
		for _, key := range u.Query()[by.Value] {
			on = append(on, filterValue{By: by.Value, Kind: by.Name, Key: key, Name: b.valueName(by.Value, key), Path: without(u, by.Value, key)})
		}
	}
	return on
}

// valueName is what a value of a dimension is called.
func (b *Board) valueName(by, key string) string {
	switch by {
	case "domain", "tag":
		return b.name(vane.Tag(key))
	case "voice":
		return voiceName(vane.Voice(key))
	default:
		return key
	}
}

// voiceName is what analysts call a voice.
func voiceName(v vane.Voice) string {
	names := map[vane.Voice]string{
		vane.Complaint: "投诉", vane.Discussion: "讨论", vane.Media: "媒体", vane.Official: "官方", vane.Promotion: "营销",
	}
	return cmp.Or(names[v], string(v))
}

// withValue is an address with one value set, back on the first page unless that is
// what is set.
func withValue(u *url.URL, key, value string) string {
	v := u.Query()
	v.Del("after")
	if key == "tag" || key == "domain" { // of an issue and its domain the one that is asked for last
		v.Del("tag")
		v.Del("domain")
	}
	v.Set(key, value)
	return u.Path + "?" + v.Encode()
}

// without is an address without one of its values.
func without(u *url.URL, key, value string) string {
	v := u.Query()
	v.Del("after")
	v[key] = slices.DeleteFunc(v[key], func(s string) bool { return s == value })
	return u.Path + "?" + v.Encode()
}

// highlighted is a snippet with its terms marked. Everything in it is escaped.
func highlighted(s vane.Snippet) template.HTML {
	runes, at, out := []rune(s.Text), 0, strings.Builder{}
	for _, span := range s.Spans {
		from, to := span[0]-s.At[0], span[1]-s.At[0]
		out.WriteString(template.HTMLEscapeString(string(runes[at:from])))
		out.WriteString("<mark>" + template.HTMLEscapeString(string(runes[from:to])) + "</mark>")
		at = to
	}
	out.WriteString(template.HTMLEscapeString(string(runes[at:])))
	return template.HTML(out.String()) //nolint:gosec // escaped above, piece by piece
}
