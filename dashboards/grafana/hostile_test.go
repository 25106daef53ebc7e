package grafana_test

import (
	"strings"
	"testing"
)

// escapes are values that get out of careless quotes.
func escapes() []string {
	return []string{
		`'`, `\`, `\'`, `a\`, `') OR 1=1 --`, `\') OR 1=1 --`, `' UNION ALL SELECT name, 1 FROM system.users --`,
		`a','b`, `{a,b}`, `&var-brand=大麦`, `%27) OR 1=1 --`, `$__timeFilter(x)`, `${keyword}`, "a\nb", `) , $brand)`, "`", `/*`, `{x:String}`,
	}
}

// TestFiltersAreValues sets every filter to values that would break a query or get out
// of it: all at once in every query, and each alone in one. All that they do is to find
// nothing.
func TestFiltersAreValues(t *testing.T) {
	db := sample(t)
	d := opened(t, db)
	ask := func(q question, state dashboardState) {
		t.Helper()
		a, err := state.ask(t.Context(), db, q.sql)
		if err != nil {
			t.Errorf("%s with %v: %v", q.where, state.values, err)
		}
		if q.where == "issues panel 信息" && len(a.rows) > 0 {
			t.Errorf("%s with %v finds %d posts", q.where, state.values, len(a.rows))
		}
	}
	one := map[string]string{
		"source": "issues panel 信息", "channel": "issues panel 信息", "region": "issues panel 信息", "domain": "issues panel 信息",
		"issue": "issues panel 信息", "brand": "issues panel 信息", "process": "pipeline panel 进程", "hotspot": "hotspot panel 热点",
		"split": "issues panel 走势，按“拆分”", "heat": "overview panel 当前热点",
	}
	seen := map[string]bool{} // boards share panels
	for _, q := range questions(t, finished(t)) {
		if seen[q.sql] && q.where != one["source"] {
			continue
		}
		seen[q.sql] = true
		for variable, where := range one {
			if !strings.Contains(q.sql, "${"+variable+":") {
				continue
			}
			ask(q, d.with(variable, escapes()...))
			for _, value := range escapes() {
				if q.where == where {
					ask(q, d.with(variable, value))
				}
			}
		}
	}
}

// TestAddresses: an address that is not one of the web is no link, wherever posts are
// shown.
func TestAddresses(t *testing.T) {
	db := sample(t)
	d := opened(t, db)
	for where, want := range map[string]string{
		"overview panel 最新吐槽类信息": "http://forum.test/3", "issues panel 信息": "http://forum.test/1", "hotspot panel 证据": "https://forum.test/1",
	} {
		got := rowsOf(t, db, d, where, "url")
		all := strings.Join(got, "\n")
		if strings.Contains(all, "javascript") || !strings.Contains(all, want) {
			t.Errorf("%s links to\n%s", where, all)
		}
	}
}

// TestSplit: every value of 拆分 gives lines of its own.
func TestSplit(t *testing.T) {
	db := sample(t)
	for split, want := range map[string]string{
		"channel": "微博", "issue": "退票难", "domain": "ticketing", "brand": "大麦", "region": "未知", "source": "source-1", "voice": "投诉",
	} {
		lines := map[string]bool{}
		for _, key := range rowsOf(t, db, everything().with("split", split), "issues panel 走势，按“拆分”", "key") {
			lines[key] = true
		}
		if !lines[want] || len(lines) > 10 {
			t.Errorf("split by %s: %v, want %s among them", split, lines, want)
		}
	}
}
