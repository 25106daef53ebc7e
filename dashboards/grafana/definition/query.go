package definition

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

const (
	plugin = "grafana-clickhouse-datasource"
	// pluginVersion tells the plugin that the queries are written as since its
	// version 4: without one it takes them for older ones and rewrites them.
	pluginVersion = "4.14.0"
)

// Formats of an answer, in the plugin's numbers.
const (
	timeSeriesFormat = 0
	tableFormat      = 1
)

// source is the data source that the variable datasource chose.
func source() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr(plugin), Uid: cog.ToPtr("${datasource}")}
}

// query is a query of a panel or an annotation, as the ClickHouse plugin keeps it.
type query struct {
	RefID         string               `json:"refId"`
	Datasource    common.DataSourceRef `json:"datasource"`
	PluginVersion string               `json:"pluginVersion"`
	EditorType    string               `json:"editorType"`
	QueryType     string               `json:"queryType"`
	Format        int                  `json:"format"`
	RawSQL        string               `json:"rawSql"`
}

// A query is its own builder.
var _ cog.Builder[variants.Dataquery] = query{}

// ImplementsDataqueryVariant makes query a kind of data query.
func (q query) ImplementsDataqueryVariant() {}

// DataqueryType names the data source.
func (q query) DataqueryType() string { return plugin }

// Equals reports whether both ask the same.
func (q query) Equals(other variants.Dataquery) bool { return other == variants.Dataquery(q) }

// Validate refuses a query without a file in queries/.
func (q query) Validate() error {
	if q.RawSQL == "" {
		return cog.MakeBuildErrors("rawSql", errors.New("the folder queries has no file of that name"))
	}
	return nil
}

// Build returns the query.
func (q query) Build() (variants.Dataquery, error) { return q, q.Validate() }

// statements are the finished texts of queries/*.sql by file name without suffix.
type statements map[string]string

// table asks for rows.
func (s statements) table(name string) query {
	return query{"A", source(), pluginVersion, "sql", "table", tableFormat, s[name]}
}

// series asks for values over time.
func (s statements) series(name string) query {
	return query{"A", source(), pluginVersion, "sql", "timeseries", timeSeriesFormat, s[name]}
}

// functions are what the templates may call, besides the names of things:
//
//	{{chosen "brand"}}   an array of the values that the variable brand is set to
//	{{typed "keyword"}}  the text that a variable is set to
//	{{address "url"}}    a column's address if it is one of the web, else nothing
//
// What readers choose and type reaches ClickHouse percent-encoded: Grafana's quoting
// leaves a backslash as it is, which breaks the query or gets out of the quotes, and its
// parameters of addresses leave a dollar, which the plugin takes for a macro. Several
// values come as {a,b}. What posts say must not become an address that runs a script.
func functions(n names) template.FuncMap {
	named := func(known []name) func(string) string {
		return func(column string) string { return naming(known, column) }
	}
	return template.FuncMap{
		"domainName": named(n.domains),
		"issueName":  named(n.issues),
		"voiceName":  named(voiceNames()),
		"natureName": named(natureNames()),
		"reasonName": named(reasonNames()),
		"chosen": func(variable string) string {
			return fmt.Sprintf("arrayFlatten(arrayMap(v -> splitByChar(',', if(startsWith(v, '{') AND endsWith(v, '}'), substring(v, 2, length(v) - 2), v)), [%s]))", typed(variable))
		},
		"typed": typed,
		"address": func(column string) string {
			return fmt.Sprintf("if(startsWith(%s, 'https://') OR startsWith(%[1]s, 'http://'), %[1]s, '')", column)
		},
	}
}

func typed(variable string) string {
	return fmt.Sprintf("decodeURLComponent('${%s:percentencode}')", variable)
}

// read fills in the templates of a folder. Files that begin with _ are parts that the
// others share.
func read(queries fs.FS, n names) (statements, error) {
	files, err := fs.Glob(queries, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list queries: %w", err)
	}
	all := template.New("").Funcs(functions(n))
	for _, file := range files {
		text, err := fs.ReadFile(queries, file)
		if err != nil {
			return nil, fmt.Errorf("read query: %w", err)
		}
		if _, err := all.New(file).Parse(strings.TrimSpace(string(text))); err != nil {
			return nil, fmt.Errorf("parse query: %w", err)
		}
	}
	done := statements{}
	for _, file := range files {
		if strings.HasPrefix(file, "_") {
			continue
		}
		var sql bytes.Buffer
		if err := all.ExecuteTemplate(&sql, file, nil); err != nil {
			return nil, fmt.Errorf("fill in query: %w", err)
		}
		done[strings.TrimSuffix(file, ".sql")] = sql.String()
	}
	return done, nil
}
