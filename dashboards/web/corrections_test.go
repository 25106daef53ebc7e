package web_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"vane"
	"vane/dashboards/ask"
	"vane/storage"
	"vane/storage/storagetest"
)

// TestCorrectionInARealBrowser corrects a post of a hotspot as an analyst does, and sees
// it on the page, in the trend and in the list.
func TestCorrectionInARealBrowser(t *testing.T) {
	browser := startBrowser(t)
	server := board(t)
	tab, cancel := context.WithTimeout(browser, pageTimeout)
	defer cancel()
	eval := evaluator(t, tab)
	const total = `document.querySelector("#trend + p").textContent.replace(/\s+/g, " ")`
	id := vane.NewPostID("forum", "0").String()
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/?tag=ticketing.pillar_seat")); err != nil {
		t.Fatal(err)
	}
	if got := eval(total); !strings.Contains(got, "期间共 20 条") {
		t.Errorf("before: %s", got)
	}
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/hotspots/ticketing.pillar_seat"),
		chromedp.Click("#p"+id+" summary"), chromedp.Click("#p"+id+` input[type="checkbox"]`), chromedp.SendKeys("#p"+id+` input[name="add"]`, "墙根票")); err != nil {
		t.Fatal(err)
	}
	eval(`const form = document.querySelector("#p` + id + ` form"); form.sentiment.value = "positive"; form.sensitive.value = "false"; ""`)
	if err := chromedp.Do(tab, chromedp.Click("#p"+id+" button"), chromedp.WaitVisible("#p"+id+" .fixed")); err != nil {
		t.Fatal(err)
	}
	if got := eval(`location.pathname + location.hash + " " + document.querySelector("#p` + id + `").innerText.replace(/\s+/g, " ")`); !strings.HasPrefix(got, "/hotspots/ticketing.pillar_seat#p"+id) ||
		!strings.Contains(got, "墙根票 正面") || strings.Contains(got, "柱子票") || !strings.Contains(got, "已修正：(local)") {
		t.Errorf("after: %s", got)
	}
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/?tag=ticketing.pillar_seat")); err != nil {
		t.Fatal(err)
	}
	if got := eval(total); !strings.Contains(got, "期间共 19 条") {
		t.Errorf("the trend does not follow: %s", got)
	}
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/corrections")); err != nil {
		t.Fatal(err)
	}
	if got := eval(`document.querySelector("tbody").innerText.replace(/\s+/g, " ")`); !strings.Contains(got, "(local) 柱子票 · 负面 · 吐槽类信息 墙根票 · 正面 生效 "+id) {
		t.Errorf("the list: %s", got)
	}
	look(t, browser, server, "/corrections", phone, axeCore(t))
}

// form sends a form and does not follow where it leads.
func form(t *testing.T, address string, values url.Values) (*http.Response, string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(address, values)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// What can't be corrected so is one clear sentence, and nothing changes.
func TestCorrectionsThatAreRefused(t *testing.T) {
	server := board(t)
	id := vane.NewPostID("forum", "0").String()
	good := func(change string, values ...string) url.Values {
		v := url.Values{"post": {id}, "sentiment": {"neutral"}, "sensitive": {"false"}, "tag": {"ticketing.pillar_seat"}, "back": {"/search?q=x"}}
		v[change] = values
		return v
	}
	for _, c := range []struct {
		values url.Values
		status int
		says   string
	}{
		{good("tag", "ticketing"), 422, "没有这个问题，请从列表中选择。"},
		{good("add", "没有这个问题"), 422, "没有这个问题，请从列表中选择。"},
		{good("sentiment", "furious"), 422, "情感只能是负面、中性或正面"},
		{good("fingerprint", "17"), 422, "原文在您打开页面之后有改动"},
		{good("post", "x"), 422, "信息编号有误"},
		{good("post", strings.Repeat("0", 31)+"1"), 404, "没有入库"},
		{good("note", strings.Repeat("x", 1<<17)), 422, "提交的内容有误"},
		{good("back", "//evil.example"), 303, ""},
	} {
		resp, page := form(t, server.URL+"/corrections", c.values)
		if resp.StatusCode != c.status || !strings.Contains(page, c.says) || strings.Contains(resp.Header.Get("Location"), "evil") {
			t.Errorf("%.100v: %s %s, want %d %s", c.values, resp.Status, resp.Header.Get("Location"), c.status, c.says)
		}
	}
	if _, page := get(t, server.URL+"/corrections"); strings.Count(page, "<td><code>") != 1 {
		t.Error("what was refused is in the list")
	}
}

// The list goes on behind its first page.
func TestCorrectionsGoOn(t *testing.T) {
	store := storagetest.New(t)
	fill(t, store)
	server := boardOver(t, store)
	correctMany(t, store, 25)
	seen := 0
	for next := "/corrections"; next != ""; {
		_, page := get(t, server.URL+next)
		seen += strings.Count(page, "<td><code>")
		next = ""
		if m := regexp.MustCompile(`class="next" href="([^"]+)"`).FindStringSubmatch(page); m != nil {
			next = html.UnescapeString(m[1])
		}
	}
	if seen != 25 {
		t.Errorf("%d corrections on all pages, want 25", seen)
	}
}

func correctMany(t *testing.T, store *storage.Store, n int) {
	t.Helper()
	d := desk(t, store, names())
	for i := range n {
		sensitive := false
		if _, err := d.Correct(t.Context(), ask.CorrectionOrder{Post: vane.NewPostID("forum", fmt.Sprint(i)).String(), Sensitive: &sensitive}); err != nil {
			t.Fatal(err)
		}
	}
}

// Of two analysts who look at one post the second does not undo what the first did without
// having seen it.
func TestCorrectionsUndoNobodysUnseen(t *testing.T) {
	server := board(t)
	const address = "/search?tag=ticketing.pillar_seat"
	id := vane.NewPostID("forum", "0").String()
	seen := func() string {
		_, page := get(t, server.URL+address)
		_, rest, _ := strings.Cut(page, `id="p`+id)
		m := regexp.MustCompile(`name="seen" value="([0-9a-f]{16})"`).FindStringSubmatch(rest)
		if m == nil {
			t.Fatal("the form does not say what was seen")
		}
		return m[1]
	}
	order := func(seen, sentiment string) url.Values {
		return url.Values{"post": {id}, "seen": {seen}, "sentiment": {sentiment}, "sensitive": {"false"}, "tag": {"ticketing.pillar_seat"}, "back": {address}}
	}
	both := seen()
	if resp, _ := form(t, server.URL+"/corrections", order(both, "positive")); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("the first: %s", resp.Status)
	}
	if resp, _ := form(t, server.URL+"/corrections", order(both, "positive")); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the first, sent twice: %s", resp.Status)
	}
	resp, page := form(t, server.URL+"/corrections", order(both, "neutral"))
	if resp.StatusCode != http.StatusConflict {
		t.Errorf("the second: %s", resp.Status)
	}
	for _, want := range []string{"这条信息刚被改过", "柱子票 · 正面", "已修正：(local)", `href="/search?tag=ticketing.pillar_seat"`, "标题"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	if strings.Contains(page, "<img") {
		t.Error("the page holds what the post says unescaped")
	}
	if resp, _ := form(t, server.URL+"/corrections", order(seen(), "neutral")); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the second, who has looked: %s", resp.Status)
	}
}
