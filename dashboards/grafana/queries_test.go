package grafana_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"vane/storage/storagetest"
	"vane/yamlfile"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// question is a query of the dashboards or of the alert rules, and what its answer has
// to be like.
type question struct {
	where string // "overview panel 信息量"
	kind  string // series, table, annotation, variable or alert
	sql   string
	units map[string]string // of the fields that an override names; hiddenColumn hides
	unit  string            // of the other fields
	regex *regexp.Regexp    // takes the values of a variable apart
	name  string            // of the variable
}

const hiddenColumn = "hidden"

// questions are all queries of the generated files.
func questions(t testing.TB, files map[string][]byte) []question {
	t.Helper()
	var list []question
	all := boards(t, files)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[name].questions(t, name)...)
	}
	var rules ruleFile
	if err := yamlfile.Decode("alerting.yaml", files["provisioning/alerting.yaml"], &rules); err != nil {
		t.Fatal(err)
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			list = append(list, question{where: "rule " + r.Title, kind: "alert", sql: r.Data[0].Model.RawSQL})
		}
	}
	return list
}

func (b board) questions(t testing.TB, name string) []question {
	t.Helper()
	var list []question
	for _, p := range b.allPanels() {
		for _, q := range p.Targets {
			kind := map[int]string{0: "series", 1: "table"}[q.Format]
			list = append(list, question{where: name + " panel " + p.Title, kind: kind, sql: q.RawSQL, units: p.units(), unit: p.FieldConfig.Defaults.Unit})
		}
	}
	for _, v := range b.Templating.List {
		if v.Type != "query" {
			continue
		}
		var q target
		if err := json.Unmarshal(v.Query, &q); err != nil {
			t.Fatalf("variable %s: %v", v.Name, err)
		}
		list = append(list, question{
			where: name + " variable " + v.Name, kind: "variable", sql: q.RawSQL, name: v.Name,
			regex: regexp.MustCompile(strings.Trim(v.Regex, "/")),
		})
	}
	for _, a := range b.Annotations.List {
		list = append(list, question{where: name + " annotation " + a.Name, kind: "annotation", sql: a.Target.RawSQL})
	}
	return list
}

// units are the units of the fields that the panel's overrides name.
func (p panel) units() map[string]string {
	units := map[string]string{}
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			unit, isText := property.Value.(string)
			switch {
			case property.ID == "custom.hidden":
				units[o.Matcher.Options] = hiddenColumn
			case property.ID == "unit" && isText:
				units[o.Matcher.Options] = unit
			}
		}
	}
	return units
}

// unitOf is the unit of a field.
func (q question) unitOf(field string) string {
	for matcher, unit := range q.units {
		pattern, isPattern := strings.CutPrefix(matcher, "/")
		if matcher == field || isPattern && regexp.MustCompile(strings.TrimSuffix(pattern, "/")).MatchString(field) {
			return unit
		}
	}
	return q.unit
}

// answer is what ClickHouse says to a question.
type answer struct {
	columns []*sql.ColumnType
	rows    [][]any
}

// column is the number of a column, -1 if there is none.
func (a answer) column(name string) int {
	for i, c := range a.columns {
		if c.Name() == name {
			return i
		}
	}
	return -1
}

// one is the only value of an answer.
func (a answer) one(t testing.TB) any {
	t.Helper()
	if len(a.rows) != 1 || len(a.columns) != 1 {
		t.Fatalf("%d rows of %d columns, not one value", len(a.rows), len(a.columns))
	}
	return a.rows[0][0]
}

// reader connects as the plugin does, with its defaults, as the user that may read
// the database vane and nothing else.
func reader(t testing.TB) *sql.DB {
	t.Helper()
	access := storagetest.Engine(t).ReadOnly()
	db := clickhouse.OpenDB(&clickhouse.Options{
		Addr:        []string{net.JoinHostPort(access.Host, strconv.Itoa(access.TCPPort))},
		Auth:        clickhouse.Auth{Database: "vane", Username: access.User, Password: access.Password},
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionLZ4},
		DialTimeout: 10 * time.Second,
		ReadTimeout: 60 * time.Second,
	})
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// ask expands a query and runs it.
func (d dashboardState) ask(ctx context.Context, db *sql.DB, text string) (answer, error) {
	text, err := d.expand(text)
	if err != nil {
		return answer{}, err
	}
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return answer{}, err
	}
	defer rows.Close()
	var a answer
	if a.columns, err = rows.ColumnTypes(); err != nil {
		return answer{}, err
	}
	for rows.Next() {
		values := make([]any, len(a.columns))
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return answer{}, err
		}
		a.rows = append(a.rows, values)
	}
	return a, rows.Err()
}

