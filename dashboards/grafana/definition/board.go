// Package definition describes the dashboards and alert rules that Grafana is given.
// Only the generator and tests import it: the program that serves users knows the
// finished files and nothing of how they are made.
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

// sharedTag joins the dashboards that the drop-down of links lists.
const sharedTag = "vane"

// board is a dashboard: where it is, what is asked on it, and its panels in reading
// order.
type board struct {
	place
	title, description string
	from               string // where the time range begins when it is opened
	variables          []cog.Builder[dashboard.VariableModel]
	panels             []cog.Builder[dashboard.Panel]
	folded             []row // opened on demand, under the panels
	annotations        []annotation
}

// row is panels that are shown when somebody opens it.
type row struct {
	title  string
	panels []cog.Builder[dashboard.Panel]
}

// boards are all dashboards. sql is what they ask.
func boards(sql statements) []board {
	return []board{overviewBoard(sql), hotspotBoard(sql), issuesBoard(sql), crawlBoard(sql), pipelineBoard(sql)}
}

// Files are the generated files by name: a dashboard each, and the alert rules. queries
// holds the templates of the SQL, configs the folder taxonomy whose domains and issues
// are named.
func Files(queries, configs fs.FS) (map[string][]byte, error) {
	names, err := readNames(configs)
	if err != nil {
		return nil, err
	}
	sql, err := read(queries, names)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var built []dashboard.Dashboard
	for _, b := range boards(sql) {
		d, err := b.build()
		if err != nil {
			return nil, fmt.Errorf("build the dashboard %s: %w", b.title, err)
		}
		if files[b.file], err = encodeBoard(d, b.annotations); err != nil {
			return nil, err
		}
		built = append(built, d)
	}
	files[alertingFile], err = alertRules(sql, built)
	return files, err
}

// build is everything but the annotations.
func (b board) build() (dashboard.Dashboard, error) {
	d := dashboard.NewDashboardBuilder(b.title).
		Uid(b.uid).
		Description(b.description).
		Tags([]string{sharedTag}).
		Timezone("Asia/Shanghai").
		WeekStart("monday").
		Readonly().
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Refresh("1m").
		Time(b.from, "now").
		Link(dashboard.NewDashboardLinkBuilder("消费舆情").
			Type(dashboard.DashboardLinkTypeDashboards).
			Tags([]string{sharedTag}).
			Tooltip("其他看板，保留时间与筛选").
			AsDropdown(true).IncludeVars(true).KeepTime(true))
	for _, v := range b.variables {
		d.WithVariable(v)
	}
	for _, p := range b.panels {
		d.WithPanel(p)
	}
	for _, r := range b.folded {
		folded := dashboard.NewRowBuilder(r.title).Collapsed(true)
		for _, p := range r.panels {
			folded.WithPanel(p)
		}
		d.WithRow(folded)
	}
	built, err := d.Build()
	if err != nil {
		return built, err
	}
	number(built.Panels)
	dropUnused(built.Templating.List)
	return built, nil
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

// file is a dashboard as it is written: the library's type for annotations has no
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

func encodeBoard(d dashboard.Dashboard, list []annotation) ([]byte, error) {
	f := file{Dashboard: d}
	f.Annotations.List = list
	return encode(f)
}

func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // SQL is full of < and >
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return []byte(unescaped.Replace(text.String())), nil
}

// unescaped undoes what the library's own marshallers escape for HTML. An escaped
// backslash comes first, so that what follows it stays.
var unescaped = strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
