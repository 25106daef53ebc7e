package crawler

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
)

// threadSource is a forum whose posts have comments.
func (s *site) threadSource(thread Thread) Source {
	src := s.forumSource("forum")
	if thread.JSON == nil {
		thread.List = &List{
			Item: ".comment",
			Fields: Fields{
				ID: Field{{Attr: "data-id"}}, Text: Field{{Select: "p"}}, Author: Field{{Select: "i"}},
				Published: Field{{Select: "time"}}, Likes: Field{{Select: "b"}},
			},
			Next: Field{{Select: "a.more"}},
		}
	}
	src.Detail.Thread = &thread
	return src
}

func comment(id int, text string) string {
	return fmt.Sprintf(`<div class="comment" data-id="%d"><i>某人%d</i><time>2026-11-20 13:0%d</time><b>赞 %d</b><p>%s</p></div>`, id, id, id%10, id, text)
}

// commentTexts are the texts of comments in the outbox, with the fragments of their
// URLs.
func commentTexts(posts []vane.Post) (texts []string) {
	for _, p := range posts {
		if post, id, ok := strings.Cut(p.URL, "#"); ok {
			texts = append(texts, post[strings.LastIndex(post, "/"):]+"#"+id+" "+p.Text)
		}
	}
	slices.Sort(texts)
	return texts
}

func TestPassReadsCommentsUnderAPost(t *testing.T) {
	const post = `<h1>帖子 1</h1><div class="text">正文</div><i>楼主</i><time>2026-11-20 12:30</time>`
	jsonThread := &JSONList{Items: "list", Fields: Fields{ID: Field{{Select: "id"}}, Text: Field{{Select: "text"}}},
		Pages: &Pages{URL: "/api/comments?post={id}&page={page}", From: 2, To: 9}}
	for name, c := range map[string]struct {
		thread  Thread
		arrange func(*site)
		want    []string
	}{
		"on the post's page, going on": {Thread{}, func(s *site) {
			s.page("/post/1", post+comment(1, "甲")+comment(2, "乙")+`<a class="more" href="/post/1?page=2">更多</a>`)
			s.page("/post/1?page=2", comment(3, "丙"))
		}, []string{"/1#1 甲", "/1#2 乙", "/1#3 丙"}},
		"on pages of their own": {Thread{URL: "/comments/{id}"}, func(s *site) {
			s.page("/post/1", post)
			s.page("/comments/1", comment(1, "甲")+`<a class="more" href="/comments/1?page=2">更多</a>`)
			s.page("/comments/1?page=2", comment(2, "乙"))
		}, []string{"/1#1 甲", "/1#2 乙"}},
		"where the post leads to": {Thread{Link: Field{{Select: "a.replies"}}}, func(s *site) {
			s.page("/post/1", post+`<a class="replies" href="/replies?of=1">2 条回复</a>`)
			s.page("/replies?of=1", comment(1, "甲"))
		}, []string{"/1#1 甲"}},
		"from an API": {Thread{URL: "/api/comments?post={id}&page=1", JSON: jsonThread}, func(s *site) {
			s.page("/post/1", post)
			s.page("/api/comments?post=1&page=1", `{"list": [{"id": 7, "text": "甲"}, {"id": 8, "text": ""}]}`)
			s.page("/api/comments?post=1&page=2", `{"list": [{"id": 9, "text": "乙"}]}`)
			s.page("/api/comments?post=1&page=3", `{"list": []}`)
		}, []string{"/1#7 甲", "/1#9 乙"}},
		"none yet": {Thread{URL: "/comments/{id}"}, func(s *site) {
			s.page("/post/1", post)
			s.page("/comments/1", "还没有评论")
		}, nil},
		"no deeper than is said": {Thread{Depth: 1}, func(s *site) {
			s.page("/post/1", post+comment(1, "甲")+`<a class="more" href="/post/1?page=2">更多</a>`)
		}, []string{"/1#1 甲"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.page("/list", `<li><a href="/post/1">帖子 1</a></li>`)
			c.arrange(s)
			state := openTestState(t)
			report := mustPass(t, newTestCrawler(t, testConfig(), state), s.threadSource(c.thread), Done)
			posts := outboxPosts(t, state)
			if got := commentTexts(posts); !slices.Equal(got, c.want) || len(posts) != len(c.want)+1 || report.Left != 0 {
				t.Errorf("%q of %d posts, want %q; %+v", got, len(posts), c.want, report)
			}
		})
	}
}

