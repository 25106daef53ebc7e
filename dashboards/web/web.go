// Package web is the board: the pages that vane serves for people without Grafana.
// Pages are rendered on the server from what is stored; they load nothing from
// another host and run no script. Chinese first; phrases.tsv has the English.
package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/dashboards/report"
)

//go:embed templates assets
var files embed.FS

// Reader is what the board and its reports read; storage implements it.
type Reader = report.Reader

// Config says where the board listens and what it shows.
type Config struct {
	Listen  string        `yaml:"listen"`  // address and port; beyond loopback only with users and TLS
	History time.Duration `yaml:"history"` // span of the trend charts
}

// DefaultConfig is the configuration that Vane ships.
func DefaultConfig() Config {
	return Config{
		Listen:  "127.0.0.1:8080",
		History: 60 * 24 * time.Hour, // two months show a season and fit a screen
	}
}

// Validate names every value that can't work.
func (c Config) Validate() error {
	if c.History < 24*time.Hour {
		return fmt.Errorf("web.history is %s, must be at least 24h", c.History)
	}
	return nil
}

// Board serves the pages.
type Board struct {
	Config   Config
	Reader   Reader
	Desk     *ask.Desk                               // answers searches
	Gate     *ask.Gate                               // before pages that cost the store much; nil lets everybody in
	Sources  func(context.Context) ([]Source, error) // how the crawl does; nil beside no crawler
	Names    map[vane.Tag]string                     // Chinese names of issues and domains
	Letters  report.Letters                          // of the charts in reports
	Lookback time.Duration                           // how long a hotspot that is over stays listed
	Now      func() time.Time
	Log      *slog.Logger
}

// requestTimeout ends a page whose queries hang.
const requestTimeout = 20 * time.Second

// errNoPage says that there is nothing at an address.
var errNoPage = errors.New("no such page")

// section is an entry of the navigation.
type section struct {
	Path, Name string
	Here       bool
}

// view is a page in its frame.
type view struct {
	Title         string
	Nav           []section
	At            time.Time
	OtherLanguage string
	User          string   // who is logged in; "" where everything is open
	Late          []Source // sources whose data may be out of date
	Page          any
}

// sections are the pages that the navigation names.
func sections() []section {
	return []section{{Path: "/", Name: "今日热点"}, {Path: "/search", Name: "检索"}, {Path: "/sources", Name: "来源"}, {Path: "/reports", Name: "报告"}}
}

// Handler routes the board's pages.
func (b *Board) Handler() (http.Handler, error) {
	pages := map[language]*template.Template{}
	for _, l := range []language{chinese, english} {
		var err error
		if pages[l], err = template.New("").Funcs(b.funcs(l)).ParseFS(files, "templates/*.html"); err != nil {
			return nil, fmt.Errorf("parse the board's templates: %w", err)
		}
	}
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		return nil, fmt.Errorf("open the board's assets: %w", err)
	}
	mux := http.NewServeMux()
	for route, p := range map[string]page{
		"GET /{$}":            {template: "home.html", title: "今日热点", load: b.home},
		"GET /hotspots/{tag}": {template: "hotspot.html", title: "热点", load: b.hotspot, costly: true},
		"GET /search":         {template: "search.html", title: "检索", load: b.search, costly: true},
		"GET /sources":        {template: "sources.html", title: "来源", load: b.sources},
		"GET /reports":        {template: "reports.html", title: "报告", load: b.reports},
	} {
		mux.Handle(route, b.show(pages, p))
	}
	mux.HandleFunc("GET /reports/view", b.viewReport)
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", http.FileServerFS(assets)))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { b.fail(w, r, errNoPage) })
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return access.Headers(mux), nil
}

// page is a template and what fills it.
type page struct {
	template, title string
	load            func(context.Context, *http.Request) (any, error)
	costly          bool // passes the gate
}

// show renders a page for a request.
func (b *Board) show(pages map[language]*template.Template, p page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		if p.costly {
			limited, leave, err := b.enter(ctx)
			if err != nil {
				b.fail(w, r, err)
				return
			}
			defer leave()
			ctx = limited
		}
		l := languageOf(r)
		var out bytes.Buffer // whole before the first byte goes out, so that an error is a clean 500
		v, err := b.view(ctx, r, p)
		if err == nil {
			err = pages[l].ExecuteTemplate(&out, p.template, v)
		}
		if err != nil {
			b.fail(w, r, err)
			return
		}
		keepLanguage(w, r, l)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(out.Bytes()) // a reader that went away needs no answer
	})
}

// enter passes the gate, which the API's questions pass too.
func (b *Board) enter(ctx context.Context) (limited context.Context, leave func(), err error) {
	if b.Gate == nil {
		return ctx, func() {}, nil
	}
	return b.Gate.Enter(ctx)
}

// view puts a page into its frame.
func (b *Board) view(ctx context.Context, r *http.Request, p page) (view, error) {
	v := view{Title: p.title, Nav: sections(), At: b.Now().UTC(), OtherLanguage: other(r, languageOf(r))}
	if who := access.From(ctx).Name; who != access.Local {
		v.User = who
	}
	for i, s := range v.Nav {
		v.Nav[i].Here = s.Path == r.URL.Path
	}
	sources, err := b.health(ctx)
	if err != nil {
		return v, fmt.Errorf("read the sources' health: %w", err)
	}
	for _, s := range sources {
		if s.Late {
			v.Late = append(v.Late, s)
		}
	}
	v.Page, err = p.load(ctx, r)
	return v, err
}

// fail answers a page that can't be made; the reason is for the log alone.
func (b *Board) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errNoPage) {
		http.Error(w, "没有这个页面，或者这个热点已不在列表中。\nThere is no such page, or the hotspot is no longer listed.", http.StatusNotFound)
		return
	}
	var busy ask.Busy
	if errors.As(err, &busy) {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(busy.Wait.Seconds())))))
		http.Error(w, "正在回答的查询太多，请稍候再试。\nToo many questions are being answered: wait a moment and try again.", busyStatus(busy))
		return
	}
	if r.Context().Err() != nil { // who asked has gone: no fault, and nobody sees the page
		b.Log.Debug("page left", "path", r.URL.Path)
		return
	}
	b.Log.Error("page failed", "path", r.URL.Path, "err", err)
	http.Error(w, "页面暂时无法生成，请查看 vane 的日志。\nThis page could not be made; see vane's log.", http.StatusInternalServerError)
}

// busyStatus tells an asker who is too fast from a store that is.
func busyStatus(busy ask.Busy) int {
	if busy.Own {
		return http.StatusTooManyRequests
	}
	return http.StatusServiceUnavailable
}
