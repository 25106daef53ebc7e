package samplesite

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"vane"
)

// testNow is a Tuesday at 13:46 in Beijing.
var testNow = time.Date(2026, 11, 24, 5, 46, 0, 0, time.UTC)

// testSite is the site most tests look at.
func testSite() *Site { return New(testNow, 1, DefaultPosts) }

// count counts posts by a key.
func count[K comparable](posts []Planted, key func(Planted) K) map[K]int {
	n := map[K]int{}
	for _, p := range posts {
		n[key(p)]++
	}
	return n
}

// where keeps the posts for which keep holds.
func where(posts []Planted, keep func(Planted) bool) []Planted {
	return slices.DeleteFunc(slices.Clone(posts), func(p Planted) bool { return !keep(p) })
}

func TestSameSeedSamePosts(t *testing.T) {
	a, b := New(testNow, 5, 3000), New(testNow, 5, 3000)
	if diff := gocmp.Diff(a.Posts(), b.Posts()); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	if other := New(testNow, 6, 3000); gocmp.Equal(a.Posts()[:100], other.Posts()[:100]) {
		t.Error("another seed writes the same posts")
	}
}

func TestNumberOfPosts(t *testing.T) {
	for _, n := range []int{3000, DefaultPosts, 20000} {
		if got := len(New(testNow, 1, n).Posts()); got != n {
			t.Errorf("New(…, %d) has %d posts", n, got)
		}
	}
}

func TestEveryDomainAndIssueIsThere(t *testing.T) {
	tags := map[vane.Tag]int{}
	for _, p := range testSite().Posts() {
		for _, tag := range p.Tags {
			tags[tag]++
		}
	}
	domains := map[vane.Tag]bool{}
	for tag, n := range tags {
		domains[tag.Domain()] = true
		if n < 5 {
			t.Errorf("%s has %d posts, want 5 or more", tag, n)
		}
	}
	if len(tags) < 65 || len(domains) != 20 {
		t.Errorf("%d issues of %d domains, want 65 or more of 20", len(tags), len(domains))
	}
}

func TestMixOfVoices(t *testing.T) {
	posts := testSite().Posts()
	share := func(what string, least, most float64, keep func(Planted) bool) {
		t.Helper()
		got := float64(len(where(posts, keep))) / float64(len(posts))
		if got < least || got > most {
			t.Errorf("%s are %.3f of all posts, want %.2f to %.2f", what, got, least, most)
		}
	}
	voice := func(v vane.Voice) func(Planted) bool { return func(p Planted) bool { return p.Voice == v } }
	share("complaints", 0.50, 0.62, voice(vane.Complaint))
	share("discussions", 0.20, 0.32, voice(vane.Discussion))
	share("media", 0.08, 0.16, voice(vane.Media))
	share("official posts", 0.03, 0.08, voice(vane.Official))
	share("adverts", 0.04, 0.09, voice(vane.Promotion))
	share("sensitive posts", 0.50, 0.64, func(p Planted) bool { return p.Sensitive })
	share("posts that are no complaint about an issue", 0.34, 0.50, func(p Planted) bool { return !p.Sensitive })
	share("posts without a tag", 0.22, 0.36, func(p Planted) bool { return len(p.Tags) == 0 })
}

func TestTextsAreNotRepeated(t *testing.T) {
	posts := where(testSite().Posts(), func(p Planted) bool {
		return !strings.Contains(p.Burst, "通稿") && !strings.Contains(p.Burst, "水军")
	})
	texts := count(posts, func(p Planted) string { return p.Text })
	if share := float64(len(texts)) / float64(len(posts)); share < 0.95 {
		t.Errorf("%.3f of the texts are different, want 0.95", share)
	}
	for _, text := range slices.SortedFunc(maps.Keys(texts), func(a, b string) int { return cmp.Compare(texts[b], texts[a]) })[:1] {
		if texts[text] > 12 {
			t.Errorf("%d times the same: %s", texts[text], text)
		}
	}
}

