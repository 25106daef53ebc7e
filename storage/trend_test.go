package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// beijing reads a moment of the analysts' clocks.
func beijing(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05.000", text, vane.Beijing())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// show writes a trend as a line per series: key, then the posts of each bucket.
func show(t testing.TB, s *storage.Store, q vane.TrendQuery) string {
	t.Helper()
	series, err := s.Trend(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range series {
		text := line.Key + ":"
		for _, p := range line.Points {
			text += fmt.Sprint(" ", p.Posts)
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, " | ")
}

func TestTrendWindows(t *testing.T) {
	s := storagetest.New(t)
	for _, at := range []string{
		"2026-03-14 23:59:59.999", "2026-03-15 00:00:00.000", "2026-03-15 07:59:59.999", "2026-03-15 08:00:00.000", "2026-03-15 23:59:59.999",
		"2026-03-16 00:00:00.000",
	} {
		insert(t, s, mention(at, beijing(t, at)))
	}
	for _, c := range []struct {
		step     vane.Step
		from, to string
		want     string
	}{
		{vane.Daily, "2026-03-15 00:00:00.000", "2026-03-16 00:00:00.000", ": 4"},
		{vane.Daily, "2026-03-14 00:00:00.000", "2026-03-17 00:00:00.000", ": 1 4 1"},
		{vane.Daily, "2026-03-15 00:00:00.001", "2026-03-15 23:59:59.999", ": 2"},
		{vane.Daily, "2026-03-15 00:00:00.000", "2026-03-16 00:00:00.001", ": 4 1"},
		{vane.Daily, "2026-03-18 00:00:00.000", "2026-03-20 00:00:00.000", ": 0 0"},
		{vane.Hourly, "2026-03-14 22:00:00.000", "2026-03-15 02:00:00.000", ": 0 1 1 0"},
		{vane.Hourly, "2026-03-15 07:30:00.000", "2026-03-15 08:00:00.000", ": 1"},
		{vane.Hourly, "2026-03-15 07:30:00.000", "2026-03-15 08:00:00.001", ": 1 1"},
		{vane.TenMinutes, "2026-03-15 07:50:00.000", "2026-03-15 08:10:00.000", ": 1 1"},
		{vane.TenMinutes, "2026-03-15 07:55:00.000", "2026-03-15 07:59:00.000", ": 0"},
		{vane.Hourly, "1960-01-01 00:00:00.000", "1960-01-01 02:00:00.000", ": 0 0"},
		{vane.Daily, "2350-01-01 00:00:00.000", "2350-01-02 00:00:00.000", ": 0"},
	} {
		q := vane.TrendQuery{Window: vane.Window{From: beijing(t, c.from), To: beijing(t, c.to)}, Step: c.step}
		if got := show(t, s, q); got != c.want {
			t.Errorf("%s from %s to %s\n got %s\nwant %s", c.step, c.from, c.to, got, c.want)
		}
	}
}

func TestTrendSplits(t *testing.T) {
	s := storagetest.New(t)
	a, b, c := mention("a", noon), mention("b", noon), mention("c", noon.Add(time.Hour))
	b.Channel, b.Region, b.Voice, b.Source = vane.Weibo, "", vane.Media, "weibo-b"
	b.Tags = []vane.TagMatch{{ID: "telecom.speed_cap"}}
	c.Tags = nil
	insert(t, s, a, b, c)
	for _, q := range []struct {
		tag  vane.Tag
		by   vane.Dimension
		want string
	}{
		{"", vane.ByNothing, ": 2 1"},
		{"", vane.ByTag, "telecom.speed_cap: 1 0 | ticketing.pillar_seat: 1 0 | ticketing.refund: 1 0"},
		{"", vane.ByDomain, "telecom: 1 0 | ticketing: 1 0"},
		{"", vane.ByChannel, "论坛: 1 1 | 微博: 1 0"},
		{"", vane.ByRegion, "上海: 1 1 | : 1 0"},
		{"", vane.ByVoice, "complaint: 1 1 | media: 1 0"},
		{"", vane.BySource, "forum-a: 1 1 | weibo-b: 1 0"},
		{"", vane.ByNature, "contract: 1 0"},
		{"", vane.ByBrand, "大麦: 2 1"},
		{"", vane.BySensitive, "true: 2 1"},
		{"ticketing", vane.ByNothing, ": 1 0"},
		{"ticketing.refund", vane.ByTag, "ticketing.pillar_seat: 1 0 | ticketing.refund: 1 0"},
		{"telecom", vane.ByChannel, "微博: 1 0"},
		{"ticket", vane.ByNothing, ": 0 0"},
		{"ticketing.", vane.ByNothing, ": 0 0"},
		{"nothing.such", vane.ByChannel, ""},
	} {
		w := vane.Window{From: noon, To: noon.Add(2 * time.Hour)}
		if got := show(t, s, vane.TrendQuery{Tag: q.tag, By: q.by, Window: w, Step: vane.Hourly}); got != q.want {
			t.Errorf("tag %q by %q\n got %s\nwant %s", q.tag, q.by, got, q.want)
		}
	}
}

// TestTrendOfNoTag asks for a tag that a newer taxonomy no longer has, and for what would
// break out of a statement: zeros, not an error.
func TestTrendOfNoTag(t *testing.T) {
	s := storagetest.New(t)
	insert(t, s, mention("a", noon))
	w := vane.Window{From: noon, To: noon.Add(2 * time.Hour)}
	for _, tag := range []vane.Tag{"ticketing.gone", "gone", "' OR 1=1 --", `\'`, "{tag:String}", "a\x00b"} {
		series, err := s.Trend(t.Context(), vane.TrendQuery{Tag: tag, Window: w, Step: vane.Hourly})
		if err != nil || len(series) != 1 || len(series[0].Points) != 2 || series[0].Total() != 0 {
			t.Errorf("%q: %+v, %v", tag, series, err)
		}
		if _, err := s.Facts(t.Context(), vane.Node{Tag: tag}, w); err != nil {
			t.Errorf("facts of %q: %v", tag, err)
		}
	}
}

func TestTrendRefuses(t *testing.T) {
	s := storagetest.New(t)
	day := vane.Window{From: noon, To: noon.Add(24 * time.Hour)}
	for want, q := range map[string]vane.TrendQuery{
		"is empty":                   {Step: vane.Hourly, Window: vane.Window{From: noon, To: noon}},
		`step "week" is unknown`:     {Step: "week", Window: day},
		`can't be split by "author"`: {Step: vane.Hourly, Window: day, By: "author"},
		"ask for a shorter one":      {Step: vane.Hourly, Window: vane.Window{From: noon.AddDate(-80, 0, 0), To: noon}},
	} {
		if _, err := s.Trend(t.Context(), q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A number that is doubted is counted from the posts: the same, whatever was counted
// ahead.
func TestRecountIsTheTrend(t *testing.T) {
	s := storagetest.New(t)
	insert(t, s, mention("a", noon), mention("b", noon.Add(time.Hour)), mention("c", noon.AddDate(0, 0, 1)))
	if _, err := s.Rollup(t.Context(), noon.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	day := vane.Daily.Floor(noon)
	for _, by := range append(vane.Dimensions(), vane.ByNothing) {
		q := vane.TrendQuery{Window: vane.Window{From: day, To: day.AddDate(0, 0, 2)}, Step: vane.Daily, By: by}
		ahead, err := s.Trend(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Recount(t.Context(), q)
		if diff := cmp.Diff(ahead, again); err != nil || diff != "" {
			t.Errorf("by %q: %v\n%s", by, err, diff)
		}
		if by == vane.ByNothing && again[0].Total() != 3 {
			t.Errorf("%d posts, want 3", again[0].Total())
		}
	}
	if _, err := s.Recount(t.Context(), vane.TrendQuery{Window: vane.Window{From: day, To: noon}, Step: vane.Daily, Steady: true}); err == nil {
		t.Error("a trend of steady sources is recounted as one of all")
	}
}

// A post that comes to a new hour of a counted day while the trend is read does not
// take the day's count away.
func TestTrendWhileADayGrows(t *testing.T) {
	s := storagetest.New(t)
	insert(t, s, mention("a", noon), mention("b", noon), mention("c", noon.AddDate(0, 0, 1)))
	if _, err := s.Rollup(t.Context(), noon.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	day := vane.Daily.Floor(noon)
	q := vane.TrendQuery{Window: vane.Window{From: day, To: day.AddDate(0, 0, 2)}, Step: vane.Daily}
	series, err := s.TrendAround(t.Context(), q, func() { insert(t, s, mention("new", noon.Add(3*time.Hour))) })
	if err != nil || series[0].Points[0].Posts != 2 || series[0].Points[1].Posts != 1 {
		t.Errorf("%+v, %v; want 2 and 1 posts, as they were counted", series, err)
	}
	if got := show(t, s, q); got != ": 3 1" {
		t.Errorf("afterwards the days have %s", got)
	}
}
