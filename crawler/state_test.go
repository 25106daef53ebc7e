package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vane"
)

// A test binary that is started with these variables crawls a site, and is killed
// while it does.
const (
	crawlSiteVar  = "VANE_TEST_CRAWL_SITE"
	crawlStateVar = "VANE_TEST_CRAWL_STATE"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(crawlSiteVar); url != "" {
		if err := crawlUntilDone(url, os.Getenv(crawlStateVar)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// crawlUntilDone is what the killed process does.
func crawlUntilDone(url, path string) error {
	ctx := context.Background()
	state, err := OpenState(ctx, path)
	if err != nil {
		return err
	}
	defer state.Close()
	c, err := New(testConfig(), state, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	s := &site{}
	s.Server = newBareServer(url)
	src := s.forumSource("forum")
	src.Limits.Pages, src.Limits.Depth = 100_000, 1000
	report, err := c.Pass(ctx, src, PassOptions{})
	if err == nil && report.Reason != Done && report.Reason != Seen {
		err = fmt.Errorf("pass ended with %s: %s", report.Reason, report.Detail)
	}
	return err
}

// Killed with -9 twenty times at random in a crawl of 3,000 pages, the state has every
// post exactly once in the outbox, and no page is lost. With -short it is less of both.
func TestStateSurvivesKill9(t *testing.T) {
	pages, kills := 3000, 20
	if testing.Short() {
		pages, kills = 400, 5
	}
	const perList = 50
	posts := pages - pages/perList
	s := newSite(t)
	s.forum(numbers(1, posts), perList)
	requests := make(chan struct{}, 100_000)
	tell(s, requests)
	path := filepath.Join(t.TempDir(), "crawl.db")
	rng := rand.New(rand.NewPCG(1, 2))
	for range kills {
		// Every part is shorter than what is left.
		if !crawlAndKill(t, s.URL, path, requests, 1+rng.IntN(pages/kills), time.Duration(rng.IntN(20))*time.Millisecond) {
			t.Fatal("the crawl came to its end before the last kill")
		}
	}
	if crawlAndKill(t, s.URL, path, requests, -1, 0) {
		t.Fatal("the crawl was killed by another")
	}
	state, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	var got []string
	for _, post := range outboxPosts(t, state) {
		got = append(got, post.URL[strings.LastIndex(post.URL, "/")+1:])
	}
	want := numbers(1, posts)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d posts in the outbox (%d different), want %d once each, after %d kills", len(got), len(slices.Compact(got)), posts, kills)
	}
	passes, err := state.Passes(t.Context(), 100)
	if err != nil || len(passes) < 2 || !slices.ContainsFunc(passes, func(r PassReport) bool { return r.Reason == Killed }) {
		t.Errorf("no pass is recorded as killed: %v, %+v", err, passes)
	}
	t.Logf("killed %d times, %d requests for %d pages", kills, len(s.requests()), pages)
}

// crawlAndKill crawls in a process of its own, that is killed a while after so many
// requests; below 0, never. It reports whether it was killed.
func crawlAndKill(t *testing.T, url, path string, requests <-chan struct{}, after int, while time.Duration) bool {
	t.Helper()
	for len(requests) > 0 {
		<-requests // of the one before
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crawlSiteVar+"="+url, crawlStateVar+"="+path)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	if after >= 0 {
		go func() {
			for range after {
				select {
				case <-requests:
				case <-ended:
					return
				}
			}
			time.Sleep(while) // into a commit, or between two
			cmd.Process.Kill()
		}()
	}
	said, _ := io.ReadAll(out)
	err = cmd.Wait()
	close(ended)
	if len(said) > 0 {
		t.Fatalf("the crawl failed: %s", said)
	}
	return err != nil
}

// tell makes a site tell of every request for a page.
func tell(s *site, requests chan<- struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, page := range s.pages {
		s.pages[path] = func(w http.ResponseWriter, r *http.Request) {
			requests <- struct{}{}
			time.Sleep(time.Millisecond)
			page(w, r)
		}
	}
}

func testPost(n int) vane.Post {
	at := time.Date(2026, 11, 20, 4, 30, n, 0, time.UTC)
	return vane.Post{
		ID: vane.NewPostID("test", fmt.Sprint(n)), Source: "test", Channel: vane.Forum, Title: fmt.Sprintf("第 %d 条", n),
		AuthorKey: vane.NewAuthorKey([]byte("s"), "test", "张三"), PublishedAt: at, CollectedAt: at.Add(time.Hour),
	}
}

func lease(t *testing.T, s *State, max int) vane.Batch {
	t.Helper()
	b, err := s.Lease(t.Context(), max)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is on lease waits still; the oldest is the first that came.
func TestBacklog(t *testing.T) {
	s := openTestState(t)
	told := func(want Backlog) {
		t.Helper()
		want.Room = defaultOutboxMax
		if got, err := s.Backlog(t.Context()); got != want || err != nil {
			t.Errorf("backlog %+v, %v, want %+v", got, err, want)
		}
	}
	told(Backlog{})
	first, second := testPost(0), testPost(1)
	first.CollectedAt = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	second.CollectedAt = first.CollectedAt.Add(time.Hour)
	if err := s.Offer(t.Context(), first, second); err != nil {
		t.Fatal(err)
	}
	b := lease(t, s, 1)
	told(Backlog{Posts: 2, Oldest: first.CollectedAt})
	if err := s.Ack(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	told(Backlog{Posts: 1, Oldest: second.CollectedAt})
}

func TestOutboxKeepsALeasedBatchUntilItIsAcknowledged(t *testing.T) {
	var _ vane.Outbox = (*State)(nil)
	path := filepath.Join(t.TempDir(), "a b%20", "crawl.db") // a path is not a URL
	s, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := []vane.Post{testPost(0), testPost(1), testPost(2), testPost(3), testPost(4)}
	if err := s.Offer(t.Context(), want...); err != nil {
		t.Fatal(err)
	}
	first, second := lease(t, s, 2), lease(t, s, 2)
	if !slices.Equal(first.Posts, want[:2]) || !slices.Equal(second.Posts, want[2:4]) {
		t.Fatalf("leased %v and %v", titles(first.Posts), titles(second.Posts))
	}
	if err := s.Release(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if err := s.Ack(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	if err := s.Ack(t.Context(), second); err != nil { // again: nothing
		t.Fatal(err)
	}
	if n, err := s.Pending(t.Context()); n != 3 || err != nil {
		t.Errorf("%d pending, %v, want 3", n, err)
	}
	again := lease(t, s, 10)
	if !slices.Equal(again.Posts, []vane.Post{want[0], want[1], want[4]}) {
		t.Errorf("leased %v after a release", titles(again.Posts))
	}
	if got := lease(t, s, 10); len(got.Posts) != 0 {
		t.Errorf("leased %v twice", titles(got.Posts))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	if s, err = OpenState(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n, _ := s.Pending(t.Context()); n != 3 {
		t.Errorf("%d pending after a restart, want 3", n)
	}
	if got := lease(t, s, 10); !slices.Equal(got.Posts, again.Posts) || slices.Contains(got.Keys, second.Keys[0]) {
		t.Errorf("leased %v after a restart", titles(got.Posts))
	}
}

func TestOpenStateSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	damaged, newer := filepath.Join(dir, "damaged.db"), filepath.Join(dir, "newer.db")
	if err := os.WriteFile(damaged, []byte(strings.Repeat("this is not a database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := OpenState(t.Context(), newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	open := openTestState(t)
	var file string
	if err := open.db.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list").Scan(&file); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		damaged:                      "damaged: move it away",
		newer:                        "newer Vane",
		file:                         "another Vane uses this data directory",
		damaged + "/folder/crawl.db": "not a directory",
	} {
		if s, err := OpenState(t.Context(), path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want something about %q", path, err, want)
			if err == nil {
				s.Close()
			}
		}
	}
}

func TestStateSaysThatTheDiskIsFull(t *testing.T) {
	s := openTestState(t)
	if _, err := s.db.ExecContext(t.Context(), "PRAGMA max_page_count = 40"); err != nil {
		t.Fatal(err)
	}
	big := testPost(0)
	big.Text = strings.Repeat("长", 100_000)
	if err := s.Offer(t.Context(), big); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("%v, want the disk to be full", err)
	}
	if n, _ := s.Pending(t.Context()); n != 0 {
		t.Errorf("%d posts pending that are not stored", n)
	}
	if err := s.Offer(t.Context(), testPost(1)); err != nil {
		t.Errorf("a post that fits: %v", err)
	}
}

// What is acknowledged is gone from the disk, not only from the table.
func TestAcknowledgedPostsAreErased(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crawl.db")
	s, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	post := testPost(1)
	post.Text = strings.Repeat("秘密的话", 10)
	if err := s.Offer(t.Context(), post); err != nil {
		t.Fatal(err)
	}
	outboxPosts(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if files := filesWith(t, path, "秘密的话"); len(files) > 0 {
		t.Errorf("%q still have the text", files)
	}
}

// The name of an author is nowhere on the disk, not even while a page waits.
func TestStateHoldsNoNames(t *testing.T) {
	s := newSite(t)
	s.page("/list", `<li><a href="/post/1">退款难</a><b>张三李四</b></li>`)
	src := s.forumSource("forum")
	src.List.Fields.Author = Field{{Select: "b"}}
	src.Limits.Pages = 1
	path := filepath.Join(t.TempDir(), "crawl.db")
	state, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	mustPass(t, newTestCrawler(t, testConfig(), state), src, Budget)
	if err := state.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "退款难") {
		t.Error("the waiting row is not where it is looked for")
	}
	if strings.Contains(string(data), "张三李四") {
		t.Error("the name is in the file")
	}
}

// Beside the process that has the file, another one sees how sources do, and can
// change nothing.
func TestReadStateBesideItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crawl.db")
	owner, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := ReadState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	mustPass(t, newTestCrawler(t, testConfig(), owner), s.forumSource("forum"), Done)
	if h := healthOf(t, reader, "forum"); h.Reason != Done || h.Today != 3 {
		t.Errorf("%+v, want the pass that was just made", h)
	}
	if err := reader.Offer(t.Context(), testPost(9)); err == nil {
		t.Error("a reader can write")
	}
	if n, _ := owner.Pending(t.Context()); n != 3 {
		t.Errorf("%d posts wait, want 3", n)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	// A reader keeps nobody from becoming the owner.
	if owner, err = OpenState(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if got := titles(outboxPosts(t, owner)); len(got) != 3 {
		t.Errorf("%q in the outbox", got)
	}
	owner.Close()
}

// Who looks at a file that nobody has changes nothing: a pass that was cut off is told
// as killed, and goes on to be whose it was; an older file stays one, and is only copied.
func TestReadStateChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crawl.db")
	if _, err := ReadState(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	owner, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.db.Exec(`INSERT INTO passes (source, started) VALUES ('forum', 1)`); err != nil {
		t.Fatal(err)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	known, err := StateVersion()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		version int
		reason  Reason // of the pass
		err     error
	}{
		{known, Killed, nil},
		{known - 1, "", ErrOlder},
	} {
		setVersion(t, path, c.version)
		reader, err := ReadState(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		list, err := reader.Health(t.Context())
		if !errors.Is(err, c.err) || err == nil && (len(list) != 1 || list[0].Reason != c.reason) {
			t.Errorf("version %d: %+v, %v", c.version, list, err)
		}
		if _, err := reader.Backlog(t.Context()); !errors.Is(err, c.err) {
			t.Errorf("version %d: the outbox: %v", c.version, err)
		}
		copied := filepath.Join(t.TempDir(), "copy.db")
		if err := errors.Join(reader.Snapshot(t.Context(), copied), reader.Close()); err != nil || reader.Version() != c.version || reader.Shared() {
			t.Errorf("version %d: %v, version %d", c.version, err, reader.Version())
		}
		for _, file := range []string{path, copied} {
			db, err := openDB(file)
			if err != nil {
				t.Fatal(err)
			}
			var version, open int
			err = db.QueryRow(`SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM passes WHERE reason IS NULL)`).Scan(&version, &open)
			if err != nil || version != c.version || open != 1 {
				t.Errorf("%s: version %d, want %d; %d passes without an end, %v", file, version, c.version, open, err)
			}
			db.Close()
		}
	}
	setVersion(t, path, known+1)
	if _, err := ReadState(t.Context(), path); err == nil || !strings.Contains(err.Error(), "newer Vane") {
		t.Errorf("a newer file: %v", err)
	}
}

func setVersion(t *testing.T, path string, version int) {
	t.Helper()
	db, err := openDB(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, version)); err != nil {
		t.Fatal(err)
	}
}
