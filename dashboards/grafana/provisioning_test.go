package grafana_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vane/dashboards/grafana"
	"vane/yamlfile"
)

// dataSources is Grafana's file of data sources: known keys only.
type dataSources struct {
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

// providers is Grafana's file of folders with dashboards.
type providers struct {
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

// ruleFile is Grafana's file of alert rules.
type ruleFile struct {
	APIVersion int `yaml:"apiVersion"`
	Groups     []struct {
		OrgID    int         `yaml:"orgId"`
		Name     string      `yaml:"name"`
		Folder   string      `yaml:"folder"`
		Interval string      `yaml:"interval"`
		Rules    []alertRule `yaml:"rules"`
	} `yaml:"groups"`
}

type alertRule struct {
	UID          string            `yaml:"uid"`
	Title        string            `yaml:"title"`
	Condition    string            `yaml:"condition"`
	Data         []alertQuery      `yaml:"data"`
	DashboardUID string            `yaml:"dashboardUid"`
	PanelID      int               `yaml:"panelId"`
	NoDataState  string            `yaml:"noDataState"`
	ExecErrState string            `yaml:"execErrState"`
	For          string            `yaml:"for"`
	Annotations  map[string]string `yaml:"annotations"`
	Labels       map[string]string `yaml:"labels"`
	IsPaused     bool              `yaml:"isPaused"`
}

type alertQuery struct {
	RefID             string         `yaml:"refId"`
	RelativeTimeRange map[string]int `yaml:"relativeTimeRange"`
	DatasourceUID     string         `yaml:"datasourceUid"`
	Model             alertModel     `yaml:"model"`
}

// alertModel is a query of ClickHouse or an expression.
type alertModel struct {
	RefID         string            `yaml:"refId"`
	Datasource    map[string]string `yaml:"datasource"`
	PluginVersion string            `yaml:"pluginVersion"`
	EditorType    string            `yaml:"editorType"`
	QueryType     string            `yaml:"queryType"`
	Format        int               `yaml:"format"`
	RawSQL        string            `yaml:"rawSql"`

	Type       string `yaml:"type"`
	Expression string `yaml:"expression"`
	Conditions []struct {
		Evaluator struct {
			Type   string    `yaml:"type"`
			Params []float64 `yaml:"params"`
		} `yaml:"evaluator"`
	} `yaml:"conditions"`
}

// TestProvisioning checks the files that Grafana reads at its start: known keys
// only, and nothing secret or local in them.
func TestProvisioning(t *testing.T) {
	var sources dataSources
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
	var boards providers
	read(t, "provisioning/dashboards.yaml", &boards)
	if diff := cmp.Diff(map[string]string{"path": "${VANE_DASHBOARDS}"}, boards.Providers[0].Options); diff != "" {
		t.Errorf("dashboards (-want +got)\n%s", diff)
	}
}

// TestAlertRules checks what no query tells: rules name the provisioned data source and
// a panel that is there, say what to do without data, and hold no dollar, which Grafana
// would take for an environment variable.
func TestAlertRules(t *testing.T) {
	var rules ruleFile
	read(t, "provisioning/alerting.yaml", &rules)
	var sources dataSources
	read(t, "provisioning/datasources.yaml", &sources)
	files := finished(t)
	if strings.Contains(string(files["provisioning/alerting.yaml"]), "$") {
		t.Error("alerting.yaml holds a dollar")
	}
	var titles []string
	for _, r := range rules.Groups[0].Rules {
		titles = append(titles, r.Title)
		if len(r.Data) != 2 || r.Condition != "B" || r.Data[0].RefID != "A" || r.Data[1].RefID != "B" {
			t.Fatalf("%s: %+v", r.Title, r.Data)
		}
		a, b := r.Data[0], r.Data[1]
		if a.DatasourceUID != sources.Datasources[0].UID || a.Model.Datasource["uid"] != a.DatasourceUID || a.Model.Datasource["type"] != chosen.Type {
			t.Errorf("%s asks %s", r.Title, a.DatasourceUID)
		}
		if b.DatasourceUID != "__expr__" || b.Model.Type != "threshold" || b.Model.Expression != "A" || len(b.Model.Conditions) != 1 || len(b.Model.Conditions[0].Evaluator.Params) != 1 {
			t.Errorf("%s decides by %+v", r.Title, b.Model)
		}
		if !slices.Contains([]string{"OK", "Alerting"}, r.NoDataState) || r.ExecErrState != "Error" || r.For == "" || r.Annotations["summary"] == "" || r.Labels["severity"] == "" {
			t.Errorf("%s: %+v", r.Title, r)
		}
		if !slices.ContainsFunc(parse(t, files[strings.TrimPrefix(r.DashboardUID, "vane-")+".json"]).allPanels(), func(p panel) bool { return p.ID == r.PanelID }) {
			t.Errorf("%s: no panel %d on %s", r.Title, r.PanelID, r.DashboardUID)
		}
	}
	if diff := cmp.Diff([]string{"热点热度超过 60", "来源数据过期", "三小时没有信息入库", "信息等待入库超过 30 分钟"}, titles); diff != "" {
		t.Errorf("rules (-want +got)\n%s", diff)
	}
}

func read(t testing.TB, name string, dest any) {
	t.Helper()
	if err := yamlfile.Read(grafana.Files(), name, dest); err != nil {
		t.Fatal(err)
	}
}
