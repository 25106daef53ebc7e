package definition

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
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

// read fills in the templates of a folder. Files that begin with _ are parts that
// the others share; {{domainName "id"}} is the Chinese name of the domain id.
func read(queries fs.FS, domains []domain) (statements, error) {
	files, err := fs.Glob(queries, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list queries: %w", err)
	}
	all := template.New("").Funcs(template.FuncMap{"domainName": func(id string) string { return domainName(domains, id) }})
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

// domain is a domain of the taxonomy.
type domain struct{ id, name string }

var (
	domainID = regexp.MustCompile(`(?m)^domain: *([a-z0-9_]+) *$`)
	domainZh = regexp.MustCompile(`(?m)^zh: *(\S+) *$`)
)

// readDomains finds the domains of the shipped taxonomy. Posts keep the Chinese
// names of their issues only, so the domains' names have to stand in the queries.
func readDomains(configs fs.FS) ([]domain, error) {
	files, err := fs.Glob(configs, "taxonomy/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list the taxonomy: %w", err)
	}
	var domains []domain
	for _, file := range files {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		text, err := fs.ReadFile(configs, file)
		if err != nil {
			return nil, fmt.Errorf("read the taxonomy: %w", err)
		}
		id, zh := domainID.FindSubmatch(text), domainZh.FindSubmatch(text)
		if id == nil || zh == nil {
			return nil, fmt.Errorf("%s has no line %q or none %q", file, "domain: ID", "zh: NAME")
		}
		domains = append(domains, domain{string(id[1]), string(zh[1])})
	}
	return domains, nil
}

// domainName is an expression for the name of the domain in a column. A domain that
// the user added keeps its id.
func domainName(domains []domain, column string) string {
	var ids, names []string
	for _, d := range domains {
		ids = append(ids, quote(d.id))
		names = append(names, quote(d.name))
	}
	return fmt.Sprintf("transform(%s, [%s], [%s], %[1]s)", column, strings.Join(ids, ", "), strings.Join(names, ", "))
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
