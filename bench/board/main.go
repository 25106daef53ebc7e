// Command board measures how long the board's pages take over a store of millions of
// posts.
//
//	go run ./bench/board [-rounds 40] DIR
//
// DIR is a folder in which an embedded engine keeps a store: engine/ in it, as
// go run ./bench/storage -dir leaves one. The store is brought up to date, and hotspots
// of its most frequent issues are stored in it as of its last post, so that the pages
// have something to show. Each round asks every page once, each time for other issues
// and words where there are others; what is printed is the server's time.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/dashboards/web"
	"vane/hotspot"
	"vane/nlp"
	"vane/storage"
	"vane/storage/engine"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "engine" { // this program is its own engine
		fmt.Fprintln(os.Stderr, engine.Serve(os.Args[2:]))
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	rounds := flag.Int("rounds", 40, "how often each page is asked for")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "board: name the folder of one store")
		os.Exit(2)
	}
	if err := run(ctx, flag.Arg(0), *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "board:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, rounds int) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	cfg := engine.DefaultConfig()
	cache, err := engine.DefaultCacheDir()
	if err != nil {
		return err
	}
	if cfg.Library, err = engine.FindLibrary(cache); err != nil {
		return fmt.Errorf("%w; run make engine", err)
	}
	cfg.DataDir = filepath.Join(dir, "engine")
	e, err := engine.Start(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer e.Close()
	store, err := storage.Open(ctx, storage.Config{DSN: e.DSN()}, log)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := store.Migrate(ctx); err != nil {
		return err
	}
	stats, err := store.Stats(ctx)
	if err != nil {
		return err
	}
	now := vane.Daily.Floor(stats.Last).Add(24*time.Hour - time.Minute)
	if _, err := store.Rollup(ctx, now); err != nil { // as vane run does every two minutes
		return err
	}
	tags, err := prepare(ctx, store, now)
	if err != nil {
		return err
	}
	fmt.Printf("%d posts, to %s\n", stats.Posts, stats.Last.Format(time.RFC3339))
	used := func() (time.Duration, error) { return cpuTime(ctx, e) }
	round := 0
	clock := func() time.Time { return now.Add(time.Duration(2*round) * time.Minute) }
	return measure(ctx, board(store, tags, clock, log), tags, rounds, func() { round++ }, used)
}

// cpuTime is what this program and the engine used so far.
func cpuTime(ctx context.Context, e *engine.Engine) (time.Duration, error) {
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return 0, err
	}
	dsn, err := url.Parse(e.DSN())
	if err != nil {
		return 0, err
	}
	address := fmt.Sprintf("http://127.0.0.1:%d/?query=%s", e.ReadOnly().HTTPPort,
		url.QueryEscape("SELECT toUInt64(sum(value)) FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'"))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	password, _ := dsn.User.Password()
	request.SetBasicAuth(dsn.User.Username(), password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var engine int64
	if _, err := fmt.Fscan(response.Body, &engine); err != nil {
		return 0, fmt.Errorf("the engine does not tell its CPU time: %s, %w", response.Status, err)
	}
	return time.Duration(own.Utime.Nano()+own.Stime.Nano()) + time.Duration(engine)*time.Microsecond, nil
}

// hot is how many hotspots the first page shows: those of a bad week.
const hot = 20

// prepare stores hotspots of the most frequent issues.
func prepare(ctx context.Context, store *storage.Store, now time.Time) (tags []vane.Tag, err error) {
	week := vane.Window{From: now.AddDate(0, 0, -7), To: now}
	series, err := store.Trend(ctx, vane.TrendQuery{Window: week, Step: vane.Daily, By: vane.ByTag})
	if err != nil {
		return nil, err
	}
	var hotspots []vane.Hotspot
	for i, s := range series[:min(hot, len(series))] {
		tag := vane.Tag(s.Key)
		w := vane.Window{From: vane.Hourly.Floor(now.Add(-30 * time.Hour)), To: vane.Hourly.Floor(now)}
		f, err := store.Facts(ctx, vane.Node{Tag: tag}, w)
		if err != nil {
			return nil, err
		}
		h := vane.Hotspot{
			Tag: tag, Name: s.Key, From: w.From, To: w.To, Peak: w.To.Add(-time.Hour), State: vane.Emerging, Heat: 90 - float64(i), Posts: f.Posts, Expected: float64(f.Posts) / 3,
			SensitiveShare: 0.5, Authors: f.Authors, Texts: f.Texts, Sources: f.Sources, Evidence: f.Evidence,
			Components: vane.Components{{Name: "volume", Points: 90 - float64(i), Says: "多于平常"}},
		}
		for at := w.From.Add(-12 * time.Hour); at.Before(w.To); at = at.Add(time.Hour) {
			h.Evidence.Hours = append(h.Evidence.Hours, vane.HourCount{At: at, Voices: 20, Expected: 8, Low: 3, High: 14})
		}
		tags, hotspots = append(tags, tag), append(hotspots, h)
	}
	return tags, store.SaveHotspots(ctx, now, hotspots)
}

// board is the pages over a store.
func board(store *storage.Store, tags []vane.Tag, clock func() time.Time, log *slog.Logger) *web.Board {
	names := map[vane.Tag]string{}
	for _, tag := range tags {
		names[tag], names[tag.Domain()] = string(tag), string(tag.Domain())
	}
	return &web.Board{
		Config: web.DefaultConfig(), Reader: store, Names: names, Lookback: 7 * 24 * time.Hour, Now: clock, Log: log, CaseScore: hotspot.CaseScore,
		Desk: &ask.Desk{
			Reader: store, Reports: store, Searcher: store, Events: store, History: store, Corrector: store, Names: names, Lookback: 7 * 24 * time.Hour, Now: clock,
			Language: ask.Language{Parse: nlp.ParseSearch, Snippet: nlp.DefaultConfig().Snippet},
		},
	}
}

// page is an address of the board, another one each time.
type page struct {
	name    string
	address func(i int) string
}

func pages(tags []vane.Tag) []page {
	tag := func(i int) string { return string(tags[i%len(tags)]) }
	words := []string{"退款", "客服", "投诉", "物业", "医院", "噪音", "学校", "公司", "电话", "服务"}
	word := func(i int) string { return url.QueryEscape(words[i%len(words)]) }
	same := func(path string) func(int) string { return func(int) string { return path } }
	return []page{
		{"今日热点, 20 of them", same("/")},
		{"今日热点, the trend of an issue", func(i int) string { return "/?tag=" + tag(i) }},
		{"热点", func(i int) string { return "/hotspots/" + tag(i) }},
		{"检索, a frequent word in 30 days", func(i int) string { return "/search?q=" + word(i) }},
		{"检索, a frequent word and another", func(i int) string { return "/search?q=" + word(i) + "%2B" + word(i+3) }},
		{"检索, an issue", func(i int) string { return "/search?tag=" + tag(i) }},
		{"事件", same("/events")},
		{"修正", same("/corrections")},
		{"来源", same("/sources")},
		{"报告", same("/reports")},
	}
}

func measure(ctx context.Context, b *web.Board, tags []vane.Tag, rounds int, next func(), used func() (time.Duration, error)) error {
	handler, err := b.Handler()
	if err != nil {
		return err
	}
	asked := pages(tags)
	took, cost, size := make([][]time.Duration, len(asked)), make([][]time.Duration, len(asked)), make([]int, len(asked))
	for i := range rounds {
		next()
		for k, p := range asked {
			request := httptest.NewRequestWithContext(access.WithIdentity(ctx, access.Identity{Name: access.Local, Role: access.Admin}), http.MethodGet, p.address(i), nil)
			before, err := used()
			if err != nil {
				return err
			}
			answer, start := httptest.NewRecorder(), time.Now()
			handler.ServeHTTP(answer, request)
			took[k] = append(took[k], time.Since(start))
			after, err := used()
			if err != nil {
				return err
			}
			cost[k] = append(cost[k], after-before)
			if ctx.Err() != nil || answer.Code != http.StatusOK {
				return fmt.Errorf("%s: status %d, %w", p.address(i), answer.Code, ctx.Err())
			}
			size[k] = max(size[k], packed(answer.Body.Bytes()))
		}
	}
	for k, p := range asked {
		all, cpu := slices.Sorted(slices.Values(took[k])), slices.Sorted(slices.Values(cost[k]))
		fmt.Printf("%-44s %6.0f ms median %6.0f ms p95 %6.0f ms of CPU %6.1f KB compressed\n", p.name,
			ms(all[len(all)/2]), ms(all[(len(all)-1)*95/100]), ms(cpu[len(cpu)/2]), float64(size[k])/1024)
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// packed is the size of a page on its way.
func packed(body []byte) int {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(body) // a buffer takes everything
	w.Close()
	return out.Len()
}
