package samplesite

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// client reads the sites as a browser would.
type client struct {
	t    testing.TB
	base string
}

func newClient(t testing.TB, s *Site) client {
	t.Helper()
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return client{t, server.URL}
}

// get is the body and content type of a page that has to be there.
func (c client) get(path string) (string, string) {
	c.t.Helper()
	resp, err := http.Get(c.base + path)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: %s, %v", path, resp.Status, err)
	}
	return string(body), resp.Header.Get("Content-Type")
}

// page is a parsed page, from GBK where its meta tag says so.
func (c client) page(path string) *goquery.Document {
	c.t.Helper()
	body, contentType := c.get(path)
	if !strings.Contains(contentType, "charset=utf-8") {
		var err error
		if body, err = simplifiedchinese.GBK.NewDecoder().String(body); err != nil {
			c.t.Fatalf("%s: %v", path, err)
		}
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	return doc
}

// links resolves every link of a page.
func (c client) links(path string, doc *goquery.Document, selector string) []string {
	c.t.Helper()
	from, err := url.Parse(path)
	if err != nil {
		c.t.Fatal(err)
	}
	var found []string
	doc.Find(selector).Each(func(_ int, a *goquery.Selection) {
		u, err := from.Parse(a.AttrOr("href", ""))
		if err != nil {
			c.t.Errorf("%s: link %v", path, err)
			return
		}
		u.Fragment = ""
		found = append(found, u.RequestURI())
	})
	return found
}

// walk follows a list to its end and opens every post, and compares what a reader
// sees there with the truth.
func (c client) walk(s *Site, source, start, item, next, title, text string) {
	c.t.Helper()
	opened := map[string]bool{}
	for path := start; path != ""; {
		doc := c.page(path)
		for _, link := range c.links(path, doc, item) {
			if strings.HasPrefix(link, closed) {
				continue
			}
			post := c.page(link)
			own, _, _ := strings.Cut(strings.Replace(link, "?from=list", "", 1), "&src")
			p := s.byPath[own]
			if p == nil || opened[own] {
				c.t.Fatalf("%s leads to %s, which is unknown or was there before", path, link)
			}
			opened[own] = true
			if got := post.Find(title).First().Text(); got != p.Title {
				c.t.Errorf("%s: title %q, want %q", link, got, p.Title)
			}
			seen := strings.Join(strings.Fields(post.Find(text).First().Text()), "")
			if want := strings.Join(strings.Fields(p.Text), ""); seen != want {
				c.t.Errorf("%s: text %q, want %q", link, seen, want)
			}
		}
		path = ""
		if more := c.links(start, doc, next); len(more) > 0 {
			path = more[0]
		}
	}
	if want := len(s.bySource[source]); len(opened) != want {
		c.t.Errorf("%s: the lists lead to %d posts, want %d", source, len(opened), want)
	}
}

func TestListsLeadToEveryPostOnce(t *testing.T) {
	s := New(testNow, 1, 3000)
	c := newClient(t, s)
	c.walk(s, "sample_forum", "/forum/", "tbody.thread a.xst", "a.nxt", "#thread_subject", "#floor_1 .t_f")
	c.walk(s, "sample_complaint", "/complaint/", "tr.row a.title", "a.next", "h2.title", "div.content")
	c.walk(s, "sample_tw", "/tw/", "a.title", "a[rel=next]", "h1", ".body")
	if _, forbidden := s.Requests(); forbidden != 0 {
		t.Errorf("%d requests for closed pages", forbidden)
	}
}

func TestFeedsHoldEveryPostOnce(t *testing.T) {
	s := New(testNow, 1, 3000)
	c := newClient(t, s)
	seen := map[string]bool{}
	for _, column := range columns() {
		for _, item := range c.feed("/news/feed.xml?column=" + column) {
			p := s.byPath["/news/article-"+item.GUID+".html"]
			if p == nil || seen[item.GUID] {
				t.Fatalf("column %s: item %s is unknown or was there before", column, item.GUID)
			}
			seen[item.GUID] = true
			if item.Title != p.Title || item.Creator != p.Author || !strings.HasSuffix(item.Link, p.Path) {
				t.Errorf("item %+v is not %+v", item, p)
			}
		}
	}
	if want := len(s.bySource["sample_news"]); len(seen) != want {
		t.Errorf("the columns have %d posts, want %d", len(seen), want)
	}
	if n := len(c.feed("/news/feed.xml")); n != mainFeedItems {
		t.Errorf("the main feed has %d items, want %d", n, mainFeedItems)
	}
}

type feedItem struct {
	Title   string `xml:"title"`
	Link    string `xml:"link"`
	GUID    string `xml:"guid"`
	Creator string `xml:"creator"`
}

func (c client) feed(path string) []feedItem {
	c.t.Helper()
	body, _ := c.get(path)
	var feed struct {
		Items []feedItem `xml:"channel>item"`
	}
	if err := xml.Unmarshal([]byte(body), &feed); err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	return feed.Items
}

func TestAPIHoldsEveryPostOnce(t *testing.T) {
	s := New(testNow, 1, 3000)
	c := newClient(t, s)
	seen := map[string]bool{}
	for next := 1; next != 0; {
		body, _ := c.get("/api/posts?page=" + itoa(next))
		var answer apiAnswer
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatal(err)
		}
		for _, card := range answer.Data.Cards {
			if card.Blog == nil {
				continue
			}
			if seen[card.Blog.ID] || s.byPath["/status/"+card.Blog.ID] == nil {
				t.Fatalf("post %s is unknown or was there before", card.Blog.ID)
			}
			seen[card.Blog.ID] = true
		}
		next = 0
		if answer.Data.Info.Page != nil {
			next = *answer.Data.Info.Page
		}
	}
	if want := len(s.bySource["sample_microblog"]); len(seen) != want {
		t.Errorf("the API has %d posts, want %d", len(seen), want)
	}
	if body, _ := c.get("/api/posts?page=9999"); !strings.Contains(body, `"ok":0`) || !strings.Contains(body, `"cards":[]`) {
		t.Errorf("behind the last page: %s", body)
	}
}

