package crawler

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// versioned serves a page with an ETag, a Last-Modified or both, and answers 304 as
// servers do. It keeps what it was asked with.
type versioned struct {
	mu             sync.Mutex
	body           string
	etag, modified string
	asked          []string // "etag|modified" of every request
}

func (v *versioned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	match, since := r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since")
	v.asked = append(v.asked, match+"|"+since)
	if v.etag != "" {
		w.Header().Set("ETag", v.etag)
	}
	if v.modified != "" {
		w.Header().Set("Last-Modified", v.modified)
	}
	if match != "" && match == v.etag || v.etag == "" && since != "" && since == v.modified {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write([]byte(v.body))
}

func (v *versioned) set(body, etag string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.body, v.etag = body, etag
}

func (v *versioned) last() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.asked) == 0 {
		return "nothing"
	}
	return v.asked[len(v.asked)-1]
}

// versionedForum is a forum of ten posts whose list has an ETag.
func versionedForum(t *testing.T) (*site, *versioned, Source) {
	s := newSite(t)
	s.forum(numbers(1, 10), 10)
	list := &versioned{body: recordOf(s, "/list"), etag: `"v1"`}
	s.handle("/list", list.ServeHTTP)
	return s, list, s.forumSource("forum")
}

// recordOf is what the site answers at path.
func recordOf(s *site, path string) string {
	w := &recorder{header: http.Header{}}
	s.pages[path](w, nil)
	return w.body.String()
}

type recorder struct {
	header http.Header
	body   strings.Builder
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(int)             {}
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

func TestAnUnchangedListIsNotSentAgain(t *testing.T) {
	s, list, src := versionedForum(t)
	c := newTestCrawler(t, testConfig(), openTestState(t))
	mustPass(t, c, src, Done)
	s.requests()
	report := mustPass(t, c, src, Seen)
	if list.last() != `"v1"|` || report.Pages != 1 || report.Unchanged != 1 || report.Errors != 0 || report.Empty {
		t.Errorf("asked with %s, %+v, want one page that is unchanged", list.last(), report)
	}
	if asked := s.requests(); !slices.Equal(asked, []string{"/list"}) {
		t.Errorf("asked for %q", asked)
	}
	s.forum(numbers(1, 11), 20)
	list.set(recordOf(s, "/list"), `"v2"`)
	s.handle("/list", list.ServeHTTP)
	if report := mustPass(t, c, src, Done); report.New != 1 {
		t.Errorf("a changed list gives %+v, want one new post", report)
	}
}

func TestLastModifiedIsAskedWith(t *testing.T) {
	_, list, src := versionedForum(t)
	list.etag, list.modified = "", "Fri, 20 Nov 2026 04:30:00 GMT"
	c := newTestCrawler(t, testConfig(), openTestState(t))
	mustPass(t, c, src, Done)
	if report := mustPass(t, c, src, Seen); report.Unchanged != 1 || list.last() != "|"+list.modified {
		t.Errorf("asked with %s, %+v", list.last(), report)
	}
}

// Validators are believed only of a page that was stored, as the source reads it now,
// and for a day.
func TestValidatorsAreNotTrusted(t *testing.T) {
	for name, spoil := range map[string]func(*site, *versioned, *Source, *State){
		"after the source was changed": func(_ *site, _ *versioned, src *Source, _ *State) { src.Region = "广东" },
		"after a day": func(_ *site, _ *versioned, _ *Source, state *State) {
			old := millis(time.Now().Add(-validFor - time.Minute))
			if _, err := state.db.ExecContext(t.Context(), `UPDATE validators SET fetched = ?`, old); err != nil {
				t.Fatal(err)
			}
		},
		"on a list that starts anew every day": func(_ *site, _ *versioned, src *Source, _ *State) { src.Daily = true },
	} {
		s, list, src := versionedForum(t)
		state := openTestState(t)
		c := newTestCrawler(t, testConfig(), state)
		mustPass(t, c, src, Done)
		spoil(s, list, &src, state)
		if _, err := c.Pass(t.Context(), src, PassOptions{}); err != nil {
			t.Fatal(err)
		}
		if list.last() != "|" {
			t.Errorf("%s: asked with %s, want no validators", name, list.last())
		}
	}
}

func TestAPageThatCouldNotBeReadIsAskedForWhole(t *testing.T) {
	s := newSite(t)
	list := &versioned{body: `<li><a href="/post/1">一</a></li><li><a>没有链接</a></li>`, etag: `"v1"`}
	s.handle("/list", list.ServeHTTP)
	s.page("/post/1", "<h1>一</h1>")
	c := newTestCrawler(t, testConfig(), openTestState(t))
	src := s.forumSource("forum")
	for range 2 {
		report := mustPass(t, c, src, map[bool]Reason{true: Done, false: Seen}[list.last() == "nothing"])
		if report.Errors != 1 || list.last() != "|" {
			t.Errorf("asked with %s, %+v, want the row that can't be read again", list.last(), report)
		}
	}
}

// What a pass did not get to is not lost behind a list that is unchanged.
func TestAnUnchangedListDoesNotHideWhatIsLeft(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 30), 10)
	for _, path := range []string{"/list", "/list?page=2", "/list?page=3"} {
		list := &versioned{body: recordOf(s, path), etag: `"` + path + `"`}
		s.handle(path, list.ServeHTTP)
	}
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src := s.forumSource("forum")
	src.Limits.Pages = 4
	for range 20 {
		report, err := c.Pass(t.Context(), src, PassOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if report.Left == 0 {
			break
		}
	}
	if got := titles(outboxPosts(t, state)); len(got) != 30 {
		t.Errorf("%d posts, want 30: %q", len(got), got)
	}
}

// The page that one redirects to must not be asked with the validators of the first.
func TestValidatorsStayWithTheirPage(t *testing.T) {
	s, list, src := versionedForum(t)
	c := newTestCrawler(t, testConfig(), openTestState(t))
	mustPass(t, c, src, Done)
	other := &versioned{body: list.body, etag: `"v1"`}
	s.handle("/other", other.ServeHTTP)
	s.handle("/list", redirect("/other"))
	report := mustPass(t, c, src, Seen)
	if other.last() != "|" || report.Unchanged != 0 {
		t.Errorf("the other page was asked with %s; %+v", other.last(), report)
	}
	mustPass(t, c, src, Seen)
	if other.last() != "|" {
		t.Errorf("the other page was asked with %s", other.last())
	}
}

// A 304 that nobody asked for is no page.
func TestAnUnaskedNotModifiedIsAnError(t *testing.T) {
	s := newSite(t)
	s.handle("/list", status(http.StatusNotModified))
	mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), s.forumSource("forum"), Failed)
}
