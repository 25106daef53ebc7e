package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"vane"
	"vane/dashboards/access"
)

// openHouse is a board behind the guard where everything is open: as vane demo serves it.
func openHouse(t *testing.T, board http.Handler) *httptest.Server {
	t.Helper()
	dir := t.TempDir()
	guard, err := access.NewGuard(access.DefaultConfig(), access.NewUsers(filepath.Join(dir, "users.json")), access.NewAudit(filepath.Join(dir, "audit.jsonl")), true, time.Now,
		slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(guard.Protect(board))
	t.Cleanup(server.Close)
	return server
}

// Every form that changes something sends the token of its session.
func TestEveryFormHasItsToken(t *testing.T) {
	inner, _ := analysts(t)
	server := openHouse(t, inner.Config.Handler)
	event := "/events/" + vane.NewPostID("forum", "0").String()
	posts := regexp.MustCompile(`(?s)<form[^>]*method="post".*?</form>`)
	token := regexp.MustCompile(`name="form_token" value="[\w-]{86}"`)
	for path, least := range map[string]int{"/words": 4, "/events": 1, event: 5, "/search?tag=ticketing.pillar_seat": 10, "/hotspots/ticketing.pillar_seat": 1} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "text/html")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		forms := posts.FindAllString(string(page), -1)
		if len(forms) < least {
			t.Errorf("%s has %d forms that change something, want %d", path, len(forms), least)
		}
		for _, form := range forms {
			if !token.MatchString(form) {
				t.Errorf("%s: a form without token: %s", path, form)
			}
		}
	}
}

// TestFormsThroughTheGuardInARealBrowser corrects a post of an event as an analyst does
// whose vane has no users, and then with a page of before vane was started again.
func TestFormsThroughTheGuardInARealBrowser(t *testing.T) {
	browser := startBrowser(t)
	inner, _ := analysts(t)
	server := openHouse(t, inner.Config.Handler)
	tab, cancel := context.WithTimeout(browser, pageTimeout)
	defer cancel()
	event, post := vane.NewPostID("forum", "0").String(), "#p"+vane.NewPostID("forum", "1").String()
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/events/"+event), chromedp.Click(post+" summary"), chromedp.SendKeys(post+` input[name="add"]`, "墙根票"),
		chromedp.Click(post+" form button"), chromedp.WaitVisible(post+" .fixed")); err != nil {
		t.Fatal(err)
	}
	at, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.querySelector("`+post+` input[name=form_token]").value = "of before"; location.pathname`))
	if err != nil || at != "/events/"+event {
		t.Fatal(at, err)
	}
	if err := chromedp.Do(tab, chromedp.Click(post+" summary"), chromedp.Click(post+" form button"), chromedp.WaitVisible("main.login")); err != nil {
		t.Fatal(err)
	}
	said, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
	if err != nil || !strings.Contains(said, "表单已过期") || !strings.Contains(said, "刷新后再提交") {
		t.Errorf("an old form: %s, %v", said, err)
	}
}