func itoa(n int) string {
	b, _ := json.Marshal(n) // a number is always written
	return string(b)
}

// Every page a visitor can reach in three steps is there.
func TestNoDeadLinks(t *testing.T) {
	s := New(testNow, 1, 3000)
	c := newClient(t, s)
	known, todo := map[string]bool{"/": true}, []string{"/"}
	for range 3 {
		var found []string
		for _, path := range todo {
			if strings.Contains(path, "feed.xml") || strings.HasPrefix(path, "/api/") {
				c.get(path)
				continue
			}
			for _, link := range c.links(path, c.page(path), "a[href]") {
				if !known[link] {
					known[link] = true
					found = append(found, link)
				}
			}
		}
		todo = found
	}
	if len(known) < 100 {
		t.Errorf("only %d pages were found", len(known))
	}
}

func TestComplaintPagesAreGBKWithoutSayingSoInTheHeader(t *testing.T) {
	s := New(testNow, 1, 3000)
	c := newClient(t, s)
	for _, path := range []string{"/complaint/", "/complaint/list.asp?page=2", s.bySource["sample_complaint"][0].Path} {
		body, contentType := c.get(path)
		if contentType != "text/html" || !strings.Contains(body, "charset=gbk") {
			t.Errorf("%s: content type %q", path, contentType)
		}
		if utf8.ValidString(body) {
			t.Errorf("%s is UTF-8", path)
		}
		text, err := simplifiedchinese.GB18030.NewDecoder().String(body)
		if err != nil || strings.ContainsRune(text, utf8.RuneError) || !strings.Contains(text, "投诉") {
			t.Errorf("%s is not GB18030: %v", path, err)
		}
	}
}

func TestSameSeedSamePages(t *testing.T) {
	a, b := newClient(t, New(testNow, 5, 3000)), newClient(t, New(testNow, 5, 3000))
	for _, path := range []string{"/", "/forum/", "/forum/list-3.html", "/complaint/list.asp?page=2", "/tw/?page=2"} {
		pageA, _ := a.get(path)
		if pageB, _ := b.get(path); pageA != pageB {
			t.Errorf("%s differs", path)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := New(testNow, 1, 3000)
	c := newClient(t, s)
	for _, path := range []string{"/x", "/forum/list-0.html", "/forum/list-999.html", "/forum/thread-1.html", "/complaint/show.asp",
		"/complaint/list.asp?page=-1", "/tw/post/9", "/tw/?page=x", "/news/feed.xml?column=x", "/api/posts?page=x"} {
		resp, err := http.Get(c.base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s, want 404", path, resp.Status)
		}
	}
}

func TestRobotsClosesThePrivatePages(t *testing.T) {
	s := New(testNow, 1, 3000)
	c := newClient(t, s)
	if body, _ := c.get("/robots.txt"); !strings.Contains(body, "User-agent: *\nDisallow: /private/\n") {
		t.Errorf("robots.txt is %q", body)
	}
	c.get("/private/thread-1.html")
	if all, forbidden := s.Requests(); all != 2 || forbidden != 1 {
		t.Errorf("%d requests, %d of them forbidden, want 2 and 1", all, forbidden)
	}
}

func TestClockMovesRelativeDates(t *testing.T) {
	s := New(testNow, 1, 3000)
	s.Clock = func() time.Time { return testNow.Add(40 * 24 * time.Hour) }
	c := newClient(t, s)
	if body, _ := c.get("/forum/"); strings.Contains(body, "昨天") || !strings.Contains(body, "2026-11-24") {
		t.Error("the forum shows its dates as of the beginning")
	}
}

func benchmarkPage(b *testing.B, path string) {
	b.ReportAllocs()
	handler := testSite().Handler()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for b.Loop() {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		b.SetBytes(int64(w.Body.Len()))
	}
}

func BenchmarkForumList(b *testing.B)     { benchmarkPage(b, "/forum/list-7.html") }
func BenchmarkComplaintList(b *testing.B) { benchmarkPage(b, "/complaint/list.asp?page=3") }
func BenchmarkFeed(b *testing.B)          { benchmarkPage(b, "/news/feed.xml?column=fazhi") }
func BenchmarkAPI(b *testing.B)           { benchmarkPage(b, "/api/posts?page=9") }
func BenchmarkForumPost(b *testing.B) {
	benchmarkPage(b, testSite().bySource["sample_forum"][40].Path)
}
func BenchmarkComplaintPost(b *testing.B) {
	benchmarkPage(b, testSite().bySource["sample_complaint"][40].Path)
}
