package crawler

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vane"
)

// followed is a forum whose posts are followed, and a clock to pass over it at.
type followed struct {
	*site
	t     *testing.T
	state *State
	c     *Crawler
	src   Source
	now   time.Time
}

func newFollowed(t *testing.T, posts ...string) *followed {
	s := newSite(t)
	s.forum(posts, 10)
	f := &followed{site: s, t: t, state: openTestState(t), src: s.forumSource("forum")}
	f.c = newTestCrawler(t, testConfig(), f.state)
	f.src.Gone = []string{"text:该帖已被删除"}
	f.src.Follow = &Follow{For: 72 * time.Hour, Every: 12 * time.Hour}
	f.src.Detail.Fields.Views = Field{{Select: ".views"}}
	f.now = time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC) // half an hour after the posts
	return f
}

// post is what the page of a post says.
func (f *followed) post(id, text, views string) {
	f.page("/post/"+id, `<h1>帖子 `+id+`</h1><div class="text">`+text+`</div><b class="views">`+views+`</b><time>2026-11-20 12:30</time>`)
}

// after makes a pass when so much time has gone by since the last.
func (f *followed) after(d time.Duration) (PassReport, []vane.Post) {
	f.t.Helper()
	f.now = f.now.Add(d)
	at := f.now
	report, err := f.c.Pass(f.t.Context(), f.src, PassOptions{Now: func() time.Time { return at }})
	if err != nil || report.Errors > 0 {
		f.t.Fatal(report, err)
	}
	return report, outboxPosts(f.t, f.state)
}

func (f *followed) asked(want ...string) {
	f.t.Helper()
	if diff := cmp.Diff(want, f.requests(), cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
		f.t.Errorf("asked for other pages (-want +got):\n%s", diff)
	}
}

func TestFollowedPostsAreFetchedAgain(t *testing.T) {
	f := newFollowed(t, "2", "1")
	f.post("1", "退款难", "100")
	f.post("2", "发货慢", "100")
	if _, posts := f.after(0); len(posts) != 2 {
		t.Fatal(posts)
	}
	f.asked("/list", "/post/1", "/post/2")
	f.after(11 * time.Hour)
	f.asked("/list")

	f.post("1", "退款难，已经解决", "100")
	report, posts := f.after(time.Hour)
	f.asked("/list", "/post/1", "/post/2")
	if report.Changed != 1 || report.New != 0 || len(posts) != 1 || posts[0].Text != "退款难，已经解决" || !posts[0].CollectedAt.Equal(f.now) {
		t.Errorf("%+v, %+v, want the changed text", report, posts)
	}
	if report, posts := f.after(12 * time.Hour); report.Changed != 0 || len(posts) != 0 {
		t.Errorf("unchanged: %+v, %+v", report, posts)
	}
	f.requests()
	f.after(49 * time.Hour) // 73 hours after the posts
	f.asked("/list")
	if health, err := f.state.Health(t.Context()); err != nil || health[0].Followed != 0 {
		t.Errorf("%+v, %v, want nothing followed any more", health, err)
	}
}

func TestADeletedPostIsMarked(t *testing.T) {
	for name, delete := range map[string]func(*followed){
		"404":    func(f *followed) { f.handle("/post/1", status(http.StatusNotFound)) },
		"410":    func(f *followed) { f.handle("/post/1", status(http.StatusGone)) },
		"notice": func(f *followed) { f.page("/post/1", "<p>该帖已被删除</p>") },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFollowed(t, "1")
			f.post("1", "退款难", "100")
			_, first := f.after(0)
			delete(f)
			report, posts := f.after(12 * time.Hour)
			want := first[0]
			want.GoneAt, want.CollectedAt = f.now, f.now
			if diff := cmp.Diff([]vane.Post{want}, posts); diff != "" || report.Gone != 1 || report.Changed != 0 {
				t.Errorf("%+v; the last version differs (-want +got):\n%s", report, diff)
			}
			if report, posts := f.after(12 * time.Hour); report.Gone != 0 || len(posts) != 0 {
				t.Errorf("marked again: %+v, %+v", report, posts)
			}
			// The site was only out of order.
			f.post("1", "退款难", "100")
			report, posts = f.after(12 * time.Hour)
			want.GoneAt, want.CollectedAt = time.Time{}, f.now
			if diff := cmp.Diff([]vane.Post{want}, posts); diff != "" || report.Changed != 1 {
				t.Errorf("%+v; the post that is back differs (-want +got):\n%s", report, diff)
			}
		})
	}
}

func TestSmallChangesOfCountsAreNotTold(t *testing.T) {
	f := newFollowed(t, "1")
	f.post("1", "退款难", "1000")
	f.after(0)
	for _, step := range []struct {
		views string
		told  int
	}{{"1050", 0}, {"1099", 0}, {"1100", 1}, {"1199", 0}, {"1.3万", 1}} {
		f.post("1", "退款难", step.views)
		if _, posts := f.after(12 * time.Hour); len(posts) != step.told {
			t.Errorf("%s views: %d versions, want %d", step.views, len(posts), step.told)
		}
	}
}

func TestMoved(t *testing.T) {
	for _, c := range []struct {
		was, is uint64
		want    bool
	}{{0, 0, false}, {0, 1, true}, {9, 10, true}, {10, 11, true}, {11, 12, false}, {1000, 901, false}, {1000, 900, true}, {1 << 62, 1<<62 + 1, false}} {
		if got := moved(vane.Engagement{Likes: c.was}, vane.Engagement{Likes: c.is}); got != c.want {
			t.Errorf("from %d to %d: %v, want %v", c.was, c.is, got, c.want)
		}
	}
}

// A page that is as it was is not sent, and is asked for again all the same.
func TestAFollowedPageIsAskedForConditionally(t *testing.T) {
	f := newFollowed(t, "1")
	f.post("1", "退款难", "100")
	post := &versioned{body: recordOf(f.site, "/post/1"), etag: `"v1"`}
	f.handle("/post/1", post.ServeHTTP)
	f.after(0)
	for range 2 {
		if report, posts := f.after(12 * time.Hour); report.Unchanged != 1 || len(posts) != 0 || post.last() != `"v1"|` {
			t.Errorf("asked with %s, %+v, %+v", post.last(), report, posts)
		}
	}
}

// A page that fails does not stop a post from being followed.
func TestAFollowedPageThatFailsIsTriedAgain(t *testing.T) {
	f := newFollowed(t, "1")
	f.post("1", "退款难", "100")
	f.after(0)
	f.page("/post/1", "<p>首页</p>")
	f.now = f.now.Add(12 * time.Hour)
	report, err := f.c.Pass(t.Context(), f.src, PassOptions{Now: func() time.Time { return f.now }})
	if err != nil || report.Errors != 1 || report.Left != 0 {
		t.Errorf("%+v, %v, want a page that can't be read and is not kept", report, err)
	}
	f.post("1", "退款难了", "100")
	if report, _ := f.after(12 * time.Hour); report.Changed != 1 {
		t.Errorf("%+v, want the changed post", report)
	}
	f.src.Follow = nil
	f.requests()
	f.after(12 * time.Hour)
	f.asked("/list")
}
