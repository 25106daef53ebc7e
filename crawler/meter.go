package crawler

import (
	"io"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Traffic counts what a crawler asked for, on every hop and robots.txt included,
// since it was made.
type Traffic struct {
	Requests uint64        `json:"requests"`
	Bytes    uint64        `json:"bytes"`     // of bodies, as far as they were read, after the transport's decompression
	Statuses [6]uint64     `json:"statuses"`  // answers by hundreds: Statuses[2] are the 2xx; Statuses[0] are requests without an answer
	Waited   time.Duration `json:"waited_ns"` // for hosts' turns
}

// Metrics is what a [Crawler] counted.
type Metrics struct {
	Traffic
	Hosts   map[string]Traffic `json:"hosts"`   // by host and port; of the first 4,096 hosts
	Sources map[string]Read    `json:"sources"` // by name
}

// Read is what was read of a source. Its counts are those of [PassReport].
type Read struct{ Pages, New, Changed, Errors uint64 }

// Metrics returns the counts as they are now.
func (c *Crawler) Metrics() Metrics {
	c.meter.mu.Lock()
	defer c.meter.mu.Unlock()
	hosts := make(map[string]Traffic, len(c.meter.hosts))
	for host, t := range c.meter.hosts {
		hosts[host] = *t
	}
	return Metrics{c.meter.all, hosts, maps.Clone(c.meter.sources)}
}

// meter counts traffic.
type meter struct {
	mu      sync.Mutex
	all     Traffic
	hosts   map[string]*Traffic
	sources map[string]Read
}

func newMeter() *meter { return &meter{hosts: map[string]*Traffic{}, sources: map[string]Read{}} }

// progressed counts what a pass did between two moments.
func (m *meter) progressed(before, after PassReport) {
	m.mu.Lock()
	defer m.mu.Unlock()
	read := m.sources[after.Source]
	read.Pages += uint64(after.Pages - before.Pages)
	read.New += uint64(after.New - before.New)
	read.Changed += uint64(after.Changed - before.Changed)
	read.Errors += uint64(after.Errors - before.Errors)
	m.sources[after.Source] = read
}

// add counts for all hosts and for one.
func (m *meter) add(host string, count func(*Traffic)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	count(&m.all)
	t := m.hosts[host]
	if t == nil {
		if len(m.hosts) >= maxHostClocks {
			return // a crawl that wanders must not fill the memory
		}
		t = &Traffic{}
		m.hosts[host] = t
	}
	count(t)
}

func (m *meter) waited(host string, d time.Duration) {
	m.add(host, func(t *Traffic) { t.Waited += d })
}

// meterTransport counts requests, answers, and what is read of their bodies.
type meterTransport struct {
	next  http.RoundTripper
	meter *meter
}

func (t meterTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(req)
	class := 0
	if err == nil {
		class = min(max(res.StatusCode/100, 0), 5)
		res.Body = &meteredBody{res.Body, 0, req.URL.Host, t.meter}
	}
	t.meter.add(req.URL.Host, func(t *Traffic) {
		t.Requests++
		t.Statuses[class]++
	})
	return res, err
}

// meteredBody counts what was read when it is closed.
type meteredBody struct {
	io.ReadCloser
	read  uint64
	host  string
	meter *meter
}

func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += uint64(n)
	return n, err
}

func (b *meteredBody) Close() error {
	b.meter.add(b.host, func(t *Traffic) { t.Bytes += b.read })
	b.read = 0 // a second Close counts nothing
	return b.ReadCloser.Close()
}