// check asks every question and reports what Grafana could not show.
func (d dashboardState) check(ctx context.Context, db *sql.DB, list []question, wantRows bool) []string {
	var problems []string
	said := map[string]answer{} // boards share panels
	for _, q := range list {
		a, known := said[q.sql]
		if !known {
			var err error
			if a, err = d.ask(ctx, db, q.sql); err != nil {
				problems = append(problems, fmt.Sprintf("%s: %v", q.where, err))
				continue
			}
			said[q.sql] = a
		}
		if wantRows && len(a.rows) == 0 {
			problems = append(problems, q.where+": no rows")
		}
		for _, p := range q.faults(a) {
			problems = append(problems, q.where+": "+p)
		}
	}
	return problems
}

// faults are what is wrong with an answer.
func (q question) faults(a answer) []string {
	switch q.kind {
	case "series":
		return append(a.seriesFaults(), q.unitFaults(a)...)
	case "table":
		return q.unitFaults(a)
	case "annotation":
		if a.column("time") != 0 || a.column("text") < 0 || !isTime(a.columns[0]) {
			return []string{"an annotation needs time first, and text"}
		}
	case "variable":
		return q.valueFaults(a)
	case "alert":
		return a.numberFaults()
	}
	return nil
}

func isTime(c *sql.ColumnType) bool {
	return strings.HasPrefix(strings.TrimPrefix(c.DatabaseTypeName(), "Nullable("), "Date")
}

var numeric = regexp.MustCompile(`^(Nullable\()?(U?Int|Float|Decimal)`)

func isNumber(c *sql.ColumnType) bool { return numeric.MatchString(c.DatabaseTypeName()) }

func isText(c *sql.ColumnType) bool {
	return c.DatabaseTypeName() == "String" || c.DatabaseTypeName() == "LowCardinality(String)"
}

// numberFaults holds an answer to what Grafana makes alerts of: one number a row, and
// labels.
func (a answer) numberFaults() []string {
	numbers := 0
	for _, c := range a.columns {
		switch {
		case isNumber(c):
			numbers++
		case !isText(c):
			return []string{"the label " + c.Name() + " is a " + c.DatabaseTypeName()}
		}
	}
	if numbers != 1 {
		return []string{fmt.Sprintf("%d numbers a row, not one", numbers)}
	}
	return nil
}

// seriesFaults holds an answer to what the plugin makes lines of: an ascending time
// first, and a number.
func (a answer) seriesFaults() []string {
	if a.columns[0].Name() != "time" || !isTime(a.columns[0]) {
		return []string{fmt.Sprintf("the first column is %s %s, not time", a.columns[0].Name(), a.columns[0].DatabaseTypeName())}
	}
	for i := 1; i < len(a.rows); i++ {
		if a.rows[i][0].(time.Time).Before(a.rows[i-1][0].(time.Time)) {
			return []string{fmt.Sprintf("row %d is earlier than the one before", i)}
		}
	}
	for _, c := range a.columns[1:] {
		if isNumber(c) {
			return nil
		}
	}
	return []string{"no number to draw"}
}

// unitFaults finds columns that would be shown without a unit.
func (q question) unitFaults(a answer) []string {
	var faults []string
	for i, c := range a.columns {
		if q.kind == "series" && i == 0 {
			continue // the axis
		}
		unit := q.unitOf(c.Name())
		if (isNumber(c) || isTime(c)) && unit == "" {
			faults = append(faults, "column "+c.Name()+" has no unit")
		}
		if isTime(c) && unit != hiddenColumn && !strings.HasPrefix(unit, "time:") {
			faults = append(faults, "column "+c.Name()+" is a time with the unit "+unit)
		}
	}
	return faults
}

// valueFaults finds values that a variable could not be set to.
func (q question) valueFaults(a answer) []string {
	if len(a.columns) != 1 {
		return []string{fmt.Sprintf("a variable wants one column, not %d", len(a.columns))}
	}
	if !isText(a.columns[0]) {
		return []string{"a variable wants text, not " + a.columns[0].DatabaseTypeName()}
	}
	var faults []string
	for _, row := range a.rows {
		if m := q.regex.FindStringSubmatch(fmt.Sprint(row[0])); m == nil || q.value(row) == "" {
			faults = append(faults, fmt.Sprintf("%q does not match %s", row[0], q.regex))
		}
	}
	return faults
}

// value is what a row sets a variable to.
func (q question) value(row []any) string {
	text := fmt.Sprint(row[0])
	group := q.regex.SubexpIndex("value")
	if m := q.regex.FindStringSubmatch(text); m != nil && group > 0 {
		return m[group]
	}
	return text
}
