package crawler

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"vane"
)

// site is a web site on loopback: pages by path and query, and a log of what was
// asked for. A path without a page is 404.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string
}

func newSite(t testing.TB) *site {
	s := &site{pages: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.RequestURI())
	page := s.pages[r.URL.RequestURI()]
	s.mu.Unlock()
	if page == nil {
		http.NotFound(w, r)
		return
	}
	page(w, r)
}

// page makes the site answer body at path.
func (s *site) page(path, body string) {
	s.handle(path, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
}

func (s *site) handle(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = h
}

// requests are the paths asked for since the last call, robots.txt left out.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := slices.DeleteFunc(s.asked, func(path string) bool { return path == "/robots.txt" })
	s.asked = nil
	return asked
}

// forum fills the site with a list of posts, perPage on each page, newest first,
// each with a page of its own.
func (s *site) forum(posts []string, perPage int) {
	for n := 0; n*perPage < len(posts); n++ {
		var list strings.Builder
		list.WriteString("<ul>")
		for _, post := range posts[n*perPage : min(len(posts), (n+1)*perPage)] {
			fmt.Fprintf(&list, `<li><a href="/post/%s">帖子 %s</a></li>`, post, post)
			s.page("/post/"+post, fmt.Sprintf(`<h1>帖子 %s</h1><div class="text"><p>第一行 %s</p><p>第二行</p></div><i>作者%s</i><time>2026-11-20 12:30</time>`, post, post, post))
		}
		list.WriteString("</ul>")
		if (n+1)*perPage < len(posts) {
			fmt.Fprintf(&list, `<a class="next" href="/list?page=%d">下一页</a>`, n+2)
		}
		path := fmt.Sprintf("/list?page=%d", n+1)
		if n == 0 {
			path = "/list"
		}
		s.page(path, list.String())
	}
}

// forumSource is a source of such a forum.
func (s *site) forumSource(name string) Source {
	src := DefaultSource()
	src.Name, src.Title, src.Base, src.Delay = name, "论坛", s.URL, 0
	src.Channel = vane.Forum
	src.Start = []string{"/list"}
	src.ID = `/post/(\w+)`
	src.List = &List{
		Item:   "li",
		Fields: Fields{URL: Field{{Select: "a", Attr: "href"}}, Title: Field{{Select: "a"}}},
		Next:   Field{{Select: "a.next", Attr: "href"}},
	}
	src.Detail = &Detail{Fields: Fields{
		Title: Field{{Select: "h1"}}, Text: Field{{Select: ".text"}}, Author: Field{{Select: "i"}}, Published: Field{{Select: "time"}},
	}}
	return src
}

// numbers are the ids to, to-1, …, from.
func numbers(from, to int) []string {
	var ids []string
	for n := to; n >= from; n-- {
		ids = append(ids, fmt.Sprint(n))
	}
	return ids
}

func testConfig() Config {
	cfg := DefaultConfig()
	cfg.AllowPrivate = true
	cfg.AuthorSecret = []byte("secret of the tests")
	cfg.Version = "test"
	return cfg
}

func openTestState(t testing.TB) *State {
	t.Helper()
	state, err := OpenState(t.Context(), filepath.Join(t.TempDir(), "crawl.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := state.Close(); err != nil {
			t.Error(err)
		}
	})
	return state
}

func newTestCrawler(t testing.TB, cfg Config, state *State) *Crawler {
	t.Helper()
	c, err := New(cfg, state, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// mustPass makes a pass and checks why it ended.
func mustPass(t testing.TB, c *Crawler, src Source, want Reason) PassReport {
	t.Helper()
	report, err := c.Pass(t.Context(), src, PassOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Reason != want {
		t.Fatalf("pass ended with %q (%s), want %q; %+v", report.Reason, report.Detail, want, report)
	}
	return report
}

// outboxPosts takes everything out of the outbox.
func outboxPosts(t testing.TB, s *State) []vane.Post {
	t.Helper()
	var posts []vane.Post
	for {
		batch, err := s.Lease(context.Background(), 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Posts) == 0 {
			return posts
		}
		posts = append(posts, batch.Posts...)
		if err := s.Ack(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
	}
}

func titles(posts []vane.Post) []string {
	var list []string
	for _, post := range posts {
		list = append(list, post.Title)
	}
	slices.Sort(list)
	return list
}

// realData is a file of the data that lies beside the project.
func realData(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("VANE_DATA")
	if dir == "" {
		t.Skip("VANE_DATA is not set: the real pages and posts lie outside the project")
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// newBareServer stands for a server of another process.
func newBareServer(url string) *httptest.Server { return &httptest.Server{URL: url} }

// Pending is how many posts wait to be stored, those on lease included.
func (s *State) Pending(ctx context.Context) (int, error) {
	return int(s.room.posts.Load()), ctx.Err()
}
