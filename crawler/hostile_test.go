package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// impatient is a configuration that gives up soon, for servers that do harm.
func impatient() Config {
	cfg := testConfig()
	cfg.Timeout = 300 * time.Millisecond
	cfg.Attempts = 1
	return cfg
}

// endless writes until the client has had enough, and counts.
func endless(written *atomic.Int64, header map[string]string) http.HandlerFunc {
	chunk := bytes.Repeat([]byte("<p>没完没了</p>\n"), 4096)
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range header {
			w.Header().Set(name, value)
		}
		for written.Load() < 1<<30 {
			n, err := w.Write(chunk)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	}
}

// A body of a gigabyte, announced or not, or one that never ends, is refused after
// limits.body, and costs no more memory than that.
func TestAnEndlessPageIsRefused(t *testing.T) {
	for name, header := range map[string]map[string]string{
		"never-ending": nil,
		"announced":    {"Content-Length": fmt.Sprint(1 << 30)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.forum(numbers(1, 2), 10)
			var written atomic.Int64
			s.handle("/post/1", endless(&written, header))
			src := s.forumSource("forum")
			src.Limits.Body = 2 << 20
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), src, Done)
			runtime.ReadMemStats(&after)
			if report.New != 1 || report.Errors != 1 || !strings.Contains(report.Failed[0].Reason, "limits.body") {
				t.Errorf("%+v, want the page refused", report)
			}
			if read := written.Load(); read > 64<<20 {
				t.Errorf("%d MB were sent", read>>20)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 64<<20 {
				t.Errorf("%d MB were allocated", got>>20)
			}
		})
	}
}

// A page of 200 MB that is 200 KB on the wire.
func TestAGzipBombIsRefused(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 200 {
		w.Write(zeros)
	}
	w.Close()
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	for path, encoding := range map[string]string{"/post/1": "gzip", "/post/2": ""} { // as a coding, and as a file
		s.handle(path, func(w http.ResponseWriter, _ *http.Request) {
			if encoding != "" {
				w.Header().Set("Content-Encoding", encoding)
			}
			w.Write(bomb.Bytes())
		})
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), s.forumSource("forum"), Done)
	runtime.ReadMemStats(&after)
	if report.New != 1 || report.Errors != 2 || !strings.Contains(report.Failed[0].Reason, "limits.body") {
		t.Errorf("%+v, want both refused", report)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 120<<20 {
		t.Errorf("%d MB were allocated for two pages of at most 8 MB", got>>20)
	}
}

// hijack answers with raw bytes, and whatever more does.
func hijack(head string, more func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, head)
		if more != nil {
			more(conn)
		}
	}
}

// drip writes a byte at a time, until the client hangs up.
func drip(what string) func(net.Conn) {
	return func(conn net.Conn) {
		for range 1000 {
			if _, err := io.WriteString(conn, what); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func TestBrokenAnswersAreErrors(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"slow headers":       hijack("HTTP/1.1 200 OK\r\nX-Slow: ", drip("x")),
		"slow body":          hijack("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>", drip("x")),
		"no answer":          hijack("", func(net.Conn) { time.Sleep(time.Second) }),
		"hangs up":           hijack("", nil),
		"truncated":          hijack("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<h1>帖子</h1>", nil),
		"truncated chunks":   hijack("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n<h1>", nil),
		"truncated gzip":     hijack("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"+string(gzipped("<h1>帖子</h1>")[:20]), nil),
		"no gzip":            hijack("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n<h1>帖子</h1>", nil),
		"no HTTP":            hijack("SSH-2.0-OpenSSH_9.2\r\n", nil),
		"endless header":     hijack("HTTP/1.1 200 OK\r\nX-Long: "+strings.Repeat("x", 2*maxHeader), nil),
		"redirects for ever": redirect("/post/1"),
		"redirects nowhere":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) },
		"another scheme":     redirect("file:///etc/passwd"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.forum(numbers(1, 2), 10)
			s.handle("/post/1", handler)
			report := mustPass(t, newTestCrawler(t, impatient(), openTestState(t)), s.forumSource("forum"), Done)
			if report.New != 1 || report.Errors != 1 || report.Left != 0 {
				t.Errorf("%+v, want one post and one error", report)
			}
		})
	}
}

// A page of an error that comes with status 200 is no post, and no list.
func TestAnErrorPageIsNotStored(t *testing.T) {
	const page = `<html><head><title>系统繁忙</title></head><body><p>系统繁忙，请稍后再试</p></body></html>`
	s := newSite(t)
	s.forum(numbers(1, 2), 10)
	s.page("/post/1", page)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	if report := mustPass(t, c, s.forumSource("forum"), Done); report.New != 1 || report.Errors != 1 {
		t.Errorf("%+v, want one post and one error", report)
	}
	s.page("/list", page)
	if report := mustPass(t, c, s.forumSource("forum"), Failed); !report.Empty {
		t.Errorf("%+v, want the list to be empty", report)
	}
}

