package crawler

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"vane"
)

const rowHTML = `<div class="row"><a href="/1" title=" 完整的标题 ">标题…</a><p>第一段<br>第二行</p><p>第二段</p>
<span class="meta">发布时间：2026-11-20 浏览：1.2万</span><span class="empty"> </span></div>`

func TestSelectorsOnHTML(t *testing.T) {
	page, err := goquery.NewDocumentFromReader(strings.NewReader(rowHTML))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		field Field
		lines bool
		want  string
	}{
		{Field{{Select: "a"}}, false, "标题…"},
		{Field{{Select: "a", Attr: "title"}}, false, "完整的标题"},
		{Field{{Select: "a", Attr: "id"}}, false, ""},
		{Field{{Select: "p"}}, false, "第一段 第二行"},
		{Field{{Select: "p"}}, true, "第一段\n第二行"},
		{Field{{Select: "p", All: true}}, true, "第一段\n第二行\n第二段"},
		{Field{{Select: "p", All: true}}, false, "第一段 第二行 第二段"},
		{Field{{Select: "xpath://a/@href"}}, false, "/1"},
		{Field{{Select: "xpath://p[2]"}}, false, "第二段"},
		{Field{{Select: "xpath://p/text()", All: true}}, false, "第一段 第二行 第二段"},
		{Field{{Select: ".meta", Regex: `浏览：(\S+)`}}, false, "1.2万"},
		{Field{{Select: ".meta", Regex: `\d{4}-\d\d-\d\d`}}, false, "2026-11-20"},
		{Field{{Select: ".meta", Regex: `点赞：(\S+)`}}, false, ""},
		{Field{{Select: ".none"}, {Select: ".empty"}, {Select: "a"}}, false, "标题…"},
		{Field{{Select: ".none"}, {Const: "广东"}}, false, "广东"},
		{Field{}, false, ""},
	} {
		var bad problems
		ps := pickers{"f": compileField("f", c.field, false, c.lines, &bad)}
		got := ps.pick(func(p picker) string { return p.fromHTML(page.Selection) })["f"]
		if got != c.want || len(bad) > 0 {
			t.Errorf("%+v gives %q (%v), want %q", c.field, got, bad, c.want)
		}
	}
}

func TestSelectorsOnJSON(t *testing.T) {
	value := gjson.Parse(`{"id": 12345678901234567890, "n": 1.5, "t": "标题", "html": "<p>一</p><p>二 &amp; 三</p>", "nil": null, "no": false,
		"user": {"name": "张三"}, "tags": ["", "甲", "乙"], "text": "一\n\n二"}`)
	for _, c := range []struct {
		s     Selector
		lines bool
		want  string
	}{
		{Selector{Select: "id"}, false, "12345678901234567890"},
		{Selector{Select: "n"}, false, "1.5"},
		{Selector{Select: "user.name"}, false, "张三"},
		{Selector{Select: "html", HTML: true}, true, "一\n二 & 三"},
		{Selector{Select: "html"}, true, "<p>一</p><p>二 &amp; 三</p>"},
		{Selector{Select: "text"}, true, "一\n二"},
		{Selector{Select: "nil"}, false, ""},
		{Selector{Select: "no"}, false, ""},
		{Selector{Select: "missing.x"}, false, ""},
		{Selector{Select: "tags"}, false, "甲"},
		{Selector{Select: "tags", All: true}, false, "甲 乙"},
		{Selector{Select: "t", Regex: "标(.)"}, false, "题"},
		{Selector{Const: "x"}, false, "x"},
	} {
		p, err := newPicker(c.s, true, c.lines)
		if got := p.fromJSON(value); got != c.want || err != nil {
			t.Errorf("%+v gives %q (%v), want %q", c.s, got, err, c.want)
		}
	}
}

func TestCanonicalURL(t *testing.T) {
	for want, spellings := range map[string]string{
		"http://example.com/":                       "http://example.com http://EXAMPLE.com/ http://example.com:80/# HTTP://example.com/?",
		"https://example.com/a?b=2&c":               "https://example.com/a?c&b=2 https://example.com:443/a?b=2&c&utm_source=x#top https://u:p@example.com/a?b=2&&c&spm=1.2",
		"http://example.com:8080/A%2Fb?q=%E9%80%80": "http://example.com:8080/A%2Fb?q=%E9%80%80",
	} {
		for spelling := range strings.FieldsSeq(spellings) {
			u, err := url.Parse(spelling)
			if err != nil {
				t.Fatal(err)
			}
			if got := canonicalURL(u); got != want {
				t.Errorf("%s is %s, want %s", spelling, got, want)
			}
		}
	}
}

