//go:build linux || darwin

package engine_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vane"
	"vane/storage"
	"vane/storage/engine"
)

func library(t testing.TB) string {
	t.Helper()
	dir, err := engine.DefaultCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	path, err := engine.FindLibrary(dir)
	if err != nil {
		t.Fatalf("run `make engine`: %v", err)
	}
	return path
}

func config(t testing.TB) engine.Config {
	t.Helper()
	cfg := engine.DefaultConfig()
	cfg.Library = library(t)
	cfg.DataDir = filepath.Join(t.TempDir(), "engine")
	return cfg
}

func logger(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

func start(t testing.TB, cfg engine.Config) *engine.Engine {
	t.Helper()
	e, err := engine.Start(t.Context(), cfg, logger(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeEngine(t, e) })
	return e
}

func closeEngine(t testing.TB, e *engine.Engine) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

// open is the store on an engine, with its tables.
func open(t testing.TB, dsn string) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), storage.Config{DSN: dsn}, logger(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

var noon = time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC)

// batch is n posts that no other batch holds.
func batch(number, n int) []vane.Mention {
	mentions := make([]vane.Mention, n)
	for i := range mentions {
		id := vane.NewPostID("test", fmt.Sprintf("%d/%d", number, i))
		mentions[i].Post = vane.Post{ID: id, Source: "test", Text: "柱子票", PublishedAt: noon, CollectedAt: noon}
	}
	return mentions
}

func posts(t testing.TB, s *storage.Store) uint64 {
	t.Helper()
	st, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st.Posts
}

// serverPID is the process that runs ClickHouse, as its own status file says.
func serverPID(t testing.TB, dataDir string) int {
	t.Helper()
	status, err := os.ReadFile(filepath.Join(dataDir, "data", "status"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "PID: ")
	text, _, _ := strings.Cut(rest, "\n")
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestRestartKeepsEverything(t *testing.T) {
	cfg := config(t)
	e := start(t, cfg)
	dsn, access := e.DSN(), e.ReadOnly()
	s := open(t, dsn)
	if err := s.Insert(t.Context(), batch(1, 100)); err != nil {
		t.Fatal(err)
	}
	closeEngine(t, e)
	e = start(t, cfg)
	if e.DSN() != dsn || e.ReadOnly() != access {
		t.Errorf("address changed from %s to %s", dsn, e.DSN())
	}
	if got := posts(t, open(t, e.DSN())); got != 100 {
		t.Errorf("%d posts after a restart, want 100", got)
	}
}

func TestKilledServerLosesNothing(t *testing.T) {
	cfg := config(t)
	s := open(t, start(t, cfg).DSN())
	acknowledged := 0
	for number, kills := 0, 0; kills < 3; number++ {
		mentions := batch(number, 500)
		if number%10 == 9 {
			kills++
			pid := serverPID(t, cfg.DataDir)
			time.AfterFunc(time.Duration(kills)*7*time.Millisecond, func() { syscall.Kill(pid, syscall.SIGKILL) })
		}
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			err := s.Insert(t.Context(), mentions)
			if err == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal(err)
			}
		}
		acknowledged += len(mentions)
	}
	if got := posts(t, s); got != uint64(acknowledged) {
		t.Errorf("%d posts are stored, %d were acknowledged", got, acknowledged)
	}
}

// hold is the process that TestKilledParent kills.
func hold(library, dataDir string) {
	cfg := engine.DefaultConfig()
	cfg.Library, cfg.DataDir = library, dataDir
	e, err := engine.Start(context.Background(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(e.DSN())
	select {}
}

// holder starts a process that holds an engine, and returns its engine's address.
func holder(t *testing.T, cfg engine.Config) (*exec.Cmd, string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "hold", cfg.Library, cfg.DataDir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "clickhouse://") {
		t.Fatalf("the holder says %q, %v", line, err)
	}
	return cmd, strings.TrimSpace(line)
}

func TestKilledParentLeavesNothing(t *testing.T) {
	cfg := config(t)
	cmd, dsn := holder(t, cfg)
	s := open(t, dsn)
	if err := s.Insert(t.Context(), batch(1, 100)); err != nil {
		t.Fatal(err)
	}
	pid := serverPID(t, cfg.DataDir)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	for deadline := time.Now().Add(5 * time.Second); syscall.Kill(pid, 0) == nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d outlived its parent", pid)
		}
	}
	if got := posts(t, open(t, start(t, cfg).DSN())); got != 100 {
		t.Errorf("%d posts after the parent was killed, want 100", got)
	}
}

