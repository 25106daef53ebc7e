package crawler

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// postSite answers POSTs by the page number, or the cursor, in their body.
func postSite(t *testing.T, answers map[string]string) (s *site, asked func() []string) {
	s = newSite(t)
	var mu sync.Mutex
	var bodies []string
	s.handle("/api", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		bodies = append(bodies, r.Header.Get("Content-Type")+" "+r.Header.Get("X-Requested-With")+" "+string(body))
		fmt.Fprint(w, answers[string(body)])
	})
	return s, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return bodies
	}
}

func TestPassAsksByPOST(t *testing.T) {
	first := `{"data": {"list": [{"id": 1, "title": "一"}], "next": "a\"b&c"}}`
	last := `{"data": {"list": [{"id": 2, "title": "二"}], "next": null}}`
	for name, c := range map[string]struct {
		body   string
		paging func(*JSONList)
		want   []string
	}{
		"page in JSON": {`{"page":{page}}`, func(l *JSONList) { l.Pages = &Pages{From: 2, To: 2} },
			[]string{`application/json XMLHttpRequest {"page":1}`, `application/json XMLHttpRequest {"page":2}`}},
		"cursor in JSON": {`{"after":"{cursor}"}`, func(l *JSONList) { l.Cursor = &Cursor{Path: "data.next"} },
			[]string{`application/json XMLHttpRequest {"after":""}`, `application/json XMLHttpRequest {"after":"a\"b\u0026c"}`}},
		"cursor in a form": {`size=20&after={cursor}`, func(l *JSONList) { l.Cursor = &Cursor{Path: "data.next"} },
			[]string{`application/x-www-form-urlencoded XMLHttpRequest size=20&after=`, `application/x-www-form-urlencoded XMLHttpRequest size=20&after=a%22b%26c`}},
	} {
		_, secondBody, _ := strings.Cut(c.want[1], "XMLHttpRequest ")
		_, firstBody, _ := strings.Cut(c.want[0], "XMLHttpRequest ")
		s, asked := postSite(t, map[string]string{firstBody: first, secondBody: last})
		src := s.jsonSource()
		src.Request = Request{Body: c.body, Headers: map[string]string{"X-Requested-With": "XMLHttpRequest"}}
		c.paging(src.JSON)
		state := openTestState(t)
		mustPass(t, newTestCrawler(t, testConfig(), state), src, Done)
		if got := asked(); !slices.Equal(got, c.want) {
			t.Errorf("%s: asked %q, want %q", name, got, c.want)
		}
		posts := outboxPosts(t, state)
		if got := titles(posts); !slices.Equal(got, []string{"一", "二"}) {
			t.Errorf("%s: %q", name, got)
		}
		if strings.Contains(posts[0].URL, "#") {
			t.Errorf("%s: the address of a post is %s", name, posts[0].URL)
		}
	}
}

// Two pages of a list by POST are two pages of the frontier.
func TestPostedPagesAreToldApart(t *testing.T) {
	u, err := url.Parse("https://example.com/api?b=1&a=2#top")
	if err != nil {
		t.Fatal(err)
	}
	one, two := canonicalURL(posted(u, "1")), canonicalURL(posted(u, "2"))
	if one == two || canonicalURL(u) != "https://example.com/api?a=2&b=1" {
		t.Errorf("%s and %s", one, two)
	}
}

func TestRequestHoldsNoSecretsAndNoDisguise(t *testing.T) {
	for header, want := range map[string]string{
		"Cookie": "opens what is not public", "authorization": "opens what is not public", "X-Csrf-Token": "opens what is not public",
		"X-Api-Key": "opens what is not public", "User-Agent": "set by the crawler", "X-Forwarded-For": "set by the crawler",
		"Accept-Language": "", "X-Requested-With": "", "Referer": "",
	} {
		src := (&site{Server: newBareServer("http://example.com")}).jsonSource()
		src.Request.Headers = map[string]string{header: "x"}
		if err := src.Validate(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", header, err, want)
		}
	}
	src := (&site{Server: newBareServer("http://example.com")}).forumSource("forum")
	src.Request.Body = "{}"
	if err := src.Validate(); err == nil || !strings.Contains(err.Error(), "request.body: is for kind json") {
		t.Error(err)
	}
}
