package web_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/dashboards/report"
	"vane/dashboards/web"
	"vane/hotspot"
	"vane/nlp"
	"vane/storage"
	"vane/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// now is a Monday afternoon in Beijing.
var now = time.Date(2026, 3, 16, 7, 30, 0, 0, time.UTC)

const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`

// board serves the board over a real store with two weeks of posts and a hotspot.
func board(t *testing.T) *httptest.Server {
	t.Helper()
	store := storagetest.New(t)
	fill(t, store)
	return boardOver(t, store)
}

func names() map[vane.Tag]string {
	return map[vane.Tag]string{"ticketing": "演出票务", "ticketing.pillar_seat": "柱子票", "ticketing.wall_seat": "墙根票"}
}

// boardOver serves the board over a store.
func boardOver(t *testing.T, store *storage.Store) *httptest.Server {
	t.Helper()
	return boardOf(t, store, desk(t, store, names()))
}

// boardOf is boardOver with another desk.
func boardOf(t *testing.T, store *storage.Store, d *ask.Desk) *httptest.Server {
	t.Helper()
	letters, err := report.NewLetters("")
	if err != nil {
		t.Fatal(err)
	}
	b := web.Board{
		Config: web.DefaultConfig(), Reader: store, Letters: letters, Lookback: 7 * 24 * time.Hour,
		Names: names(), Now: func() time.Time { return now },
		Desk: d, CaseScore: hotspot.CaseScore,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	return serve(t, b)
}

// desk answers what the board asks, as an analyst's.
func desk(t *testing.T, store *storage.Store, names map[vane.Tag]string) *ask.Desk {
	return &ask.Desk{
		Reader: store, Reports: store, Searcher: store, Events: store, History: store, Corrector: store, Names: names, Now: func() time.Time { return now },
		Export: func(ctx context.Context, w io.Writer, format string, q vane.SearchQuery, most int) error {
			_, err := store.ExportPosts(ctx, w, storage.ExportOptions{Format: storage.ExportFormat(format), BOM: true, Most: most}, q.Expression, q.Filter)
			return err
		},
		Audit:    access.NewAudit(filepath.Join(t.TempDir(), "audit.jsonl")),
		Language: ask.Language{Parse: nlp.ParseSearch, Snippet: nlp.DefaultConfig().Snippet},
	}
}

func serve(t *testing.T, b web.Board) *httptest.Server {
	t.Helper()
	handler, err := b.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(asLocal(handler))
	t.Cleanup(server.Close)
	return server
}

// asLocal has whoever is not known work on this machine, as the guard does where
// everything is open.
func asLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if access.From(r.Context()).Name == "" {
			r = r.WithContext(access.WithIdentity(r.Context(), access.Identity{Name: access.Local, Role: access.Admin}))
		}
		next.ServeHTTP(w, r)
	})
}

func fill(t *testing.T, store *storage.Store) {
	t.Helper()
	var mentions []vane.Mention
	for i := range 60 {
		at := now.Add(-time.Duration(i)*5*time.Hour - time.Minute)
		m := vane.Mention{Post: vane.Post{
			ID: vane.NewPostID("forum", fmt.Sprint(i)), Source: "forum", Channel: vane.Forum,
			Title: "标题" + hostile, Text: hostile, URL: "javascript:alert(3)", PublishedAt: at, CollectedAt: now,
		}, Sentiment: -0.5, Sensitive: i%2 == 0, Voice: vane.Complaint, Fingerprint: uint64(i)}
		if i%3 == 0 {
			m.Tags = []vane.TagMatch{{ID: "ticketing.pillar_seat", Name: "柱子票", Rule: "柱子票", Span: vane.Span{0, 2}, Text: "标题"}}
		}
		if i == 3 { // a case
			m.Text = strings.Repeat("我花了 1280 元买到的座位前面是一根柱子，什么也看不见，客服说不退不换。", 3) + hostile
			m.Entities = vane.Entities{Brands: []string{"大麦"}, Amounts: []float64{1280}, Demands: []string{"退款"}}
		}
		mentions = append(mentions, m)
	}
	if err := store.Insert(t.Context(), mentions); err != nil {
		t.Fatal(err)
	}
	h := vane.Hotspot{
		Tag: "ticketing.pillar_seat", Name: "柱子票", From: now.Add(-30 * time.Hour), To: now, Peak: now.Add(-time.Hour),
		State: vane.Emerging, Heat: 66.5, Posts: 121, Expected: 5, SensitiveShare: 0.9339, Authors: 119, Texts: 30, Sources: 5,
		Components: vane.Components{{Name: "volume", Points: 66.5, Says: "30 小时内 121 条，平常约 5.0 条"}},
		Evidence: vane.Evidence{
			Posts: []vane.EvidencePost{
				{ID: vane.NewPostID("forum", "0"), URL: "javascript:alert(4)", Source: "forum", Title: hostile, Text: hostile, PublishedAt: now},
				{URL: "javascript:alert(4)", Source: "forum", Title: hostile, Text: hostile, PublishedAt: now}, // of before posts had ids here
			},
			Words:    []string{hostile},
			Channels: []vane.Share{{Key: "论坛", Posts: 121}},
			Regions:  []vane.Share{{Key: "广东", Posts: 60}, {Key: "上海", Posts: 20}},
			Demands:  []vane.Share{{Key: "退款", Posts: 80}},
			First:    now.Add(-31 * time.Hour),
		},
	}
	for i := range 42 { // from half a day before
		h.Evidence.Hours = append(h.Evidence.Hours, vane.HourCount{
			At: h.From.Add(time.Duration(i-12) * time.Hour), Voices: float64(i * i / 40), Expected: 1.5 + math.Sin(float64(i)/4), Low: 0, High: 4 + math.Sin(float64(i)/4),
		})
	}
	if err := store.SaveHotspots(t.Context(), now, []vane.Hotspot{h}); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(url)
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

func TestHomeShowsHotspotsTrendAndRanking(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL)
	for _, want := range []string{
		"今日热点", "柱子票", "爆发", "66.5", "121 条", "平常的 24.2 倍", "93.39%", "119 人",
		"121 条里只有 30 种不同文本", "30 小时内 121 条，平常约 5.0 条", "论坛 100.00%",
		"期间共 60 条，其中吐槽类信息 30 条，占 50.00%", "3月16日 15:30",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	_, one := get(t, server.URL+"/?tag=ticketing.pillar_seat")
	if !strings.Contains(one, "走势：柱子票") || !strings.Contains(one, "期间共 20 条") {
		t.Error("the trend of one issue is not shown")
	}
	_, unknown := get(t, server.URL+"/?tag="+"%3Cscript%3E")
	if !strings.Contains(unknown, "走势：全部信息") {
		t.Error("an unknown tag must show everything")
	}
}

// paths are all pages that show what people wrote.
var paths = []string{"/", "/hotspots/ticketing.pillar_seat", "/corrections", "/sources", "/reports", "/search?q=%E6%A0%87%E9%A2%98",
	"/reports/view?kind=analysis&from=2026-03-09&to=2026-03-15&format=html&title=" + url.QueryEscape(hostile),
	"/reports/view?kind=top10&from=2026-03-09&to=2026-03-15&format=html"}

func TestHostilePostsDoNothing(t *testing.T) {
	server := board(t)
	for _, path := range paths {
		resp, page := get(t, server.URL+path)
		for _, bad := range []string{"<script>", "<img", "javascript:"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s holds %s", path, bad)
			}
		}
		if strings.Contains(path, "kind=top10") && (!strings.Contains(page, "1. 柱子票：") || !strings.Contains(page, "&lt;script&gt;")) {
			t.Errorf("%s shows no hotspot with its posts", path)
		}
		if csp := resp.Header.Get("Content-Security-Policy"); resp.StatusCode != http.StatusOK || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: status %d, content security policy %q", path, resp.StatusCode, csp)
		}
	}
}

func TestSearchFindsNarrowsAndGoesOn(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL+"/search?q="+url.QueryEscape("标题+alert-没有"))
	for _, want := range []string{"共 60 条", "<mark>标题</mark>", "<mark>alert</mark>", "柱子票</a>", "论坛</a>", "after=", `value="标题&#43;alert-没有"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	_, narrowed := get(t, server.URL+"/search?q="+url.QueryEscape("标题")+"&tag=ticketing.pillar_seat&from=2026-03-10&to=2026-03-12")
	for _, want := range []string{"共 5 条", "问题：柱子票 ×"} {
		if !strings.Contains(narrowed, want) {
			t.Errorf("narrowed, the page lacks %q", want)
		}
	}
	if _, page := get(t, server.URL+"/search?domain=ticketing"); !strings.Contains(page, `href="/search?tag=ticketing.pillar_seat"`) || !strings.Contains(page, "共 20 条") {
		t.Error("an issue does not take the place of its domain")
	}
	seen := 0
	for next := "/search?q=" + url.QueryEscape("标题"); next != ""; {
		_, page := get(t, server.URL+next)
		seen += strings.Count(page, "<mark>标题</mark>")
		next = ""
		if m := regexp.MustCompile(`class="next" href="([^"]+)"`).FindStringSubmatch(page); m != nil {
			next = html.UnescapeString(m[1])
		}
	}
	if seen != 60 {
		t.Errorf("%d posts on all pages, want 60", seen)
	}
	for q, want := range map[string]string{
		"q=" + url.QueryEscape("(退款"): "第 1 个字：括号没有闭合。", "q=x&from=someday": "日期写法有误", "from=someday": "日期写法有误", "q=x&sort=luck": "有一个选项的值不认识", "q=x&voice=nobody": "有一个选项的值不认识",
		"q=x&from=2026-03-12&to=2026-03-01": "起始日要早于截止日", "q=%28&lang=en": "column 2", "q=" + url.QueryEscape("没有人这样说"): "没有找到",
	} {
		if resp, page := get(t, server.URL+"/search?"+q); resp.StatusCode != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("%s: %s, want %s", q, resp.Status, want)
		}
	}
}