func TestSecondVaneReadsAlong(t *testing.T) {
	cfg := config(t)
	if _, err := engine.Attach(cfg.DataDir); err == nil {
		t.Error("attached to an engine that never ran")
	}
	cmd, dsn := holder(t, cfg)
	_, err := engine.Start(t.Context(), cfg, logger(t))
	if !errors.Is(err, engine.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", cmd.Process.Pid)) {
		t.Errorf("a second start says %v, want ErrLocked by %d", err, cmd.Process.Pid)
	}
	attached, err := engine.Attach(cfg.DataDir)
	if err != nil || attached != dsn {
		t.Fatalf("attached to %s, %v; want %s", attached, err, dsn)
	}
	if got := posts(t, open(t, attached)); got != 0 {
		t.Errorf("%d posts in an empty engine", got)
	}
	cmd.Process.Kill()
	cmd.Wait()
	start(t, cfg) // waits for the orphan to go
}

func TestStartSaysWhatToDo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := func(name string, size int64) string {
		path := filepath.Join(t.TempDir(), name)
		real, err := os.Open(library(t))
		if err != nil {
			t.Fatal(err)
		}
		defer real.Close()
		head, err := io.ReadAll(io.LimitReader(real, size))
		if err == nil {
			err = os.WriteFile(path, head, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	refuse := func(name, want string, edit func(*engine.Config)) {
		t.Helper()
		cfg := config(t)
		edit(&cfg)
		e, err := engine.Start(t.Context(), cfg, logger(t))
		if err == nil {
			closeEngine(t, e)
			t.Fatalf("%s: it started", name)
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", name, err, want)
		}
	}
	refuse("no library", "the library is not there or can't be read: run vane engine --install", func(c *engine.Config) { c.Library = "/nowhere/libchdb.so" })
	refuse("library cut off", "the library's file is broken: delete it and run vane engine --install", func(c *engine.Config) { c.Library = file("libchdb.so", 100_000) })
	refuse("not a library", "the library's file is broken: delete it and run vane engine --install", func(c *engine.Config) { c.Library = file("libchdb.so", 20) })
	refuse("nothing installed", "the embedded engine is not installed", func(c *engine.Config) { c.Library, c.CacheDir = "", t.TempDir() })
	refuse("tcp port taken", "storage.engine.tcp_port: port", func(c *engine.Config) { c.TCPPort = taken.Addr().(*net.TCPAddr).Port })
	refuse("http port taken", "storage.engine.http_port: port", func(c *engine.Config) { c.HTTPPort = taken.Addr().(*net.TCPAddr).Port })
	refuse("too little memory", "storage.engine.memory_bytes", func(c *engine.Config) { c.MemoryBytes = 1 })
	refuse("no such command", "start process", func(c *engine.Config) { c.Command = []string{"/nowhere/vane", "engine"} })
	refuse("command without engine", "its last words", func(c *engine.Config) { c.Command = []string{"/bin/sh", "-c", "echo this is not vane"} })
}

func TestStartIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the user went away"))
	if _, err := engine.Start(ctx, config(t), logger(t)); err == nil || !strings.Contains(err.Error(), "the user went away") {
		t.Errorf("a cancelled start says %v", err)
	}
}

// TestRudeClients do to the engine what kills a `clickhouse local` that has no
// terminal.
func TestRudeClients(t *testing.T) {
	cfg := config(t)
	e := start(t, cfg)
	pid := serverPID(t, cfg.DataDir)
	access := e.ReadOnly()
	rude := func(port int, send string) {
		conn, err := net.Dial("tcp", net.JoinHostPort(access.Host, strconv.Itoa(port)))
		if err != nil {
			t.Fatal(err)
		}
		conn.(*net.TCPConn).SetLinger(0) // closing it resets it
		io.WriteString(conn, send)
		conn.Close()
	}
	for range 20 {
		rude(access.TCPPort, "")
		rude(access.TCPPort, "\x00\x04nope\xff\xff\xff\xff\xff")
		rude(access.TCPPort, "GET / HTTP/1.1\r\n\r\n")
		rude(access.HTTPPort, "GET /?query=SELECT+1 HTTP/1.1\r\n\r\n")
	}
	wrong := strings.Replace(e.DSN(), ":", ":x", 2)
	if s, err := storage.Open(t.Context(), storage.Config{DSN: wrong}, logger(t)); err == nil {
		s.Close()
		t.Error("a wrong password is good enough")
	}
	open(t, e.DSN())
	if now := serverPID(t, cfg.DataDir); now != pid {
		t.Errorf("the engine died of it: process %d became %d", pid, now)
	}
}

// ask sends a query over HTTP and returns the answer, or the code of the refusal.
func ask(t *testing.T, a engine.Access, query string) string {
	t.Helper()
	address := url.URL{Scheme: "http", Host: net.JoinHostPort(a.Host, strconv.Itoa(a.HTTPPort)), Path: "/"}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address.String(), strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(a.User, a.Password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if code := response.Header.Get("X-ClickHouse-Exception-Code"); code != "" {
		return "refused " + code
	}
	return strings.TrimSpace(string(body))
}

func TestReaderMayOnlyRead(t *testing.T) {
	cfg := config(t)
	e := start(t, cfg)
	s := open(t, e.DSN())
	if err := s.Insert(t.Context(), batch(1, 3)); err != nil {
		t.Fatal(err)
	}
	const denied, readOnly, outOfRange, tooLong = "refused 497", "refused 164", "refused 452", "refused 159"
	for query, want := range map[string]string{
		"SELECT count() FROM vane.mentions":                                                          "3",
		"SELECT count() FROM vane.mentions SETTINGS max_execution_time = 30":                         "3",
		"SELECT count() FROM vane.mentions SETTINGS max_execution_time = 3600":                       outOfRange,
		"SELECT count() FROM vane.mentions SETTINGS max_memory_usage = 0":                            outOfRange,
		"SELECT count() FROM vane.mentions SETTINGS readonly = 0":                                    readOnly,
		"SELECT sum(cityHash64(number)) FROM numbers(1000000000000) SETTINGS max_execution_time = 1": tooLong,
		"SELECT count() FROM vane.mentions SETTINGS max_result_rows = 0":                             outOfRange,
		"INSERT INTO vane.posts (id) VALUES ('x')":                                                   denied,
		"DROP TABLE vane.posts":                                                   denied,
		"TRUNCATE TABLE vane.posts":                                               denied,
		"ALTER TABLE vane.posts DELETE WHERE 1":                                   denied,
		"CREATE TABLE vane.x (a UInt8) ENGINE = Memory":                           denied,
		"CREATE DATABASE x":                                                       denied,
		"SYSTEM SHUTDOWN":                                                         denied,
		"SELECT * FROM system.users":                                              denied,
		"SELECT * FROM system.processes":                                          denied,
		"SELECT * FROM file('/etc/passwd', LineAsString)":                         denied,
		"SELECT * FROM file('" + cfg.DataDir + "/writer.password', LineAsString)": denied,
		"SELECT * FROM url('http://127.0.0.1:1/', LineAsString)":                  denied,
		"SELECT * FROM remote('127.0.0.1:" + strconv.Itoa(e.ReadOnly().TCPPort) + "', system.one)": denied,
		"SELECT * FROM executable('id', LineAsString, 'SELECT 1')":                                 denied,
	} {
		if got := ask(t, e.ReadOnly(), query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	session := e.ReadOnly()
	session.User, session.Password = "default", ""
	for _, query := range []string{"SELECT count() FROM vane.posts", "SELECT * FROM file('/etc/passwd', LineAsString)", "SYSTEM SHUTDOWN", "CREATE DATABASE x"} {
		if got := ask(t, session, query); got != denied {
			t.Errorf("the session's user may %s: %s", query, got)
		}
	}
}

func TestSecretsArePrivate(t *testing.T) {
	cfg := config(t)
	start(t, cfg)
	for _, name := range []string{"config.xml", "users.xml", "writer.password", "grafana.password", "runtime.json", "lock"} {
		info, err := os.Stat(filepath.Join(cfg.DataDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", name, mode)
		}
	}
}

func TestConfigNamesTheKey(t *testing.T) {
	refuse := func(want string, edit func(*engine.Config)) {
		t.Helper()
		cfg := engine.DefaultConfig()
		edit(&cfg)
		if err := cfg.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	refuse("storage.engine.tcp_port: -1 is not a port", func(c *engine.Config) { c.TCPPort = -1 })
	refuse("storage.engine.http_port: 65536 is not a port", func(c *engine.Config) { c.HTTPPort = 1 << 16 })
	refuse("storage.engine.http_port: 9000 is tcp_port already", func(c *engine.Config) { c.TCPPort, c.HTTPPort = 9000, 9000 })
	refuse("storage.engine.memory_bytes: 5 is too little", func(c *engine.Config) { c.MemoryBytes = 5 })
	refuse("storage.engine.threads: -2", func(c *engine.Config) { c.Threads = -2 })
	if err := engine.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
}

// TestIdleEngineSleeps: the query that keeps the server going takes a row a second. One
// that doesn't wait takes a core, and ends some day, and the server with it.
func TestIdleEngineSleeps(t *testing.T) {
	e := start(t, config(t))
	dsn, err := url.Parse(e.DSN())
	if err != nil {
		t.Fatal(err)
	}
	password, _ := dsn.User.Password()
	ask := url.URL{Scheme: "http", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(e.ReadOnly().HTTPPort)),
		RawQuery: url.Values{"user": {dsn.User.Username()}, "password": {password},
			"query": {"SELECT read_rows <= elapsed + 2 FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%'"}}.Encode()}
	for seen := 0; seen < 3; time.Sleep(100 * time.Millisecond) {
		resp, err := http.Get(ask.String())
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		switch said := strings.TrimSpace(string(answer)); {
		case err != nil || said != "" && said != "1":
			t.Fatalf("the query that waits runs ahead of the clock: %s, %v", answer, err)
		case said == "1": // an empty answer is one before the query began
			seen++
		}
	}
}
