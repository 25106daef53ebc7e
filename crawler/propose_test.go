package crawler

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/yamlfile"
)

// proposalTime is when the pages of these tests are looked at.
func proposalTime() time.Time { return time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC) }

// mustPropose proposes a source, and checks that its file is the source.
func mustPropose(t *testing.T, address string, body []byte) Proposal {
	t.Helper()
	p, err := Propose(address, body, proposalTime())
	if err != nil {
		t.Fatal(err)
	}
	read := DefaultSource()
	if err := yamlfile.Decode("proposed.yaml", []byte(p.YAML()), &read); err != nil {
		t.Fatalf("%v in\n%s", err, p.YAML())
	}
	if diff := cmp.Diff(p.Source, read); diff != "" {
		t.Errorf("the file is another source (-source +file):\n%s\n%s", diff, p.YAML())
	}
	if err := read.Validate(); err != nil {
		t.Error(err)
	}
	return p
}

// fixtureFile is a page of a shipped fixture.
func fixtureFile(t *testing.T, name string) []byte {
	t.Helper()
	f, err := vane.Configs().Open("sources/fixtures/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, info.Size())
	if _, err := f.Read(body); err != nil {
		t.Fatal(err)
	}
	return body
}

// What is proposed for pages of every kind: kind, where rows are, and what the first
// of them gives.
func TestProposals(t *testing.T) {
	discuz := `<body><div id="nav"><a href="/">首页首页首页</a><a href="/a">登录注册页</a><a href="/b">帮助中心页</a></div><table id="threads">`
	for _, id := range []string{"101", "102", "103", "104", "105"} {
		discuz += `<tbody class="thread"><tr><th><a class="xst" href="thread-` + id + `-1-1.html">关于退款的第` + id + `个帖子</a><a href="/t/` + id + `?last">最后</a></th>
<td><cite><a href="/u/` + id + `">用户` + id + `</a></cite><em class="when">11-2` + id[2:] + ` 12:30</em></td></tr></tbody>`
	}
	discuz += `</table><a class="nxt" href="/list?page=2">下一页</a></body>`
	plain := `<body><ul><li><a href="/news/1.html">第一条消费维权新闻标题</a> [2026-11-20]</li><li><a href="/news/2.html">第二条消费维权新闻标题</a> [2026-11-21]</li>
<li><a href="/news/3.html">第三条消费维权新闻标题</a> [2026-11-22]</li></ul><p><a href="?p=2">下一页</a></p></body>`
	for name, c := range map[string]struct {
		page                                []byte
		kind                                Kind
		item, link, date, id, next, written string
	}{
		"a forum": {[]byte(discuz), HTML, "tbody.thread", "a", "em.when", `/[a-z]*[_-]?(\d+)(?:[_-]\d+)*\.s?html?`, "a.nxt", "关于退款的第101个帖子 2026-11-21T12:30:00+08:00"},
		"a list without classes": {[]byte(plain), HTML, "ul > li", "a", "", `/[a-z]*[_-]?(\d+)(?:[_-]\d+)*\.s?html?`,
			`xpath://a[contains(., "下一页")]`, "第一条消费维权新闻标题 2026-11-20T00:00:00+08:00"},
		"complaints": {fixtureFile(t, "complaint_board/list.html"), HTML, "ul.complaint-list > li", "a", "span.time", `/[a-z]*[_-]?(\d+)(?:[_-]\d+)*\.s?html?`, "a.next",
			"演唱会柱子票全程看不到舞台，平台拒绝退款 2026-11-24T11:50:00+08:00"},
	} {
		p := mustPropose(t, "https://www.some-site.example.org/list?type=4", c.page)
		src := p.Source
		if src.Name != "some_site_example_org" || src.Kind != c.kind || src.Enabled || src.List.Item != c.item || src.List.Fields.Title[0].Select != c.link || src.ID != c.id {
			t.Errorf("%s: %s", name, p.YAML())
		}
		if src.List.Fields.Published[0].Select != c.date || len(src.List.Next) == 0 || src.List.Next[0].Select != c.next {
			t.Errorf("%s: %s", name, p.YAML())
		}
		if first := firstRow(p.Records); first.Title+" "+first.Published != c.written {
			t.Errorf("%s reads %+v, want %q", name, first, c.written)
		}
	}
}

// firstRow is the first record that was read.
func firstRow(records []Record) Record {
	for _, r := range records {
		if r.Failed == "" {
			return r
		}
	}
	return Record{}
}

func TestProposalsForFeedsSitemapsAndJSON(t *testing.T) {
	if p := mustPropose(t, "https://example.org/rss", fixtureFile(t, "news_rss/feed.xml")); p.Source.Kind != Feed || len(p.Records) != 3 {
		t.Errorf("%+v", p)
	}
	if p := mustPropose(t, "https://example.org/sitemap.xml", fixtureFile(t, "news_sitemap/november.xml")); p.Source.Kind != Map || len(p.Records) != 4 {
		t.Errorf("%+v", p)
	}
	p := mustPropose(t, "https://example.org/api?page=1", fixtureFile(t, "complaint_api/page1.json"))
	want := Fields{
		ID: Field{{Select: "complaintId"}}, URL: Field{{Select: "shareUrl"}}, Title: Field{{Select: "title"}}, Text: Field{{Select: "content", HTML: true}},
		Author: Field{{Select: "user.nick"}}, Region: Field{{Select: "province"}}, Published: Field{{Select: "createTime"}},
		Likes: Field{{Select: "likeCount"}}, Comments: Field{{Select: "replyCount"}},
	}
	if diff := cmp.Diff(want, p.Source.JSON.Fields); diff != "" || p.Source.JSON.Items != "data.list" {
		t.Errorf("%s of %s", diff, p.YAML())
	}
	page := `<head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body><p>没有列表</p></body>`
	if p := mustPropose(t, "https://example.org/", []byte(page)); p.Source.Kind != Feed || p.Source.Start[0] != "https://example.org/feed" || !strings.Contains(p.YAML(), "订阅地址") {
		t.Errorf("%s", p.YAML())
	}
}

func TestPagesWithoutAListGetNoProposal(t *testing.T) {
	for page, want := range map[string]string{
		`<body><p>什么都没有</p></body>`: "no repeated rows",
		`{"code": 403}`:             "no array of objects",
		`{"list": [{"x": 1}]}`:      "no array of objects",
		``:                          "no repeated rows",
		`<head><script type="application/ld+json">{"@type":"NewsArticle"}</script></head><body><h1>标题</h1></body>`: "this one is an article",
		strings.Repeat("<div>", 2000): "512",
	} {
		if p, err := Propose("https://example.org/", []byte(page), proposalTime()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v %+v, want %q", page, err, p.Source, want)
		}
	}
	if _, err := Propose("file:///etc/passwd", nil, proposalTime()); err == nil {
		t.Error("a file is no address")
	}
}

// A real list is found without help, with every row of it.
func TestProposalForTheSavedComplaintList(t *testing.T) {
	p := mustPropose(t, "http://wz.sun0769.com/index.php/question/questionType?type=4", readReal(t, "pages/sun0769_question_list.html"))
	if len(p.Records) != 30 || p.Records[0].Published != "2019-09-15T14:08:57+08:00" || p.Source.ID == "" || len(p.Source.List.Next) == 0 {
		t.Errorf("%d records, the first %+v:\n%s", len(p.Records), p.Records[0], p.YAML())
	}
}

func FuzzPropose(f *testing.F) {
	f.Add([]byte(rowHTML))
	f.Add([]byte(rss))
	f.Add([]byte(`{"list": [{"id": 1, "title": "一", "url": "/1"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := Propose("https://example.org/list", body, proposalTime())
		if err != nil {
			return
		}
		read := DefaultSource()
		if err := yamlfile.Decode("proposed.yaml", []byte(p.YAML()), &read); err != nil {
			t.Errorf("%v in %s", err, p.YAML())
		}
	})
}
