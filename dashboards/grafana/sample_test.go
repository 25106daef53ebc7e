package grafana_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// noon is the end of the time range that the tests look at, in Beijing.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, vane.Beijing())

// today is the moment at which the sample's processes tell how they do.
var today = time.Now().UTC().Truncate(time.Millisecond)

// hostile is a text that every careless way of quoting stumbles over.
const hostile = `它's 100% "坏" (C:\新闻\) $__timeFilter(x), ${issue} +1`

// script is an address that must not become a link.
const script = "javascript:alert(document.cookie)"

// tag is a tag on a post of the sample.
func tag(id, name string) vane.TagMatch { return vane.TagMatch{ID: vane.Tag(id), Name: name} }

// sample fills the database vane with three days of posts, with hotspots, an event, an
// alert and crawls of them, and with what processes tell at this moment, and returns the
// read-only user's connection to it.
func sample(t testing.TB) *sql.DB {
	t.Helper()
	fill(t)
	return reader(t)
}

func fill(t testing.TB) *storage.Store {
	t.Helper()
	store := storagetest.Open(t, storagetest.Engine(t).DSN())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := store.Migrate(t.Context())
	must(err)
	keepOldRows(t)
	must(store.Insert(t.Context(), samplePosts()))
	for _, detected := range []time.Time{noon.Add(-2 * time.Hour), noon.Add(-time.Hour)} {
		must(store.SaveHotspots(t.Context(), detected, sampleHotspots(detected)))
	}
	must(store.SavePasses(t.Context(), samplePasses()))
	must(store.SaveEvents(t.Context(), sampleEvents()))
	must(store.SaveAlerts(t.Context(), sampleAlerts()))
	must(store.SaveHotspots(t.Context(), today, []vane.Hotspot{{Tag: "food.safety", Name: "食品安全", From: today.Add(-time.Hour), To: today, State: vane.Lasting, Heat: 80}}))
	must(store.SavePipeline(t.Context(), samplePipeline(today)))
	must(store.SaveSourceHealth(t.Context(), sampleHealth(today)))
	return store
}

// keepOldRows keeps the engine from dropping what the sample has of long ago.
func keepOldRows(t testing.TB) {
	t.Helper()
	options, err := clickhouse.ParseDSN(storagetest.Engine(t).DSN())
	if err != nil {
		t.Fatal(err)
	}
	writer := clickhouse.OpenDB(options)
	defer writer.Close()
	for _, table := range []string{"pipeline", "source_health"} {
		if _, err := writer.ExecContext(t.Context(), "SYSTEM STOP TTL MERGES "+table); err != nil {
			t.Fatal(err)
		}
	}
}

// samplePosts are 73 posts, one an hour: by turns about tickets (negative), phone
// plans, and a domain that the user added; one without author.
func samplePosts() []vane.Mention {
	about := [][]vane.TagMatch{
		{tag("ticketing.pillar_seat", "柱子票"), tag("ticketing.refund", "退票难")},
		{tag("telecom.speed_cap", "限速套餐")},
		{tag("own.thing", "自定义")},
	}
	channels := []vane.Channel{vane.Weibo, vane.Forum, vane.Weibo}
	brands := [][]string{{"大麦", "大麦"}, {"移动"}, nil}
	var posts []vane.Mention
	for i := range 73 {
		m := vane.Mention{
			Post: vane.Post{
				ID: vane.NewPostID("test", fmt.Sprint(i)), Source: fmt.Sprintf("source-%d", i%2), Channel: channels[i%3],
				Region:    []string{"广东", "浙江", ""}[i%4%3],
				URL:       fmt.Sprintf("http://forum.test/%d?q=%%E6%%9F%%B1", i),
				AuthorKey: vane.NewAuthorKey([]byte("key"), "test", fmt.Sprint(i%5)),
				Title:     "标题", Text: fmt.Sprintf("第%d条正文", i),
				PublishedAt: noon.Add(-time.Duration(i) * time.Hour), CollectedAt: noon,
			},
			Tags: about[i%3], Sensitive: i%3 == 0, Voice: vane.Complaint, Words: []string{"柱子", "视线"},
		}
		m.Entities.Brands = brands[i%3]
		posts = append(posts, m)
	}
	posts[0].AuthorKey, posts[0].Title, posts[0].Text, posts[0].URL = vane.ID{}, "", hostile, script
	return posts
}

// sampleHotspots are an open hotspot, hotter at the later detection, the part of it in
// one channel, a closed one, and one that is too cool to be shown.
func sampleHotspots(detected time.Time) []vane.Hotspot {
	open := vane.Hotspot{
		Tag: "ticketing.pillar_seat", Name: "柱子票", From: noon.Add(-20 * time.Hour), To: detected, Peak: detected,
		State: vane.Emerging, Heat: 60, Posts: 7, Expected: 1.5, SensitiveShare: 1, Authors: 5, Texts: 7, Sources: 2,
		Components: vane.Components{{Name: "volume", Points: 70, Says: "20 小时内 7 条，平常约 1.5 条"}, {Name: "independence", Points: -10, Says: "5 人"}},
		Evidence:   sampleEvidence(),
	}
	if detected.Equal(noon.Add(-time.Hour)) {
		open.State, open.Heat = vane.Lasting, 72
	}
	part := open
	part.By, part.Key, part.Name, part.Heat = vane.ByChannel, string(vane.Weibo), "柱子票（微博）", 41
	closed := open
	closed.Tag, closed.Name, closed.State, closed.Heat = "telecom.speed_cap", "限速套餐", vane.Closed, 31
	closed.From, closed.To = noon.Add(-60*time.Hour), noon.Add(-50*time.Hour)
	cool := closed
	cool.Tag, cool.Name, cool.Heat = "own.thing", "自定义", 14.9
	return []vane.Hotspot{open, part, closed, cool}
}