// What is found can be had as a file, by those who may, in the bounds that are told.
func TestSearchIsExported(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL+"/search?q="+url.QueryEscape("标题")+"&tag=ticketing.pillar_seat&after=")
	m := regexp.MustCompile(`href="(/search/export[^"]+)" download>CSV`).FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, "领域与问题") || !strings.Contains(page, `<ul class="facet"><li><a href="/search?after=`) && !strings.Contains(page, "演出票务") {
		t.Fatal("the page offers no file")
	}
	resp, csv := get(t, server.URL+html.UnescapeString(m[1]))
	if lines := strings.Count(csv, "\n"); resp.StatusCode != http.StatusOK || lines != 21 || !strings.HasPrefix(csv, "\ufeffpost_id,") ||
		!strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment; filename*=UTF-8") {
		t.Errorf("%s: %d lines, %v", resp.Status, lines, resp.Header)
	}
	if resp, book := get(t, server.URL+"/search/export?format=xlsx&q="+url.QueryEscape("标题")); resp.StatusCode != http.StatusOK || !strings.HasPrefix(book, "PK") {
		t.Errorf("the workbook: %s", resp.Status)
	}
	for query, want := range map[string]string{"format=pdf": "有一个选项的值不认识", "format=csv&from=someday": "日期写法有误", "format=csv&q=(": "检索式在应有词语处结束"} {
		if resp, page := get(t, server.URL+"/search/export?"+query); resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
			t.Errorf("%s: %s", query, resp.Status)
		}
	}
	reader := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.Config.Handler.ServeHTTP(w, r.WithContext(access.WithIdentity(r.Context(), access.Identity{Name: "韩梅梅", Role: access.Reader})))
	}))
	defer reader.Close()
	if resp, _ := get(t, reader.URL+"/search/export?format=csv"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a reader exports: %s", resp.Status)
	}
	if _, page := get(t, reader.URL+"/search?q="+url.QueryEscape("标题")); strings.Contains(page, "/search/export") || strings.Contains(page, "/corrections\" ") || strings.Contains(page, "保存修正") {
		t.Error("a reader is offered what only analysts may")
	}
}

