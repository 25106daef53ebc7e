package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// noticed is a listener that says when it is closed: when the server begins to end.
type noticed struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
}

func (n *noticed) Close() error {
	n.once.Do(func() { close(n.closed) })
	return n.Listener.Close()
}

// What is being answered when vane is asked to end is answered first: after that, what
// answers are read from is closed.
func TestServeEndsAfterItsAnswers(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := &noticed{Listener: tcp, closed: make(chan struct{})}
	asked := make(chan struct{})
	var answered atomic.Bool
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-listener.closed
		time.Sleep(20 * time.Millisecond) // the answer takes a while
		answered.Store(true)
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	a := &app{log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	go func() { ended <- a.serveWith(ctx, site{Listener: listener, loopback: true}, handler) }()
	go func() {
		if resp, err := http.Get("http://" + tcp.Addr().String()); err == nil {
			resp.Body.Close()
		}
	}()
	<-asked
	cancel()
	if err := <-ended; err != nil || !answered.Load() {
		t.Errorf("ended with %v; answered: %v", err, answered.Load())
	}
}

// checkRoles gives a running vane its first users, and asks for everything that it
// serves as a stranger, a reader, an analyst and an admin.
func checkRoles(t *testing.T, config, data, board string) {
	t.Helper()
	tokens := []string{"vane_of_a_stranger"}
	for _, role := range []string{"reader", "analyst", "admin"} {
		add := exec.Command(os.Args[0], "users", "add", role, "--role", role, "--config", config, "--data-dir", data)
		add.Env, add.Stdin, add.Stderr = append(os.Environ(), beVane+"=1"), strings.NewReader("correct horse"), t.Output()
		if err := add.Run(); err != nil {
			t.Fatal(err)
		}
		code, token := finished(t, "users", "token", role, "--config", config, "--data-dir", data)
		if code != exitDone {
			t.Fatal(token)
		}
		tokens = append(tokens, strings.TrimSpace(token))
	}
	report := "kind=analysis&from=2026-03-01&to=2026-03-02"
	for _, c := range []struct{ path, want string }{
		{"/", "401 200 200 200"},
		{"/hotspots/nothing", "401 404 404 404"},
		{"/sources", "401 200 200 200"},
		{"/search?q=退款", "401 200 200 200"},
		{"/events", "401 200 200 200"},
		{"/words", "401 200 200 200"},
		{"/corrections", "401 200 200 200"},
		{"/search/export?format=csv&q=退款", "401 403 200 200"},
		{"/api/words", "401 200 200 200"},
		{"/api/corrections", "401 200 200 200"},
		{"/reports", "401 200 200 200"},
		{"/reports/view?format=html&" + report, "401 403 200 200"},
		{"/api/openapi.json", "401 200 200 200"},
		{"/api/hotspots", "401 200 200 200"},
		{"/api/hotspots/ticketing.pillar_seat?at=2020-01-01", "401 404 404 404"},
		{"/api/trends", "401 200 200 200"},
		{"/api/search?q=退款", "401 200 200 200"},
		{"/api/search?q=(退款", "401 422 422 422"},
		{"/api/posts/00000000000000000000000000000001", "401 404 404 404"},
		{"/api/issues", "401 200 200 200"},
		{"/api/sources", "401 200 200 200"},
		{"/api/report?" + report, "401 403 200 200"},
		{"/mcp", "401 405 405 405"}, // POST only
		{"/nothing", "401 404 404 404"},
		{"/login", "200 200 200 200"},
		{"/assets/style.css", "200 200 200 200"},
		{"/livez", "200 200 200 200"},
		{"/readyz", "200 200 200 200"},
		{"/metrics", "401 200 200 200"},
	} {
		var got []string
		for _, token := range tokens {
			got = append(got, fmt.Sprint(statusAs(t, token, board+c.path)))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.path, s, c.want)
		}
	}
}

// statusAs is the status of a page for the holder of a token.
func statusAs(t *testing.T, token, address string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
