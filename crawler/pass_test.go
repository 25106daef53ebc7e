package crawler

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
)

// The saved list page says gb2312 in its <meta>; its bytes are UTF-8.
func TestPassReadsTheSavedComplaintList(t *testing.T) {
	page := realData(t, "pages/sun0769_question_list.html")
	goldFile, err := os.ReadFile(realData(t, "pages/gold/sun0769_question_list.json"))
	if err != nil {
		t.Fatal(err)
	}
	var gold []struct{ Number, Title, URL, User, Time string }
	if err := json.Unmarshal(goldFile, &gold); err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	src := shippedSource(t, "sun0769.yaml")
	src.Base, src.Delay = s.URL, 0
	s.handle(src.Start[0], func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, page) })
	state := openTestState(t)
	cfg := testConfig()

	report := mustPass(t, newTestCrawler(t, cfg, state), src, Failed) // the second page is not there
	if report.New != len(gold) || report.Undated != 0 {
		t.Errorf("report %+v, want %d new posts, all dated", report, len(gold))
	}
	got := outboxPosts(t, state)
	var want []vane.Post
	for i, row := range gold {
		published, err := time.Parse("2006-01-02 15:04:05 -0700", row.Time+" +0800")
		if err != nil {
			t.Fatal(err)
		}
		post := vane.Post{
			ID: vane.NewPostID("sun0769", row.Number), Source: "sun0769", Channel: vane.Website, URL: row.URL,
			AuthorKey: vane.NewAuthorKey(cfg.AuthorSecret, "sun0769", row.User), Region: "东莞",
			Title: row.Title, PublishedAt: published.UTC(),
		}
		if i < len(got) { // the tooltip, which the gold file does not have
			post.Text, post.CollectedAt = got[i].Text, got[i].CollectedAt
		}
		want = append(want, post)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("posts differ (-want +got):\n%s", diff)
	}
	if got[0].Text != "东莞南城昌盛大厦A栋电梯损坏，管理处处理不积极，住户只能天天爬楼梯。" {
		t.Errorf("the title that the list cuts is %q", got[0].Text)
	}
}

func TestPassFollowsListsAndReadsDetailPages(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 25), 10)
	state := openTestState(t)
	report := mustPass(t, newTestCrawler(t, testConfig(), state), s.forumSource("forum"), Done)
	if report.Pages != 28 || report.New != 25 || report.Errors != 0 || report.Left != 0 {
		t.Errorf("report %+v, want 3 lists and 25 posts", report)
	}
	posts := outboxPosts(t, state)
	if len(posts) != 25 {
		t.Fatalf("%d posts in the outbox, want 25", len(posts))
	}
	i := slices.IndexFunc(posts, func(p vane.Post) bool { return p.Title == "帖子 7" })
	want := vane.Post{
		ID: vane.NewPostID("forum", "7"), Source: "forum", Channel: vane.Forum, URL: s.URL + "/post/7",
		AuthorKey: vane.NewAuthorKey(testConfig().AuthorSecret, "forum", "作者7"),
		Title:     "帖子 7", Text: "第一行 7\n第二行",
		PublishedAt: time.Date(2026, 11, 20, 4, 30, 0, 0, time.UTC), CollectedAt: posts[i].CollectedAt,
	}
	if diff := cmp.Diff(want, posts[i]); diff != "" {
		t.Errorf("post differs (-want +got):\n%s", diff)
	}
}

func TestPassStopsAtTheFirstPageOfKnownPosts(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 50), 10)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src := s.forumSource("forum")
	mustPass(t, c, src, Done)
	s.requests()

	if report := mustPass(t, c, src, Seen); report.New != 0 || report.Pages != 1 {
		t.Errorf("a pass over known posts: %+v, want one page", report)
	}
	if got, want := s.requests(), []string{"/list"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}

	s.forum(numbers(1, 53), 10)
	if report := mustPass(t, c, src, Seen); report.New != 3 || report.Pages != 5 {
		t.Errorf("a pass over three new posts: %+v, want two lists and three posts", report)
	}
	if posts := outboxPosts(t, state); len(posts) != 53 {
		t.Errorf("%d posts in the outbox, want 53", len(posts))
	}
}