func TestHotspotPageTellsWhatItIsAbout(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL+"/hotspots/ticketing.pillar_seat")
	for _, want := range []string{
		"为什么是热点", "30 小时内 121 条", "论坛</th>", "100.00%", "信息量最大的一小时", `class="mark"`, `<polygon class="band"`, `class="expected"`, "平常范围",
		"广东</th>", "诉求", "退款</th>", "66.12%", "典型案例候选", "1280 元", "<mark>标题</mark>", "首条相关信息", "3月15日 08:30",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, path := range []string{"/hotspots/nothing", "/nothing"} {
		if resp, page := get(t, server.URL+path); resp.StatusCode != http.StatusNotFound || !strings.Contains(page, "没有这个页面") {
			t.Errorf("%s: %s %s", path, resp.Status, page)
		}
	}
}

// A hotspot of a part of an issue has a page of its own, of its own posts.
func TestHotspotOfAPart(t *testing.T) {
	store := storagetest.New(t)
	fill(t, store)
	part := vane.Hotspot{
		Tag: "ticketing.pillar_seat", By: vane.ByChannel, Key: "微博", Name: "柱子票·微博", From: now.Add(-30 * time.Hour), To: now, Peak: now.Add(-time.Hour),
		State: vane.Emerging, Heat: 40, Posts: 4, Authors: 4, Evidence: vane.Evidence{Brands: []vane.Share{{Key: "大麦", Posts: 3}}},
	}
	if err := store.SaveHotspots(t.Context(), now, []vane.Hotspot{part}); err != nil {
		t.Fatal(err)
	}
	b := web.Board{
		Config: web.DefaultConfig(), Reader: store, Lookback: 7 * 24 * time.Hour, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	server := serve(t, b)
	path := "/hotspots/ticketing.pillar_seat?by=channel&amp;key=%E5%BE%AE%E5%8D%9A"
	if _, home := get(t, server.URL); !strings.Contains(home, `href="`+path+`"`) || !strings.Contains(home, `href="/hotspots/ticketing.pillar_seat"`) {
		t.Error("the part and the whole have one address")
	}
	_, whole := get(t, server.URL+"/hotspots/ticketing.pillar_seat")
	_, page := get(t, server.URL+html.UnescapeString(path))
	line := regexp.MustCompile(`<polyline class="all" points="([^"]*)"`)
	if got := line.FindStringSubmatch(page); !strings.Contains(page, "<h1>柱子票·微博</h1>") || !strings.Contains(page, "大麦") || !strings.Contains(page, "75.00%") ||
		got == nil || got[1] != "" || line.FindStringSubmatch(whole)[1] == "" {
		t.Errorf("the page of the part, of which there are no posts, shows %q", got)
	}
	if resp, _ := get(t, server.URL+"/hotspots/ticketing.pillar_seat?by=channel&key=x"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("another part: %s", resp.Status)
	}
}

// Pages that cost the store much are let in with the questions of the API.
func TestPagesPassTheGate(t *testing.T) {
	store := storagetest.New(t)
	fill(t, store)
	gate := ask.NewGate(1, func() time.Time { return now })
	desk := &ask.Desk{
		Searcher: store, Now: func() time.Time { return now }, Language: ask.Language{Parse: nlp.ParseSearch, Snippet: nlp.DefaultConfig().Snippet},
	}
	server := serve(t, web.Board{Config: web.DefaultConfig(), Reader: store, Desk: desk, Gate: gate, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	costly := []string{"/search?q=x", "/", "/hotspots/ticketing.pillar_seat", "/corrections", "/reports/view?kind=top10&from=2026-03-09&to=2026-03-15&format=md"}
	const kept = "/?lang=zh"
	if resp, page := get(t, server.URL+kept); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %.300s", kept, resp.Status, page)
	}
	for range 4 { // the rest of the burst of a rate of one
		get(t, server.URL+costly[0])
	}
	if resp, _ := get(t, server.URL+kept); resp.StatusCode != http.StatusOK {
		t.Errorf("a page that is in memory: %s", resp.Status)
	}
	for _, path := range costly {
		if resp, page := get(t, server.URL+path); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" || !strings.Contains(page, "请稍候再试") {
			t.Errorf("%s: %s %.100s", path, resp.Status, page)
		}
	}
	for _, path := range []string{"/sources", "/reports"} { // which ask nothing of the store
		if resp, _ := get(t, server.URL+path); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

func TestLateSourcesAreSaidEverywhere(t *testing.T) {
	server := serve(t, web.Board{
		Config: web.DefaultConfig(), Reader: storagetest.New(t), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		Sources: func(context.Context) ([]web.Source, error) {
			return []web.Source{
				{Name: "news", Ended: now.Add(-72 * time.Hour), Reason: "error", Errors: 4, Late: true},
				{Name: "forum", Ended: now, Next: now.Add(time.Hour), Reason: "done", Today: 17},
			}, nil
		},
	})
	for _, path := range []string{"/", "/sources", "/reports"} {
		if _, page := get(t, server.URL+path); !strings.Contains(page, "以下来源的数据可能不是最新的：news（最后采集 3月13日 15:30）。") {
			t.Errorf("%s does not say that a source is late", path)
		}
	}
	_, page := get(t, server.URL+"/sources")
	for _, want := range []string{">forum</th>", "3月16日 16:30", `<td class="n">17</td>`, `<tr class="late">`, "<td>—</td>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sources lack %q", want)
		}
	}
}

func TestReportsAreBuiltHere(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL+"/reports/view?kind=analysis&from=2026-03-09&to=2026-03-15&compare=previous&format=html")
	if !strings.Contains(page, "<h1>2026年3月9日至3月15日消费维权舆情分析报告</h1>") {
		t.Error("the report is not shown")
	}
	resp, word := get(t, server.URL+"/reports/view?kind=complaints&from=2026-03-09&to=2026-03-15&format=docx")
	if !strings.HasPrefix(word, "PK") || !strings.Contains(resp.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the Word file is %q", resp.Header)
	}
	for _, bad := range []string{"kind=novel&from=2026-03-09&to=2026-03-15&format=html", "kind=analysis&from=x&to=2026-03-15&format=html", "kind=analysis&from=2026-03-09&to=2026-03-15&format=pdf"} {
		if resp, page := get(t, server.URL+"/reports/view?"+bad); resp.StatusCode != http.StatusBadRequest || !strings.Contains(page, "报告的参数有误") {
			t.Errorf("%s: %s %s", bad, resp.Status, page)
		}
	}
}