func TestPeopleSleepAndRest(t *testing.T) {
	posts := where(testSite().Posts(), func(p Planted) bool { return p.Burst == "" })
	hours := count(posts, func(p Planted) int { return p.Published.In(vane.Beijing()).Hour() })
	if night, day := hours[3]+hours[4], hours[10]+hours[11]; night*5 > day {
		t.Errorf("%d posts at three and four at night, %d at ten and eleven in the morning", night, day)
	}
	petitions := where(posts, func(p Planted) bool { return p.Source == "sample_complaint" })
	week := count(petitions, func(p Planted) time.Weekday { return p.Published.In(vane.Beijing()).Weekday() })
	if week[time.Sunday]*5 > week[time.Monday]*4 {
		t.Errorf("%d complaints on Sundays, %d on Mondays", week[time.Sunday], week[time.Monday])
	}
	perDay := count(posts, func(p Planted) string { return p.Published.In(vane.Beijing()).Format(time.DateOnly) })
	if len(perDay) < days {
		t.Errorf("posts on %d days, want %d", len(perDay), days)
	}
	for _, p := range posts {
		if p.Published.After(testNow) || p.Published.Before(testNow.AddDate(0, 0, -days)) {
			t.Fatalf("%s was published at %v", p.Path, p.Published)
		}
	}
}

func TestAuthorsAreMany(t *testing.T) {
	posts := testSite().Posts()
	authors := count(posts, func(p Planted) string { return p.Source + p.Author })
	if len(authors) < len(posts)/3 {
		t.Errorf("%d authors of %d posts", len(authors), len(posts))
	}
}

// burstPosts is the posts of a burst by name.
func burstPosts(s *Site, name string) []Planted {
	return where(s.Posts(), func(p Planted) bool { return p.Burst == name })
}

func distinct(posts []Planted, key func(Planted) string) int { return len(count(posts, key)) }

func TestBurstsAreAsDescribed(t *testing.T) {
	s := testSite()
	check := func(i int, tag vane.Tag, name string, posts int, oldest, youngest time.Duration) {
		t.Helper()
		b := s.Bursts()[i]
		if b.Tag != tag || b.Name != name || b.Posts != posts {
			t.Errorf("burst %d is %+v", i, b)
		}
		if age := testNow.Sub(b.From); age > oldest || age < youngest {
			t.Errorf("%s began %v ago, want %v to %v", name, age, youngest, oldest)
		}
		if quiet := testNow.Sub(b.To); quiet > 6*time.Hour {
			t.Errorf("%s ended %v ago, too early for a detector", name, quiet)
		}
		members := burstPosts(s, name)
		if got := distinct(members, func(p Planted) string { return p.Author }); got*10 < posts*9 {
			t.Errorf("%s has %d authors of %d posts", name, got, posts)
		}
		if got := distinct(members, func(p Planted) string { return p.Source }); got < 4 {
			t.Errorf("%s is on %d sites", name, got)
		}
		if got := distinct(members, func(p Planted) string { return p.Text }); got*10 < posts*9 {
			t.Errorf("%s has %d texts of %d posts", name, got, posts)
		}
		for _, p := range members {
			if !slices.Contains(p.Tags, tag) {
				t.Errorf("%s: %v is not about %s: %s", name, p.Tags, tag, p.Text)
			}
		}
	}
	check(0, "ticketing.pillar_seat", "周屿演唱会柱子票", 120, 61*time.Hour, 34*time.Hour)
	check(1, "telecom.speed_cap", "华讯通信限速套餐", 70, 24*time.Hour, 8*time.Hour)
	check(2, "prepaid.store_closed", "星河健身闭店", 90, 133*time.Hour, 106*time.Hour)
	refunds := where(burstPosts(s, "星河健身闭店"), func(p Planted) bool { return slices.Contains(p.Tags, "prepaid.refund_hard") })
	if n := len(refunds); n < 15 || n > 40 {
		t.Errorf("%d of the posts about the closed gym are about refunds too", n)
	}
}

// A burst has to stand out: its hours against the usual hours of its tag.
func TestBurstsStandOut(t *testing.T) {
	s := testSite()
	for _, b := range s.Bursts() {
		about := where(s.Posts(), func(p Planted) bool { return slices.Contains(p.Tags, b.Tag) })
		before := where(about, func(p Planted) bool { return p.Published.Before(b.From) })
		usual := float64(len(before)) / b.From.Sub(testNow.AddDate(0, 0, -days)).Hours()
		hours := b.To.Sub(b.From).Hours()
		if got := float64(b.Posts) / hours; got < 5*usual {
			t.Errorf("%s: %.2f posts an hour, usually %.2f", b.Name, got, usual)
		}
	}
}

