package crawler

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"vane"
)

// benchPages is how many detail pages one iteration of a crawl benchmark fetches.
const benchPages = 3000

// benchSite serves benchPages posts of 20 KB each, in lists of 100. It costs as
// little as it can, as it runs in the same process.
func benchSite(b *testing.B) *httptest.Server {
	b.Helper()
	filler := strings.Repeat(`<div class="side"><a href="/x">相关阅读：消费者投诉退款难</a><span>2026-11-20</span></div>`, 150)
	head := []byte("<html><head><title>论坛</title></head><body>" + filler + "<h1>商家拒绝退款</h1><div class=text>")
	tail := []byte("</div><i>张三</i><time>2026-11-20 12:30</time></body></html>")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if strings.HasPrefix(r.URL.Path, "/post/") {
			w.Write(head)
			fmt.Fprintf(w, "<p>第 %s 条</p>%s", r.URL.Path, strings.Repeat("<p>买了三天就坏了，客服一直推脱，要求退款。</p>", 60))
			w.Write(tail)
			return
		}
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/list/%d", &n); err != nil {
			http.NotFound(w, r)
			return
		}
		for i := range 100 {
			fmt.Fprintf(w, `<li><a href="/post/%d">商家拒绝退款</a></li>`, n*100+i)
		}
		if (n+1)*100 < benchPages {
			fmt.Fprintf(w, `<a class=next href="/list/%d">下一页</a>`, n+1)
		}
	}))
	b.Cleanup(srv.Close)
	return srv
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// reportPages reports pages per second and processor time per page, the server's
// included.
func reportPages(b *testing.B, pages int, cpu time.Duration) {
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(cpu.Microseconds())/float64(pages)/1000, "cpu-ms/page")
}

func BenchmarkPass(b *testing.B) {
	srv := benchSite(b)
	s := &site{Server: srv}
	src := s.forumSource("bench")
	src.Start, src.Limits.Pages = []string{"/list/0"}, 10*benchPages
	b.ReportAllocs()
	start, pages := cpuTime(), 0
	for b.Loop() {
		report := mustPass(b, newTestCrawler(b, testConfig(), openTestState(b)), src, Done)
		if report.New != benchPages {
			b.Fatalf("%+v", report)
		}
		pages += report.Pages
	}
	reportPages(b, pages, cpuTime()-start)
}

// BenchmarkPlainGoquery is the same pages by net/http and goquery alone: no
// robots.txt, no pace, no charset, no state. It is what Pass is measured against.
func BenchmarkPlainGoquery(b *testing.B) {
	srv := benchSite(b)
	now, zone := testNow(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: defaultWorkers}}
	read := func(n int) error {
		res, err := client.Get(fmt.Sprintf("%s/post/%d", srv.URL, n))
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		page, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
		if err != nil {
			return err
		}
		title, text, author := page.Find("h1").Text(), page.Find(".text").Text(), page.Find("i").Text()
		when, err := ParseTime(page.Find("time").Text(), now, zone)
		if title == "" || text == "" || author == "" || when.IsZero() {
			return fmt.Errorf("page %d: %q %q %q %w", n, title, text, author, err)
		}
		return nil
	}
	b.ReportAllocs()
	start, pages := cpuTime(), 0
	for b.Loop() {
		errs := make(chan error, defaultWorkers)
		for w := range defaultWorkers {
			go func() {
				var err error
				for n := w; n < benchPages && err == nil; n += defaultWorkers {
					err = read(n)
				}
				errs <- err
			}()
		}
		for range defaultWorkers {
			if err := <-errs; err != nil {
				b.Fatal(err)
			}
		}
		pages += benchPages
	}
	reportPages(b, pages, cpuTime()-start)
}

func BenchmarkToUTF8(b *testing.B) {
	gbk, err := encodingOf("gbk").NewEncoder().Bytes([]byte(strings.Repeat("<p>买了三天就坏了，客服一直推脱，要求退款。</p>", 300)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(gbk)))
	for b.Loop() {
		toUTF8(gbk, "gb2312")
	}
}

func BenchmarkOutbox(b *testing.B) {
	state := openTestState(b)
	now, _ := testNow(b)
	posts := make([]vane.Post, 1000)
	for i := range posts {
		posts[i] = vane.Post{ID: vane.NewPostID("bench", fmt.Sprint(i)), Source: "bench", Title: "退款难", Text: strings.Repeat("买了三天就坏了。", 40), PublishedAt: now, CollectedAt: now}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := state.Offer(b.Context(), posts...); err != nil {
			b.Fatal(err)
		}
		batch, err := state.Lease(b.Context(), len(posts))
		if err != nil || len(batch.Posts) != len(posts) {
			b.Fatal(len(batch.Posts), err)
		}
		if err := state.Ack(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(posts))/b.Elapsed().Seconds(), "posts/s")
}
