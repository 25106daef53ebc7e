package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// TestReportNamesStayInTheirFolder: a title is a title, whatever it looks like.
func TestReportNamesStayInTheirFolder(t *testing.T) {
	for title, want := range map[string]string{
		"2026年春节报告":              "2026年春节报告",
		"../../etc/passwd":       "_.._etc_passwd",
		"/etc/passwd":            "_etc_passwd",
		`..\..\windows`:          `_.._windows`,
		"...":                    "report",
		"":                       "report",
		"a\x00b\nc":              "a_b_c",
		"C:报告*?":                 "C_报告__",
		".bashrc":                "bashrc",
		strings.Repeat("长", 300): strings.Repeat("长", 80),
	} {
		got := fileName(title)
		if got != want {
			t.Errorf("%q is the file %q, not %q", title, got, want)
		}
		if dir, file := filepath.Split(filepath.Join("out", got+".docx")); dir != "out/" || file != got+".docx" {
			t.Errorf("%q leads to %s%s", title, dir, file)
		}
	}
}

// TestRequestsThatSmuggleAreRefused sends what proxies and servers could read
// differently, and what is larger than any request needs to be, byte by byte.
func TestRequestsThatSmuggleAreRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	a := &app{log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	go func() {
		ended <- a.serveWith(ctx, site{Listener: listener, loopback: true}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
			}
		}))
	}()
	const host = "Host: localhost\r\n"
	for name, c := range map[string]struct{ request, want string }{
		"an ordinary one":            {"GET / HTTP/1.1\r\n" + host + "\r\n", "200"},
		"two lengths":                {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", "400"},
		"a signed length":            {"POST / HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\nabc", "400"},
		"an unknown coding":          {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"},
		"a chunk without a size":     {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
		"a folded header":            {"GET / HTTP/1.1\r\n" + host + " folded\r\n\r\n", "400"},
		"a space before the colon":   {"GET / HTTP/1.1\r\n" + host + "Content-Length : 3\r\n\r\n", "400"},
		"no host":                    {"GET / HTTP/1.1\r\n\r\n", "400"},
		"two hosts":                  {"GET / HTTP/1.1\r\n" + host + "Host: other\r\n\r\n", "400"},
		"headers of 100 KB":          {"GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("a", 100<<10) + "\r\n\r\n", "431"},
		"a line feed in the address": {"GET /\nX HTTP/1.1\r\n" + host + "\r\n", "400"},
	} {
		if got := statusLine(t, listener.Addr().String(), c.request); !strings.HasPrefix(got, "HTTP/1.1 "+c.want) {
			t.Errorf("%s: %q, want %s", name, got, c.want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// statusLine is the first line that a server answers to some bytes.
func statusLine(t *testing.T, address, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go io.WriteString(conn, request) // the answer may come before all is sent
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return line
}