func TestBurstsAtAnyHour(t *testing.T) {
	for hour := range 24 {
		now := testNow.Add(time.Duration(hour) * time.Hour)
		for _, b := range New(now, 3, 3000).Bursts() {
			if b.Posts < 50 || b.To.After(now) || now.Sub(b.To) > 12*time.Hour {
				t.Errorf("at %v: %+v", now, b)
			}
		}
	}
}

func TestDecoysAreNoComplaints(t *testing.T) {
	s := testSite()
	check := func(i int, name string, posts, authors, texts int, voice vane.Voice) {
		t.Helper()
		b, members := s.Decoys()[i], burstPosts(s, name)
		if b.Name != name || b.Posts != posts || len(members) != posts {
			t.Errorf("decoy %d is %+v", i, b)
		}
		if got := distinct(members, func(p Planted) string { return p.Text }); got > texts {
			t.Errorf("%s has %d texts", name, got)
		}
		if got := distinct(members, func(p Planted) string { return p.Author }); got < authors {
			t.Errorf("%s has %d authors, want %d or more", name, got, authors)
		}
		for _, p := range members {
			if p.Voice != voice || p.Trap == "" {
				t.Errorf("%s: voice %s, trap %q", name, p.Voice, p.Trap)
			}
		}
	}
	check(0, "先涨后降通稿", 45, 25, 1, vane.Media)
	check(1, "茶小鹿水军", 40, 5, 1, vane.Complaint)
	check(2, "极光X9抽奖", 30, 4, 30, vane.Promotion)
	if got := distinct(burstPosts(s, "茶小鹿水军"), func(p Planted) string { return p.Author }); got != 5 {
		t.Errorf("the copied text comes from %d accounts, want 5", got)
	}
}

func TestTrapsCarryTheirTruth(t *testing.T) {
	posts := testSite().Posts()
	set := func(trap string, words string, tags string, sensitive bool, voice vane.Voice) {
		t.Helper()
		members := where(posts, func(p Planted) bool { return p.Trap == trap })
		if len(members) < 5 {
			t.Errorf("%s is set %d times, want 5 or more", trap, len(members))
		}
		for _, p := range members {
			if got := strings.Trim(fmt.Sprint(p.Tags), "[]"); got != tags || p.Sensitive != sensitive || p.Voice != voice {
				t.Errorf("%s: tags %q, sensitive %v, voice %s", trap, got, p.Sensitive, p.Voice)
			}
			if all := p.Title + p.Text; !strings.Contains(all, words) {
				t.Errorf("%s does not say %q: %s", trap, words, all)
			}
		}
	}
	set("这次不是柱子票", "柱子票", "", false, vane.Discussion)
	set("律师科普柱子票", "柱子票", "ticketing.pillar_seat", false, vane.Discussion)
	set("柱子票案宣判", "柱子票", "ticketing.pillar_seat", false, vane.Media)
	set("品牌抽奖", "抽", "", false, vane.Promotion)
	set("反讽", "", "prepaid.store_closed", true, vane.Complaint)
	set("道路限速", "限速", "", false, vane.Discussion)
	set("预付卡政策通知", "预付卡", "", false, vane.Official)
	set("退费成功", "退", "", false, vane.Discussion)
	set("官方账号", "", "", false, vane.Official)
	set("个人信息", "退", "ecommerce.return_refused", true, vane.Complaint)
	set("通稿", "先涨后降", "ecommerce.price_trick", false, vane.Media)
	set("水军", "茶小鹿", "food.safety", true, vane.Complaint)
	set("抽奖刷屏", "抽奖", "", false, vane.Promotion)
}

func TestTraditionalTextIsBrokenLikeAConverterBreaksIt(t *testing.T) {
	posts := where(testSite().Posts(), func(p Planted) bool { return p.Trap == "繁体转换" })
	var all strings.Builder
	for _, p := range posts {
		if p.Source != "sample_tw" || !p.Sensitive || len(p.Tags) != 1 {
			t.Errorf("%+v", p)
		}
		all.WriteString(p.Title + p.Text)
	}
	for _, broken := range []string{"公升級", "乙個", "**"} {
		if !strings.Contains(all.String(), broken) {
			t.Errorf("no post says %s", broken)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(testNow, 1, DefaultPosts)
	}
}
