// Package web is the board: the pages that vane serves for people without Grafana.
// Pages are rendered on the server from what is stored, and load nothing from another
// host. Their one script, assets/charts.js on uPlot, makes drawn charts readable to the
// point; without it nothing is missing. Chinese first; phrases.tsv has the English.
package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
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

	CaseScore func(vane.Mention) float64 // how well a post serves as a 典型案例; nil shows none

	pages map[language]*template.Template
	shelf *shelf
}

// requestTimeout ends a page whose queries hang.
const requestTimeout = 20 * time.Second

// mostFormBytes is more than any form of the board is.
const mostFormBytes = 64 << 10

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
	Token         string   // of its forms
	Charts        bool     // it has charts to be read
	User          string   // who is logged in; "" where everything is open
	Late          []Source // sources whose data may be out of date
	Page          any
}

// notice is what templates/notice.html shows in the place of a page that can't be.
type notice struct {
	Heading, Says, Detail string
	Now                   *ask.Overtaken // what there is instead of what was seen
	Back                  string         // address to go on at; "" is the first page
}

// sections are the pages that the navigation names.
func sections() []section {
	return []section{{Path: "/", Name: "今日热点"}, {Path: "/events", Name: "事件"}, {Path: "/search", Name: "检索"},
		{Path: "/words", Name: "新词"}, {Path: "/corrections", Name: "修正"}, {Path: "/sources", Name: "来源"}, {Path: "/reports", Name: "报告"}}
}

// Handler routes the board's pages.
func (b *Board) Handler() (http.Handler, error) {
	assets, err := newAssets()
	if err != nil {
		return nil, err
	}
	pages := map[language]*template.Template{}
	for _, l := range []language{chinese, english} {
		if pages[l], err = template.New("").Funcs(b.funcs(l)).Funcs(template.FuncMap{"asset": assets.path}).ParseFS(files, "templates/*.html"); err != nil {
			return nil, fmt.Errorf("parse the board's templates: %w", err)
		}
	}
	b.pages, b.shelf = pages, newShelf(b.Now)
	mux := http.NewServeMux()
	for route, p := range map[string]page{
		"GET /{$}":            {template: "home.html", title: "今日热点", load: b.home, charts: true, asks: true, kept: true},
		"GET /hotspots/{tag}": {template: "hotspot.html", title: "热点", load: b.hotspot, charts: true, asks: true, kept: true},
		"GET /search":         {template: "search.html", title: "检索", load: b.search, asks: true},
		"GET /events":         {template: "events.html", title: "事件", load: b.events, asks: true},
		"GET /events/{id}":    {template: "event.html", title: "事件", load: b.event, charts: true, asks: true},
		"GET /words":          {template: "words.html", title: "新词", load: b.words, asks: true},
		"GET /corrections":    {template: "corrections.html", title: "修正", load: b.corrections, asks: true},
		"GET /sources":        {template: "sources.html", title: "来源", load: b.sources},
		"GET /reports":        {template: "reports.html", title: "报告", load: b.reports},
	} {
		mux.Handle(route, b.show(p))
	}
	for route, do := range map[string]change{
		"POST /corrections":  b.correct,
		"POST /words/accept": b.acceptWord,
		"POST /words/reject": b.rejectWord,
		"POST /events/merge": b.mergeEvents,

		"POST /events/{id}/split": b.splitEvent,
	} {
		mux.Handle(route, access.Need(access.Analyst, b.change(do)))
	}
	mux.Handle("GET /reports/view", access.Need(access.Analyst, http.HandlerFunc(b.viewReport)))
	mux.Handle("GET /search/export", access.Need(access.Analyst, http.HandlerFunc(b.export)))
	mux.Handle("GET /assets/", assets)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { b.fail(w, r, errNoPage) })
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return access.Headers(compressed(mux)), nil
}

// page is a template and what fills it.
type page struct {
	template, title string
	load            func(context.Context, *http.Request) (any, error)
	charts          bool
	asks            bool // the store, so that it passes the gate
	kept            bool // for a moment: see shelf
}

