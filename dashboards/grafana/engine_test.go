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
)

// everything is the dashboards as they open: all filters on All, no hotspot chosen.
func everything() dashboardState {
	return dashboardState{
		values: map[string][]string{
			"source": {all}, "channel": {all}, "region": {all}, "domain": {all}, "issue": {all}, "brand": {all}, "keyword": {""},
			"heat": {"15"}, "hotspot": {""}, "split": {"channel"}, "process": {all},
		},
		from: noon.Add(-72 * time.Hour), to: noon, interval: 10 * time.Minute,
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

// offered are the first values, at most n, that a variable of a board can be set to.
func (d dashboardState) offered(t testing.TB, db *sql.DB, list []question, where string, n int) []string {
	t.Helper()
	i := slices.IndexFunc(list, func(q question) bool { return q.where == where })
	if i < 0 {
		t.Fatalf("no %s", where)
	}
	a, err := d.ask(t.Context(), db, list[i].sql)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	var values []string
	for _, row := range a.rows[:min(n, len(a.rows))] {
		values = append(values, list[i].value(row))
	}
	return values
}

// opened is everything with the first hotspot that is offered, as Grafana chooses it.
func opened(t testing.TB, db *sql.DB) dashboardState {
	t.Helper()
	d := everything()
	return d.with("hotspot", d.offered(t, db, questions(t, finished(t)), "hotspot variable hotspot", 1)...)
}

// problems is the whole check of the dashboards and rules: every query with all filters
// on All, then with the first two values that each filter offers and a keyword that a
// post has, quotes and all. Both times every panel has rows.
func problems(t testing.TB, db *sql.DB, list []question) []string {
	t.Helper()
	d, seen := opened(t, db), map[string]bool{}
	found := d.check(t.Context(), db, list, true)
	for _, q := range list {
		if q.kind != "variable" || q.name == "hotspot" || seen[q.sql] {
			continue
		}
		seen[q.sql] = true
		a, err := d.ask(t.Context(), db, q.sql)
		if err != nil || len(a.rows) < 2 {
			return append(found, fmt.Sprintf("%s: %d values, %v", q.where, len(a.rows), err))
		}
		d = d.with(q.name, q.value(a.rows[0]), q.value(a.rows[1]))
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
		a, err := everything().with("keyword", c.keyword).ask(t.Context(), db, sqlOf(t, "overview panel 信息量"))
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
		{"信息量", set.with("region", "浙江"), uint64(18)},
		{"信息量", set.with("brand", "大麦", "移动"), uint64(49)},
		{"信息量", set.with("source", "source-1"), uint64(36)},
		{"信息量", set.with("source", "source-1").with("region", "浙江"), uint64(18)},
		{"当前热点", set, uint64(2)}, // the whole, and the part of one channel
		{"当前热点", set.with("heat", "50"), uint64(1)},
		{"当前热点", set.with("domain", "telecom"), uint64(0)},
	} {
		a, err := c.state.ask(t.Context(), db, sqlOf(t, "overview panel "+c.panel))
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
			switch v := cell.(type) {
			case time.Time:
				cell = v.In(vane.Beijing()).Format("01-02 15:04")
			case *time.Time:
				if v != nil {
					cell = v.In(vane.Beijing()).Format("01-02 15:04")
				}
			}
			cells = append(cells, fmt.Sprint(cell))
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return lines
}

// TestTables reads answers row by row.
func TestTables(t *testing.T) {
	db := sample(t)
	set, hot := everything(), opened(t, db)
	for _, c := range []struct {
		where   string
		state   dashboardState
		columns string
		want    []string
	}{
		{"overview panel 问题排行", set, "问题 信息量 吐槽占比 tag", []string{
			"柱子票 25 1 ticketing.pillar_seat", "退票难 25 1 ticketing.refund", "自定义 24 0 own.thing", "限速套餐 24 0 telecom.speed_cap",
		}},
		{"overview panel 问题排行", set.with("issue", "ticketing.refund"), "问题 信息量", []string{"柱子票 25", "退票难 25"}},
		{"overview panel 渠道占比", set, "渠道 信息量", []string{"微博 49", "论坛 24"}},
		{"overview panel 热点", set, "热点 状态 热度 信息量 平常 开始 结束", []string{
			"柱子票 持续 72 7 1.5 03-13 16:00 03-14 11:00", "柱子票（微博） 持续 41 7 1.5 03-13 16:00 03-14 11:00",
			"限速套餐 平息 31 7 1.5 03-12 00:00 03-12 10:00",
		}},
		{"overview panel 热点", set.with("heat", "10").with("domain", "own"), "热点 热度", []string{"自定义 14.9"}},
		{"overview panel 事件", set, "事件 问题 信息量 独立声音 首条 tag", []string{"某演唱会柱子票 柱子票、ticketing.refund 12 8 03-13 06:00 ticketing.pillar_seat"}},
		{"overview panel 预警记录", set, "热点 规则 状态 首次达到 解除", []string{"柱子票 夜班 pending 03-13 17:00 <nil>", "柱子票 热点 firing 03-13 17:00 <nil>"}},
		{"overview annotation 热点", set, "time text tags", []string{
			"03-12 00:00 限速套餐，热度 31 平息", "03-13 16:00 柱子票，热度 72 持续", "03-13 16:00 柱子票（微博），热度 41 持续",
		}},
		{"overview annotation 预警", set, "time text tags", []string{"03-13 18:00 柱子票，热度 72，规则 热点 报警中"}},
		{"overview annotation 采集中断", set, "time text", []string{"03-14 07:01 source-0：列表页出错"}},
		{"overview panel 采集状态", set, "采集状态", []string{"数据可能过期：source-1"}},

		{"hotspot panel 热点", hot, "热度 状态 信息量 平常 发声人数", []string{"72 持续 7 1.5 5"}},
		{"hotspot panel 发声与常态范围", hot, "time 发声 平常 常态上限 常态下限", []string{
			"03-13 14:00 1 1.5 4 0", "03-13 15:00 3 1.5 4 0", "03-13 16:00 9 1.5 4 0",
		}},
		{"hotspot panel 热度构成", hot, "成分 热度贡献 依据", []string{"信息量 70 20 小时内 7 条，平常约 1.5 条", "独立性 -10 5 人"}},
		{"hotspot panel 突出的词", hot, "词 信息量 吐槽占比", []string{"柱子 6 1", "视线 6 1"}},
		{"hotspot panel 分布", hot, "维度 值 信息量", []string{"渠道 微博 5", "渠道 论坛 2", "地区 广东 4", "品牌 大麦 7", "诉求 退款 3"}},
		{"hotspot panel 历次检测", hot, "time 热度", []string{"03-14 10:00 60", "03-14 11:00 72"}},
		{"hotspot panel 预警记录", hot, "规则 状态", []string{"夜班 pending", "热点 firing"}},
		{"hotspot annotation 热点开始", hot, "time text", []string{"03-13 16:00 柱子票 开始，热度 72"}},

		{"issues panel 品牌排行", set, "品牌 信息量 吐槽占比", []string{"大麦 25 1", "移动 24 0"}},
		{"issues panel 地区排行", set, "地区 信息量", []string{"广东 37", "浙江 18"}},
		{"issues panel 渠道排行", set.with("brand", "移动"), "渠道 信息量", []string{"论坛 24"}},
		{"issues panel 问题 × 渠道", set, "问题 渠道 信息量", []string{"柱子票 微博 25", "退票难 微博 25", "自定义 微博 24", "限速套餐 论坛 24"}},
		{"issues panel 品牌 × 地区", set, "品牌 地区 信息量", []string{"大麦 广东 13", "大麦 未知 6", "大麦 浙江 6", "移动 广东 12", "移动 未知 6", "移动 浙江 6"}},

		{"crawl panel 此刻", set, "来源 过期来源 今日新信息 最近一次错误 待取页面 放弃页面", []string{"2 1 40 2 3 1"}},
		{"crawl panel 来源", set, "来源 状态 结束原因 连续失败", []string{"source-1 过期 error 3", "source-0 正常 seen 0"}},
		{"crawl panel 来源", set.with("source", "source-0"), "来源 状态", []string{"source-0 正常"}},
		{"crawl panel 结束原因", set, "结束原因 采集次数", []string{"全部读完 1", "列表页出错 1", "已无新内容 1"}},
		{"crawl panel 采集记录", set, "来源 结束 结束原因 错误", []string{
			"source-0 03-14 11:01 done 0", "source-1 03-14 10:01 seen 0", "source-0 03-14 07:01 error 3",
		}},
		{"crawl panel 从发布到采集", set, "来源 信息量 中位 九成以内", []string{"source-1 36 2160 3840", "source-0 36 2100 3780"}},

		{"pipeline panel 所选时间终点", set, "进程 待入库 发件箱占用 最久等待 近一小时入库 距上次上报", []string{"2 500 0.5 31 50 1"}},
		{"pipeline panel 进程", set, "进程 待入库 入库", []string{"a 500 40", "b 0 10"}},
		{"pipeline panel 进程", set.with("process", "b"), "进程 入库", []string{"b 10"}},
		{"pipeline panel 入库速度", set, "time process 入库速度", []string{"03-14 11:50 a 4", "03-14 11:50 b 1"}},

		{"rule 热点热度超过 60", set, "hotspot tag heat", []string{"食品安全 food.safety 80"}},
		{"rule 来源数据过期", set, "source late", []string{"source-1 1", "source-0 0"}},
		{"rule 三小时没有信息入库", set, "stored", []string{"1"}},
		{"rule 信息等待入库超过 30 分钟", set, "process waited", []string{"a 45"}},
		{"overview variable channel", set, "value", []string{"微博", "论坛"}},
	} {
		if diff := cmp.Diff(c.want, rowsOf(t, db, c.state, c.where, strings.Fields(c.columns)...)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.where, diff)
		}
	}
	earlier := set
	earlier.to = noon.Add(-90 * time.Minute)
	if got := rowsOf(t, db, earlier, "overview panel 热点", "热点", "热度"); got[0] != "柱子票 60" {
		t.Errorf("as of the earlier detection: %q", got)
	}
	if got := rowsOf(t, db, set, "overview panel 最新吐槽类信息", "时间", "标题", "url"); len(got) != 25 || !strings.HasPrefix(got[0], "03-14 12:00 它's 100%") {
		t.Errorf("%d latest: %q", len(got), got)
	}
}

// TestBuckets checks that buckets of a day are days of Beijing, that buckets without
// posts are there with 0, and that they hold every post once.
func TestBuckets(t *testing.T) {
	db, d := sample(t), everything()
	d.interval = 24 * time.Hour
	want := []string{"03-11 00:00 12", "03-12 00:00 24", "03-13 00:00 24", "03-14 00:00 13"}
	if diff := cmp.Diff(want, rowsOf(t, db, d, "overview panel 信息量走势", "time", "信息量")); diff != "" {
		t.Errorf("days (-want +got)\n%s", diff)
	}
	d.interval = 10 * time.Minute
	a, err := d.ask(t.Context(), db, sqlOf(t, "overview panel 信息量走势"))
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
	domains := rowsOf(t, db, d, "overview panel 领域走势", "domain", "id")
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
		{"issues.sql", "countIf(sensitive)", "countIf(sensible)", "overview panel 问题排行: code: 47"},
		{"latest.sql", "FROM mentions", "FROM mention", "overview panel 最新吐槽类信息: code: 60"},
		{"_filters.sql", "$__timeFilter(", "$__timeFliter(", "overview panel 信息量: unknown macro $__timeFliter"},
		{"_filters.sql", `chosen "channel"`, `chosen "chanel"`, "overview panel 渠道占比: unknown variable ${chanel:percentencode}"},
		{"_filters.sql", `{{typed "keyword"}}`, "'$keyword'", "overview panel 信息量: $keyword is not quoted"},
		{"_filters.sql", `"issue"}}), $issue`, `"issue"}}), ${issue}`, "overview panel 信息量: $__conditionalAll wants a bare $variable"},
		{"variable_issue.sql", "concat(", "tuple(", "overview variable issue: a variable wants text, not Tuple"},
		{"variable_domain.sql", "'|'", "'/'", `variable domain: "演出票务/ticketing" does not match`},
		{"trend.sql", "SELECT time,", "SELECT time AS t,", "overview panel 信息量走势"},
		{"domains_trend.sql", "ORDER BY time", "ORDER BY time DESC", "overview panel 领域走势: row"},
		{"hotspots.sql", "authors AS `发声人数`", "authors AS `人数`", "overview panel 热点: column 人数 has no unit"},
		{"annotation_hotspots.sql", "AS text", "AS name", "overview annotation 热点: an annotation needs time first, and text"},
		{"channels.sql", "count()", "count(", "overview panel 渠道占比: code: 62"},
	} {
		overview, err := definition.Files(planted(t, c.file, c.old, c.new), vane.Configs())
		if err != nil {
			t.Fatal(err)
		}
		changed := slices.DeleteFunc(questions(t, overview), func(q question) bool { return sound[q.sql] || !strings.HasPrefix(q.where, "overview ") })
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
