package crawler

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// article is a page without anything a selector would need.
func article(title, when, text string) string {
	return `<html><head><title>` + title + `_某某网</title></head><body><div class="nav"><a href="/">首页</a><a href="/news">新闻</a></div>
<h1>` + title + `</h1><div class="info">来源：某某网 ` + when + ` 编辑：某人</div><div id="content">` + text + `</div>
<div class="footer"><a href="/about">关于我们</a> 版权所有</div></body></html>`
}

// paragraphs is n paragraphs of running text.
func paragraphs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<p>这是第%d段，消费者向记者反映，商家在未告知的情况下更改了合同条款，要求退款时又以各种理由推脱，目前监管部门已经介入调查。</p>", i+1)
	}
	return b.String()
}

func urlset(entries ...string) string {
	return `<?xml version="1.0" encoding="gb2312"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + strings.Join(entries, "") + `</urlset>`
}

func entry(loc, lastmod string) string {
	return "<url><loc> " + loc + " </loc><lastmod>" + lastmod + "</lastmod></url>"
}

func sitemapindex(locs ...string) string {
	var b strings.Builder
	b.WriteString(`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, loc := range locs {
		b.WriteString("<sitemap><loc>" + loc + "</loc><lastmod>2026-11-23</lastmod></sitemap>")
	}
	return b.String() + "</sitemapindex>"
}

// sitemapSource is a source that finds its posts by a sitemap, without a selector.
func (s *site) sitemapSource() Source {
	src := DefaultSource()
	src.Name, src.Title, src.Kind, src.Base, src.Delay = "news", "新闻", Map, s.URL, 0
	src.Start = []string{"/sitemap.xml"}
	src.Sitemap = &Sitemap{Include: `/news/\d+`, Exclude: `/news/9`, Newer: 72 * time.Hour}
	src.Detail = &Detail{}
	return src
}

