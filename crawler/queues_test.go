package crawler

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A host of a source that does not answer, with more pages than a pass has in memory,
// and earlier in every list, keeps the pages of the other hosts of that source from
// nothing: all of them come before it has answered once.
func TestASlowHostDoesNotSlowTheOthersOfItsSource(t *testing.T) {
	const slowPages, fastPages = 3 * takeSize, 2 * takeSize
	var mu sync.Mutex
	fast, slowAnswers, tooEarly := 0, 0, 0
	allFast := make(chan struct{})
	slowHost := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		select {
		case <-allFast:
		case <-r.Context().Done():
		}
		mu.Lock()
		defer mu.Unlock()
		slowAnswers++
		if fast < fastPages {
			tooEarly++
		}
		fmt.Fprint(w, `<h1>慢</h1><div class="text">来了</div>`)
	}))
	t.Cleanup(slowHost.Close)
	fastHost := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, `<h1>快</h1><div class="text">来了</div>`)
		mu.Lock()
		defer mu.Unlock()
		if fast++; fast == fastPages {
			close(allFast)
		}
	}))
	t.Cleanup(fastHost.Close)
	s := newSite(t)
	var list strings.Builder
	for n := range slowPages {
		fmt.Fprintf(&list, `<li><a href="%s/post/s%d">慢</a></li>`, slowHost.URL, n)
	}
	for n := range fastPages {
		fmt.Fprintf(&list, `<li><a href="%s/post/f%d">快</a></li>`, fastHost.URL, n)
	}
	s.page("/list", list.String())
	src := s.forumSource("forum")
	src.Limits.Pages = 10_000
	cfg := testConfig()
	cfg.Timeout = 5 * time.Minute
	report := mustPass(t, newTestCrawler(t, cfg, openTestState(t)), src, Done)
	if report.New != slowPages+fastPages || report.Errors > 0 {
		t.Errorf("%d posts and %d errors, want %d and none: %+v", report.New, report.Errors, slowPages+fastPages, report.Failed)
	}
	if slowAnswers != slowPages || tooEarly > 0 {
		t.Errorf("the slow host answered %d times, %d of them before the other was done", slowAnswers, tooEarly)
	}
}

// Many hosts, each with a few pages: every page is fetched once, and what a pass has
// in memory is shared out.
func TestManyHostsOfOneSource(t *testing.T) {
	const hosts = takeSize + 100
	s := newSite(t)
	var list strings.Builder
	for n := range hosts {
		for post := range 3 {
			// Every address of 127/8 is this machine.
			fmt.Fprintf(&list, `<li><a href="%s/post/%dx%d">帖</a></li>`,
				strings.Replace(s.URL, "127.0.0.1", fmt.Sprintf("127.0.%d.%d", 1+n/200, 1+n%200), 1), n, post)
		}
	}
	s.page("/list", list.String())
	src := s.forumSource("forum")
	src.Limits.Pages = 1
	src.Detail.Fields.Title = nil
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	mustPass(t, c, src, Budget)
	p, err := compile(src)
	if err != nil {
		t.Fatal(err)
	}
	origins, err := state.waitingOrigins(t.Context(), "forum")
	if err != nil || len(origins) != hosts {
		t.Fatalf("%d hosts wait, %v, want %d", len(origins), err, hosts)
	}
	pages, err := state.takePages(t.Context(), p, origins, time.Now(), 2)
	if err != nil || len(pages) != 2*hosts {
		t.Fatalf("%d pages taken, %v, want 2 of each host", len(pages), err)
	}
	for _, pg := range pages {
		if pg.origin != originOf(pg.url) {
			t.Errorf("%s is of %q, by the frontier of %q", pg.url, originOf(pg.url), pg.origin)
		}
	}
	if pages, err = state.takePages(t.Context(), p, origins, time.Now(), 2); err != nil || len(pages) != hosts {
		t.Errorf("%d pages taken, %v, want what is left", len(pages), err)
	}
}

func TestTheHostOfAPage(t *testing.T) {
	state := openTestState(t)
	for url, want := range map[string]string{
		"https://www.example.org/a/b":  "https://www.example.org",
		"http://www.example.org:81/":   "http://www.example.org:81",
		"http://a.b/":                  "http://a.b",
		"https://www.example.org":      "https://www.example.org",
		"https://www.example.org?a=/b": "https://www.example.org?a=",
	} {
		if got := originOf(url); got != want {
			t.Errorf("%s is of %q, want %q", url, got, want)
		}
		if _, err := state.db.ExecContext(t.Context(), `INSERT INTO frontier (source, page, url, kind, depth, due) VALUES ('s', ?, ?, 'list', 0, 0)`, url, url); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := state.db.QueryRowContext(t.Context(), `SELECT origin FROM frontier WHERE url = ?`, url).Scan(&got); err != nil || got != want {
			t.Errorf("the frontier has %s at %q, %v, want %q", url, got, err, want)
		}
	}
}
