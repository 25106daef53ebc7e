package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"vane/crawler"
	"vane/storage"
)

func TestWhyNotReady(t *testing.T) {
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	waiting := func(posts int, since time.Duration) crawler.Backlog {
		return crawler.Backlog{Posts: posts, Oldest: now.Add(-since)}
	}
	for _, c := range []struct{ got, want string }{
		{diskFull(3<<20, leastFree), "the disk is full: 3072 KB are left for the data directory, less than 512 MB; free some space"},
		{schemaBehind(storage.SchemaState{Version: 30}), ""},
		{schemaBehind(storage.SchemaState{Missing: []string{"a", "b"}}), "the schema is behind: 2 migrations are missing; run vane migrate"},
		{schemaBehind(storage.SchemaState{Unknown: []int64{99}}), "the schema is a newer Vane's; run that one"},
		{outboxStuck(crawler.Backlog{}, 1000, now.Add(-time.Hour), now), ""},
		{outboxStuck(waiting(5, time.Minute), 1000, now.Add(-time.Hour), now), ""},
		{outboxStuck(waiting(5, time.Hour), 1000, now.Add(-time.Minute), now), ""},
		{outboxStuck(waiting(5, time.Hour), 1000, now.Add(-time.Hour), now), "the outbox is stuck: 5 posts wait, and nothing was stored for 1h0m0s"},
		{outboxStuck(waiting(1000, time.Minute), 1000, now, now), "the outbox is full: 1000 posts wait to be stored, crawling has paused"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// An answer holds for a moment, so that whoever asks often asks ClickHouse seldom.
func TestReadinessIsKept(t *testing.T) {
	now, asked := time.Unix(0, 0), 0
	r := &readiness{now: func() time.Time { return now }, why: func(context.Context, time.Time) string {
		asked++
		return "the disk is full"
	}}
	for range 10 {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		if w.Code != http.StatusServiceUnavailable || w.Body.String() != "the disk is full\n" {
			t.Fatalf("%d %q", w.Code, w.Body)
		}
	}
	now = now.Add(readyFor)
	if r.Why(t.Context()); asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// passage is a connection to a server that can be cut.
func passage(t *testing.T, to string) (address string, cut func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done, cut := context.WithCancel(t.Context())
	t.Cleanup(cut)
	context.AfterFunc(done, func() { listener.Close() })
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				continue
			}
			context.AfterFunc(done, func() { from.Close(); server.Close() })
			go io.Copy(server, from)
			go io.Copy(from, server)
		}
	}()
	return listener.Addr().String(), cut
}

// A vane whose ClickHouse goes away says so, and goes on.
func TestReadyzWithoutClickHouse(t *testing.T) {
	cfg, err := loadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	engine := testApp(t, cfg)
	var opened stack
	defer func() {
		if opened.close(&err); err != nil {
			t.Error(err)
		}
	}()
	server, err := engine.server(t.Context(), &opened)
	if err != nil {
		t.Fatal(err)
	}
	host, rest, _ := strings.Cut(server.DSN[strings.Index(server.DSN, "@")+1:], "/")
	address, cut := passage(t, host)
	cfg.Storage.DSN = server.DSN[:strings.Index(server.DSN, "@")+1] + address + "/" + rest
	a := &app{cfg: cfg, dataDir: t.TempDir(), log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	f, err := a.openFlow(t.Context(), &opened)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	f.watch.ready.now = func() time.Time { return now }
	if why := f.watch.ready.Why(t.Context()); why != "" {
		t.Errorf("not ready: %s", why)
	}
	cut()
	now = now.Add(readyFor)
	if why := f.watch.ready.Why(t.Context()); !strings.HasPrefix(why, "ClickHouse does not answer") {
		t.Errorf("without ClickHouse: %q", why)
	}
	if got := scraped(t, f.watch, "vane_clickhouse_up"); got != "vane_clickhouse_up 0" {
		t.Errorf("a scrape says %q", got)
	}
}

// scraped is the line of a scrape that begins with a name.
func scraped(t *testing.T, w *watch, name string) string {
	t.Helper()
	answer := httptest.NewRecorder()
	w.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return lineOf(answer.Body.String(), name)
}

func lineOf(text, name string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, name) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// checkMetrics asks a running vane that has crawled the sample forum.
func checkMetrics(t *testing.T, board string, posts int) {
	t.Helper()
	get := func(path string) string {
		resp, err := http.Get(board + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s, %v", path, resp.StatusCode, body, err)
		}
		return string(body)
	}
	if got := get("/readyz"); got != "ready\n" {
		t.Errorf("/readyz: %q", got)
	}
	text := get("/metrics")
	for _, want := range []string{
		"vane_ready 1", "vane_clickhouse_up 1", "vane_engine_restarts_total 0", "vane_outbox_posts 0", "vane_outbox_max_posts 1e+06", "vane_insert_errors_total 0",
		`vane_posts_stored_total{kind="all"} ` + strconv.Itoa(posts),
		`vane_crawl_posts_total{kind="new",source="sample_forum"} ` + strconv.Itoa(posts),
		`vane_task_errors_total{task="passes"} 0`,
		`vane_http_requests_total{route="/readyz",status="200"} 1`,
		`vane_http_requests_total{route="/api/hotspots",status="200"} 1`,
	} {
		if name, _, _ := strings.Cut(want, " "); lineOf(text, name) != want {
			t.Errorf("/metrics says %q, want %q", lineOf(text, name), want)
		}
	}
}