// A post that is read again goes out again only if it says something else, and
// keeps its date if that was told as a distance.
func TestPassSendsChangedPostsAgain(t *testing.T) {
	s := newSite(t)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src := s.forumSource("board")
	src.Detail = nil
	src.List.Fields.Likes = Field{{Select: "b"}}
	src.List.Fields.Published = Field{{Select: "time"}}
	row := func(likes, when string) {
		s.page("/list", `<li><a href="/post/1">退款难</a><b>`+likes+`</b><time>`+when+`</time></li>`)
	}
	now := time.Now().Truncate(time.Second)
	pass := func(at time.Time) PassReport {
		t.Helper()
		report, err := c.Pass(t.Context(), src, PassOptions{Now: func() time.Time { return at }})
		if err != nil || report.Errors > 0 {
			t.Fatal(report, err)
		}
		return report
	}

	row("3", "10分钟前")
	if r := pass(now); r.New != 1 {
		t.Errorf("first: %+v", r)
	}
	row("3", "2小时前")
	if r := pass(now.Add(110 * time.Minute)); r.New != 0 || r.Changed != 0 {
		t.Errorf("unchanged: %+v", r)
	}
	row("4", "2小时前")
	if r := pass(now.Add(115 * time.Minute)); r.New != 0 || r.Changed != 1 {
		t.Errorf("changed: %+v", r)
	}
	posts := outboxPosts(t, state)
	if len(posts) != 2 || posts[0].ID != posts[1].ID || posts[1].Engagement.Likes != 4 {
		t.Fatalf("posts %+v", posts)
	}
	for _, p := range posts {
		if want := now.Add(-10 * time.Minute).UTC(); !p.PublishedAt.Equal(want) {
			t.Errorf("published at %v, want %v", p.PublishedAt, want)
		}
	}
	if want := now.Add(115 * time.Minute); !posts[1].CollectedAt.Equal(want) {
		t.Errorf("collected at %v, want %v", posts[1].CollectedAt, want)
	}
}

func TestPassEndsForARecordedReason(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(*site, *Source)
		want    Reason
		detail  string
		left    int
	}{
		"no such page":  {func(s *site, src *Source) { src.Start = []string{"/nothing"} }, Failed, "404", 0},
		"not a list":    {func(s *site, src *Source) { src.List.Item = "tr.row" }, Failed, `list.item "tr.row" matches nothing`, 0},
		"rows broken":   {func(s *site, src *Source) { src.List.Fields.URL = Field{{Select: "em", Attr: "href"}} }, Failed, "none of 10 rows can be read", 0},
		"robots":        {func(s *site, src *Source) { s.page("/robots.txt", "User-agent: *\nDisallow: /list") }, Robots, "robots.txt", 0},
		"login wall":    {func(s *site, src *Source) { src.Blocked = []string{"text:帖子 2"} }, Blocked, "keeps crawlers out", 1},
		"forbidden":     {func(s *site, src *Source) { s.handle("/list", status(http.StatusForbidden)) }, Blocked, "403", 1},
		"pages reached": {func(s *site, src *Source) { src.Limits.Pages = 5 }, Budget, "limits.pages: 5", 7},
		"depth reached": {func(s *site, src *Source) { src.Limits.Depth = 2 }, Budget, "limits.depth: 2", 0},
		"too large":     {func(s *site, src *Source) { src.Limits.Body = 100 }, Failed, "limits.body", 0},
		"the end":       {func(s *site, src *Source) {}, Done, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.forum(numbers(1, 25), 10)
			src := s.forumSource("forum")
			c.arrange(s, &src)
			state := openTestState(t)
			report := mustPass(t, newTestCrawler(t, testConfig(), state), src, c.want)
			if !strings.Contains(report.Detail, c.detail) || report.Left != c.left {
				t.Errorf("ended with %q and %d pages left, want %q and %d", report.Detail, report.Left, c.detail, c.left)
			}
			passes, err := state.Passes(t.Context(), 10)
			if err != nil || len(passes) != 1 {
				t.Fatal(passes, err)
			}
			if diff := cmp.Diff(report, passes[0]); diff != "" {
				t.Errorf("the recorded report differs (-returned +recorded):\n%s", diff)
			}
			if len(report.Failed) != report.Errors {
				t.Errorf("%d errors are told, the report counts %d", len(report.Failed), report.Errors)
			}
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// What a limit leaves is fetched by the next pass.
func TestPassGoesOnWhereTheLastOneStopped(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 25), 10)
	src := s.forumSource("forum")
	src.Limits.Pages = 8
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	for range 3 {
		mustPass(t, c, src, Budget)
	}
	src.Limits.Pages = 1000
	mustPass(t, c, src, Seen)
	if got := titles(outboxPosts(t, state)); len(slices.Compact(got)) != 25 {
		t.Errorf("%d posts, want 25: %q", len(got), got)
	}
}

func TestPassLeavesDeletedPostsOut(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	s.page("/post/2", `<div class="deleted">该帖已被删除</div>`)
	s.handle("/post/3", status(http.StatusGone))
	src := s.forumSource("forum")
	src.Gone = []string{".deleted"}
	state := openTestState(t)
	report := mustPass(t, newTestCrawler(t, testConfig(), state), src, Done)
	if report.New != 1 || report.Gone != 2 || report.Errors != 0 || report.Left != 0 {
		t.Errorf("%+v, want one post and two that are gone", report)
	}
}