func TestResolve(t *testing.T) {
	base, _ := url.Parse("http://example.com/a/b?c")
	for link, want := range map[string]string{
		"d": "http://example.com/a/d", "/d#x": "http://example.com/d", "//other.com/d": "http://other.com/d", " ?e ": "http://example.com/a/b?e",
		"javascript:void(0)": "", "mailto:a@b.c": "", "http://": "", "http://a b/": "", "": "http://example.com/a/b?c",
	} {
		got := ""
		u, err := resolve(base, link)
		if err == nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q leads to %q (%v), want %q", link, got, err, want)
		}
	}
}

const rss = `<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>投诉</title>
<item><title>退款 &amp; 赔偿</title><link>/post/1</link><guid>g1</guid><description><![CDATA[<p>第一段</p><p>第二段</p>]]></description>
<author>张三</author><pubDate>Fri, 20 Nov 2026 12:30:05</pubDate></item>
<item><title>没有日期</title><link>/post/2</link></item>
<item><title>日期坏了</title><link>/post/3</link><pubDate>昨天或前天</pubDate></item>
</channel></rss>`

const atomFeed = `<feed xmlns="http://www.w3.org/2005/Atom"><title>投诉</title><entry><title>退款</title><link href="/post/1"/><id>tag:1</id>
<updated>2026-11-20T04:30:05Z</updated><content type="html">&lt;p&gt;正文&lt;/p&gt;</content></entry></feed>`

const jsonFeed = `{"version": "https://jsonfeed.org/version/1.1", "title": "投诉", "items": [{"id": "1", "url": "/post/1", "title": "退款",
"content_text": "正文", "date_published": "2026-11-20T12:30:05+08:00"}]}`

func TestPassReadsFeeds(t *testing.T) {
	for name, c := range map[string]struct {
		body, first string
		posts, bad  int
	}{
		"rss":  {string(encode(t, "gbk", rss)), "退款 & 赔偿|第一段\n第二段", 2, 1},
		"atom": {atomFeed, "退款|正文", 1, 0},
		"json": {jsonFeed, "退款|正文", 1, 0},
	} {
		s := newSite(t)
		s.page("/feed", c.body)
		src := DefaultSource()
		src.Name, src.Title, src.Kind, src.Base, src.Start = "feed", "订阅", Feed, s.URL, []string{"/feed"}
		src.Delay = 0
		state := openTestState(t)
		report, err := newTestCrawler(t, testConfig(), state).Pass(t.Context(), src, PassOptions{Now: func() time.Time {
			return time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
		}})
		if err != nil || report.Reason != Done || report.New != c.posts || report.Errors != c.bad {
			t.Errorf("%s: %+v, %v", name, report, err)
			continue
		}
		first := outboxPosts(t, state)[0]
		if got := first.Title + "|" + first.Text; got != c.first || first.URL != s.URL+"/post/1" {
			t.Errorf("%s: %q at %s, want %q", name, got, first.URL, c.first)
		}
		// A date without zone is Chinese.
		if want := time.Date(2026, 11, 20, 4, 30, 5, 0, time.UTC); !first.PublishedAt.Equal(want) {
			t.Errorf("%s: published at %v, want %v", name, first.PublishedAt, want)
		}
	}
}

// jsonSource is a source of an API.
func (s *site) jsonSource() Source {
	src := DefaultSource()
	src.Name, src.Title, src.Kind, src.Base, src.Delay = "api", "接口", JSON, s.URL, 0
	src.Start = []string{"/api"}
	src.JSON = &JSONList{
		Items: "data.list",
		Fields: Fields{
			ID: Field{{Select: "id"}}, Title: Field{{Select: "title"}}, Published: Field{{Select: "time"}}, Likes: Field{{Select: "likes"}},
		},
	}
	return src
}

