package crawler

import (
	"fmt"
	"strings"
	"testing"

	"vane/yamlfile"
)

// A page that is nested without end, or has more than any page, is refused; none of
// them may cost a second or the stack.
func TestPagesWithoutEndAreRefused(t *testing.T) {
	s := &site{Server: newBareServer("http://example.com")}
	html, api := s.forumSource("forum"), s.jsonSource()
	feed := s.forumSource("feed")
	feed.Kind, feed.List, feed.Detail = Feed, nil, nil
	for name, c := range map[string]struct {
		src  Source
		page string
		want string
	}{
		"50 MB of nested divs": {html, strings.Repeat("<div>", 10<<20), "tags"},
		"nested divs":          {html, strings.Repeat("<div>", 1000), "512"},
		"nested tables":        {html, strings.Repeat("<table><tr><td>", 1000), "512"},
		"millions of tags":     {html, strings.Repeat("<p>", 1<<20), "tags"},
		"nested arrays":        {api, strings.Repeat("[", 8<<20), "nested"},
		"nested objects":       {api, strings.Repeat(`{"a":`, 4<<20), "nested"},
		"nested elements":      {feed, "<rss><channel><item>" + strings.Repeat("<a>", 8<<20), "nested"},
		"nested extensions":    {feed, `<rss xmlns:x="u"><channel><item>` + strings.Repeat("<x:a>", 4<<20), "nested"},
		"a nested JSON feed":   {feed, `{"version": "https://jsonfeed.org/version/1", "items": ` + strings.Repeat("[", 4<<20), "nested"},
	} {
		if _, err := readList(t, c.src, c.page, 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %.200v, want %q", name, err, c.want)
		}
	}
}

// A string in JSON may hold what looks like nesting.
func TestJSONDepthLooksAtStructureOnly(t *testing.T) {
	for body, ok := range map[string]bool{
		`{"a": "` + strings.Repeat("[", 5000) + `"}`:                                      true,
		`{"a": "\"` + strings.Repeat("{", 5000) + `\\"}`:                                  true,
		`[` + strings.Repeat(`[],`, 5000) + `[]]`:                                         true,
		strings.Repeat("[", maxNesting) + strings.Repeat("]", maxNesting):                 true,
		strings.Repeat("[", maxNesting+1) + strings.Repeat("]", maxNesting+1):             false,
		`"\\` + `"` + strings.Repeat("[", maxNesting+1) + strings.Repeat("]", maxNesting): false,
	} {
		if err := checkJSONDepth([]byte(body)); (err == nil) != ok {
			t.Errorf("%.40s…: %v", body, err)
		}
	}
}

func TestAFeedOfAMillionItemsIsCut(t *testing.T) {
	feed := (&site{Server: newBareServer("http://example.com")}).forumSource("feed")
	feed.Kind, feed.List, feed.Detail = Feed, nil, nil
	numbered := func(form string) string {
		var b strings.Builder
		for i := range maxFeedItems + 10 {
			fmt.Fprintf(&b, strings.ReplaceAll(form, "N", "%[1]d"), i)
		}
		return b.String()
	}
	million := strings.Repeat("<item><title>x</title><link>/p/x</link></item>", 1_000_000)
	rss := `<rss version="2.0"><channel><title>x</title>` + numbered("<item><title>条目 N</title><link>/p/N</link></item>") + million + "</channel></rss>"
	atom := `<feed xmlns="http://www.w3.org/2005/Atom">` + numbered(`<entry><title>条目 N</title><link href="/p/N"/></entry>`) + "</feed>"
	jsonfeed := `{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [` + numbered(`{"id": "N", "url": "/p/N", "title": "条目 N"},`) + "{}]}"
	for name, page := range map[string]string{"rss": rss, "atom": atom, "json": jsonfeed} {
		l := mustList(t, feed, page)
		if len(l.rows) != maxFeedItems || len(l.bad) != 1 || l.rows[maxFeedItems-1].Title != fmt.Sprint("条目 ", maxFeedItems-1) {
			t.Errorf("%s: %d items, %v", name, len(l.rows), l.bad)
		}
	}
}

