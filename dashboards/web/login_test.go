package web_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"vane/dashboards/access"
)

// guarded is the board behind the guard, with the user 李雷.
func guarded(t *testing.T) *httptest.Server {
	t.Helper()
	dir := t.TempDir()
	users := access.NewUsers(filepath.Join(dir, "users.json"))
	if err := users.Add("李雷", access.Analyst, "correct horse"); err != nil {
		t.Fatal(err)
	}
	guard, err := access.NewGuard(access.DefaultConfig(), users, access.NewAudit(filepath.Join(dir, "audit.jsonl")), true, time.Now, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(guard.Protect(board(t).Config.Handler))
	t.Cleanup(server.Close)
	return server
}

// TestLoginInARealBrowser looks at the login page on a desk and on a phone, and logs in
// and out by keyboard alone.
func TestLoginInARealBrowser(t *testing.T) {
	browser := startBrowser(t)
	axe := axeCore(t)
	server := guarded(t)
	for _, s := range screens() {
		t.Run("/login "+s.name, func(t *testing.T) {
			look(t, browser, server, "/login?next=/sources", s, axe)
		})
	}
	tab, cancel := context.WithTimeout(browser, pageTimeout)
	defer cancel()
	// A tab behind others gives no field the focus.
	if _, err := chromedp.Call(tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	// The name gets the focus, Tab goes to the password, Enter sends.
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/sources"), chromedp.WaitVisible("#name:focus"), chromedp.KeyEvent("李雷\tcorrect horse\r"), chromedp.WaitVisible("form.who")); err != nil {
		t.Fatal(err)
	}
	at, err := chromedp.Run(tab, chromedp.Evaluate[string](`location.pathname + " " + document.querySelector(".who span").textContent`))
	if err != nil || at != "/sources 李雷" {
		t.Errorf("after the login the browser is at %q, %v", at, err)
	}
	if err := chromedp.Do(tab, chromedp.Click("form.who button"), chromedp.WaitVisible("#password")); err != nil {
		t.Fatal(err)
	}
	if at, err = chromedp.Run(tab, chromedp.Evaluate[string](`location.href`)); err != nil || !strings.HasSuffix(at, "/login") {
		t.Errorf("after the logout the browser is at %q, %v", at, err)
	}
}
