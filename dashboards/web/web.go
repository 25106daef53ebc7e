// Package web is the board: the pages that vane serves for people without Grafana.
// Pages are rendered on the server from what is stored; they load nothing from
// another host and run no script.
package web

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"vane"
)

//go:embed templates assets
var files embed.FS

// Reader is what the board reads; storage implements it.
type Reader interface {
	// Hotspots lists the hotspots known at the instant at that lived within since
	// before it, hottest first.
	Hotspots(ctx context.Context, at time.Time, since time.Duration) ([]vane.Hotspot, error)
	// Trend counts posts; a series has a point for every bucket of the window.
	Trend(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error)
}

// Config says where the board listens and what it shows.
type Config struct {
	Listen  string        `yaml:"listen"`  // address and port; loopback, since the board has no login yet
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
	Names    map[vane.Tag]string // Chinese names of issues and domains
	Lookback time.Duration       // how long a hotspot that is over stays listed
	Now      func() time.Time
	Log      *slog.Logger
}

// requestTimeout ends a page whose queries hang.
const requestTimeout = 20 * time.Second

// Handler routes the board's pages.
func (b *Board) Handler() (http.Handler, error) {
	pages, err := template.New("").Funcs(b.funcs()).ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the board's templates: %w", err)
	}
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		return nil, fmt.Errorf("open the board's assets: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", b.page(pages, "home.html", b.home))
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", http.FileServerFS(assets)))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return secure(mux), nil
}

// page renders a template with the data that load gives for a request.
func (b *Board) page(pages *template.Template, name string, load func(context.Context, *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		var out bytes.Buffer // whole before the first byte goes out, so that an error is a clean 500
		data, err := load(ctx, r)
		if err == nil {
			err = pages.ExecuteTemplate(&out, name, data)
		}
		if err != nil {
			b.Log.Error("page failed", "path", r.URL.Path, "err", err)
			http.Error(w, "页面暂时无法生成，请查看 vane 的日志。\nThis page could not be made; see vane's log.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(out.Bytes()) // a reader that went away needs no answer
	})
}

// secure sets the headers that keep hostile post text from doing anything: no
// script at all, nothing from elsewhere, no framing.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
