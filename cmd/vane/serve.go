package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/api"
	"vane/dashboards/ask"
	"vane/dashboards/mcp"
	"vane/dashboards/metrics"
	"vane/dashboards/report"
	"vane/dashboards/web"
	"vane/hotspot"
	"vane/nlp"
	"vane/storage"
)

const (
	// shutdownGrace is how long an answer that is being sent may take to finish.
	shutdownGrace = 3 * time.Second
	// maxHeaderBytes is more than a browser sends, and a fraction of the usual 1 MB.
	maxHeaderBytes = 64 << 10
)

// site is the port that the board, the API and the MCP server share.
type site struct {
	net.Listener
	loopback bool // only this machine can connect
	tls      *tls.Config
}

// address is where a browser finds it.
func (s site) address() string {
	if s.tls != nil {
		return "https://" + s.Addr().String()
	}
	return "http://" + s.Addr().String()
}

// listen opens the port early, so that a taken port, or one that may not be served, is
// said before the engine starts.
func (a *app) listen(ctx context.Context) (site, error) {
	address := a.cfg.Web.Listen
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return site{}, fmt.Errorf("web.listen %q: write address:port, such as 127.0.0.1:8080", address)
	}
	ip := net.ParseIP(host)
	s := site{loopback: host == "localhost" || ip != nil && ip.IsLoopback()}
	users, err := a.users().Len()
	if err != nil {
		return site{}, err
	}
	if err := a.cfg.Access.CheckListen(address, s.loopback, users); err != nil {
		return site{}, err
	}
	if s.tls, err = a.cfg.Access.TLS(); err != nil {
		return site{}, err
	}
	if s.Listener, err = new(net.ListenConfig).Listen(ctx, "tcp", address); err != nil {
		return site{}, fmt.Errorf("open the board's port: %w; set web.listen to a free one", err)
	}
	return s, nil
}

// users are the users of this installation.
func (a *app) users() *access.Users {
	file := a.cfg.Access.Users
	if file == "" {
		file = filepath.Join(a.dataDir, "users.json")
	}
	return access.NewUsers(file)
}

// audit is the record of who did what.
func (a *app) audit() *access.Audit {
	return access.NewAudit(filepath.Join(a.dataDir, "audit.jsonl"))
}

// handler is everything that vane serves, behind the guard.
func (a *app) handler(s site, f *flow, words *wordDesk) (http.Handler, error) {
	guard, err := access.NewGuard(a.cfg.Access, a.users(), a.audit(), s.loopback, time.Now, a.log)
	if err != nil {
		return nil, err
	}
	desk, gate := a.desk(f.store, f.hot.names), ask.NewGate(a.cfg.API.Rate, time.Now)
	desk.Words, desk.Merging = words, eventDesk{a, f.store}
	desk.Export = exporter(f.store)
	if desk.NatureOf, err = a.cfg.issueNatures(); err != nil {
		return nil, err
	}
	pages, err := a.board(f, desk, gate)
	if err != nil {
		return nil, err
	}
	answers := api.API{Desk: desk, Gate: gate, Sources: f.sourceHealth, Audit: a.audit(), Version: version(), Log: a.log}
	assistant := mcp.Assistant{Desk: desk, Gate: gate, Audit: a.audit(), Version: version(), Log: a.log}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle("/api/", answers.Handler())
	mux.Handle("/mcp", assistant.Handler())
	mux.Handle("GET /readyz", f.watch.ready)
	mux.Handle("GET /metrics", f.watch.Handler())
	return f.watch.Requests(guard.Protect(metrics.Routes(mux))), nil
}

// board is the pages.
func (a *app) board(f *flow, desk *ask.Desk, gate *ask.Gate) (http.Handler, error) {
	letters, err := report.NewLetters(a.cfg.Report.Font)
	if err != nil {
		return nil, err
	}
	board := web.Board{
		Config: a.cfg.Web, Reader: a.shown(f.store), Desk: desk, Gate: gate, Sources: f.sourceHealth,
		Names: f.hot.names, Letters: letters, CaseScore: hotspot.CaseScore,
		Lookback: a.cfg.Hotspot.Lookback, Now: time.Now, Log: a.log,
	}
	return board.Handler()
}

// shownStore is a store whose hotspots are those that are worth showing: cooled ones are
// kept for the next detection alone.
type shownStore struct {
	*storage.Store
	cfg hotspot.Config
}

func (a *app) shown(store *storage.Store) shownStore { return shownStore{store, a.cfg.Hotspot} }

// Hotspots implements the readers of the board, the API, the MCP server and the report.
func (s shownStore) Hotspots(ctx context.Context, at time.Time, since time.Duration) ([]vane.Hotspot, error) {
	found, err := s.Store.Hotspots(ctx, at, since)
	s.cfg.Lookback = since // what is asked for, which a report asks further back
	return hotspot.Shown(s.cfg, found, at), err
}

// desk answers the questions of programs.
func (a *app) desk(store *storage.Store, names map[vane.Tag]string) *ask.Desk {
	shown := a.shown(store)
	return &ask.Desk{
		Reader: shown, Reports: shown, Searcher: store, Events: store, History: store, Corrector: store, Audit: a.audit(), Language: a.language(), Names: names, Natures: nlp.NatureNames(),
		Lookback: a.cfg.Hotspot.Lookback, Now: time.Now,
	}
}

// exporter writes what a search of the board finds.
func exporter(store *storage.Store) ask.Exporter {
	return func(ctx context.Context, w io.Writer, format string, q vane.SearchQuery, most int) error {
		opts := storage.ExportOptions{Format: storage.ExportFormat(format), BOM: true, Most: most}
		_, err := store.ExportPosts(ctx, w, opts, q.Expression, q.Filter)
		return err
	}
}

// language reads and shows searches as vane search does.
func (a *app) language() ask.Language {
	return ask.Language{Parse: nlp.ParseSearch, Snippet: a.cfg.NLP.Snippet}
}

// serve serves the pages and answers until ctx ends.
func (a *app) serve(ctx context.Context, s site, f *flow) error {
	words := newWordDesk(a, f)
	handler, err := a.handler(s, f, words)
	if err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return words.run(ctx) })
	work.Go(func() error { return a.serveWith(ctx, s, handler) })
	return work.Wait()
}

// serveWith returns when the answers that were being given are sent, or the grace for
// them is over: what they read from is closed then.
func (a *app) serveWith(ctx context.Context, s site, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, TLSConfig: s.tls, MaxHeaderBytes: maxHeaderBytes,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			a.log.Warn("an answer was cut off", "err", errors.Join(err, server.Close()))
		}
	})
	var err error
	if s.tls != nil {
		err = server.ServeTLS(s, "", "") // the certificate is in the configuration
	} else {
		err = server.Serve(s)
	}
	if !stop() {
		<-ended
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the board: %w", err)
	}
	return nil
}
