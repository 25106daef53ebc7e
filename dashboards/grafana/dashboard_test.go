package grafana_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/dashboards/grafana"
	"vane/dashboards/grafana/definition"
)

// board is what the tests look at in a dashboard.
type board struct {
	UID           string   `json:"uid"`
	Title         string   `json:"title"`
	Description   string   `json:"description"`
	Tags          []string `json:"tags"`
	Timezone      string   `json:"timezone"`
	WeekStart     string   `json:"weekStart"`
	Refresh       string   `json:"refresh"`
	Editable      bool     `json:"editable"`
	GraphTooltip  int      `json:"graphTooltip"`
	SchemaVersion int      `json:"schemaVersion"`
	Panels        []panel  `json:"panels"`
	Links         []struct {
		Type                  string
		Tags                  []string
		IncludeVars, KeepTime bool
	} `json:"links"`
	Templating struct {
		List []boardVariable
	}
	Annotations struct {
		List []struct {
			Name       string
			Datasource datasource
			Target     target
		}
	}
}

type boardVariable struct {
	Name, Type, Label, Description string
	Regex                          string
	Refresh                        int
	Multi                          bool
	IncludeAll                     bool
	Datasource                     datasource
	Query                          json.RawMessage
}

type panel struct {
	ID                       int
	Type, Title, Description string
	Datasource               datasource
	Targets                  []target
	Panels                   []panel // of a row
	GridPos                  struct{ X, Y, W, H int }
	FieldConfig              struct {
		Defaults struct {
			Unit   string
			Links  []panelLink
			Custom struct{ CellOptions struct{ Type string } }
		}
		Overrides []struct {
			Matcher    struct{ ID, Options string }
			Properties []struct {
				ID    string
				Value any
			}
		}
	}
}

type panelLink struct{ Title, URL string }

type datasource struct{ Type, UID string }

type target struct {
	Datasource datasource
	Format     int
	QueryType  string
	RawSQL     string `json:"rawSql"`
}

// chosen is the data source that the reader chose.
var chosen = datasource{"grafana-clickhouse-datasource", "${datasource}"}

func parse(t testing.TB, text []byte) board {
	t.Helper()
	var b board
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// allPanels are the panels, those inside rows too, without the rows.
func (b board) allPanels() []panel {
	var list []panel
	for _, p := range b.Panels {
		if p.Type == "row" {
			list = append(list, p.Panels...)
		} else {
			list = append(list, p)
		}
	}
	return list
}

// variables are the names of the board's variables.
func (b board) variables() []string {
	var names []string
	for _, v := range b.Templating.List {
		names = append(names, v.Name)
	}
	return names
}

// finished are the generated files as they are shipped.
func finished(t testing.TB) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, pattern := range []string{"*.json", "provisioning/alerting.yaml"} {
		names, err := fs.Glob(grafana.Files(), pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		for _, name := range names {
			if files[name], err = fs.ReadFile(grafana.Files(), name); err != nil {
				t.Fatal(err)
			}
		}
	}
	return files
}

// boards are the shipped dashboards by what they are called: overview, hotspot, ….
func boards(t testing.TB, files map[string][]byte) map[string]board {
	t.Helper()
	list := map[string]board{}
	for name, text := range files {
		if path.Ext(name) == ".json" {
			list[strings.TrimSuffix(name, ".json")] = parse(t, text)
		}
	}
	return list
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	want, err := definition.Files(os.DirFS("queries"), vane.Configs())
	if err != nil {
		t.Fatal(err)
	}
	got := finished(t)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("files (-definition +folder)\n%s", diff)
	}
	for name, text := range want {
		if !bytes.Equal(got[name], text) {
			t.Errorf("%s: run `go generate ./dashboards/grafana` (-file +definition)\n%s", name, cmp.Diff(string(got[name]), string(text)))
		}
	}
}

func TestConventions(t *testing.T) {
	files := finished(t)
	for name, b := range boards(t, files) {
		got := []any{b.UID, b.Tags, b.Timezone, b.WeekStart, b.Refresh, b.Editable, b.GraphTooltip, b.SchemaVersion}
		want := []any{"vane-" + name, []string{"vane"}, "Asia/Shanghai", "monday", "1m", false, 1, 41}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if b.Title == "" || b.Description == "" || len(b.Links) != 1 || !b.Links[0].IncludeVars || !b.Links[0].KeepTime || !slices.Equal(b.Links[0].Tags, b.Tags) {
			t.Errorf("%s needs a title, a description and a link to the other boards that keeps variables and time", name)
		}
		for _, key := range []string{`"__inputs"`, `"definition"`, `"version"`} {
			if bytes.Contains(files[name+".json"], []byte(key)) {
				t.Errorf("%s has the key %s, which Grafana fills in itself", name, key)
			}
		}
		b.checkPanels(t, name)
	}
}