// A page that the selectors do not fit is given up with the reason, and fetched
// again once the source is corrected.
func TestPassGivesUpPagesItCantRead(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	src := s.forumSource("forum")
	right := src.Detail.Fields
	src.Detail = &Detail{Fields: Fields{Title: Field{{Select: "h2"}}, Text: Field{{Select: ".none"}}}}
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	report := mustPass(t, c, src, Done)
	if report.New != 0 || report.Errors != 3 || !strings.Contains(report.Failed[0].Reason, "selectors") {
		t.Errorf("broken selectors: %+v", report)
	}
	if report := mustPass(t, c, src, Seen); report.Errors != 0 {
		t.Errorf("a second pass fetches what was given up: %+v", report)
	}
	src.Detail = &Detail{Fields: right}
	if report := mustPass(t, c, src, Seen); report.New != 3 {
		t.Errorf("corrected: %+v, want the three posts", report)
	}
}

func TestPassRejectsPostsWhoseDateCantBeRead(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 2), 10)
	s.page("/post/2", `<h1>退款</h1><time>3个月前</time>`)
	s.page("/post/1", `<h1>退款</h1>`)
	state := openTestState(t)
	report := mustPass(t, newTestCrawler(t, testConfig(), state), s.forumSource("forum"), Done)
	if report.New != 1 || report.Undated != 1 || report.Errors != 1 {
		t.Errorf("%+v, want one undated post and one error", report)
	}
	if posts := outboxPosts(t, state); !posts[0].Undated || !posts[0].PublishedAt.Equal(posts[0].CollectedAt) {
		t.Errorf("post %+v, want the time of collection and a mark", posts[0])
	}
}

func TestPassRetriesWhatFailsForAPassingReason(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	good := s.pages["/post/2"]
	var times []time.Time
	s.handle("/post/2", func(w http.ResponseWriter, r *http.Request) {
		if times = append(times, time.Now()); len(times) > 1 {
			good(w, r)
			return
		}
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	state := openTestState(t)
	src := s.forumSource("forum")
	src.Delay = time.Millisecond // one page after the other
	report := mustPass(t, newTestCrawler(t, testConfig(), state), src, Done)
	if report.New != 3 || len(times) != 2 || times[1].Sub(times[0]) < time.Second {
		t.Errorf("%+v; asked at %v, want a second try after one second", report, times)
	}
	asked := s.requests()
	if i := slices.Index(asked, "/post/2"); asked[i+1] == "/post/2" && len(asked) > 5 {
		t.Errorf("asked for %q", asked)
	}
}

// A list that failed only at first did not fail.
func TestPassDoesNotFailByWhatCameLater(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	good := s.pages["/list"]
	var asked atomic.Int32
	s.handle("/list", func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) > 1 {
			good(w, r)
			return
		}
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	src := s.forumSource("forum")
	if report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), src, Done); report.New != 3 || report.Errors != 1 || report.Detail != "" {
		t.Errorf("%+v, want 3 posts, and the error counted", report)
	}
	s.handle("/list", status(http.StatusNotFound))
	src.Start = []string{"/list", "/list?page=1"} // one of two fails for good
	if report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), src, Failed); !strings.Contains(report.Detail, "404") {
		t.Errorf("ended with %q", report.Detail)
	}
}

// A host that asks for more time than a pass has keeps its pages for the next one.
func TestPassDoesNotWaitForEver(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	s.handle("/post/2", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	src := s.forumSource("forum")
	src.Delay = time.Millisecond
	report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), src, Done)
	if report.New != 1 || report.Left != 2 {
		t.Errorf("%+v, want post 3, and posts 2 and 1 left", report)
	}
	if asked := s.requests(); slices.Contains(asked, "/post/1") {
		t.Errorf("asked for %q after the host asked for time", asked)
	}
}

// A crash of the reading code is a page that can't be read.
func TestPassSurvivesACrashOfTheReadingCode(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	src := s.forumSource("forum")
	var calls atomic.Int32
	report, err := newTestCrawler(t, testConfig(), openTestState(t)).Pass(t.Context(), src, PassOptions{Now: func() time.Time {
		if calls.Add(1) == 4 {
			panic("the clock fell down")
		}
		return time.Now()
	}})
	if err != nil || report.Panics != 1 || report.Errors != 1 || report.New < 2 && report.Reason != Failed {
		t.Errorf("%+v, %v, want one crash", report, err)
	}
}

// A host that asked for hours is not asked again by the next pass, which says so.
func TestPassOverAHostThatAskedForTime(t *testing.T) {
	s := newSite(t)
	s.handle("/list", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	state := openTestState(t)
	mustPass(t, newTestCrawler(t, testConfig(), state), s.forumSource("forum"), Failed)
	s.requests()
	// A new crawler, as after a restart: the frontier remembers.
	report := mustPass(t, newTestCrawler(t, testConfig(), state), s.forumSource("forum"), Failed)
	if asked := s.requests(); len(asked) != 0 || !strings.Contains(report.Detail, "asked for time") || report.Left != 1 {
		t.Errorf("asked for %q, %+v", asked, report)
	}
}
