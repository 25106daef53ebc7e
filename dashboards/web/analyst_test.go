package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"vane"
	"vane/dashboards/ask"
	"vane/storage"
	"vane/storage/storagetest"
)

// deskKeeper keeps decisions in the store, and words in memory: what finds words joins
// other rooms.
type deskKeeper struct {
	store *storage.Store
	queue ask.WordQueue
	said  []string
}

func (k *deskKeeper) Queue(ctx context.Context) (ask.WordQueue, error) {
	q := k.queue
	decided, err := k.store.WordVerdicts(ctx)
	q.Decided = decided
	q.Words = slices.DeleteFunc(slices.Clone(q.Words), func(w vane.EmergingWord) bool {
		return slices.ContainsFunc(decided, func(v vane.WordVerdict) bool { return v.Word == w.Word })
	})
	return q, err
}

func (k *deskKeeper) Accept(ctx context.Context, word string, issue vane.Tag, retag bool) error {
	if word == "柱子票" {
		return ask.Mistake{Field: "word", Says: "柱子票 is a term of ticketing.pillar_seat already"}
	}
	k.said = append(k.said, fmt.Sprintf("accept %s %s %t", word, issue, retag))
	return k.store.SaveWordVerdict(ctx, vane.WordVerdict{Word: word, Accepted: true, Issue: issue, At: now})
}

func (k *deskKeeper) Reject(ctx context.Context, word string) error {
	k.said = append(k.said, "reject "+word)
	return k.store.SaveWordVerdict(ctx, vane.WordVerdict{Word: word, At: now})
}

func (k *deskKeeper) Merge(_ context.Context, ids []string) error {
	if len(ids) < 2 {
		return ask.Mistake{Field: "event", Says: "one event can't be merged: name two or more"}
	}
	k.said = append(k.said, fmt.Sprintf("merge %d", len(ids)))
	return nil
}

func (k *deskKeeper) Split(_ context.Context, id string, posts []string) error {
	if len(posts) == 0 {
		return ask.Mistake{Field: "event", Says: "no posts are named"}
	}
	k.said = append(k.said, fmt.Sprintf("split %s %s", id, strings.Join(posts, " ")))
	return nil
}

// analysts serves a board with words to decide about and two events.
func analysts(t *testing.T) (*httptest.Server, *deskKeeper) {
	t.Helper()
	store := storagetest.New(t)
	fill(t, store)
	sample := func(text string) vane.EvidencePost {
		return vane.EvidencePost{Source: "forum", Title: hostile, Text: text, PublishedAt: now}
	}
	k := &deskKeeper{store: store, queue: ask.WordQueue{
		Window: vane.Window{From: now.Add(-7 * 24 * time.Hour), To: now}, At: now, Retagging: true,
		Words: []vane.EmergingWord{
			{Word: "桁架票", Posts: 12, Authors: 11, Score: 7.25, Issue: "ticketing.wall_seat", Share: 0.75, First: now.Add(-48 * time.Hour),
				Samples: []vane.EvidencePost{sample("花六百买到桁架票" + hostile), sample("又是桁架票，什么也看不见")}},
			{Word: "加群领券", Known: true, Posts: 40, Before: 4, Authors: 2, Score: 5, Samples: []vane.EvidencePost{sample("没有这个词")}},
		},
	}}
	event := func(i int, title string) vane.Event {
		e := vane.Event{
			ID: vane.NewPostID("forum", fmt.Sprint(i)), Title: title, From: now.Add(-72 * time.Hour), To: now.Add(-time.Hour), Peak: vane.Daily.Floor(now),
			Posts: 60, Authors: 50, Texts: 40 + uint64(i), Sources: 3, SensitiveShare: 0.5, Tags: []vane.Share{{Key: "ticketing.pillar_seat", Posts: 55}},
			Regions: []vane.Share{{Key: "广东", Posts: 30}}, Voices: []vane.Share{{Key: "complaint", Posts: 45}, {Key: "media", Posts: 15}}, Words: []string{"柱子", hostile},
			Cases: []vane.EvidencePost{{ID: vane.NewPostID("forum", "3"), Source: "forum", Text: "被替换", PublishedAt: now}},
		}
		for d := range 4 {
			e.Timeline = append(e.Timeline, vane.EventDay{At: vane.Daily.Floor(now).AddDate(0, 0, d-3), Posts: uint64(5 + 7*d), Sensitive: uint64(3 * d)})
			e.Members = append(e.Members, vane.NewPostID("forum", fmt.Sprint(i+d)))
		}
		return e
	}
	if err := store.SaveEvents(t.Context(), []vane.Event{event(0, "座位后面有柱子"+hostile), event(20, "演唱会退票难")}); err != nil {
		t.Fatal(err)
	}
	d := desk(t, store, names())
	d.Words, d.Merging = k, k
	return boardOf(t, store, d), k
}