func sampleEvidence() vane.Evidence {
	hour := func(ago int, voices float64) vane.HourCount {
		return vane.HourCount{At: noon.Add(-time.Duration(ago) * time.Hour), Voices: voices, Expected: 1.5, High: 4}
	}
	post := func(title, url string) vane.EvidencePost {
		return vane.EvidencePost{ID: vane.NewPostID("test", title), URL: url, Source: "source-0", Title: title, Text: hostile, PublishedAt: noon.Add(-19 * time.Hour)}
	}
	return vane.Evidence{
		Posts:    []vane.EvidencePost{post("视线被挡", "https://forum.test/1"), post("<img src=x onerror=alert(1)>", script)},
		Words:    []string{"柱子", "视线", "没人说的词"},
		Channels: []vane.Share{{Key: "微博", Posts: 5}, {Key: "论坛", Posts: 2}},
		Regions:  []vane.Share{{Key: "广东", Posts: 4}},
		Brands:   []vane.Share{{Key: "大麦", Posts: 7}},
		Demands:  []vane.Share{{Key: "退款", Posts: 3}},
		Hours:    []vane.HourCount{hour(22, 1), hour(21, 3), hour(20, 9)},
	}
}

func sampleEvents() []vane.Event {
	e := vane.Event{
		ID: vane.NewPostID("test", "0"), Title: "某演唱会柱子票", From: noon.Add(-30 * time.Hour), To: noon.Add(-time.Hour), Peak: noon.Add(-36 * time.Hour),
		Posts: 12, Authors: 9, Texts: 8, Sources: 2, SensitiveShare: 0.75,
		Tags: []vane.Share{{Key: "ticketing.pillar_seat", Posts: 12}, {Key: "ticketing.refund", Posts: 3}},
	}
	before := e
	before.ID, before.Title = vane.NewPostID("test", "before"), "上周的事"
	before.From, before.To = noon.AddDate(0, 0, -9), noon.AddDate(0, 0, -8)
	return []vane.Event{e, before}
}

func sampleAlerts() []vane.Alert {
	fired := noon.Add(-18 * time.Hour)
	a := vane.Alert{
		Rule: "热点", Tag: "ticketing.pillar_seat", Name: "柱子票", State: vane.AlertFiring, Since: noon.Add(-19 * time.Hour), Held: noon.Add(-19 * time.Hour),
		Seen: noon, Fired: fired, PeakHeat: 72, Hotspot: vane.Hotspot{Heat: 72, Posts: 7}, To: []string{"值班群"},
	}
	pending := a
	pending.Rule, pending.State, pending.Fired = "夜班", vane.AlertPending, time.Time{}
	return []vane.Alert{a, pending}
}

func samplePasses() []storage.Pass {
	pass := func(source string, hoursAgo int, reason string, posts, errors uint64) storage.Pass {
		started := noon.Add(-time.Duration(hoursAgo) * time.Hour)
		return storage.Pass{Source: source, Started: started, Ended: started.Add(time.Minute), Reason: reason, Pages: 9, Posts: posts, New: posts / 8, Errors: errors}
	}
	return []storage.Pass{pass("source-0", 5, "error", 0, 3), pass("source-0", 1, "done", 80, 0), pass("source-1", 2, "seen", 16, 0)}
}

// samplePipeline is two processes, of which the first had to wait for ClickHouse, and
// what the first tells now.
func samplePipeline(now time.Time) []storage.Pipeline {
	at := func(minutes int) time.Time { return noon.Add(-time.Duration(minutes) * time.Minute) }
	return []storage.Pipeline{
		{Process: "a", At: at(3), Room: 1000, Stored: 40},
		{Process: "a", At: at(2), Waiting: 300, Room: 1000, Oldest: at(32)},
		{Process: "a", At: at(1), Waiting: 500, Room: 1000, Oldest: at(32)},
		{Process: "b", At: at(1), Room: 1000, Stored: 10},
		{Process: "a", At: now, Waiting: 5, Room: 1000, Oldest: now.Add(-45 * time.Minute), Stored: 1},
	}
}

// sampleHealth is a source that does well and one that does not.
func sampleHealth(now time.Time) []storage.SourceHealth {
	well := storage.SourceHealth{
		Source: "source-0", Process: "a", At: now, Ended: now.Add(-10 * time.Minute), Next: now.Add(time.Hour), Reason: "seen", Today: 40, Waiting: 3,
	}
	ill := storage.SourceHealth{
		Source: "source-1", Process: "a", At: now, Ended: now.Add(-5 * time.Hour), Reason: "error", Detail: hostile, Errors: 2, Failing: 3, Late: true, GivenUp: 1,
	}
	return []storage.SourceHealth{well, ill}
}
