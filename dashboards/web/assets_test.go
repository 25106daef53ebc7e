package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// fromUPlot are the files of uPlot in assets, where its npm package has them, and the
// SHA-256 of those of the version that npm/package-lock.json pins.
var fromUPlot = []struct{ asset, file, hash string }{
	{"uplot.js", "dist/uPlot.iife.min.js", "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f"},
	{"uplot.css", "dist/uPlot.min.css", "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04"},
	{"uplot.LICENSE", "LICENSE", "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd"},
}

// The chart library that is embedded is the one that the lock file pins, byte by byte:
// npm checks what it fetches against the lock.
func TestUPlotIsWhatTheLockPins(t *testing.T) {
	var lock struct {
		Packages map[string]struct{ Version, Integrity string }
	}
	data, err := os.ReadFile("npm/package-lock.json")
	if err == nil {
		err = json.Unmarshal(data, &lock)
	}
	if err != nil {
		t.Fatal(err)
	}
	pinned := lock.Packages["node_modules/uplot"]
	for _, file := range []string{"NOTICE", "docs/licences.md"} {
		if text, err := os.ReadFile(filepath.Join("..", "..", file)); err != nil || !bytes.Contains(text, []byte("uPlot "+pinned.Version)) {
			t.Errorf("%s does not name uPlot %s, %v", file, pinned.Version, err)
		}
	}
	script, err := os.ReadFile("assets/uplot.js")
	if err != nil || !bytes.Contains(script[:100], []byte("(v"+pinned.Version+")")) || pinned.Integrity == "" {
		t.Errorf("assets/uplot.js begins %q, the lock pins %+v, %v: make assets", script[:50], pinned, err)
	}
	for _, f := range fromUPlot {
		data, err := os.ReadFile("assets/" + f.asset)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.hash {
			t.Errorf("assets/%s of uPlot %s has the hash %x, not %s", f.asset, pinned.Version, sum, f.hash)
		}
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("no npm on this machine: the files are not compared with those of the package")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "vane", "board-assets")
	npmCI(t, "npm", dir)
	for _, f := range fromUPlot {
		ours, err := os.ReadFile("assets/" + f.asset)
		if err != nil {
			t.Fatal(err)
		}
		if theirs, err := os.ReadFile(filepath.Join(dir, "node_modules", "uplot", f.file)); err != nil || !bytes.Equal(ours, theirs) {
			t.Errorf("assets/%s is not that of the package, %v: make assets", f.asset, err)
		}
	}
}

// Every file that a page loads is kept by the browser under an address with its hash.
func TestAssetsAreLoadedOnce(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL)
	addresses := regexp.MustCompile(`/assets/[\w.]+\?v=[0-9a-f]{12}`).FindAllString(page, -1)
	if len(addresses) != 5 {
		t.Errorf("the page loads %q", addresses)
	}
	for _, address := range append(addresses, "/assets/style.css") {
		resp, body := get(t, server.URL+address)
		if kept := strings.Contains(resp.Header.Get("Cache-Control"), "immutable"); resp.StatusCode != http.StatusOK || kept != strings.Contains(address, "?v=") || len(body) == 0 {
			t.Errorf("%s: %s, %q", address, resp.Status, resp.Header)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("If-None-Match", resp.Header.Get("ETag"))
		again, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		again.Body.Close()
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %s", address, again.Status)
		}
	}
	for _, address := range []string{"/assets/", "/assets/nothing.js", "/assets/a/style.css", "/assets/style.css?v=0123"} {
		resp, _ := get(t, server.URL+address)
		if found := resp.StatusCode == http.StatusOK; found != strings.Contains(address, "0123") || strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %s %q", address, resp.Status, resp.Header)
		}
	}
}

