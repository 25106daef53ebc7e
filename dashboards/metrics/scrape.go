package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTimeout is for what a scrape asks: Prometheus itself gives up after ten seconds.
const scrapeTimeout = 5 * time.Second

// Now tells how things stand at the moment of a scrape.
type Now struct {
	EngineVersion string // of the embedded ClickHouse; empty: a server of one's own
	Look          func(context.Context) Standing
}

// Standing is how things stand. What could not be found out is left out of the scrape,
// and counted in Unknown.
type Standing struct {
	Unknown int // questions that were not answered

	ClickHouseUp bool
	Restarts     float64 // of the embedded engine's process
	Ready        bool
	DiskFree     float64 // bytes, of the file system of the data directory; negative: unknown
	Outbox       *Outbox
	Fetches      map[string]float64 // requests of the crawler by outcome
	FetchedBytes float64
	Sources      []Source
}

// Outbox is what waits to be stored.
type Outbox struct {
	Posts, Max float64
	Oldest     time.Time // when the first of them was collected; zero: none waits
	Now        time.Time
}

// Source is how a source does.
type Source struct {
	Name                       string
	Ended                      time.Time // of the last pass; zero: none, or it runs
	Failing                    float64   // passes in a row
	Waiting                    float64   // pages
	Late                       bool
	Pages, New, Changed, Error float64 // since the process started
}

// scraped asks when it is asked.
type scraped struct{ now Now }

// The metrics that a scrape makes.
var (
	unknownDesc   = describe("scrape_unknown", "Questions that this scrape could not answer.")
	upDesc        = describe("clickhouse_up", "1 if ClickHouse answers.")
	restartsDesc  = describe("engine_restarts_total", "Times that the embedded engine's process died and was started again.")
	readyDesc     = describe("ready", "1 if /readyz answers 200.")
	diskDesc      = describe("disk_free_bytes", "Free space of the data directory's file system.")
	outboxDesc    = describe("outbox_posts", "Posts that wait to be stored.")
	outboxMaxDesc = describe("outbox_max_posts", "Posts that may wait (crawler.outbox_max).")
	outboxAgeDesc = describe("outbox_oldest_seconds", "How long the first of them has waited; 0 if none does.")
	fetchesDesc   = describe("crawl_requests_total", "Requests of the crawler, robots.txt and redirects included, by their answer.", "outcome")
	bytesDesc     = describe("crawl_bytes_total", "Bytes of bodies that the crawler read.")
	pagesDesc     = describe("crawl_pages_total", "Pages read of a source.", "source")
	postsDesc     = describe("crawl_posts_total", "Posts of a source that went into the outbox: new ones, changed ones.", "source", "kind")
	errorsDesc    = describe("crawl_errors_total", "Pages and rows of a source that could not be fetched or read.", "source")
	passDesc      = describe("crawl_last_pass_timestamp_seconds", "When the last pass over a source ended.", "source")
	failingDesc   = describe("crawl_failing_passes", "Passes over a source that failed in a row.", "source")
	waitingDesc   = describe("crawl_pages_waiting", "Pages of a source that are to be fetched.", "source")
	lateDesc      = describe("crawl_source_late", "1 if what is stored of a source may be out of date.", "source")
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("vane_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (scraped) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		unknownDesc, upDesc, restartsDesc, readyDesc, diskDesc, outboxDesc, outboxMaxDesc, outboxAgeDesc, fetchesDesc,
		bytesDesc, pagesDesc, postsDesc, errorsDesc, passDesc, failingDesc, waitingDesc, lateDesc,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s scraped) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	at := s.now.Look(ctx)
	out := sink(ch)
	out.gauge(unknownDesc, float64(at.Unknown))
	out.gauge(upDesc, truth(at.ClickHouseUp))
	out.gauge(readyDesc, truth(at.Ready))
	out.counter(restartsDesc, at.Restarts)
	if at.DiskFree >= 0 {
		out.gauge(diskDesc, at.DiskFree)
	}
	if at.Outbox != nil {
		out.gauge(outboxDesc, at.Outbox.Posts)
		out.gauge(outboxMaxDesc, at.Outbox.Max)
		out.gauge(outboxAgeDesc, at.Outbox.age())
	}
	for outcome, n := range at.Fetches {
		out.counter(fetchesDesc, n, outcome)
	}
	out.counter(bytesDesc, at.FetchedBytes)
	for _, src := range at.Sources {
		out.source(src)
	}
}

// age is how long the first post has waited, in seconds.
func (o Outbox) age() float64 {
	if o.Oldest.IsZero() {
		return 0
	}
	return max(0, o.Now.Sub(o.Oldest).Seconds())
}

// sink takes what a scrape makes.
type sink chan<- prometheus.Metric

func (s sink) gauge(d *prometheus.Desc, v float64, labels ...string) {
	s <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (s sink) counter(d *prometheus.Desc, v float64, labels ...string) {
	s <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
}

func (s sink) source(src Source) {
	s.counter(pagesDesc, src.Pages, src.Name)
	s.counter(postsDesc, src.New, src.Name, "new")
	s.counter(postsDesc, src.Changed, src.Name, "changed")
	s.counter(errorsDesc, src.Error, src.Name)
	s.gauge(failingDesc, src.Failing, src.Name)
	s.gauge(waitingDesc, src.Waiting, src.Name)
	s.gauge(lateDesc, truth(src.Late), src.Name)
	if !src.Ended.IsZero() {
		s.gauge(passDesc, float64(src.Ended.Unix()), src.Name)
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
