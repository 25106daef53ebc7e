package samplesite

import (
	"bytes"
	"embed"
	"html"
	"html/template"
	"net/http"
	"strings"
	texttemplate "text/template"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

//go:embed pages/*
var pageFiles embed.FS

// format is how a page travels.
type format struct {
	contentType string
	gbk         bool
}

var (
	utf8HTML = format{contentType: "text/html; charset=utf-8"}
	// gbkHTML is an old site: its header names no charset, its pages do.
	gbkHTML = format{contentType: "text/html", gbk: true}
	feedXML = format{contentType: "application/rss+xml"}
)

// What the pages show.
type (
	listView struct {
		Page, Pages, Total int
		Prev, Next         string // addresses, "" for none
		Now                time.Time
		Posts              []*Planted
	}
	postView struct {
		Post       *Planted
		Paragraphs []string
		Replies    []reply
	}
	feedView struct {
		Column, Root string
		Posts        []*Planted
	}
	plainView struct {
		Title, Text string
		Links       []string
	}
	reply struct{ Author, Text string }
)

// pageSet renders pages.
type pageSet struct {
	html *template.Template
	feed *texttemplate.Template
}

func (s *Site) parsePages() pageSet {
	show := map[string]any{
		"when":   func(t time.Time) string { return shownAgo(t, s.Clock()) },
		"ago":    func(t time.Time) string { return shownAgoTW(t, s.Clock()) },
		"day":    shownIn("2006-01-02"),
		"second": shownIn("2006-01-02 15:04:05"),
		"han":    shownIn("2006年1月2日 15:04"),
		"count":  shownCount,
		"wan":    shownCountTW,
	}
	feed := texttemplate.FuncMap{
		"xml":     html.EscapeString,
		"rfc":     shownInFeed,
		"lead":    func(text string) string { return html.EscapeString(lead(text)) },
		"content": contentCDATA,
	}
	return pageSet{
		html: template.Must(template.New("").Funcs(show).ParseFS(pageFiles, "pages/*.html")),
		feed: texttemplate.Must(texttemplate.New("").Funcs(feed).ParseFS(pageFiles, "pages/*.xml")),
	}
}

// contentCDATA is a text as paragraphs of HTML inside a feed.
func contentCDATA(text string) string {
	var out strings.Builder
	out.WriteString("<![CDATA[")
	for _, p := range paragraphs(text) {
		out.WriteString("<p>" + html.EscapeString(p) + "</p>")
	}
	out.WriteString("]]>")
	return out.String()
}

// render writes a page.
func (ps pageSet) render(w http.ResponseWriter, name string, f format, view any) {
	var page bytes.Buffer
	var err error
	if f == feedXML {
		page.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
		err = ps.feed.ExecuteTemplate(&page, name, view)
	} else {
		err = ps.html.ExecuteTemplate(&page, name, view)
	}
	body := page.Bytes()
	if err == nil && f.gbk {
		body, err = encoding.HTMLEscapeUnsupported(simplifiedchinese.GBK.NewEncoder()).Bytes(body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", f.contentType)
	w.Write(body) //nolint:gosec // the client left if this fails
}

// lister shows the posts of one site, newest first, page by page.
type lister struct {
	site    *Site
	source  string
	rows    int
	page    string // template
	format  format
	address func(page int) string
}

// showAt shows the page whose number is text.
func (l lister) showAt(w http.ResponseWriter, r *http.Request, text string) {
	n, err := pageNumber(text)
	if err != nil || n > 1 && (n-1)*l.rows >= len(l.site.bySource[l.source]) {
		http.NotFound(w, r)
		return
	}
	l.show(w, n)
}

func (l lister) show(w http.ResponseWriter, n int) {
	posts := l.site.bySource[l.source]
	from, to := (n-1)*l.rows, min(n*l.rows, len(posts))
	view := listView{
		Page: n, Pages: (len(posts) + l.rows - 1) / l.rows, Total: len(posts),
		Now: l.site.Clock(), Posts: posts[from:to],
	}
	if n > 1 {
		view.Prev = l.address(n - 1)
	}
	if to < len(posts) {
		view.Next = l.address(n + 1)
	}
	l.site.pages.render(w, l.page, l.format, view)
}

// showPost shows a post's own page.
func (s *Site) showPost(w http.ResponseWriter, r *http.Request, path, page string, f format) {
	p := s.byPath[path]
	if p == nil {
		http.NotFound(w, r)
		return
	}
	s.pages.render(w, page, f, postView{Post: p, Paragraphs: paragraphs(p.Text), Replies: repliesTo(p)})
}

// plain is a page without posts.
func (s *Site) plain(title, text string, links ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		s.pages.render(w, "plain.html", utf8HTML, plainView{title, text, links})
	}
}

// repliesTo is what others wrote under a post: noise that must not become its text.
func repliesTo(p *Planted) []reply {
	simplified := []reply{{"路人甲", "顶一下，帮你扩散"}, {"潜水员", "同问"}, {"老坛友", "蹲一个后续"}, {"沙发党", "前排"}}
	traditional := []reply{{"路過", "推"}, {"潛水中", "同問"}, {"鄉民", "坐等後續"}, {"B1", "加油"}}
	all := simplified
	if p.Source == "sample_tw" {
		all = traditional
	}
	n := int(nameNumber(p.NativeID)) % (len(all) + 1)
	return all[:min(n, int(p.Engagement.Comments))]
}
