// Package metrics counts what a running vane does, for Prometheus. docs/metrics.md
// lists every metric and configs/prometheus-alerts.yaml says when a person should look.
// Labels are names that the operator or the program chose, never what a request or a
// post says.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the counts of one process, in a registry of their own. Its methods may be
// called from any goroutine.
type Metrics struct {
	registry *prometheus.Registry

	stored    *prometheus.CounterVec
	inserts   prometheus.Histogram
	unstored  prometheus.Counter
	tasks     *prometheus.HistogramVec
	succeeded *prometheus.GaugeVec
	failed    *prometheus.CounterVec
	hotspots  *prometheus.GaugeVec
	alerts    *prometheus.GaugeVec
	messages  *prometheus.CounterVec
	requests  *prometheus.CounterVec
	answered  *prometheus.HistogramVec
}

// Buckets, in seconds.
var (
	// An insert of a full batch takes a fifth of a second, of a small one a tenth of that.
	insertBuckets = []float64{.01, .03, .1, .2, .5, 1, 3, 10, 30}
	// A detection takes seconds; one that takes its ten minutes is late for the next.
	taskBuckets = []float64{.03, .1, .3, 1, 3, 10, 30, 100, 300, 600}
	// Answers from memory take a millisecond, and the longest question ends after 20 s.
	requestBuckets = []float64{.001, .005, .02, .1, .5, 2, 10, 30}
)

// New makes the metrics of a program of this version. What now gives is asked for at
// every scrape.
func New(version string, now Now) *Metrics {
	const ns = "vane"
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: ns, Name: name, Help: help}, labels)
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: ns, Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: ns, Name: name, Help: help, Buckets: buckets}, labels)
	}
	inserts := histogram("insert_seconds", "Time of an insert of a batch of posts that succeeded.", insertBuckets)
	unstored := counter("insert_errors_total", "Inserts of batches that failed; they are tried again.")
	m := &Metrics{
		registry:  prometheus.NewRegistry(),
		stored:    counter("posts_stored_total", "Posts that were analysed and stored: all, those with a tag, those that are 吐槽类信息.", "kind"),
		inserts:   inserts.WithLabelValues().(prometheus.Histogram),
		unstored:  unstored.WithLabelValues(),
		tasks:     histogram("task_seconds", "Time of a round of what is done now and then, failed ones included.", taskBuckets, "task"),
		succeeded: gauge("task_last_success_timestamp_seconds", "When a round last succeeded.", "task"),
		failed:    counter("task_errors_total", "Rounds that failed; the next one tries again.", "task"),
		hotspots:  gauge("hotspots", "Hotspots that the last detection showed.", "state"),
		alerts:    gauge("alerts", "Alerts that are open, after the last detection.", "state"),
		messages:  counter("alert_deliveries_total", "Times that a receiver was told of alerts, or could not be.", "receiver", "result"),
		requests:  counter("http_requests_total", "Requests answered.", "route", "status"),
		answered:  histogram("http_request_seconds", "Time until a request was answered.", requestBuckets, "route"),
	}
	build := gauge("build_info", "1; the version is the label.", "version", "engine_version")
	build.WithLabelValues(version, now.EngineVersion).Set(1)
	for _, kind := range []string{"all", "tagged", "sensitive"} { // there from the start, so that the first post is a rise
		m.stored.WithLabelValues(kind).Add(0)
	}
	m.registry.MustRegister(inserts, unstored, m.stored, m.tasks, m.succeeded, m.failed, m.hotspots, m.alerts,
		m.messages, m.requests, m.answered, build, scraped{now},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers in the format that Prometheus reads.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes, EnableOpenMetrics: true})
}

// maxScrapes at one time are answered: a scrape reads the crawler's state.
const maxScrapes = 3

// Batch is what was in a batch that was inserted.
type Batch struct{ Posts, Tagged, Sensitive int }

// Inserted counts a batch that was stored, or that could not be.
func (m *Metrics) Inserted(b Batch, took time.Duration, err error) {
	if err != nil {
		m.unstored.Inc()
		return
	}
	m.inserts.Observe(took.Seconds())
	m.stored.WithLabelValues("all").Add(float64(b.Posts))
	m.stored.WithLabelValues("tagged").Add(float64(b.Tagged))
	m.stored.WithLabelValues("sensitive").Add(float64(b.Sensitive))
}

// Task counts a round of a task that ended at this moment.
func (m *Metrics) Task(task string, took time.Duration, ended time.Time, err error) {
	m.tasks.WithLabelValues(task).Observe(took.Seconds())
	if err != nil {
		m.failed.WithLabelValues(task).Inc()
		return
	}
	m.failed.WithLabelValues(task).Add(0) // so that its first failure is a rise
	m.succeeded.WithLabelValues(task).Set(float64(ended.UnixMilli()) / 1e3)
}

// Hotspots sets how many hotspots stand in each state.
func (m *Metrics) Hotspots(byState map[string]int) { set(m.hotspots, byState) }

// Alerts sets how many open alerts stand in each state.
func (m *Metrics) Alerts(byState map[string]int) { set(m.alerts, byState) }

func set(g *prometheus.GaugeVec, values map[string]int) {
	g.Reset() // a state that nothing stands in any more
	for label, n := range values {
		g.WithLabelValues(label).Set(float64(n))
	}
}

// Delivered counts a receiver that was told, or could not be.
func (m *Metrics) Delivered(receiver string, err error) {
	told, failed := m.messages.WithLabelValues(receiver, "told"), m.messages.WithLabelValues(receiver, "failed")
	if err != nil {
		failed.Inc()
		return
	}
	told.Inc()
	failed.Add(0)
}