// The numbers of a chart stand beside its drawing, whatever a hotspot is called.
func TestChartsHoldTheirNumbers(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL+"/hotspots/ticketing.pillar_seat")
	found := regexp.MustCompile(`<figure data-chart="([^"]*)">`).FindAllStringSubmatch(page, -1)
	if len(found) != 2 {
		t.Fatalf("%d charts with numbers", len(found))
	}
	for i, want := range []string{"平常范围 high,平常范围 low,期望 dashed,发声人次 line", "全部 line,吐槽类信息 line"} {
		var chart struct {
			Name  string
			At    []int64
			Mark  [2]int64
			Lines []struct {
				Name, Kind string
				Values     []float64
			}
		}
		if err := json.Unmarshal([]byte(html.UnescapeString(found[i][1])), &chart); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, line := range chart.Lines {
			lines = append(lines, line.Name+" "+line.Kind)
			if len(line.Values) != len(chart.At) {
				t.Errorf("%s: %d values of %d hours", line.Name, len(line.Values), len(chart.At))
			}
		}
		if got := strings.Join(lines, ","); got != want || chart.Mark != [2]int64{now.Unix() - 30*3600, now.Unix()} || chart.Name != "柱子票走势" {
			t.Errorf("chart %d is %s of %s, marked %d", i, got, chart.Name, chart.Mark)
		}
	}
}

// TestChartsInARealBrowser reads values as an analyst does: by mouse and by keys; zooms in,
// and back; and, without scripts, sees the drawing.
func TestChartsInARealBrowser(t *testing.T) {
	browser := startBrowser(t)
	server := board(t)
	tab, cancel := chromedp.NewContext(browser)
	defer cancel()
	tab, stop := context.WithTimeout(tab, pageTimeout)
	defer stop()
	eval := evaluator(t, tab)
	var said complaints
	if err := chromedp.Listen(tab, said.listen(server)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(tab, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(tab, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(server.URL+"/hotspots/ticketing.pillar_seat"), chromedp.WaitVisible(".live canvas")); err != nil {
		t.Fatal(err)
	}
	const legend = `document.querySelector(".live .u-legend").innerText.replace(/\s+/g, " ")`
	eval(`document.querySelector(".live").focus(); ""`)
	if err := chromedp.Do(tab, chromedp.KeyEvent(kb.End)); err != nil {
		t.Fatal(err)
	}
	if got := eval(legend); !strings.Contains(got, "03-16 14:30") || !strings.Contains(got, "发声人次42") || !strings.Contains(got, "平常范围0 – ") {
		t.Errorf("by key the legend says %s", got)
	}
	// mouse does things at shares of the width, and then tells which hour stands at the left edge.
	mouse := func(things string) string {
		t.Helper()
		got, err := chromedp.Run(tab, chromedp.Evaluate[string](`(async () => {
			const over = document.querySelector(".live .u-over"), r = over.getBoundingClientRect(), soon = () => new Promise(done => setTimeout(done, 100));
			const fire = (type, share, to) => to.dispatchEvent(new MouseEvent(type, {bubbles: true, clientX: r.left + share * r.width, clientY: r.top + 50, movementX: 1, button: 0, view: window}));
			`+things+`
			await soon(); fire("mousemove", 0.005, over); await soon();
			return `+legend+`;
		})()`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := mouse(""); !strings.Contains(got, "03-14 21:30") {
		t.Errorf("at the left edge: %s", got)
	}
	if got := mouse(`fire("mousemove", .5, over); fire("mousedown", .5, over); fire("mousemove", .8, over); fire("mouseup", .8, document);`); !strings.Contains(got, "03-15 1") {
		t.Errorf("at the left edge after dragging: %s", got)
	}
	if got := mouse(`fire("dblclick", .5, over);`); !strings.Contains(got, "03-14 21:30") {
		t.Errorf("at the left edge after a double click: %s", got)
	}
	if got := eval(`[...document.querySelectorAll("figure > svg")].map(s => getComputedStyle(s).display).join()`); got != "none,none" {
		t.Errorf("the drawings are shown beside the charts: %s", got)
	}
	said.Lock()
	for _, s := range said.list {
		t.Error(s)
	}
	said.Unlock()
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/hotspots/ticketing.pillar_seat"), chromedp.WaitVisible("figure > svg.daily")); err != nil {
		t.Errorf("without scripts: %v", err)
	}
}
