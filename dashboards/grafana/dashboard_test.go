package grafana_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/dashboards/grafana"
	"vane/dashboards/grafana/definition"
	"vane/yamlfile"
)

// board is what the tests look at in overview.json.
type board struct {
	UID           string   `json:"uid"`
	Tags          []string `json:"tags"`
	Timezone      string   `json:"timezone"`
	WeekStart     string   `json:"weekStart"`
	Refresh       string   `json:"refresh"`
	Editable      bool     `json:"editable"`
	GraphTooltip  int      `json:"graphTooltip"`
	SchemaVersion int      `json:"schemaVersion"`
	Panels        []panel  `json:"panels"`
	Templating    struct {
		List []struct {
			Name, Type, Label string
			Regex             string
			Refresh           int
			Multi             bool
			IncludeAll        bool
			Datasource        datasource
			Query             json.RawMessage
		}
	}
	Annotations struct {
		List []struct {
			Name       string
			Datasource datasource
			Target     target
		}
	}
}

type panel struct {
	ID                       int
	Type, Title, Description string
	Datasource               datasource
	Targets                  []target
	Panels                   []panel // of a row
	FieldConfig              struct {
		Defaults  struct{ Unit string }
		Overrides []struct {
			Matcher    struct{ ID, Options string }
			Properties []struct {
				ID    string
				Value any
			}
		}
	}
}

type datasource struct{ Type, UID string }

type target struct {
	Datasource datasource
	Format     int
	QueryType  string
	RawSQL     string `json:"rawSql"`
}

// chosen is the data source that the reader chose.
var chosen = datasource{"grafana-clickhouse-datasource", "${datasource}"}

func parse(t testing.TB, overview []byte) board {
	t.Helper()
	var b board
	if err := json.Unmarshal(overview, &b); err != nil {
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

func finished(t testing.TB) []byte {
	t.Helper()
	overview, err := fs.ReadFile(grafana.Files(), "overview.json")
	if err != nil {
		t.Fatal(err)
	}
	return overview
}

func TestGeneratedFileIsUpToDate(t *testing.T) {
	want, err := definition.Overview(os.DirFS("queries"), vane.Configs())
	if err != nil {
		t.Fatal(err)
	}
	if got := finished(t); !bytes.Equal(got, want) {
		t.Errorf("run `go generate ./dashboards/grafana` (-file +definition)\n%s", cmp.Diff(string(got), string(want)))
	}
}

func TestConventions(t *testing.T) {
	b := parse(t, finished(t))
	got := []any{b.UID, b.Tags, b.Timezone, b.WeekStart, b.Refresh, b.Editable, b.GraphTooltip, b.SchemaVersion}
	want := []any{"vane-overview", []string{"vane"}, "Asia/Shanghai", "monday", "1m", false, 1, 41}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("board (-want +got)\n%s", diff)
	}
	for _, key := range []string{`"__inputs"`, `"definition"`, `"version"`} {
		if bytes.Contains(finished(t), []byte(key)) {
			t.Errorf("the file has the key %s, which Grafana fills in itself", key)
		}
	}
	ids := map[int]bool{}
	for _, p := range b.allPanels() {
		if p.ID == 0 || ids[p.ID] || p.Title == "" || p.Datasource != chosen || len(p.Targets) != 1 {
			t.Errorf("panel %d %q needs an id of its own, a title, the data source $datasource and one query", p.ID, p.Title)
		}
		ids[p.ID] = true
		if !strings.Contains(p.Description, "。") || !strings.Contains(p.Description, "点") && !strings.Contains(p.Description, "拖") {
			t.Errorf("panel %q: its description must say how it is computed and what a click does: %q", p.Title, p.Description)
		}
		if p.Type != "table" && p.FieldConfig.Defaults.Unit == "" {
			t.Errorf("panel %q has no unit", p.Title)
		}
	}
}

func TestVariables(t *testing.T) {
	var got []string
	for i, v := range parse(t, finished(t)).Templating.List {
		got = append(got, v.Name+" "+v.Label)
		switch {
		case i == 0 && v.Type != "datasource":
			t.Error("the first variable is not the data source")
		case v.Type == "query" && (v.Datasource != chosen || v.Refresh != 2 || !v.Multi || !v.IncludeAll):
			t.Errorf("variable %s must ask $datasource whenever the time range changes, and take several values and All", v.Name)
		}
	}
	want := []string{"datasource 数据源", "channel 渠道", "domain 领域", "issue 问题", "keyword 关键词"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables, from general to specific (-want +got)\n%s", diff)
	}
}

// TestEveryQueryIsUsed finds files of queries/ that no panel asks.
func TestEveryQueryIsUsed(t *testing.T) {
	files, err := fs.Glob(os.DirFS("queries"), "[a-z]*.sql")
	if err != nil {
		t.Fatal(err)
	}
	if asked := bytes.Count(finished(t), []byte(`"rawSql"`)); asked != len(files) {
		t.Errorf("the dashboard has %d queries, the folder queries %d", asked, len(files))
	}
}

// TestProvisioning checks the files that Grafana reads at its start: known keys
// only, and nothing secret or local in them.
func TestProvisioning(t *testing.T) {
	var sources struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name     string `yaml:"name"`
			UID      string `yaml:"uid"`
			Type     string `yaml:"type"`
			Access   string `yaml:"access"`
			Editable bool   `yaml:"editable"`
			JSONData struct {
				Host            string `yaml:"host"`
				Port            string `yaml:"port"`
				Protocol        string `yaml:"protocol"`
				Username        string `yaml:"username"`
				DefaultDatabase string `yaml:"defaultDatabase"`
				DialTimeout     string `yaml:"dialTimeout"`
				QueryTimeout    string `yaml:"queryTimeout"`
			} `yaml:"jsonData"`
			SecureJSONData struct {
				Password string `yaml:"password"`
			} `yaml:"secureJsonData"`
		} `yaml:"datasources"`
	}
	read(t, "provisioning/datasources.yaml", &sources)
	s := sources.Datasources[0]
	got := []string{s.Type, s.JSONData.Protocol, s.JSONData.Host, s.JSONData.Port, s.JSONData.Username, s.JSONData.DefaultDatabase, s.SecureJSONData.Password}
	want := []string{
		chosen.Type, "native", "${VANE_CLICKHOUSE_HOST}", "${VANE_CLICKHOUSE_PORT}", "${VANE_CLICKHOUSE_USER}",
		"${VANE_CLICKHOUSE_DATABASE}", "${VANE_CLICKHOUSE_PASSWORD}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("data source (-want +got)\n%s", diff)
	}
	var boards struct {
		APIVersion int `yaml:"apiVersion"`
		Providers  []struct {
			Name                  string            `yaml:"name"`
			Folder                string            `yaml:"folder"`
			Type                  string            `yaml:"type"`
			DisableDeletion       bool              `yaml:"disableDeletion"`
			AllowUIUpdates        bool              `yaml:"allowUiUpdates"`
			UpdateIntervalSeconds int               `yaml:"updateIntervalSeconds"`
			Options               map[string]string `yaml:"options"`
		} `yaml:"providers"`
	}
	read(t, "provisioning/dashboards.yaml", &boards)
	if diff := cmp.Diff(map[string]string{"path": "${VANE_DASHBOARDS}"}, boards.Providers[0].Options); diff != "" {
		t.Errorf("dashboards (-want +got)\n%s", diff)
	}
}

func read(t testing.TB, name string, dest any) {
	t.Helper()
	if err := yamlfile.Read(grafana.Files(), name, dest); err != nil {
		t.Fatal(err)
	}
}
