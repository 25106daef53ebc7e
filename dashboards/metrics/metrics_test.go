package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/VictoriaMetrics/metricsql"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"vane"
	"vane/dashboards/metrics"
	"vane/yamlfile"
)

var at = time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)

// busy is metrics of a process that has done some of everything.
func busy(t *testing.T) *metrics.Metrics {
	t.Helper()
	m := metrics.New("1.2.3", metrics.Now{EngineVersion: "26", Look: func(context.Context) metrics.Standing {
		return metrics.Standing{
			ClickHouseUp: true, Ready: true, Restarts: 2, DiskFree: 1e9,
			Outbox:  &metrics.Outbox{Posts: 7, Max: 100, Oldest: at.Add(-time.Minute), Now: at},
			Fetches: map[string]float64{"2xx": 90, "no_answer": 1}, FetchedBytes: 5000,
			Sources: []metrics.Source{{Name: "forum", Ended: at, Failing: 1, Waiting: 4, Late: true, Pages: 10, New: 5, Changed: 2, Error: 1}},
		}
	}})
	m.Inserted(metrics.Batch{Posts: 10, Tagged: 4, Sensitive: 3}, 100*time.Millisecond, nil)
	m.Inserted(metrics.Batch{Posts: 10}, time.Second, errors.New("away"))
	m.Task("detect", 2*time.Second, at, nil)
	m.Task("detect", time.Second, at.Add(time.Hour), errors.New("away"))
	m.Hotspots(map[string]int{"爆发": 2, "持续": 1})
	m.Alerts(map[string]int{"firing": 1})
	m.Delivered("group", nil)
	m.Delivered("group", errors.New("away"))
	ask(m.Requests(http.NotFoundHandler()), "/nothing")
	return m
}