func (b board) checkPanels(t *testing.T, name string) {
	ids := map[int]bool{}
	for _, p := range b.allPanels() {
		if p.ID == 0 || ids[p.ID] || p.Title == "" || p.Datasource != chosen || len(p.Targets) != 1 || p.Targets[0].Datasource != chosen {
			t.Errorf("%s: panel %d %q needs an id of its own, a title, the data source $datasource and one query", name, p.ID, p.Title)
		}
		ids[p.ID] = true
		if !strings.Contains(p.Description, "。") || !strings.Contains(p.Description, "点") && !strings.Contains(p.Description, "拖") {
			t.Errorf("%s: panel %q: its description must say how it is computed and what a click does: %q", name, p.Title, p.Description)
		}
		if p.Type != "table" && p.FieldConfig.Defaults.Unit == "" {
			t.Errorf("%s: panel %q has no unit", name, p.Title)
		}
	}
}

// TestLayout checks numerically what nobody has to look at: the grid is 24 wide, no
// panel lies on another, and there is no hole between them.
func TestLayout(t *testing.T) {
	for name, b := range boards(t, finished(t)) {
		taken := map[[2]int]string{}
		bottom := 0
		place := func(p panel) {
			g := p.GridPos
			if g.W < 4 || g.H < 1 || g.X < 0 || g.X+g.W > 24 {
				t.Errorf("%s: panel %s is %d wide and %d high at column %d", name, p.Title, g.W, g.H, g.X)
			}
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					if other := taken[[2]int{x, y}]; other != "" {
						t.Fatalf("%s: panel %s lies on %s", name, p.Title, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
			bottom = max(bottom, g.Y+g.H)
		}
		for _, p := range b.Panels {
			place(p)
			if p.Type != "row" && p.GridPos.H < 3 {
				t.Errorf("%s: panel %s is only %d high", name, p.Title, p.GridPos.H)
			}
			for _, inner := range p.Panels {
				place(inner)
			}
		}
		if len(taken) != 24*bottom {
			t.Errorf("%s: %d cells of %d are empty", name, 24*bottom-len(taken), 24*bottom)
		}
	}
}

func TestVariables(t *testing.T) {
	posts := "source 来源, channel 渠道, region 地区, domain 领域, issue 问题, brand 品牌, keyword 关键词"
	want := map[string]string{
		"overview": "datasource 数据源, " + posts + ", heat 热度下限",
		"hotspot":  "datasource 数据源, heat 热度下限, hotspot 热点",
		"issues":   "datasource 数据源, split 拆分, " + posts,
		"crawl":    "datasource 数据源, source 来源",
		"pipeline": "datasource 数据源, process 进程",
	}
	got := map[string]string{}
	for name, b := range boards(t, finished(t)) {
		var list []string
		for i, v := range b.Templating.List {
			list = append(list, v.Name+" "+v.Label)
			several := v.Multi && v.IncludeAll || v.Name == "hotspot"
			switch {
			case i == 0 && v.Type != "datasource":
				t.Errorf("%s: the first variable is not the data source", name)
			case v.Type == "query" && (v.Datasource != chosen || v.Refresh != 2 || !several):
				t.Errorf("%s: variable %s must ask $datasource whenever the time range changes, and take several values and All", name, v.Name)
			case v.Description == "":
				t.Errorf("%s: variable %s has no description", name, v.Name)
			}
		}
		got[name] = strings.Join(list, ", ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables, from general to specific (-want +got)\n%s", diff)
	}
}

// TestEveryQueryIsUsed finds files of queries/ that nothing asks. Some are asked twice:
// the boards share panels.
func TestEveryQueryIsUsed(t *testing.T) {
	names, err := fs.Glob(os.DirFS("queries"), "[a-z]*.sql")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, q := range questions(t, finished(t)) {
		asked[q.sql] = true
	}
	if len(asked) != len(names) {
		t.Errorf("%d different queries are asked, the folder queries has %d", len(asked), len(names))
	}
}