// show renders a page for a request.
func (b *Board) show(p page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		l := languageOf(r)
		var out bytes.Buffer // whole before the first byte goes out, so that an error is a clean 500
		v, err := b.view(ctx, r, p)
		if err == nil {
			err = b.pages[l].ExecuteTemplate(&out, p.template, v)
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

// change does what a form asks for, and says which page comes next.
type change func(ctx context.Context, r *http.Request) (next string, err error)

// change answers a form: forms of other sites don't get here (package access).
func (b *Board) change(do change) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, mostFormBytes)
		if err := r.ParseForm(); err != nil {
			b.fail(w, r, ask.Mistake{Field: "form", Says: err.Error()})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		ctx, leave, err := b.enter(ctx)
		if err != nil {
			b.fail(w, r, err)
			return
		}
		defer leave()
		next, err := do(ctx, r)
		b.shelf.clear() // whatever was changed shows at once
		if err != nil {
			b.fail(w, r, err)
			return
		}
		http.Redirect(w, r, access.LocalPath(next), http.StatusSeeOther)
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
	v := b.frame(r, p.title)
	v.Charts = p.charts
	sources, err := b.health(ctx)
	if err != nil {
		return v, fmt.Errorf("read the sources' health: %w", err)
	}
	for _, s := range sources {
		if s.Late {
			v.Late = append(v.Late, s)
		}
	}
	load := func(ctx context.Context) (any, error) { return b.load(ctx, r, p) }
	if !p.kept {
		v.Page, err = load(ctx)
		return v, err
	}
	v.Page, v.At, err = b.shelf.get(ctx, shelfKey(r), load)
	return v, err
}

// load asks for what a page shows, past the gate: what is kept needs no place there, and
// what is made anew in the background needs one.
func (b *Board) load(ctx context.Context, r *http.Request, p page) (any, error) {
	if !p.asks {
		return p.load(ctx, r)
	}
	limited, leave, err := b.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return p.load(limited, r)
}

// frame is a page's surroundings.
func (b *Board) frame(r *http.Request, title string) view {
	v := view{Title: title, Nav: sections(), At: b.Now().UTC(), OtherLanguage: other(r, languageOf(r)), Token: access.FormToken(r.Context())}
	if who := access.From(r.Context()).Name; who != access.Local {
		v.User = who
	}
	for i, s := range v.Nav {
		v.Nav[i].Here = s.Path == r.URL.Path
	}
	return v
}

// fail answers a page that can't be made; a reason that is not the reader's is for the
// log alone.
func (b *Board) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil { // who asked has gone: no fault, and nobody sees the page
		b.Log.Debug("page left", "path", r.URL.Path)
		return
	}
	var busy ask.Busy
	var wrong ask.Mistake
	var overtaken ask.Overtaken
	switch {
	case errors.Is(err, errNoPage):
		b.tell(w, r, http.StatusNotFound, notice{Heading: "没有这个页面", Says: "没有这个页面，或者这个热点已不在列表中。"})
	case errors.Is(err, vane.ErrNoPost):
		b.tell(w, r, http.StatusNotFound, notice{Heading: "没有这条信息", Says: "这条信息没有入库，或已被永久删除。"})
	case errors.As(err, &overtaken):
		b.tell(w, r, http.StatusConflict, notice{Heading: "没有保存：这条信息刚被改过", Now: &overtaken, Back: access.LocalPath(r.PostFormValue("back")),
			Says: "在您打开页面之后，这条信息的判断已有变化，您的修正没有保存。请看过现在的判断，再决定是否修正。"})
	case errors.As(err, &wrong):
		b.tell(w, r, http.StatusUnprocessableEntity, notice{Heading: "无法照此办理", Says: "提交的内容有误，请返回修改：", Detail: languageOf(r).mistake(wrong), Back: access.LocalPath(r.PostFormValue("back"))})
	case errors.As(err, &busy):
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(busy.Wait.Seconds())))))
		b.tell(w, r, busyStatus(busy), notice{Heading: "请稍候", Says: "正在回答的查询太多，请稍候再试。"})
	default:
		b.Log.Error("page failed", "path", r.URL.Path, "err", err)
		b.tell(w, r, http.StatusInternalServerError, notice{Heading: "暂时无法显示", Says: "页面暂时无法生成，请查看 vane 的日志。"})
	}
}

// tell shows a notice in the reader's language.
func (b *Board) tell(w http.ResponseWriter, r *http.Request, status int, n notice) {
	v := b.frame(r, n.Heading)
	v.Page = n
	var out bytes.Buffer
	if err := b.pages[languageOf(r)].ExecuteTemplate(&out, "notice.html", v); err != nil {
		b.Log.Error("notice failed", "path", r.URL.Path, "err", err)
		http.Error(w, n.Says, status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(out.Bytes()) // a reader that went away needs no answer
}

// busyStatus tells an asker who is too fast from a store that is.
func busyStatus(busy ask.Busy) int {
	if busy.Own {
		return http.StatusTooManyRequests
	}
	return http.StatusServiceUnavailable
}