func TestPassFollowsSitemapsToArticles(t *testing.T) {
	s := newSite(t)
	s.page("/sitemap.xml", sitemapindex(s.URL+"/sitemap-1.xml"))
	s.page("/sitemap-1.xml", urlset(
		entry(s.URL+"/news/1", "2026-11-22T10:00:00+08:00"), entry("/news/2", "2026-11-23"), entry("/news/3", ""),
		entry("/news/4", "2026-10-01"), entry("/news/91", "2026-11-23"), entry("/about", "2026-11-23"), entry("mailto:a@b.c/news/5", "")))
	for n := range 10 {
		s.page(fmt.Sprintf("/news/%d", n), article(fmt.Sprintf("第%d条消费新闻", n), "2026年11月22日 08:30", paragraphs(4)))
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	pass := func() PassReport {
		t.Helper()
		report, err := c.Pass(t.Context(), s.sitemapSource(), PassOptions{Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if report := pass(); report.New != 3 || report.Pages != 5 || report.Errors != 1 {
		t.Errorf("%+v, want three articles and one address that is none", report)
	}
	posts := outboxPosts(t, state)
	if got, want := titles(posts), []string{"第1条消费新闻", "第2条消费新闻", "第3条消费新闻"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, p := range posts {
		if !strings.HasPrefix(p.Text, "这是第1段") || strings.Contains(p.Text, "版权所有") || strings.Count(p.Text, "\n") != 3 {
			t.Errorf("main text is %q", p.Text)
		}
		if want := time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC); !p.PublishedAt.Equal(want) {
			t.Errorf("published at %v, want %v", p.PublishedAt, want)
		}
	}
	s.requests()

	// A page is fetched again when the sitemap says that it was changed.
	s.page("/sitemap-1.xml", urlset(entry("/news/1", "2026-11-22T10:00:00+08:00"), entry("/news/2", "2026-11-23T18:00:00+08:00")))
	pass()
	if got, want := s.requests(), []string{"/sitemap.xml", "/sitemap-1.xml", "/news/2"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

// A robots.txt names the sitemaps, in lines for everybody, wherever they stand.
func TestSitemapsAreFoundByRobots(t *testing.T) {
	s := newSite(t)
	s.page("/robots.txt", "User-agent: *\nDisallow: /secret/\nSitemap: "+s.URL+"/maps/index.xml\n\nUser-agent: other\nDisallow: /\nsitemap : /maps/2.xml # the newest\r\nSitemap: mailto:a@b.c\n")
	s.page("/maps/index.xml", sitemapindex("/maps/1.xml"))
	s.page("/maps/1.xml", urlset(entry("/news/1", ""), entry("/secret/news/2", "")))
	s.page("/maps/2.xml", urlset(entry("/news/3", "")))
	for _, n := range []int{1, 3} {
		s.page(fmt.Sprintf("/news/%d", n), article(fmt.Sprintf("第%d条消费新闻", n), "2026年11月22日 08:30", paragraphs(4)))
	}
	src := s.sitemapSource()
	src.Start = []string{"/robots.txt"}
	state := openTestState(t)
	report := mustPass(t, newTestCrawler(t, testConfig(), state), src, Done)
	if got, want := titles(outboxPosts(t, state)), []string{"第1条消费新闻", "第3条消费新闻"}; !slices.Equal(got, want) || report.Errors != 2 {
		t.Errorf("%q, want %q; %+v", got, want, report)
	}
	if slices.Contains(s.requests(), "/secret/news/2") {
		t.Error("a page was fetched that robots.txt forbids")
	}

	s.page("/robots.txt", "User-agent: *\nDisallow:\n")
	report = mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), src, Failed)
	if !strings.Contains(report.Detail, "robots.txt names no sitemap") {
		t.Errorf("%+v", report)
	}
}

func TestANewsSitemapGivesTitleAndDate(t *testing.T) {
	s := &site{Server: newBareServer("http://example.com")}
	l := mustList(t, s.sitemapSource(), urlset(`<url><loc>/news/1</loc><news:news xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<news:publication_date>2026-11-22T08:30:00+08:00</news:publication_date><news:title>退款 &amp; 赔偿</news:title></news:news></url>`))
	if len(l.rows) != 1 || l.rows[0].Title != "退款 & 赔偿" || l.rows[0].Published.Hour() != 0 || l.rows[0].Native != "http://example.com/news/1" {
		t.Errorf("%+v", l)
	}
}

// A sitemap of a site that has had nothing new for long is a sitemap all the same.
func TestAQuietSitemapIsNotFlagged(t *testing.T) {
	s := newSite(t)
	s.page("/sitemap.xml", sitemapindex("/1.xml"))
	s.page("/1.xml", urlset(entry("/news/1", "2020-01-01")))
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	for range emptyPasses {
		mustPass(t, c, s.sitemapSource(), Done)
	}
	if h := healthOf(t, state, "news"); h.Flagged || h.Empty != 0 {
		t.Errorf("%+v", h)
	}
}

// mustList reads body as the first page of a source's list.
func mustList(t testing.TB, src Source, body string) listing {
	t.Helper()
	l, err := readList(t, src, body, 0)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func readList(t testing.TB, src Source, body string, depth int) (listing, error) {
	t.Helper()
	p, err := compile(src)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse("http://example.com/list")
	if err != nil {
		t.Fatal(err)
	}
	return newReader(p, nil).list(document{url: at, status: 200, body: []byte(body)}, depth, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
}

// An index of indexes that go on for ever, one with more sitemaps than could be
// read, one that grows by its entities, and pages that are no sitemap.
func TestSitemapBombsAreBounded(t *testing.T) {
	s := &site{Server: newBareServer("http://example.com")}
	src := s.sitemapSource()
	if _, err := readList(t, src, sitemapindex("/deeper.xml"), maxSitemapDepth); err == nil || !strings.Contains(err.Error(), "trap") {
		t.Errorf("an index that is too deep: %v", err)
	}
	if l := mustList(t, src, sitemapindex(slices.Repeat([]string{"/a.xml"}, maxSitemaps+5)...)); len(l.more) != maxSitemaps || len(l.bad) != 1 {
		t.Errorf("%d sitemaps, %v", len(l.more), l.bad)
	}
	src.Sitemap = nil
	if l := mustList(t, src, urlset(strings.Repeat(entry("/news/1", ""), maxSitemapURLs+10))); len(l.rows) != maxSitemapURLs || len(l.bad) != 1 {
		t.Errorf("%d addresses, %v", len(l.rows), l.bad)
	}
	bomb := `<!DOCTYPE x [<!ENTITY a "` + strings.Repeat("x", 100) + `">`
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf(`<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	if l, err := readList(t, src, bomb+"]>"+urlset(entry("/news/&j;", "")), 0); err == nil && len(l.rows[0].URL) > 100 {
		t.Errorf("an entity was expanded to %d bytes", len(l.rows[0].URL))
	}
	for name, page := range map[string]string{
		"none": "<html><body>404</body></html>", "empty": "", "nested": strings.Repeat("<a>", 1<<20), "text": "系统繁忙",
	} {
		if l, err := readList(t, src, page, 0); err == nil {
			t.Errorf("%s: %+v, want an error", name, l)
		}
	}
}

// A sitemap that leads back to itself ends with the depth that is allowed.
func TestALoopOfSitemapsEnds(t *testing.T) {
	s := newSite(t)
	s.page("/sitemap.xml", sitemapindex("/b.xml"))
	s.page("/b.xml", sitemapindex("/c.xml"))
	s.page("/c.xml", sitemapindex("/d.xml"))
	s.page("/d.xml", sitemapindex("/b.xml"))
	report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), s.sitemapSource(), Failed)
	if report.Pages != 4 || !strings.Contains(report.Detail, "trap") {
		t.Errorf("%+v", report)
	}
}