func TestACommentIsAPostOfItsOwn(t *testing.T) {
	s := newSite(t)
	s.page("/list", `<li><a href="/post/1">帖子 1</a></li>`)
	s.page("/post/1", `<h1>帖子 1</h1><div class="text">正文</div>`+comment(4, "我也遇到了")+`<div class="comment" data-id="5"></div>`)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	report := mustPass(t, c, s.threadSource(Thread{}), Done)
	if report.New != 2 || report.Errors != 1 || !strings.Contains(report.Failed[0].Reason, "comment 2: it has no text") {
		t.Errorf("%+v", report)
	}
	posts := outboxPosts(t, state)
	got := posts[1]
	want := vane.Post{
		ID: vane.NewPostID("forum", "1#4"), Source: "forum", Channel: vane.Forum, URL: s.URL + "/post/1#4", Text: "我也遇到了",
		AuthorKey:   vane.NewAuthorKey(testConfig().AuthorSecret, "forum", "某人4"),
		Engagement:  vane.Engagement{Likes: 4},
		PublishedAt: time.Date(2026, 11, 20, 5, 4, 0, 0, time.UTC), CollectedAt: got.CollectedAt,
	}
	if got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// Where the newest comments come first, a page of known ones is the last.
func TestAThreadStopsAtKnownComments(t *testing.T) {
	s := newSite(t)
	row := func(replies int) {
		s.page("/list", fmt.Sprintf(`<li><a href="/post/1">帖子 1</a><em>%d</em></li>`, replies))
	}
	src := s.threadSource(Thread{URL: "/comments/{id}", Newest: true})
	src.List.Fields.Comments = Field{{Select: "em"}}
	s.page("/post/1", `<h1>帖子 1</h1><div class="text">正文</div>`)
	for n := 1; n <= 3; n++ {
		s.page(commentPage(n), comment(4-n, fmt.Sprint(n))+fmt.Sprintf(`<a class="more" href="%s">更多</a>`, commentPage(n+1)))
	}
	s.page(commentPage(4), "")
	row(3)
	c := newTestCrawler(t, testConfig(), openTestState(t))
	mustPass(t, c, src, Done)
	s.requests()
	row(4) // the number of comments is what tells that there are new ones
	s.page("/comments/1", comment(9, "新")+fmt.Sprintf(`<a class="more" href="%s">更多</a>`, commentPage(2)))
	mustPass(t, c, src, Seen)
	if got, want := s.requests(), []string{"/list", "/post/1", "/comments/1", commentPage(2)}; !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

func commentPage(n int) string {
	if n == 1 {
		return "/comments/1"
	}
	return fmt.Sprintf("/comments/1?page=%d", n)
}

func TestThreadsAreValidated(t *testing.T) {
	s := &site{Server: newBareServer("http://example.com")}
	for want, thread := range map[string]Thread{
		"detail.thread.url: \"/c\" has no {id}":          {URL: "/c"},
		"detail.thread.url: stands beside":               {URL: "/c/{id}", Link: Field{{Select: "a"}}},
		"detail.thread.url: link":                        {URL: "ftp://x/{id}"},
		"detail.thread.depth: is -1":                     {Depth: -1},
		"detail.thread.url: is missing":                  {JSON: &JSONList{Fields: Fields{ID: Field{{Select: "id"}}, Text: Field{{Select: "t"}}}}},
		"detail.thread: has no id or no text":            {URL: "/c/{id}", JSON: &JSONList{Fields: Fields{Text: Field{{Select: "t"}}}}},
		"detail.thread.json.pages.url: \"/c\" has no {p": {URL: "/c/{id}", JSON: &JSONList{Pages: &Pages{URL: "/c", From: 1, To: 2}}},
	} {
		if err := s.threadSource(thread).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if src := s.threadSource(Thread{}); src.Validate() != nil {
		t.Error(src.Validate())
	}
}