func ask(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// families is what a scrape gives.
func families(t *testing.T, m *metrics.Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	found, err := parser.TextToMetricFamilies(ask(m.Handler(), "/metrics").Body)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// value is that of one series, NAME or NAME{LABEL}, where a label is told by its value.
func value(t *testing.T, found map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	t.Helper()
	for _, s := range found[name].GetMetric() {
		var has []string
		for _, l := range s.GetLabel() {
			has = append(has, l.GetValue())
		}
		if slices.Equal(has, labels) {
			return s.GetCounter().GetValue() + s.GetGauge().GetValue() + float64(s.GetHistogram().GetSampleCount())
		}
	}
	t.Errorf("%s%q is not there", name, labels)
	return -1
}

func TestCounts(t *testing.T) {
	found := families(t, busy(t))
	for _, c := range []struct {
		name   string
		labels string
		want   float64
	}{
		{"vane_posts_stored_total", "all", 10},
		{"vane_posts_stored_total", "tagged", 4},
		{"vane_posts_stored_total", "sensitive", 3},
		{"vane_insert_seconds", "", 1},
		{"vane_insert_errors_total", "", 1},
		{"vane_task_seconds", "detect", 2},
		{"vane_task_errors_total", "detect", 1},
		{"vane_task_last_success_timestamp_seconds", "detect", float64(at.Unix())},
		{"vane_hotspots", "爆发", 2},
		{"vane_alerts", "firing", 1},
		{"vane_alert_deliveries_total", "group told", 1},
		{"vane_alert_deliveries_total", "group failed", 1},
		{"vane_http_requests_total", "gate 404", 1},
		{"vane_outbox_oldest_seconds", "", 60},
		{"vane_crawl_requests_total", "no_answer", 1},
		{"vane_crawl_posts_total", "changed forum", 2},
		{"vane_crawl_source_late", "forum", 1},
		{"vane_engine_restarts_total", "", 2},
	} {
		if got := value(t, found, c.name, strings.Fields(c.labels)...); got != c.want {
			t.Errorf("%s{%s} is %v, want %v", c.name, c.labels, got, c.want)
		}
	}
}

// A state that nothing stands in any more is gone, not left as it was.
func TestStatesAreForgotten(t *testing.T) {
	m := busy(t)
	m.Hotspots(map[string]int{"消退": 1})
	found := families(t, m)
	if n := len(found["vane_hotspots"].GetMetric()); n != 1 || value(t, found, "vane_hotspots", "消退") != 1 {
		t.Errorf("%d states of hotspots", n)
	}
}

// What could not be found out is missing, and not zero.
func TestUnknownIsMissing(t *testing.T) {
	m := metrics.New("1", metrics.Now{Look: func(context.Context) metrics.Standing { return metrics.Standing{Unknown: 2, DiskFree: -1} }})
	found := families(t, m)
	for _, name := range []string{"vane_outbox_posts", "vane_disk_free_bytes", "vane_crawl_pages_total"} {
		if found[name] != nil {
			t.Errorf("%s is there", name)
		}
	}
	if value(t, found, "vane_scrape_unknown") != 2 || value(t, found, "vane_ready") != 0 {
		t.Error("what is missing is not said")
	}
}

// Whatever is asked for, a route is a pattern of the program.
func TestRoutesAreBounded(t *testing.T) {
	mux := http.NewServeMux()
	inner := http.NewServeMux()
	inner.HandleFunc("GET /api/posts/{id}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "post") })
	inner.HandleFunc("/", http.NotFound)
	mux.Handle("/api/", inner)
	mux.HandleFunc("GET /{$}", func(http.ResponseWriter, *http.Request) {})
	m := busy(t)
	h := m.Requests(metrics.Routes(mux))
	for i := range 50 {
		for _, path := range []string{"/", "/api/posts/%d", "/api/nothing/%d", "/nothing/%d"} {
			if strings.Contains(path, "%d") {
				path = fmt.Sprintf(path, i)
			}
			ask(h, path)
		}
	}
	found := families(t, m)
	var routes []string
	for _, s := range found["vane_http_requests_total"].GetMetric() {
		routes = append(routes, s.GetLabel()[0].GetValue()+" "+s.GetLabel()[1].GetValue())
	}
	slices.Sort(routes)
	if want := []string{"/ 200", "/ 404", "/api/posts/{id} 200", "gate 404", "none 404"}; !slices.Equal(routes, want) {
		t.Errorf("routes %q, want %q", routes, want)
	}
}

// row is a line of the table in docs/metrics.md.
var row = regexp.MustCompile("(?m)^\\| `(vane_\\w+)` \\| (\\w+) \\| ([\\w, ]*)\\| .+ \\|$")

// The table of docs/metrics.md lists exactly what a scrape gives, with type and labels.
func TestDocumentedTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		labels := strings.Split(strings.ReplaceAll(strings.TrimSpace(m[3]), " ", ""), ",")
		slices.Sort(labels)
		documented[m[1]] = m[2] + " " + strings.Join(labels, ",")
	}
	exposed := map[string]string{}
	for name, f := range families(t, busy(t)) {
		if !strings.HasPrefix(name, "vane_") {
			if !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") {
				t.Errorf("%s is of no known family", name)
			}
			continue
		}
		labels := map[string]bool{}
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels[l.GetName()] = true
		}
		exposed[name] = strings.ToLower(f.GetType().String()) + " " + strings.Join(slices.Sorted(maps.Keys(labels)), ",")
	}
	for _, name := range slices.Sorted(maps.Keys(exposed)) {
		if documented[name] != exposed[name] {
			t.Errorf("%s is %q in docs/metrics.md and %q in a scrape", name, documented[name], exposed[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		if exposed[name] == "" {
			t.Errorf("%s is in docs/metrics.md and not in a scrape", name)
		}
	}
}

// rules is the form of a file of rules, as far as it is used.
type rules struct {
	Groups []struct {
		Name  string `yaml:"name"`
		Rules []struct {
			Alert       string            `yaml:"alert"`
			Expr        string            `yaml:"expr"`
			For         string            `yaml:"for"`
			Labels      map[string]string `yaml:"labels"`
			Annotations map[string]string `yaml:"annotations"`
		} `yaml:"rules"`
	} `yaml:"groups"`
}

// mentioned is the metrics in an expression.
var mentioned = regexp.MustCompile(`\bvane_\w+`)

// Every rule parses, and asks for metrics that are there.
func TestAlertRules(t *testing.T) {
	var file rules
	if err := yamlfile.Read(vane.Configs(), "prometheus-alerts.yaml", &file); err != nil {
		t.Fatal(err)
	}
	exposed := families(t, busy(t))
	seen := map[string]bool{}
	for _, r := range file.Groups[0].Rules {
		if seen[r.Alert] || r.Alert == "" {
			t.Errorf("the name %q is not a rule's own", r.Alert)
		}
		seen[r.Alert] = true
		if _, err := metricsql.Parse(r.Expr); err != nil {
			t.Errorf("%s: %v", r.Alert, err)
		}
		if _, err := model.ParseDuration(r.For); r.For != "" && err != nil {
			t.Errorf("%s: %v", r.Alert, err)
		}
		names := mentioned.FindAllString(r.Expr, -1)
		if len(names) == 0 && r.Alert != "VaneDown" {
			t.Errorf("%s asks for nothing of Vane", r.Alert)
		}
		for _, name := range names {
			if exposed[name] == nil && exposed[strings.TrimSuffix(name, "_bucket")].GetType() != dto.MetricType_HISTOGRAM {
				t.Errorf("%s asks for %s, which is not there", r.Alert, name)
			}
		}
		if r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s says not what to do", r.Alert)
		}
		for _, text := range r.Annotations {
			checkTemplate(t, r.Alert, text)
		}
	}
}

// checkTemplate parses an annotation as Prometheus does.
func checkTemplate(t *testing.T, rule, text string) {
	t.Helper()
	same := func(v any) any { return v }
	funcs := template.FuncMap{"humanize": same, "humanize1024": same}
	if _, err := template.New(rule).Funcs(funcs).Parse("{{$labels := .}}{{$value := .}}" + text); err != nil {
		t.Error(err)
	}
}