func TestAHugeRobotsIsReadInPart(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 2), 10)
	var written atomic.Int64
	s.handle("/robots.txt", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "User-agent: *\nDisallow: /post/1\n")
		line := []byte("# " + strings.Repeat("x", 32<<10) + "\n")
		for written.Load() < 100<<20 {
			n, err := w.Write(line)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), s.forumSource("forum"), Done)
	if report.New != 1 || report.Errors != 1 || !strings.Contains(report.Failed[0].Reason, "robots.txt") {
		t.Errorf("%+v, want the first rule to hold", report)
	}
	if got := written.Load(); got > 50<<20 {
		t.Errorf("%d MB of it were sent", got>>20)
	}
}

// publicSite makes a crawler of public sites see a loopback site as the public host
// public.example.com, and nothing else of loopback.
func publicSite(t *testing.T, s *site, state *State) (*Crawler, Source) {
	cfg := impatient()
	cfg.AllowPrivate = false
	c := newTestCrawler(t, cfg, state)
	guarded := c.transport.DialContext
	c.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == "public.example.com:80" {
			return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
		}
		return guarded(ctx, network, addr)
	}
	src := s.forumSource("forum")
	src.Base = "http://public.example.com"
	return c, src
}

func TestAPublicSiteCantSendTheCrawlerInside(t *testing.T) {
	s, inside := newSite(t), newSite(t)
	inside.page("/", "<h1>内部</h1>")
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	targets := []string{
		inside.URL + "/", "http://localhost:" + port + "/", "http://127.8.9.1:" + port + "/", "http://0.0.0.0:" + port + "/",
		"http://[::1]:" + port + "/", "http://[::ffff:127.0.0.1]:" + port + "/",
		"http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/",
	}
	var ids []string
	for i := range targets {
		ids = append(ids, fmt.Sprint(i))
	}
	s.forum(append(ids, "good"), 100)
	for i, target := range targets {
		s.handle(fmt.Sprintf("/post/%d", i), redirect(target))
	}
	state := openTestState(t)
	c, src := publicSite(t, s, state)
	report := mustPass(t, c, src, Done)
	if report.New != 1 || report.Errors != len(targets) {
		t.Errorf("%+v, want one post and %d refusals", report, len(targets))
	}
	for _, failed := range report.Failed {
		if !strings.Contains(failed.Reason, "prohibited") {
			t.Errorf("%s: %s, want it refused by the guard", failed.URL, failed.Reason)
		}
	}
	if asked := inside.requests(); len(asked) != 0 {
		t.Errorf("the crawler asked inside for %q", asked)
	}
}

// A name that leads to an allowed address first and then to the address where clouds
// keep their secrets: the guard looks at every connection. Loopback stands for the
// public network here.
func TestDNSRebindingIsRefused(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	for path, page := range s.pages {
		s.handle(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Connection", "close") // so that the name is looked up again
			page(w, r)
		})
	}
	dns := newNameServer(t, "127.0.0.1", "169.254.169.254")
	dialer := newDialer(impatient())
	dialer.Resolver = dns.resolver()
	c := newTestCrawler(t, impatient(), openTestState(t))
	c.transport.DialContext = dialer.DialContext
	src := s.forumSource("forum")
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	src.Base = "http://rebind.example.com:" + port
	report := mustPass(t, c, src, Done)
	// The name was good for robots.txt and the list, on one connection, and no more.
	if report.New != 0 || report.Errors != 3 || !strings.Contains(report.Failed[0].Reason, "prohibited IP") {
		t.Errorf("%+v, want the posts refused", report)
	}
}

// nameServer answers each question for an address with the next one of a list, and
// then with the last, for no time at all.
type nameServer struct {
	conn    net.PacketConn
	answers []string
	asked   atomic.Int64
}

func newNameServer(t *testing.T, answers ...string) *nameServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &nameServer{conn: conn, answers: answers}
	t.Cleanup(func() { conn.Close() })
	go n.serve()
	return n
}

func (n *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", n.conn.LocalAddr().String())
	}}
}

func (n *nameServer) serve() {
	question := make([]byte, 1500)
	for {
		size, from, err := n.conn.ReadFrom(question)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(question[:size]) != nil || len(m.Questions) == 0 {
			continue
		}
		m.Response, m.Authoritative, m.Additionals = true, true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			at := min(int(n.asked.Add(1))-1, len(n.answers)-1)
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.AResource{A: [4]byte(net.ParseIP(n.answers[at]).To4())},
			}}
		}
		if answer, err := m.Pack(); err == nil {
			n.conn.WriteTo(answer, from)
		}
	}
}