// step is something that a browser does.
type step = chromedp.Action[chromedp.Void]

func TestWordsAndEventsInARealBrowser(t *testing.T) {
	browser := startBrowser(t)
	axe := axeCore(t)
	server, k := analysts(t)
	event := vane.NewPostID("forum", "0").String()
	for _, path := range []string{"/words", "/events", "/events/" + event, "/words?lang=en", "/events/" + event + "?lang=en"} {
		for _, s := range screens() {
			t.Run(path+" "+s.name, func(t *testing.T) { look(t, browser, server, path, s, axe) })
		}
	}
	tab, cancel := context.WithTimeout(browser, pageTimeout)
	defer cancel()
	for _, steps := range [][]step{
		{chromedp.Navigate(server.URL + "/words?lang=zh-CN"), chromedp.Click(`form[action="/words/accept"] button`), chromedp.WaitVisible("tbody tr")},
		{chromedp.Click(`form[action="/words/reject"] button`), chromedp.WaitVisible("tbody tr:nth-child(2)")},
		{chromedp.Navigate(server.URL + "/events"), chromedp.Click(`li:nth-child(1) input[name="event"]`), chromedp.Click(`li:nth-child(2) input[name="event"]`),
			chromedp.Click(`form[action="/events/merge"] button`), chromedp.WaitVisible("#kept")},
		{chromedp.Navigate(server.URL + "/events/" + event), chromedp.Click(`input[type="checkbox"][name="post"]`), chromedp.Click(`button[form="split"]`), chromedp.WaitVisible("#kept")},
	} {
		if err := chromedp.Do(tab, steps...); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(k.said, "; "); !strings.HasPrefix(got, "accept 桁架票 ticketing.wall_seat true; reject 加群领券; merge 2; split "+event+" ") {
		t.Errorf("said: %s", got)
	}
}

func TestWordsAndEventsTell(t *testing.T) {
	server, _ := analysts(t)
	event := "/events/" + vane.NewPostID("forum", "0").String()
	for path, wants := range map[string][]string{
		"/words":                                {"<h2>桁架票</h2>", "突增", "最常见于 墙根票 75%", "又是<mark>桁架票</mark>，", "待处理 2", "正在按新词重新打标", `value="墙根票 ticketing.wall_seat"`},
		"/events":                               {"演唱会退票难", "共 2 个事件", "30.00%", "50 人 · 40 种文本 · 3 源", "柱子票</span>"},
		event:                                   {"投诉</th>", "75.00%", "广东</th>", "典型案例候选", "1280 元", "共 60 条；显示 4", `value="` + vane.NewPostID("forum", "1").String() + `"`, "3月13日"},
		"/events?from=2026-03-12&to=2026-03-01": {"起始日要早于截止日"},
		"/events?from=2020-01-01&to=2020-01-02": {"没有聚成事件"},
	} {
		_, page := get(t, server.URL+path)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		for _, bad := range []string{"<script>", "<img", "javascript:"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s holds %s", path, bad)
			}
		}
	}
	for path, status := range map[string]int{"/events/x": 404, "/events/" + strings.Repeat("0", 31) + "1": 404} {
		if resp, _ := get(t, server.URL+path); resp.StatusCode != status {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	for path, c := range map[string]struct {
		values url.Values
		status int
	}{
		"/words/accept":  {url.Values{"word": {"桁架票"}, "issue": {"没有"}}, 422},
		"/words/accept?": {url.Values{"word": {"柱子票"}, "issue": {"墙根票"}}, 422},
		"/events/merge":  {url.Values{"event": {"x"}}, 422},
		event + "/split": {url.Values{}, 422},
	} {
		if resp, page := form(t, server.URL+path, c.values); resp.StatusCode != c.status {
			t.Errorf("%s: %s %.200s", path, resp.Status, page)
		}
	}
}
