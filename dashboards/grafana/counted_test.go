package grafana_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
)

// countedPanels, and the lists of the filters, take from the hours that are counted ahead what they can.
func countedPanels() []string {
	return []string{
		"overview panel 信息量", "overview panel 吐槽类信息", "overview panel 吐槽占比", "overview panel 来源数",
		"overview panel 信息量走势", "overview panel 领域走势", "overview panel 渠道占比", "overview panel 问题排行", "issues panel 渠道排行",
		"overview variable source", "overview variable channel", "overview variable region", "overview variable domain",
		"overview variable issue", "overview variable brand",
	}
}

// lookedAt are dashboards with and without what the counted hours know: filters that
// they have, several at once that they have not, hours that the time range cuts, and
// buckets that are finer than an hour.
func lookedAt() []dashboardState {
	set := everything()
	cut := set
	cut.from, cut.to = noon.Add(-70*time.Hour-17*time.Minute), noon.Add(-10*time.Minute)
	list := []dashboardState{
		set, cut,
		set.with("domain", "ticketing"), cut.with("issue", "ticketing.refund"), set.with("issue", "ticketing.refund", "ticketing.pillar_seat"),
		set.with("domain", "ticketing", "telecom"), set.with("channel", "微博", "论坛"), cut.with("source", "source-1"),
		set.with("source", "source-1").with("channel", "微博"), set.with("region", "浙江"), set.with("brand", "大麦"), set.with("keyword", "第7条"),
	}
	for i := range list {
		list[i].interval = 3 * time.Hour
	}
	return append(list, set, cut) // in buckets of ten minutes
}

// answers are what the panels say, all of it.
func answers(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	said := map[string]string{}
	asked := map[string]string{}
	for _, panel := range countedPanels() {
		asked[panel] = sqlOf(t, panel)
	}
	for i, d := range lookedAt() {
		for panel, text := range asked {
			a, err := d.ask(t.Context(), db, text)
			if err != nil {
				t.Fatalf("%s: %v", panel, err)
			}
			var lines []string
			for _, row := range a.rows {
				line := ""
				for _, cell := range row {
					line += fmt.Sprint(value(cell), " ")
				}
				lines = append(lines, line)
			}
			if strings.Contains(panel, "variable") {
				slices.Sort(lines) // they are listed by the posts of whole days
			}
			said[fmt.Sprint(panel, " ", i)] = strings.Join(lines, "\n")
		}
	}
	return said
}

// TestCountedAhead: the numbers are the same whether hours are counted ahead or not, and
// right as soon as a post changes in an hour that was.
func TestCountedAhead(t *testing.T) {
	store := fill(t)
	db := reader(t)
	posts := samplePosts()
	before := answers(t, db) // of hours that the inserts touched
	counted := func(want string) {
		t.Helper()
		if got := rowsOf(t, db, everything(), "pipeline panel 预先计数", "已计数", "待计数"); got[0] != want {
			t.Errorf("counted and uncounted hours: %s, want %s", got[0], want)
		}
	}
	counted("0 72")
	if _, err := store.Rollup(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	counted("72 0")
	if diff := cmp.Diff(before, answers(t, db)); diff != "" {
		t.Errorf("counted ahead (-posts +counts)\n%s", diff)
	}
	for i, sensitive := range []bool{false, true} {
		edited := posts[3]
		edited.CollectedAt = noon.Add(time.Duration(i+1) * time.Second)
		edited.Sensitive = sensitive
		if err := store.Insert(t.Context(), []vane.Mention{edited}); err != nil {
			t.Fatal(err)
		}
		counted("71 1")
		want := map[bool]string{false: "24", true: "25"}[sensitive]
		if got := rowsOf(t, db, everything(), "overview panel 吐槽类信息", "吐槽类信息"); got[0] != want {
			t.Errorf("after an edit: %s negative posts, want %s", got[0], want)
		}
	}
}