// Every word of the board has its English; a choice is kept.
func TestEnglish(t *testing.T) {
	server := board(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	for _, path := range []string{"/?lang=en", "/sources", "/"} {
		resp, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !strings.Contains(string(page), `<html lang="en">`) || strings.Contains(string(page), "今日热点") {
			t.Errorf("%s is not in English, %v", path, err)
		}
	}
	known, err := os.ReadFile("phrases.tsv")
	if err != nil {
		t.Fatal(err)
	}
	templates, err := filepath.Glob("templates/*.html")
	if err != nil || len(templates) == 0 {
		t.Fatal(templates, err)
	}
	for _, file := range templates {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`{{t "([^"]+)"}}`).FindAllSubmatch(text, -1) {
			if !bytes.Contains(known, append(m[1], '\t')) {
				t.Errorf("%s: %q has no English in phrases.tsv", file, m[1])
			}
		}
	}
}

func TestEmptyStoreIsAPageToo(t *testing.T) {
	server := serve(t, web.Board{Config: web.DefaultConfig(), Reader: storagetest.New(t), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	resp, page := get(t, server.URL)
	if resp.StatusCode != http.StatusOK || !strings.Contains(page, "目前没有高于平常水平的问题") {
		t.Errorf("status %d: %s", resp.StatusCode, page)
	}
}

// away is a store that can't be reached.
type away struct{}

func (away) Hotspots(context.Context, time.Time, time.Duration) ([]vane.Hotspot, error) {
	return nil, fmt.Errorf("connection refused")
}
func (away) Trend(context.Context, vane.TrendQuery) ([]vane.Series, error) {
	return nil, fmt.Errorf("connection refused")
}

func (away) Telling(context.Context, vane.Node, vane.Window, int) ([]vane.EvidencePost, error) {
	return nil, fmt.Errorf("connection refused")
}

func TestStoreAwayIsOneClearSentence(t *testing.T) {
	server := serve(t, web.Board{Config: web.DefaultConfig(), Reader: away{}, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	resp, page := get(t, server.URL)
	if resp.StatusCode != http.StatusInternalServerError || !strings.Contains(page, "页面暂时无法生成") || strings.Contains(page, "refused") {
		t.Errorf("status %d: %s", resp.StatusCode, page)
	}
}

func TestNoRequestToAnotherHost(t *testing.T) {
	server := board(t)
	_, page := get(t, server.URL)
	for _, attr := range []string{`src="http`, `src="//`, `href="//`, "@import", "<link rel=\"stylesheet\" href=\"http"} {
		if strings.Contains(page, attr) {
			t.Errorf("the page holds %s", attr)
		}
	}
	for _, asset := range []string{"/assets/style.css", "/assets/icon.svg"} {
		if resp, _ := get(t, server.URL+asset); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", asset, resp.Status)
		}
	}
}

// Why a pass ended is said in the reader's language.
func TestReasonsInWords(t *testing.T) {
	for reason, want := range map[string]string{
		"done": "正常", "seen": "没有新信息", "budget": "达到上限，余下待续", "error": "出错", "robots": "robots.txt 不允许",
		"blocked": "被网站拒绝", "cancelled": "中断", "killed": "中断", "": "",
	} {
		if got := (web.Source{Reason: reason}).Why(); got != want {
			t.Errorf("%q is said as %q, not %q", reason, got, want)
		}
	}
}

func TestWhoLeavesIsNoFault(t *testing.T) {
	var log bytes.Buffer
	b := web.Board{Config: web.DefaultConfig(), Reader: away{}, Now: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))}
	handler, err := b.Handler()
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
	if log.Len() > 0 {
		t.Errorf("the log says %s", log.String())
	}
}