func TestPassReadsJSONByCursorAndByPage(t *testing.T) {
	for name, paging := range map[string]func(*JSONList){
		"cursor": func(l *JSONList) { l.Cursor = &Cursor{Path: "data.next", URL: "/api?after={cursor}"} },
		"page":   func(l *JSONList) { l.Pages = &Pages{URL: "/api?after=p{page}%3D", From: 2, To: 3} },
	} {
		s := newSite(t)
		s.page("/api", `{"data": {"list": [{"id": 1, "title": "一", "time": 1732337731, "likes": "1.2万"}, {"id": 2, "title": "二", "likes": null}], "next": "p2="}}`)
		s.page("/api?after=p2%3D", `{"data": {"list": [{"id": 3, "title": "三"}, {"id": 4}], "next": "p3="}}`)
		s.page("/api?after=p3%3D", `{"data": {"list": [], "next": "p4="}}`)
		src := s.jsonSource()
		paging(src.JSON)
		state := openTestState(t)
		report := mustPass(t, newTestCrawler(t, testConfig(), state), src, Done)
		if report.Pages != 3 || report.New != 3 || report.Errors != 1 || !strings.Contains(report.Failed[0].Reason, "row 2") {
			t.Errorf("%s: %+v", name, report)
		}
		posts := outboxPosts(t, state)
		if got, want := titles(posts), []string{"一", "三", "二"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		want := vane.Post{
			ID: vane.NewPostID("api", "1"), Source: "api", Channel: vane.Website, URL: s.URL + "/api", Title: "一",
			Engagement: vane.Engagement{Likes: 12000}, PublishedAt: time.Unix(1732337731, 0).UTC(), CollectedAt: posts[0].CollectedAt,
		}
		if diff := cmp.Diff(want, posts[0]); diff != "" {
			t.Errorf("%s: post differs (-want +got):\n%s", name, diff)
		}
	}
}

func TestPassRefusesAnswersThatAreNotTheAPI(t *testing.T) {
	for body, want := range map[string]string{
		`<html>请登录</html>`:               "not JSON",
		`{"code": 403, "data": null}`:    "not an array",
		`{"data": {"list": {"1": "x"}}}`: "not an array",
		`{"data": {"list": ["x", "y"]}}`: "none of 2 rows",
	} {
		s := newSite(t)
		s.page("/api", body)
		report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), s.jsonSource(), Failed)
		if !strings.Contains(report.Detail, want) {
			t.Errorf("%s: %q, want %q", body, report.Detail, want)
		}
	}
}

// A list page of a saved visitor wall, from a site that shows it instead of a list.
func TestTheVisitorWallIsSeen(t *testing.T) {
	file := realData(t, "pages/weibo_hot_pages/sina_visitor_system_2021-09-23.html")
	s := newSite(t)
	s.handle("/list", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	src := s.forumSource("forum")
	src.Blocked = []string{"text:Sina Visitor System"}
	mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), src, Blocked)
}

// A row of an API with a real answer: the hot topics of a phone site.
func TestPassReadsARealAPIAnswer(t *testing.T) {
	file := realData(t, "pages/weibo_hot_pages/m_weibo_cn_realtimehot_2025-04-01.json")
	s := newSite(t)
	s.handle("/api", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	src := s.jsonSource()
	src.JSON.Items = "data.cards.#.card_group|@flatten"
	src.JSON.Fields = Fields{ID: Field{{Select: "desc"}}, Title: Field{{Select: "desc"}}}
	state := openTestState(t)
	mustPass(t, newTestCrawler(t, testConfig(), state), src, Done)
	if posts := outboxPosts(t, state); len(posts) < 40 {
		t.Errorf("%d topics: %q", len(posts), titles(posts))
	}
}

func FuzzReadPages(f *testing.F) {
	f.Add([]byte(rowHTML), 0)
	f.Add([]byte(rss), 1)
	f.Add([]byte(jsonFeed), 1)
	f.Add([]byte(`{"data": {"list": [{"id": 1, "title": "一"}]}}`), 2)
	s := &site{Server: newBareServer("http://example.com")}
	html, api := s.forumSource("forum"), s.jsonSource()
	html.List.Item, html.Detail = "div", nil
	feed := html
	feed.Kind, feed.List = Feed, nil
	var readers []reader
	for _, src := range []Source{html, feed, api} {
		p, err := compile(src)
		if err != nil {
			f.Fatal(err)
		}
		readers = append(readers, newReader(p, nil))
	}
	at, _ := url.Parse("http://example.com/list")
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body []byte, kind int) {
		r := readers[uint(kind)%uint(len(readers))]
		l, err := r.list(document{url: at, status: 200, body: toUTF8(body, "")}, 0, now)
		if err != nil {
			return
		}
		for _, row := range l.rows {
			if row.Native == "" || row.URL == "" {
				t.Errorf("a row without identity: %+v", row)
			}
		}
	})
}
