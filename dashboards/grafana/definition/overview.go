// Package definition describes the dashboard that overview.json holds. Only the
// generator and tests import it: the program that serves users knows the finished
// file and nothing of how it is made.
package definition

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const (
	// uid is the dashboard's address: /d/vane-overview.
	uid = "vane-overview"
	// sharedTag joins the dashboards that the drop-down of links lists.
	sharedTag = "vane"
)

// Overview is the dashboard 消费舆情总览 as a JSON file. queries holds the templates
// of the SQL, configs the folder taxonomy whose domains are named.
func Overview(queries, configs fs.FS) ([]byte, error) {
	domains, err := readDomains(configs)
	if err != nil {
		return nil, err
	}
	sql, err := read(queries, domains)
	if err != nil {
		return nil, err
	}
	built, err := overview(sql).Build()
	if err != nil {
		return nil, fmt.Errorf("build the dashboard: %w", err)
	}
	number(built.Panels)
	dropUnused(built.Templating.List)
	return encode(built, annotations(sql))
}

// overview is everything but the annotations.
func overview(sql statements) *dashboard.DashboardBuilder {
	b := dashboard.NewDashboardBuilder("消费舆情总览").
		Uid(uid).
		Description("消费维权信息的总量、吐槽、问题、热点与采集情况。每个数字都由已入库的信息现算，点开面板标题旁的说明可看算法。").
		Tags([]string{sharedTag}).
		Timezone("Asia/Shanghai").
		WeekStart("monday").
		Readonly().
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Refresh("1m").
		Time("now-7d", "now").
		Link(dashboard.NewDashboardLinkBuilder("消费舆情").
			Type(dashboard.DashboardLinkTypeDashboards).
			Tags([]string{sharedTag}).
			Tooltip("其他看板，保留时间与筛选").
			AsDropdown(true).IncludeVars(true).KeepTime(true))
	for _, v := range variables(sql) {
		b.WithVariable(v)
	}
	for _, p := range panels(sql) {
		b.WithPanel(p)
	}
	return b.WithRow(dashboard.NewRowBuilder("采集健康").WithPanel(passes(sql)))
}

// number gives the panels ids, which links to a single panel need.
func number(panels []dashboard.PanelOrRowPanel) {
	var next uint32
	id := func() uint32 { next++; return next }
	for _, p := range panels {
		if p.Panel != nil {
			p.Panel.Id = cog.ToPtr(id())
			continue
		}
		p.RowPanel.Id = id()
		for i := range p.RowPanel.Panels {
			p.RowPanel.Panels[i].Id = cog.ToPtr(id())
		}
	}
}

// dropUnused clears what the library sets on every variable but only interval
// variables use.
func dropUnused(variables []dashboard.VariableModel) {
	for i := range variables {
		variables[i].Auto, variables[i].AutoMin, variables[i].AutoCount = nil, nil, nil
	}
}

// file is the dashboard as it is written: the library's type for annotations has no
// place for a query of a data source, so they stand in for its own.
type file struct {
	dashboard.Dashboard
	Annotations struct {
		List []annotation `json:"list"`
	} `json:"annotations"`
}

type annotation struct {
	dashboard.AnnotationQuery
	Target query `json:"target"`
}

func encode(d dashboard.Dashboard, list []annotation) ([]byte, error) {
	f := file{Dashboard: d}
	f.Annotations.List = list
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // SQL is full of < and >
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		return nil, fmt.Errorf("encode the dashboard: %w", err)
	}
	return []byte(unescaped.Replace(text.String())), nil
}

// unescaped undoes what the library's own marshallers escape for HTML. An escaped
// backslash comes first, so that what follows it stays.
var unescaped = strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
