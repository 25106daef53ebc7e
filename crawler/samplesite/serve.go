package samplesite

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Posts of one list page.
const (
	forumRows     = 30
	complaintRows = 40
	twRows        = 20
	apiRows       = 25
	mainFeedItems = 50
)

const robots = "User-agent: *\nDisallow: /private/\n\nUser-agent: BadBot\nDisallow: /\n"

// closed is what robots.txt closes.
const closed = "/private/"

// Handler serves the five sites, by path: /forum/, /complaint/ (GBK), /tw/, /news/
// (feeds), /api/ (JSON), and a robots.txt that closes /private/.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.plain("本地示例站点", "以下站点由程序生成，商家与人物均为虚构。",
		"/forum/", "/complaint/", "/tw/", "/news/", "/api/posts?page=1", closed+"admin.html"))
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprint(w, robots) // the client left if this fails
	})
	mux.HandleFunc("GET "+closed, s.plain("内部页面", "robots.txt 不允许抓取这一页。"))
	s.handleForum(mux)
	s.handleComplaint(mux)
	s.handleTW(mux)
	s.handleNews(mux)
	s.handleMicroblog(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		if strings.HasPrefix(r.URL.Path, closed) {
			s.private.Add(1)
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Site) handleForum(mux *http.ServeMux) {
	list := lister{s, "sample_forum", forumRows, "forum_list.html", utf8HTML, func(n int) string {
		return "/forum/list-" + strconv.Itoa(n) + ".html"
	}}
	mux.HandleFunc("GET /forum/{$}", func(w http.ResponseWriter, r *http.Request) { list.show(w, 1) })
	mux.HandleFunc("GET /forum/rules.html", s.plain("版规", "禁止人身攻击和广告。", "/forum/"))
	mux.HandleFunc("GET /forum/space.html", s.plain("个人空间", "该用户设置了隐私。", "/forum/"))
	mux.HandleFunc("GET /forum/{page}", func(w http.ResponseWriter, r *http.Request) {
		if n, ok := strings.CutPrefix(r.PathValue("page"), "list-"); ok {
			list.showAt(w, r, strings.TrimSuffix(n, ".html"))
			return
		}
		s.showPost(w, r, r.URL.Path, "forum_post.html", utf8HTML)
	})
}

func (s *Site) handleComplaint(mux *http.ServeMux) {
	list := lister{s, "sample_complaint", complaintRows, "complaint_list.html", gbkHTML, func(n int) string {
		return "/complaint/list.asp?page=" + strconv.Itoa(n)
	}}
	mux.HandleFunc("GET /complaint/{$}", func(w http.ResponseWriter, r *http.Request) { list.show(w, 1) })
	mux.HandleFunc("GET /complaint/list.asp", func(w http.ResponseWriter, r *http.Request) {
		list.showAt(w, r, r.URL.Query().Get("page"))
	})
	mux.HandleFunc("GET /complaint/show.asp", func(w http.ResponseWriter, r *http.Request) {
		s.showPost(w, r, r.URL.Path+"?id="+r.URL.Query().Get("id"), "complaint_post.html", gbkHTML)
	})
}

func (s *Site) handleTW(mux *http.ServeMux) {
	list := lister{s, "sample_tw", twRows, "tw_list.html", utf8HTML, func(n int) string {
		return "/tw/?page=" + strconv.Itoa(n)
	}}
	mux.HandleFunc("GET /tw/{$}", func(w http.ResponseWriter, r *http.Request) {
		list.showAt(w, r, r.URL.Query().Get("page"))
	})
	mux.HandleFunc("GET /tw/post/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.showPost(w, r, r.URL.Path, "tw_post.html", utf8HTML)
	})
}

// columns are the feeds of the news site, by the name in their address.
func columns() []string {
	return []string{"yaowen", "xiaofei", "minsheng", "fazhi", "caijing", "wenyu"}
}

// columnOf is where a news post appears.
func columnOf(p *Planted) string {
	id, err := strconv.Atoi(p.NativeID)
	if err != nil {
		return ""
	}
	return columns()[id%len(columns())]
}

func (s *Site) handleNews(mux *http.ServeMux) {
	links := []string{"/news/feed.xml"}
	for _, c := range columns() {
		links = append(links, "/news/feed.xml?column="+c)
	}
	mux.HandleFunc("GET /news/{$}", s.plain("晨光资讯", "订阅频道：", links...))
	mux.HandleFunc("GET /news/feed.xml", s.showFeed)
	mux.HandleFunc("GET /news/{page}", func(w http.ResponseWriter, r *http.Request) {
		s.showPost(w, r, r.URL.Path, "news_post.html", utf8HTML)
	})
}

// showFeed is a column's posts, or the newest of all columns.
func (s *Site) showFeed(w http.ResponseWriter, r *http.Request) {
	column := r.URL.Query().Get("column")
	posts := s.bySource["sample_news"]
	switch {
	case column == "":
		posts = posts[:min(mainFeedItems, len(posts))]
	case slices.Contains(columns(), column):
		posts = slices.DeleteFunc(slices.Clone(posts), func(p *Planted) bool { return columnOf(p) != column })
	default:
		http.NotFound(w, r)
		return
	}
	s.pages.render(w, "news_feed.xml", feedXML, feedView{Column: column, Root: rootOf(r), Posts: posts})
}

// rootOf is the address the client used, for links that have to be absolute.
func rootOf(r *http.Request) string { return "http://" + r.Host }

func (s *Site) handleMicroblog(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/posts", func(w http.ResponseWriter, r *http.Request) {
		page, err := pageNumber(r.URL.Query().Get("page"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		answer, err := json.Marshal(s.microblogPage(page, rootOf(r)))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Write(answer) //nolint:gosec // the client left if this fails
	})
	mux.HandleFunc("GET /status/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.showPost(w, r, r.URL.Path, "news_post.html", utf8HTML)
	})
}

var errPage = errors.New("there is no such page")

// pageNumber reads a page number; none is the first.
func pageNumber(text string) (int, error) {
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, errPage
	}
	return n, nil
}