func TestBoundXMLCutsBetweenItems(t *testing.T) {
	for in, want := range map[string]string{
		"<r><i>1</i><i>2</i><i>3</i></r>":                     "<r><i>1</i><i>2</i></r>",
		"<r><i/><i a='>'/><i/></r>":                           "<r><i/><i a='>'/></r>",
		"<r><!--<i><i><i>--><i><![CDATA[<i><i>]]></i></r>":    "<r><!--<i><i><i>--><i><![CDATA[<i><i>]]></i></r>",
		"<?xml version='1.0'?><!DOCTYPE r><r><c><i/></c></r>": "<?xml version='1.0'?><!DOCTYPE r><r><c><i/></c></r>",
		"<r><i>1</i><i>2</i><item/></r>":                      "<r><i>1</i><i>2</i><item/></r>",
		"<r><i><i><i>":                                        "<r><i><i></i></i></r>",
		"<r <i":                                               "<r <i",
		"":                                                    "",
	} {
		got, _, err := boundXML([]byte(in), 2, "i")
		if string(got) != want || err != nil {
			t.Errorf("%s is cut to %s (%v), want %s", in, got, err, want)
		}
	}
}

// A site that fails with status 200: the notice is recognised where the source knows
// it, and elsewhere nothing is stored.
func TestErrorPagesWithStatus200AreNotPosts(t *testing.T) {
	s := newSite(t)
	s.page("/sitemap.xml", urlset(entry("/news/1", ""), entry("/news/2", ""), entry("/news/3", ""), entry("/news/4", "")))
	s.page("/news/1", `<title>404 页面不存在</title><p>您访问的页面不存在或已被删除，系统将在5秒后返回首页，请稍候。</p><p>如果没有自动跳转，请点击这里返回首页。</p>`)
	s.page("/news/2", `<title>某某网</title><p>请稍候</p>`)
	s.page("/news/3", `<title>某某网</title><p>服务器开小差了，请稍后再试。</p>`+paragraphs(3))
	s.page("/news/4", article("一条好新闻", "2026-11-20 12:30", paragraphs(3)))
	src := s.sitemapSource()
	src.Failing = []string{"text:服务器开小差了"}
	state := openTestState(t)
	cfg := testConfig()
	cfg.Patience = 0
	report := mustPass(t, newTestCrawler(t, cfg, state), src, Done)
	if got := titles(outboxPosts(t, state)); len(got) != 1 || got[0] != "一条好新闻" {
		t.Errorf("stored %q", got)
	}
	var reasons []string
	for _, f := range report.Failed {
		reasons = append(reasons, f.Reason)
	}
	all := strings.Join(reasons, "\n")
	if report.Errors != 3 || report.Left != 1 || !strings.Contains(all, "is an error page") || !strings.Contains(all, "no main text") || !strings.Contains(all, "says that the site fails") {
		t.Errorf("%+v: %s", report, all)
	}
}

func FuzzBoundXML(f *testing.F) {
	f.Add([]byte(rss))
	f.Add([]byte(urlset(entry("/a", "2026-11-20"))))
	f.Fuzz(func(t *testing.T, body []byte) {
		out, cut, err := boundXML(body, 3, "item", "url")
		if err == nil && !cut && string(out) != string(body) {
			t.Errorf("%q was changed to %q", body, out)
		}
		if err := checkJSONDepth(body); err != nil && strings.Count(string(body), "[")+strings.Count(string(body), "{") <= maxNesting {
			t.Errorf("%q: %v", body, err)
		}
	})
}

func TestKeysOfExtractionAreReadFromYAML(t *testing.T) {
	src := DefaultSource()
	err := yamlfile.Decode("x.yaml", []byte(`
name: x
title: 示例
kind: sitemap
start: [https://example.org/sitemap.xml]
sitemap: {include: /news/, exclude: /news/video/, newer: 72h}
request: {headers: {Accept-Language: zh-CN}}
failing: ["text:系统繁忙"]
daily: true
render: false
detail:
  thread: {url: 'https://example.org/c/{id}', depth: 3, newest: true, json: {items: list, fields: {id: id, text: text}}}
`), &src)
	if err == nil {
		err = src.Validate()
	}
	if err != nil || src.Detail.Thread.Depth != 3 || src.Request.Headers["Accept-Language"] != "zh-CN" || !src.Daily {
		t.Errorf("%+v, %v", src, err)
	}
	src = DefaultSource()
	if err := yamlfile.Decode("x.yaml", []byte("detail: {}"), &src); err != nil || src.Detail == nil {
		t.Errorf("detail: {} is %v, %v", src.Detail, err)
	}
}
