package crawler

import (
	"context"
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

func TestARenderedPageIsJudgedLikeAnother(t *testing.T) {
	path := chromiumPath(t)
	for name, c := range map[string]struct {
		arrange func(*site, *Config)
		want    Reason
		detail  string
	}{
		"robots":    {func(s *site, _ *Config) { s.page("/robots.txt", "User-agent: *\nDisallow: /list") }, Robots, "robots.txt"},
		"forbidden": {func(s *site, _ *Config) { s.handle("/list", status(http.StatusForbidden)) }, Blocked, "403"},
		"private":   {func(_ *site, cfg *Config) { cfg.AllowPrivate = false }, Failed, ""},
		"redirected": {func(s *site, _ *Config) {
			s.handle("/list", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/moved", http.StatusFound) })
			s.page("/moved", `<html><li><a href="/post/1">帖子</a></li>`)
		}, Done, ""},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := testConfig()
			cfg.Chromium, cfg.Patience = path, 0
			s, src := renderSite(t)
			c.arrange(s, &cfg)
			report := mustPass(t, newTestCrawler(t, cfg, openTestState(t)), src, c.want)
			if !strings.Contains(report.Detail, c.detail) {
				t.Errorf("%+v, want %q", report, c.detail)
			}
		})
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
