package grafana_test

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/dashboards/grafana/definition"
	"vane/storage"
	"vane/storage/storagetest"
)

// noon is the end of the time range that the tests look at, in Beijing.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, vane.Beijing())

// hostile is a text that every careless way of quoting stumbles over.
const hostile = `它's 100% "坏" (C:\新闻\) $__timeFilter(x), ${issue} +1`

// tag is a tag on a post of the sample.
func tag(id, name string) vane.TagMatch { return vane.TagMatch{ID: vane.Tag(id), Name: name} }

// sample fills the database vane with three days of posts, two hotspots and two
// sources, and returns the read-only user's connection to it.
func sample(t testing.TB) *sql.DB {
	t.Helper()
	store := storagetest.Open(t, storagetest.Engine(t).DSN())
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Insert(t.Context(), samplePosts()); err != nil {
		t.Fatal(err)
	}
	for _, detected := range []time.Time{noon.Add(-2 * time.Hour), noon.Add(-time.Hour)} {
		if err := store.SaveHotspots(t.Context(), detected, sampleHotspots(detected)); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.SavePasses(t.Context(), samplePasses()); err != nil {
		t.Fatal(err)
	}
	return reader(t)
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
	var posts []vane.Mention
	for i := range 73 {
		m := vane.Mention{
			Post: vane.Post{
				ID: vane.NewPostID("test", fmt.Sprint(i)), Source: fmt.Sprintf("source-%d", i%2), Channel: channels[i%3],
				URL:       fmt.Sprintf("http://forum.test/%d?q=%%E6%%9F%%B1", i),
				AuthorKey: vane.NewAuthorKey([]byte("key"), "test", fmt.Sprint(i%5)),
				Title:     "标题", Text: fmt.Sprintf("第%d条正文", i),
				PublishedAt: noon.Add(-time.Duration(i) * time.Hour), CollectedAt: noon,
			},
			Tags: about[i%3], Sensitive: i%3 == 0, Voice: vane.Complaint,
		}
		posts = append(posts, m)
	}
	posts[0].AuthorKey, posts[0].Title, posts[0].Text = vane.ID{}, "", hostile
	return posts
}

// sampleHotspots are an open hotspot, hotter at the later detection, and a closed one.
func sampleHotspots(detected time.Time) []vane.Hotspot {
	open := vane.Hotspot{
		Tag: "ticketing.pillar_seat", Name: "柱子票", From: noon.Add(-20 * time.Hour), To: detected, Peak: detected,
		State: vane.Emerging, Heat: 60, Posts: 7, Expected: 1.5, SensitiveShare: 1, Authors: 5, Texts: 7, Sources: 2,
	}
	if detected.Equal(noon.Add(-time.Hour)) {
		open.State, open.Heat = vane.Lasting, 72
	}
	closed := open
	closed.Tag, closed.Name, closed.State, closed.Heat = "telecom.speed_cap", "限速套餐", vane.Closed, 31
	closed.From, closed.To = noon.Add(-60*time.Hour), noon.Add(-50*time.Hour)
	return []vane.Hotspot{open, closed}
}

func samplePasses() []storage.Pass {
	pass := func(source string, hoursAgo int, reason string, errors uint64) storage.Pass {
		started := noon.Add(-time.Duration(hoursAgo) * time.Hour)
		return storage.Pass{Source: source, Started: started, Ended: started.Add(time.Minute), Reason: reason, Pages: 9, Posts: 80, New: 7, Errors: errors}
	}
	return []storage.Pass{pass("source-0", 5, "error", 3), pass("source-0", 1, "done", 0), pass("source-1", 2, "seen", 0)}
}

// everything is the dashboard as it opens: all filters on All.
func everything() dashboardState {
	return dashboardState{
		values: map[string][]string{"channel": {all}, "domain": {all}, "issue": {all}, "keyword": {""}},
		from:   noon.Add(-72 * time.Hour), to: noon, interval: 10 * time.Minute,
	}
}

// with is the dashboard with one filter set.
func (d dashboardState) with(variable string, values ...string) dashboardState {
	set := map[string][]string{variable: values}
	for name, value := range d.values {
		if name != variable {
			set[name] = value
		}
	}
	d.values = set
	return d
}

// problems is the whole check of a dashboard: every query with all filters on All,
// then with the first two values that each filter offers and a keyword that a post
// has, quotes and all. Both times every panel has rows.
func problems(t testing.TB, db *sql.DB, list []question) []string {
	t.Helper()
	d := everything()
	found := d.check(t.Context(), db, list, true)
	for _, q := range list {
		if q.kind != "variable" {
			continue
		}
		a, err := d.ask(t.Context(), db, q.sql)
		if err != nil || len(a.rows) < 2 {
			return append(found, fmt.Sprintf("%s: %d values, %v", q.where, len(a.rows), err))
		}
		d = d.with(strings.TrimPrefix(q.where, "variable "), q.value(a.rows[0]), q.value(a.rows[1]))
	}
	d = d.with("keyword", `'S 100% "坏" (c:\新闻\)`)
	return append(found, d.check(t.Context(), db, list, true)...)
}

func TestQueries(t *testing.T) {
	db, list := sample(t), questions(t, finished(t))
	begin := time.Now()
	for _, p := range problems(t, db, list) {
		t.Error(p)
	}
	t.Logf("%d queries, each twice: %s", len(list), time.Since(begin).Round(time.Millisecond))
}

// sqlOf is the query of a panel, variable or annotation.
func sqlOf(t testing.TB, where string) string {
	t.Helper()
	for _, q := range questions(t, finished(t)) {
		if q.where == where {
			return q.sql
		}
	}
	t.Fatalf("no %s", where)
	return ""
}

// TestKeyword types texts into the filter 关键词: they are searched for as they are,
// and none of them gets out of its quotes.
func TestKeyword(t *testing.T) {
	db := sample(t)
	for _, c := range []struct {
		keyword string
		posts   uint64
	}{
		{"", 73},
		{"正文", 72},
		{"第7条", 1},
		{"'s", 1},
		{`C:\新闻\`, 1},
		{`c:\`, 1},
		{`\`, 1},
		{`\)`, 1},
		{"100%", 1},
		{"+1", 1},
		{"$__timeFilter(x)", 1},
		{"${issue}", 1},
		{hostile, 1},
		{"标题\n第7条", 1},
		{"'", 1},
		{"' OR 1=1 --", 0},
		{`\' OR 1=1 --`, 0},
		{`\\' OR 1=1 --`, 0},
		{"%27", 0},
		{"') UNION ALL SELECT 1 --", 0},
		{"没有这句话", 0},
	} {
		a, err := everything().with("keyword", c.keyword).ask(t.Context(), db, sqlOf(t, "panel 信息量"))
		if err != nil {
			t.Errorf("%q: %v", c.keyword, err)
		} else if got := a.one(t); got != c.posts {
			t.Errorf("%q: %v posts, want %d", c.keyword, got, c.posts)
		}
	}
}

// TestFigures counts by hand: 73 posts, of them every third (25) about tickets and
// negative.
func TestFigures(t *testing.T) {
	db := sample(t)
	set := everything()
	for _, c := range []struct {
		panel string
		state dashboardState
		want  any
	}{
		{"信息量", set, uint64(73)},
		{"信息量", set.with("channel", "微博"), uint64(49)},
		{"信息量", set.with("channel", "微博", "论坛"), uint64(73)},
		{"信息量", set.with("domain", "ticketing"), uint64(25)},
		{"信息量", set.with("domain", "ticketing", "telecom"), uint64(49)},
		{"信息量", set.with("issue", "ticketing.refund"), uint64(25)},
		{"信息量", set.with("issue", "ticketing.refund").with("channel", "论坛"), uint64(0)},
		{"吐槽类信息", set, uint64(25)},
		{"吐槽占比", set, 25. / 73},
		{"吐槽占比", set.with("domain", "telecom"), 0.},
		{"吐槽占比", set.with("domain", "nothing"), nil},
		{"发声人数", set, uint64(6)}, // five, and the one unknown
		{"来源数", set, uint64(2)},
		{"当前热点", set, uint64(1)},
		{"当前热点", set.with("domain", "telecom"), uint64(0)},
	} {
		a, err := c.state.ask(t.Context(), db, sqlOf(t, "panel "+c.panel))
		if err != nil {
			t.Errorf("%s: %v", c.panel, err)
			continue
		}
		if diff := cmp.Diff(c.want, value(a.one(t))); diff != "" {
			t.Errorf("%s with %v (-want +got)\n%s", c.panel, c.state.values, diff)
		}
	}
}

// value is a scanned value without the pointer of a Nullable.
func value(v any) any {
	if p, ok := v.(*float64); ok {
		if p == nil {
			return nil
		}
		return *p
	}
	return v
}

// rowsOf is the answer of a panel as text, one line a row.
func rowsOf(t testing.TB, db *sql.DB, d dashboardState, where string, columns ...string) []string {
	t.Helper()
	a, err := d.ask(t.Context(), db, sqlOf(t, where))
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	var lines []string
	for _, row := range a.rows {
		var cells []string
		for _, c := range columns {
			i := a.column(c)
			if i < 0 {
				t.Fatalf("%s has no column %s", where, c)
			}
			cell := row[i]
			if at, ok := cell.(time.Time); ok {
				cell = at.In(vane.Beijing()).Format("01-02 15:04")
			}
			cells = append(cells, fmt.Sprint(cell))
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return lines
}

func TestTables(t *testing.T) {
	db := sample(t)
	set := everything()
	for _, c := range []struct {
		where   string
		state   dashboardState
		columns string
		want    []string
	}{
		{"panel 问题排行", set, "问题 信息量 吐槽占比 tag", []string{
			"柱子票 25 1 ticketing.pillar_seat", "退票难 25 1 ticketing.refund", "自定义 24 0 own.thing", "限速套餐 24 0 telecom.speed_cap",
		}},
		{"panel 问题排行", set.with("issue", "ticketing.refund"), "问题 信息量", []string{"柱子票 25", "退票难 25"}},
		{"panel 渠道占比", set, "渠道 信息量", []string{"微博 49", "论坛 24"}},
		{"panel 热点", set, "热点 状态 热度 信息量 平常 开始 结束", []string{
			"柱子票 持续 72 7 1.5 03-13 16:00 03-14 11:00", "限速套餐 平息 31 7 1.5 03-12 00:00 03-12 10:00",
		}},
		{"panel 最近一次采集", set, "来源 结束时间 结束原因 错误", []string{"source-0 03-14 11:01 done 0", "source-1 03-14 10:01 seen 0"}},
		{"annotation 热点", set, "time text tags", []string{"03-12 00:00 限速套餐，热度 31 平息", "03-13 16:00 柱子票，热度 72 持续"}},
		{"variable channel", set, "channel", []string{"微博", "论坛"}},
	} {
		if diff := cmp.Diff(c.want, rowsOf(t, db, c.state, c.where, strings.Fields(c.columns)...)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.where, diff)
		}
	}
	earlier := set
	earlier.to = noon.Add(-90 * time.Minute)
	if got := rowsOf(t, db, earlier, "panel 热点", "热点", "热度"); got[0] != "柱子票 60" {
		t.Errorf("as of the earlier detection: %q", got)
	}
	if got := rowsOf(t, db, set, "panel 最新吐槽类信息", "时间", "标题", "url"); len(got) != 25 || !strings.HasPrefix(got[0], "03-14 12:00 它's 100%") {
		t.Errorf("latest: %q", got)
	}
}

// TestBuckets checks that buckets of a day are days of Beijing, that buckets without
// posts are there with 0, and that they hold every post once.
func TestBuckets(t *testing.T) {
	db, d := sample(t), everything()
	d.interval = 24 * time.Hour
	want := []string{"03-11 00:00 12", "03-12 00:00 24", "03-13 00:00 24", "03-14 00:00 13"}
	if diff := cmp.Diff(want, rowsOf(t, db, d, "panel 信息量走势", "time", "信息量")); diff != "" {
		t.Errorf("days (-want +got)\n%s", diff)
	}
	d.interval = 10 * time.Minute
	a, err := d.ask(t.Context(), db, sqlOf(t, "panel 信息量走势"))
	if err != nil {
		t.Fatal(err)
	}
	var total uint64
	for _, row := range a.rows {
		total += row[a.column("信息量")].(uint64)
	}
	if len(a.rows) != 72*6+1 || total != 73 {
		t.Errorf("%d buckets of 10 minutes with %d posts, want %d with 73", len(a.rows), total, 72*6+1)
	}
	domains := rowsOf(t, db, d, "panel 领域走势", "domain", "id")
	slices.Sort(domains)
	if diff := cmp.Diff([]string{"own own", "演出票务 ticketing", "电信服务 telecom"}, slices.Compact(domains)); diff != "" {
		t.Errorf("domains (-want +got)\n%s", diff)
	}
}

// TestOddRanges looks where nothing is: before all posts, in the future, and at a
// single moment.
func TestOddRanges(t *testing.T) {
	db, list := sample(t), questions(t, finished(t))
	for _, c := range []struct{ from, to time.Time }{
		{noon.AddDate(-10, 0, 0), noon.AddDate(-9, 0, 0)},
		{time.Now().AddDate(1, 0, 0), time.Now().AddDate(2, 0, 0)},
		{time.Now().Add(-time.Hour), time.Now().Add(24 * time.Hour)},
		{noon, noon},
	} {
		d := everything()
		d.from, d.to, d.interval = c.from, c.to, time.Hour
		for _, p := range d.check(t.Context(), db, list, false) {
			t.Errorf("%s to %s: %s", c.from, c.to, p)
		}
	}
}

// TestCheckSees plants faults in the queries and wants the check to report them.
func TestCheckSees(t *testing.T) {
	db, sound := sample(t), map[string]bool{}
	for _, q := range questions(t, finished(t)) {
		sound[q.sql] = q.kind != "variable" // those are asked for the values that they offer
	}
	for _, c := range []struct{ file, old, new, want string }{
		{"issues.sql", "countIf(sensitive)", "countIf(sensible)", "panel 问题排行: code: 47"},
		{"latest.sql", "FROM mentions", "FROM mention", "panel 最新吐槽类信息: code: 60"},
		{"_filters.sql", "$__timeFilter(", "$__timeFliter(", "panel 信息量: unknown macro $__timeFliter"},
		{"_filters.sql", "${channel:singlequote}", "${chanel:singlequote}", "panel 渠道占比: unknown variable ${chanel:singlequote}"},
		{"_filters.sql", "'${keyword:percentencode}'", "'$keyword'", "panel 信息量: $keyword is not quoted"},
		{"_filters.sql", "singlequote}]), $issue", "singlequote}]), ${issue}", "panel 信息量: $__conditionalAll wants a bare $variable"},
		{"variable_issue.sql", "concat(", "(", "variable issue: a variable wants text, not Tuple"},
		{"variable_domain.sql", "'|'", "'/'", `variable domain: "演出票务/ticketing" does not match`},
		{"trend.sql", "AS time", "AS t", "panel 信息量走势"},
		{"domains_trend.sql", "ORDER BY time", "ORDER BY time DESC", "panel 领域走势: row"},
		{"hotspots.sql", "authors AS `发声人数`", "authors AS `人数`", "panel 热点: column 人数 has no unit"},
		{"annotation_hotspots.sql", "AS text", "AS name", "annotation 热点: an annotation needs time first, and text"},
		{"channels.sql", "count() AS", "count( AS", "panel 渠道占比: code: 62"},
	} {
		overview, err := definition.Overview(planted(t, c.file, c.old, c.new), vane.Configs())
		if err != nil {
			t.Fatal(err)
		}
		changed := slices.DeleteFunc(questions(t, overview), func(q question) bool { return sound[q.sql] })
		got := strings.Join(problems(t, db, changed), "\n")
		if !strings.Contains(got, c.want) {
			t.Errorf("%s with %q: reported %q, want %q", c.file, c.new, got, c.want)
		}
	}
}

// planted is the folder queries with a change in one file.
func planted(t testing.TB, name, old, new string) fstest.MapFS {
	t.Helper()
	files, err := os.ReadDir("queries")
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for _, f := range files {
		text, err := os.ReadFile("queries/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if f.Name() == name {
			changed := strings.Replace(string(text), old, new, 1)
			if changed == string(text) {
				t.Fatalf("%s has no %q", name, old)
			}
			text = []byte(changed)
		}
		folder[f.Name()] = &fstest.MapFile{Data: text}
	}
	return folder
}

// TestReaderCannotWrite: whoever sees a dashboard can send any query through its
// data source.
func TestReaderCannotWrite(t *testing.T) {
	db := sample(t)
	for _, text := range []string{"TRUNCATE TABLE posts", "SELECT * FROM system.users", "SELECT * FROM file('/etc/hostname')"} {
		if _, err := db.ExecContext(t.Context(), text); err == nil {
			t.Errorf("the dashboards' user may: %s", text)
		}
	}
}
