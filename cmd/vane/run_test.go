package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vane"
	"vane/crawler/samplesite"
)

// process starts vane as a process of its own. Its output is in the returned buffer
// once it has ended.
func process(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), beVane+"=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		if t.Failed() {
			t.Logf("vane %s:\n%s", strings.Join(args, " "), out.String())
		}
	})
	return cmd, &out
}

// finished runs vane to its end and gives its exit code and output.
func finished(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd, out := process(t, args...)
	cmd.Wait() // the exit code says how it went
	return cmd.ProcessState.ExitCode(), out.String()
}

// interrupted asks a process to end and waits as long as a person would.
func interrupted(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	const patience = 10 * time.Second
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatalf("vane still runs %s after Ctrl-C", patience)
	}
}

// soon waits until ok, for as long as a slow machine may need.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("%s did not happen", what)
}

// sampleForum is a configuration whose only enabled source is the sample site's forum.
type sampleForum struct {
	config string // file
	board  string // free address for the board
	posts  []samplesite.Planted
	asked  atomic.Int64 // requests so far
	most   atomic.Int64 // of them are answered, the others wait until who asks goes away; 0: all are
}

func forum(t *testing.T) *sampleForum {
	t.Helper()
	f := &sampleForum{}
	site := samplesite.New(time.Now().UTC(), 1, 600)
	pages := site.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, most := f.asked.Add(1), f.most.Load(); most > 0 && n > most {
			<-r.Context().Done()
			return
		}
		pages.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for _, p := range site.Posts() {
		if p.Source == "sample_forum" {
			f.posts = append(f.posts, p)
		}
	}
	source, err := fs.ReadFile(vane.Configs(), "sources/sample_forum.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("enabled: false", "enabled: true", "http://127.0.0.1:18080", server.URL).Replace(string(source))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.board = listener.Addr().String()
	listener.Close()

	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sources"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.config = filepath.Join(dir, "vane.yaml")
	for file, content := range map[string]string{
		f.config: "crawler: {allow_private: true}\nweb: {listen: '" + f.board + "'}\n",
		filepath.Join(dir, "sources", "sample_forum.yaml"): text,
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestRunCrawlsServesAndEndsCleanly(t *testing.T) {
	site := forum(t)
	config, board, posts := site.config, site.board, len(site.posts)
	data := t.TempDir()
	running, _ := process(t, "run", "--config", config, "--data-dir", data)

	soon(t, "the board with every post", func() bool {
		resp, err := http.Get("http://" + board + "/")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		page, err := io.ReadAll(resp.Body)
		return err == nil && strings.Contains(string(page), fmt.Sprintf("期间共 %d 条", posts))
	})

	// The API and the assistant answer on the same port, and only to this machine's names.
	for path, want := range map[string]int{"/api/hotspots": 200, "/api/trends": 200, "/api/sources": 200, "/api/openapi.json": 200, "/mcp": 405, "/login": 200} {
		if resp, err := http.Get("http://" + board + path); err != nil || resp.StatusCode != want {
			t.Errorf("%s: %v, %v", path, resp, err)
		}
	}

	checkMetrics(t, "http://"+board, posts)

	// Beside it, what reads is served and what writes is refused.
	if got := counted(t, config, data); got != posts {
		t.Errorf("trends beside a running vane count %d posts, not %d", got, posts)
	}
	if code, out := finished(t, "hotspots", "--config", config, "--data-dir", data); code != exitDone {
		t.Errorf("hotspots beside a running vane: exit code %d: %s", code, out)
	}
	if rows := sourceRows(t, config, data); rows["sample_forum"].Health == nil || rows["sample_forum"].Health.Today != posts {
		t.Errorf("sources beside a running vane: %+v, want %d new posts today", rows["sample_forum"].Health, posts)
	}
	code, out := finished(t, "crawl", "sample_forum", "--config", config, "--data-dir", data)
	if code != exitFailed || !strings.Contains(out, "in use by process") {
		t.Errorf("crawl beside a running vane: exit code %d: %s", code, out)
	}

	refusedToForget(t, config, data, "http://"+board)
	checkAnalystsWork(t, config, data, "http://"+board)
	checkRoles(t, config, data, "http://"+board)
	interrupted(t, running)
	if code := running.ProcessState.ExitCode(); code != exitDone {
		t.Errorf("vane run ended with %d after Ctrl-C", code)
	}
	if got := counted(t, config, data); got != posts {
		t.Errorf("after the end %d posts are stored, not %d", got, posts)
	}
}

// refusedToForget: what a running vane holds of a post can't be erased, so nothing is.
func refusedToForget(t *testing.T, config, data, board string) {
	t.Helper()
	var found struct {
		Posts []struct {
			ID string `json:"id"`
		} `json:"posts"`
	}
	resp, err := http.Get(board + "/api/search?limit=1")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&found); err != nil || len(found.Posts) != 1 {
		t.Fatalf("%d posts are found, %v", len(found.Posts), err)
	}
	if code, out := finished(t, "forget", "--post", found.Posts[0].ID, "--config", config, "--data-dir", data); code != exitFailed || !strings.Contains(out, "another Vane uses this data directory") {
		t.Errorf("forget beside a running vane: exit code %d: %s", code, out)
	}
	if resp, err := http.Get(board + "/api/posts/" + found.Posts[0].ID); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the post that could not be forgotten: %v, %v", resp, err)
	}
}

// Ctrl-C in the middle of a crawl loses nothing and doubles nothing. It comes when the
// site has answered so often and answers no more, however fast the machine is.
func TestInterruptedCrawlGoesOn(t *testing.T) {
	site := forum(t)
	config, posts := site.config, len(site.posts)
	data := t.TempDir()
	for _, after := range []int64{int64(posts / 5), int64(posts / 3)} {
		site.most.Store(site.asked.Load() + after)
		crawl, _ := process(t, "crawl", "sample_forum", "--config", config, "--data-dir", data)
		soon(t, fmt.Sprintf("%d answers", after), func() bool { return site.asked.Load() > site.most.Load() })
		interrupted(t, crawl)
	}
	site.most.Store(0)
	if code, out := finished(t, "crawl", "sample_forum", "--config", config, "--data-dir", data); code != exitDone {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if got := counted(t, config, data); got != posts {
		t.Errorf("%d posts are stored, not %d", got, posts)
	}
}

// counted is how many posts vane trends counts in all.
func counted(t *testing.T, config, data string) int {
	t.Helper()
	cmd := exec.Command(os.Args[0], "trends", "--json", "--from", "2000-01-01", "--config", config, "--data-dir", data, "--log-level", "error")
	cmd.Env = append(os.Environ(), beVane+"=1")
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("vane trends: %v", err)
	}
	var series []vane.Series
	if err := json.Unmarshal(out, &series); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	n := 0
	for _, s := range series {
		n += int(s.Total())
	}
	return n
}
