package samplesite

import (
	"testing"
	"time"

	"vane"
	"vane/crawler"
)

func TestShownAgo(t *testing.T) {
	show := func(shown func(t, now time.Time) string, at, want string) {
		t.Helper()
		published, err := time.ParseInLocation("2006-01-02 15:04:05", at, vane.Beijing())
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(published, testNow); got != want { // 2026-11-24 13:46 in Beijing
			t.Errorf("%s is shown as %q, want %q", at, got, want)
		}
	}
	show(shownAgo, "2026-11-24 13:45:30", "刚刚")
	show(shownAgo, "2026-11-24 13:43:00", "3分钟前")
	show(shownAgo, "2026-11-24 08:15:00", "今天 08:15")
	show(shownAgo, "2026-11-23 12:30:00", "昨天 12:30")
	show(shownAgo, "2026-11-22 23:59:00", "前天 23:59")
	show(shownAgo, "2026-11-20 12:30:00", "11-20 12:30")
	show(shownAgo, "2025-12-31 12:30:00", "2025-12-31 12:30")
	show(shownAgoTW, "2026-11-24 13:43:00", "3分鐘前")
	show(shownAgoTW, "2026-11-24 11:00:00", "2小時前")
	show(shownAgoTW, "2026-11-20 12:30:00", "11月20日")
	show(shownAgoTW, "2025-12-31 12:30:00", "2025年12月31日")
}

// What a site shows has to lead back to the truth, as near as it is shown.
func TestShownDatesLeadBack(t *testing.T) {
	newYear := time.Date(2027, 1, 3, 4, 0, 30, 0, time.UTC)
	for _, now := range []time.Time{testNow, newYear} {
		s := New(now, 2, 3000)
		for i := range s.posts {
			p := &s.posts[i]
			leadBack := func(shown string, within time.Duration) {
				t.Helper()
				got, err := crawler.ParseTime(shown, now, vane.Beijing())
				if err != nil || got.Sub(p.Published).Abs() > within {
					t.Errorf("%v is shown as %q, which reads as %v, %v", p.Published, shown, got, err)
				}
			}
			leadBack("发表于 "+shownAgo(p.Published, now), time.Minute)
			leadBack(shownAgoTW(p.Published, now), 24*time.Hour)
			leadBack(shownIn("2006年1月2日 15:04")(p.Published), time.Minute)
			leadBack(shownIn(time.RubyDate)(p.Published), 0)
			leadBack(shownInFeed(p), 0)
		}
	}
}

func TestSomeFeedDatesHaveNoZone(t *testing.T) {
	zoneless := 0
	posts := New(testNow, 2, 3000).bySource["sample_news"]
	for _, p := range posts {
		if s := shownInFeed(p); s[len(s)-5] != '+' {
			zoneless++
		}
	}
	if zoneless == 0 || zoneless*4 > len(posts) {
		t.Errorf("%d of %d dates have no zone, want a few", zoneless, len(posts))
	}
}

func TestShownCount(t *testing.T) {
	show := func(n uint64, want string) {
		t.Helper()
		if got := shownCount(n); got != want {
			t.Errorf("%d is shown as %q, want %q", n, got, want)
		}
		if back, err := crawler.ParseCount(shownCountTW(n)); err != nil || back != asShown(n) {
			t.Errorf("%q reads as %d, %v, want %d", shownCountTW(n), back, err, asShown(n))
		}
	}
	show(0, "0")
	show(999, "999")
	show(3456, "3,456")
	show(9008, "9,008")
	show(10000, "1万")
	show(12345, "1.2万")
	show(1234567, "123.4万")
}

func TestMicroblogHTML(t *testing.T) {
	show := func(id, text, want string) {
		t.Helper()
		if got := microblogHTML(&Planted{NativeID: id, Text: text}); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	show("1", "看<柱子>", "看&lt;柱子&gt;")
	show("1", "一\n二", "一<br />二")
	show("1", "#柱子票# 惨", `<a href="/search?q=#柱子票#" data-hide=""><span class="surl-text">#柱子票#</span></a> 惨`)
	show("1", "同感//@小王：惨", `同感//<a href='/n/user'>@小王</a>：惨`)
	show("3", "惨", `惨 <span class="url-icon"><img alt="" src="/static/angry.png" style="width:1em; height:1em;" /></span>`)
}
