package crawler

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"vane"
)

func TestMetricsCountWhatWasAskedFor(t *testing.T) {
	s, other := newSite(t), newSite(t)
	s.forum(numbers(1, 3), 10)
	s.page("/robots.txt", "User-agent: *\nDisallow: /secret")
	s.handle("/post/1", redirect(other.URL+"/moved"))
	other.page("/moved", "<h1>帖子 1</h1>"+strings.Repeat("x", 5000))
	s.handle("/post/2", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(gzipped("<h1>帖子 2</h1>" + strings.Repeat("x", 7000)))
	})
	s.handle("/post/3", status(http.StatusNotFound))
	c := newTestCrawler(t, testConfig(), openTestState(t))
	src := s.forumSource("forum")
	src.Delay = 20 * time.Millisecond
	src.Detail.Fields.Text = Field{{Select: "body"}}
	mustPass(t, c, src, Done)
	got := c.Metrics()
	host, moved := got.Hosts[strings.TrimPrefix(s.URL, "http://")], got.Hosts[strings.TrimPrefix(other.URL, "http://")]
	// robots.txt, the list, three posts; and robots.txt, which is none, and a post.
	if host.Requests != 5 || host.Statuses != [6]uint64{2: 3, 3: 1, 4: 1} {
		t.Errorf("first host: %+v", host)
	}
	if moved.Requests != 2 || moved.Statuses != [6]uint64{2: 1, 4: 1} || moved.Bytes < 5000 {
		t.Errorf("second host: %+v", moved)
	}
	if got.Requests != 7 || got.Bytes != host.Bytes+moved.Bytes || host.Bytes < 7000 || len(got.Hosts) != 2 {
		t.Errorf("in all: %+v", got)
	}
	if host.Waited < src.Delay || got.Waited != host.Waited+moved.Waited {
		t.Errorf("waited %v and %v", host.Waited, moved.Waited)
	}
	if again := c.Metrics(); again.Requests != got.Requests {
		t.Errorf("a snapshot counts: %+v", again)
	}
}

func TestMetricsCountRequestsWithoutAnswer(t *testing.T) {
	s := newSite(t)
	s.Close()
	c := newTestCrawler(t, testConfig(), openTestState(t))
	src := s.forumSource("forum")
	src.Limits.Time = 50 * time.Millisecond
	mustPass(t, c, src, Failed)
	if got := c.Metrics(); got.Requests != 1 || got.Statuses[0] != 1 {
		t.Errorf("%+v, want one request without an answer", got)
	}
}

func TestMetricsAreBounded(t *testing.T) {
	m := newMeter()
	for n := range 2 * maxHostClocks {
		m.waited(time.Duration(n).String(), time.Second)
	}
	if len(m.hosts) != maxHostClocks || m.all.Waited != 2*maxHostClocks*time.Second {
		t.Errorf("%d hosts, waited %v", len(m.hosts), m.all.Waited)
	}
}

func TestMetricsCountWhatSourcesGave(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	s.handle("/post/3", status(http.StatusNotFound))
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	var want Read
	for range 2 {
		r := mustPass(t, c, s.forumSource("forum"), Done)
		want.Pages += uint64(r.Pages)
		want.New += uint64(r.New)
		want.Changed += uint64(r.Changed)
		want.Errors += uint64(r.Errors)
	}
	if got := c.Metrics().Sources["forum"]; got != want || want.New != 2 {
		t.Errorf("%+v, but the reports of its passes say %+v", got, want)
	}
}

// The outbox tells how much waits, and how long the first of it has.
func TestWaiting(t *testing.T) {
	state := openTestState(t)
	if w, err := state.Backlog(t.Context()); err != nil || w.Posts != 0 || !w.Oldest.IsZero() {
		t.Errorf("an empty outbox: %+v, %v", w, err)
	}
	first := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	for n := range 3 {
		post := vane.Post{ID: vane.NewPostID("s", strconv.Itoa(n)), Source: "s", CollectedAt: first.Add(time.Duration(n) * time.Hour)}
		if err := state.Offer(t.Context(), post); err != nil {
			t.Fatal(err)
		}
	}
	if w, err := state.Backlog(t.Context()); err != nil || w.Posts != 3 || !w.Oldest.Equal(first) {
		t.Errorf("%+v, %v", w, err)
	}
}
