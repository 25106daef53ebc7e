package crawler

import (
	"context"
	"errors"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// chromiumPath is a browser of this machine.
func chromiumPath(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: pages that scripts make are not tested")
	}
	t.Parallel() // most of the time is the browser's start
	return path
}

// scriptedPage builds its list with what a script loads, and tries much else.
const scriptedPage = `<html><head><meta charset="utf-8"><link rel="stylesheet" href="/style.css"><script src="/private.js"></script></head>
<body><img src="/picture.png"><ul id="list"></ul><iframe src="/frame.html"></iframe>
<script>
navigator.sendBeacon("/beacon", navigator.userAgent)
try { new WebSocket("ws://" + location.host + "/socket") } catch (e) {}
fetch("/data.json?ua=" + encodeURIComponent(navigator.userAgent)).then(r => r.json()).then(rows => {
  for (const row of rows) document.getElementById("list").insertAdjacentHTML("beforeend", '<li><a href="' + row.url + '">' + row.title + "</a></li>")
})
</script></body></html>`

// renderSite is a site whose list is made by a script.
func renderSite(t *testing.T) (*site, Source) {
	s := newSite(t)
	s.page("/robots.txt", "User-agent: *\nDisallow: /private.js\n")
	s.handle("/list", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write(encode(t, "gbk", scriptedPage))
	})
	s.page("/private.js", `document.title = "private"`)
	s.page("/data.json?ua=Vane%2Ftest", `[{"url": "/post/1", "title": "脚本写出的投诉"}, {"url": "/post/2", "title": "第二条"}]`)
	src := s.forumSource("forum")
	src.Render, src.Detail, src.List.Next = true, nil, nil
	return s, src
}

// A page that scripts make is read as they leave it; the browser has no network but
// the crawler's, so robots.txt holds for scripts, and nothing is loaded in vain.
func TestPassRendersPages(t *testing.T) {
	cfg := testConfig()
	cfg.Chromium = chromiumPath(t)
	s, src := renderSite(t)
	state := openTestState(t)
	mustPass(t, newTestCrawler(t, cfg, state), src, Done)
	if got, want := titles(outboxPosts(t, state)), []string{"第二条", "脚本写出的投诉"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := s.requests(), []string{"/list", "/data.json?ua=Vane%2Ftest"}; !slices.Equal(got, want) {
		t.Errorf("the site was asked for %q, want %q", got, want)
	}
}

// What the crawler's chain refuses does not come through the browser either.
func TestARenderedPageIsJudgedLikeAnother(t *testing.T) {
	cfg := testConfig()
	cfg.Chromium, cfg.Patience = chromiumPath(t), 0
	s, src := renderSite(t)
	s.handle("/denied", status(http.StatusForbidden))
	s.handle("/old", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusFound) })
	s.page("/new", `<html><li>帖子</li>`)
	f := newTestCrawler(t, cfg, openTestState(t)).fetcher(t.Context(), src)
	defer f.close()
	get := func(path string) (reply, error) { return f.get(request{url: s.URL + path}) }

	if _, err := get("/private.js"); !errors.Is(err, errRobots) {
		t.Errorf("forbidden by robots.txt: %v", err)
	}
	if a, err := get("/denied"); err != nil || a.status != http.StatusForbidden {
		t.Errorf("forbidden: %d, %v", a.status, err)
	}
	if a, err := get("/nothing"); err != nil || a.status != http.StatusNotFound {
		t.Errorf("not there: %d, %v", a.status, err)
	}
	if a, err := get("/old"); err != nil || a.url.Path != "/new" || !strings.Contains(string(a.body), "<li>帖子</li>") {
		t.Errorf("redirected: %s %s, %v", a.url, a.body, err)
	}
}

func TestABrowserReachesNoPrivateAddress(t *testing.T) {
	cfg := testConfig()
	cfg.Chromium, cfg.AllowPrivate = chromiumPath(t), false
	s, src := renderSite(t)
	f := newTestCrawler(t, cfg, openTestState(t)).fetcher(t.Context(), src)
	defer f.close()
	if a, err := f.get(request{url: s.URL + "/list"}); err == nil || len(s.requests()) > 0 {
		t.Errorf("%s, %v", a.body, err)
	}
}

// A pass that is stopped does not wait for a page that never ends.
func TestAStoppedPassLeavesTheBrowser(t *testing.T) {
	cfg := testConfig()
	cfg.Chromium = chromiumPath(t)
	s, src := renderSite(t)
	asked, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	s.handle("/data.json?ua=Vane%2Ftest", func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-release
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		<-asked
		cancel()
	}()
	report, err := newTestCrawler(t, cfg, openTestState(t)).Pass(ctx, src, PassOptions{})
	if err != nil || report.Reason != Cancelled || report.Left != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestRenderWithoutABrowserIsRefused(t *testing.T) {
	_, src := renderSite(t)
	_, err := newTestCrawler(t, testConfig(), openTestState(t)).Pass(t.Context(), src, PassOptions{})
	if err == nil || !strings.Contains(err.Error(), "set crawler.chromium") {
		t.Error(err)
	}
}
