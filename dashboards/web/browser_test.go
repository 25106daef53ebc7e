package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// pageTimeout is for a machine on which everything else runs too.
const pageTimeout = 2 * time.Minute

// TestPagesInARealBrowser looks at every page on a desk and on a phone: nothing in
// the console, no request elsewhere, nothing wider than the screen, and nothing that
// axe-core finds serious. Pictures are kept in out/board.
func TestPagesInARealBrowser(t *testing.T) {
	browser := startBrowser(t)
	axe := axeCore(t)
	server := board(t)
	for _, path := range []string{"/", "/hotspots/ticketing.pillar_seat", "/corrections", "/sources", "/reports", "/search?q=%E6%A0%87%E9%A2%98&channel=%E8%AE%BA%E5%9D%9B",
		"/reports/view?kind=analysis&from=2026-03-09&to=2026-03-15&format=html", "/?lang=en", "/hotspots/ticketing.pillar_seat?lang=en"} { // a language is remembered, so it comes last
		for _, s := range screens() {
			t.Run(path+" "+s.name, func(t *testing.T) { look(t, browser, server, path, s, axe) })
		}
	}
}

// screen is what pages are looked at on.
type screen struct {
	name  string
	width int64
	dark  bool
}

func screens() []screen {
	return []screen{{"desk", 1280, false}, phone, {"desk in the dark", 1280, true}}
}

var phone = screen{"phone", 390, false}

// startBrowser is a Chromium of this machine.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: pages are not looked at")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(pageTimeout))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	browser, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// evaluator gives what a script says on the page of a tab.
func evaluator(t *testing.T, tab context.Context) func(script string) string {
	return func(script string) string {
		t.Helper()
		got, err := chromedp.Run(tab, chromedp.Evaluate[string](script))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
}

// axeCore is the source of axe-core, fetched by npm as its lock file pins it.
func axeCore(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "vane", "board-tests")
	npmCI(t, filepath.Join("testdata", "npm"), dir)
	source, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// npmCI installs into dir what the lock file of a folder pins.
func npmCI(t *testing.T, from, dir string) {
	t.Helper()
	for _, file := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(from, file))
		if err == nil {
			err = os.MkdirAll(dir, 0o750)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, file), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	npm := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm can't fetch what %s pins: %v\n%s", from, err, out)
	}
}

// complaints are what the browser said of a page.
type complaints struct {
	sync.Mutex
	list []string
}

func (c *complaints) add(format string, args ...any) {
	c.Lock()
	defer c.Unlock()
	c.list = append(c.list, fmt.Sprintf(format, args...))
}

func (c *complaints) listen(server *httptest.Server) func(any) {
	return func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			c.add("exception: %s", ev.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if ev.Entry.Level != log.EntryLevelVerbose && ev.Entry.Level != log.EntryLevelInfo {
				c.add("console: %s", ev.Entry.Text)
			}
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(ev.Request.URL, server.URL) && !strings.HasPrefix(ev.Request.URL, "data:") {
				c.add("it asks for %s", ev.Request.URL)
			}
		case *network.EventResponseReceived:
			if ev.Response.Status >= 400 {
				c.add("%s: status %d", ev.Response.URL, ev.Response.Status)
			}
		}
	}
}

// violation is what axe-core finds.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML string `json:"html"`
	} `json:"nodes"`
}

func look(t *testing.T, browser context.Context, server *httptest.Server, path string, s screen, axe string) {
	tab, cancel := chromedp.NewContext(browser)
	defer cancel()
	tab, cancel = context.WithTimeout(tab, pageTimeout)
	defer cancel()
	var said complaints
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(chromedp.Listen(tab, said.listen(server)))
	_, err := chromedp.Call(tab, log.Enable, cdp.Empty{})
	do(err)
	_, err = chromedp.Call(tab, network.Enable, network.EnableParams{})
	do(err)
	if s.dark {
		_, err = chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
		do(err)
	}
	const height = 900
	do(chromedp.Do(tab, chromedp.EmulateViewport(s.width, height), chromedp.Navigate(server.URL+path)))
	wide, err := chromedp.Run(tab, chromedp.Evaluate[int64](`document.querySelectorAll("details").forEach(d => d.open = true), document.documentElement.scrollWidth`))
	do(err)
	if wide > s.width {
		t.Errorf("the page is %d px wide", wide)
	}
	picture, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
	do(err)
	keep(t, path, s, picture)
	found, err := chromedp.Run(tab, chromedp.Evaluate[string](axe+"\n;axe.run().then(r => JSON.stringify(r.violations))", chromedp.EvalAwaitPromise))
	do(err)
	said.Lock()
	defer said.Unlock()
	for _, s := range said.list {
		t.Error(s)
	}
	var violations []violation
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		if v.Impact == "serious" || v.Impact == "critical" {
			t.Errorf("axe: %s %s: %s\n%s", v.Impact, v.ID, v.Help, v.Nodes[0].HTML)
		}
	}
}

// keep writes a picture to the project's ignored folder.
func keep(t *testing.T, path string, s screen, picture []byte) {
	t.Helper()
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune("/?&=.:", r) {
			return '_'
		}
		return r
	}, strings.Trim(path, "/"))
	folder := filepath.Join("..", "..", "out", "board")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, fmt.Sprintf("%s_%s.png", name[:min(len(name), 60)], strings.ReplaceAll(s.name, " ", "_")))
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A keyboard reaches the pages: the first Tab is the way to the text, then the
// navigation.
func TestKeyboard(t *testing.T) {
	browser := startBrowser(t)
	server := board(t)
	tab, cancel := context.WithTimeout(browser, pageTimeout)
	defer cancel()
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"#main", "/", "/", "/events", "/search", "/words", "/corrections", "/sources", "/reports"} {
		if err := chromedp.Do(tab, chromedp.KeyEvent("\t")); err != nil {
			t.Fatal(err)
		}
		got, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.activeElement.getAttribute("href")`))
		if err != nil || got != want {
			t.Errorf("Tab goes to %q, not %q, %v", got, want, err)
		}
	}
}
