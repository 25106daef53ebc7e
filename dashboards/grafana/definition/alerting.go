package definition

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/alerting"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const (
	alertingFile = "provisioning/alerting.yaml"
	// provisioned is the uid of the data source in provisioning/datasources.yaml. Alert
	// rules have no variables: they have to name one.
	provisioned = "vane"
	// folder is where dashboards and rules stand in Grafana.
	folder = "消费舆情"
)

// rule is an alert rule: a query that gives a number for every set of labels, and when
// that is too much or too little.
type rule struct {
	uid, title, query string
	is                string // gt or lt
	limit             float64
	lasting           string // how long it must hold
	empty             alerting.RuleNoDataState
	severity, summary string
	board             place
	panel             string // to look at
}

func rules() []rule {
	return []rule{
		{
			uid: "vane-hotspot-heat", title: "热点热度超过 60", query: "alert_hotspots", is: "gt", limit: 60, lasting: "10m", empty: alerting.RuleNoDataStateOK,
			severity: "warning", summary: "热点“{{ .Labels.hotspot }}”的热度超过 60。", board: overviewPlace(), panel: "热点",
		},
		{
			uid: "vane-source-stale", title: "来源数据过期", query: "alert_sources", is: "gt", limit: 0, lasting: "10m", empty: alerting.RuleNoDataStateOK,
			severity: "warning", summary: "来源 {{ .Labels.source }} 的数据可能过期：连续失败、疑似失配、逾期，或其进程没有上报。", board: crawlPlace(), panel: "来源",
		},
		{
			uid: "vane-no-inserts", title: "三小时没有信息入库", query: "alert_inserts", is: "lt", limit: 1, lasting: "5m", empty: alerting.RuleNoDataStateAlerting,
			severity: "critical", summary: "三小时内没有任何信息写入 ClickHouse：vane run 停了，或所有来源都没有新信息。", board: pipelinePlace(), panel: "入库速度",
		},
		{
			uid: "vane-outbox-waits", title: "信息等待入库超过 30 分钟", query: "alert_backlog", is: "gt", limit: 30, lasting: "5m", empty: alerting.RuleNoDataStateOK,
			severity: "critical", summary: "进程 {{ .Labels.process }} 的发件箱里有信息等了 30 分钟以上：ClickHouse 可能写不进去。", board: pipelinePlace(), panel: "最久等待",
		},
	}
}

// Grafana's file of alert rules. The library knows its API's form of a rule, which has
// other keys.
type (
	ruleFile struct {
		APIVersion int         `json:"apiVersion"`
		Groups     []ruleGroup `json:"groups"`
	}
	ruleGroup struct {
		OrgID    int         `json:"orgId"`
		Name     string      `json:"name"`
		Folder   string      `json:"folder"`
		Interval string      `json:"interval"`
		Rules    []ruleEntry `json:"rules"`
	}
	ruleEntry struct {
		UID          string                    `json:"uid"`
		Title        string                    `json:"title"`
		Condition    string                    `json:"condition"`
		Data         []ruleQuery               `json:"data"`
		DashboardUID string                    `json:"dashboardUid"`
		PanelID      uint32                    `json:"panelId"`
		NoDataState  alerting.RuleNoDataState  `json:"noDataState"`
		ExecErrState alerting.RuleExecErrState `json:"execErrState"`
		For          string                    `json:"for"`
		Annotations  map[string]string         `json:"annotations"`
		Labels       map[string]string         `json:"labels"`
		IsPaused     bool                      `json:"isPaused"`
	}
	ruleQuery struct {
		RefID             string    `json:"refId"`
		RelativeTimeRange ruleRange `json:"relativeTimeRange"`
		DatasourceUID     string    `json:"datasourceUid"`
		Model             any       `json:"model"`
	}
	ruleRange struct {
		From int `json:"from"` // seconds ago
		To   int `json:"to"`
	}
)

// alertRules is the file of alert rules. It is JSON, which is YAML too. Grafana fills in
// environment variables there, so nothing in it may hold a dollar: rules' queries use no
// macros, and their texts say .Labels.
func alertRules(sql statements, built []dashboard.Dashboard) ([]byte, error) {
	group := ruleGroup{OrgID: 1, Name: "vane", Folder: folder, Interval: "1m"}
	for _, r := range rules() {
		id, err := panelID(built, r.board.uid, r.panel)
		if err != nil {
			return nil, fmt.Errorf("alert rule %s: %w", r.title, err)
		}
		group.Rules = append(group.Rules, ruleEntry{
			UID: r.uid, Title: r.title, Condition: "B",
			Data: []ruleQuery{r.asks(sql), r.decides()}, DashboardUID: r.board.uid, PanelID: id,
			NoDataState: r.empty, ExecErrState: alerting.RuleExecErrStateError, For: r.lasting,
			Annotations: map[string]string{"summary": r.summary, "__dashboardUid__": r.board.uid, "__panelId__": fmt.Sprint(id)},
			Labels:      map[string]string{"team": "vane", "severity": r.severity},
		})
	}
	text, err := encode(ruleFile{APIVersion: 1, Groups: []ruleGroup{group}})
	const head = "# Alert rules of Grafana itself, generated. vane's own alerts, by alerts.yaml, need no Grafana.\n"
	return append([]byte(head), text...), err
}

// asks is the query A.
func (r rule) asks(sql statements) ruleQuery {
	q := sql.table(r.query)
	q.Datasource.Uid = new(string)
	*q.Datasource.Uid = provisioned
	return ruleQuery{"A", ruleRange{600, 0}, provisioned, q}
}

// decides is the expression B: whether A is over the limit, or under it.
func (r rule) decides() ruleQuery {
	const expression = "__expr__"
	return ruleQuery{"B", ruleRange{600, 0}, expression, map[string]any{
		"refId": "B", "type": "threshold", "expression": "A",
		"datasource": map[string]any{"type": expression, "uid": expression},
		"conditions": []any{map[string]any{"evaluator": map[string]any{"type": r.is, "params": []float64{r.limit}}}},
	}}
}

// panelID finds a panel by its title.
func panelID(built []dashboard.Dashboard, uid, title string) (uint32, error) {
	for _, d := range built {
		if *d.Uid != uid {
			continue
		}
		for _, p := range d.Panels {
			if p.Panel != nil && *p.Panel.Title == title {
				return *p.Panel.Id, nil
			}
		}
	}
	return 0, fmt.Errorf("no panel %s on %s", title, uid)
}
