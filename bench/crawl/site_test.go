package crawlbench

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	seed     = 20260726
	perList  = 100
	pageSize = 20 << 10
)

// page is one page of the site, made from its number and the seed alone.
type page struct{ title, author, text, when string }

func words(rng *rand.Rand, n int) string {
	const said = "商家 拒绝 退款 客服 一直 推脱 买了 三天 就坏了 要求 赔偿 会员 自动 续费 快递 丢件 套餐 限速 门票 柱子 座位 虚假 宣传 投诉 无人 处理 维权 消费者 平台 价格 欺诈 质量 问题"
	list := strings.Fields(said)
	var out strings.Builder
	for range n {
		out.WriteString(list[rng.IntN(len(list))])
	}
	return out.String()
}

func newPage(n int) page {
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	var text strings.Builder
	for range 40 + rng.IntN(40) {
		fmt.Fprintf(&text, "<p>%s，%s。</p>\n", words(rng, 4), words(rng, 6))
	}
	when := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.IntN(200*24*60)) * time.Minute)
	return page{words(rng, 5), "用户" + strconv.Itoa(rng.IntN(1000)), text.String(), when.Format("2006-01-02 15:04")}
}

// html is the page of pageSize bytes as UTF-8: a head, what stands beside the post,
// the post, and more of what stands beside.
func (p page) html(n int) string {
	rng := rand.New(rand.NewPCG(seed+1, uint64(n)))
	beside := func(size int) string {
		var out strings.Builder
		for out.Len() < size {
			fmt.Fprintf(&out, "<div class=\"side\"><a href=\"/about/%d\">%s</a><span class=\"c\">%d</span></div>\n", rng.IntN(1000), words(rng, 6), rng.IntN(1000))
		}
		return out.String()
	}
	post := fmt.Sprintf("<h1>%s</h1>\n<div class=\"meta\"><i class=\"author\">%s</i> <time>%s</time></div>\n<div class=\"text\">%s</div>\n", p.title, p.author, p.when, p.text)
	rest := max(pageSize-len(post), 0)
	return "<!DOCTYPE html><html><head><title>" + p.title + "</title></head><body>\n" + beside(rest/2) + post + beside(rest/2) + "</body></html>"
}

// listHTML is the list page number n of a site with so many pages.
func listHTML(n, pages int) string {
	var out strings.Builder
	out.WriteString("<!DOCTYPE html><html><body><ul>\n")
	for i := n * perList; i < min((n+1)*perList, pages); i++ {
		fmt.Fprintf(&out, "<li class=\"row\"><a href=\"/post/%d\">%s</a></li>\n", i, newPage(i).title)
	}
	out.WriteString("</ul>\n")
	if (n+1)*perList < pages {
		fmt.Fprintf(&out, "<a class=\"next\" href=\"/list/%d\">下一页</a>\n", n+1)
	}
	out.WriteString("</body></html>")
	return out.String()
}

// site answers from memory. Every second page is GBK, and says so.
func site(pages int) http.Handler {
	answers := map[string]func(http.ResponseWriter){}
	put := func(path, html string, gbk bool) {
		body, charset := []byte(html), "utf-8"
		if gbk {
			var err error
			if body, err = simplifiedchinese.GBK.NewEncoder().Bytes(body); err != nil {
				panic(err) // the words are all in GBK
			}
			charset = "gbk"
		}
		answers[path] = func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html; charset="+charset)
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			w.Write(body)
		}
	}
	for n := range pages {
		put("/post/"+strconv.Itoa(n), newPage(n).html(n), n%2 == 1)
	}
	for n := range (pages + perList - 1) / perList {
		put("/list/"+strconv.Itoa(n), listHTML(n, pages), n%2 == 1)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := answers[r.URL.Path]; answer != nil {
			answer(w)
			return
		}
		if n, ok := strings.CutPrefix(r.URL.Path, "/wide/"); ok {
			wide(w, n)
			return
		}
		http.NotFound(w, r)
	})
}

// perWide is the rows of a list that fills a frontier.
const perWide = 1000

// wide is a list page of perWide posts.
func wide(w http.ResponseWriter, number string) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	for i := n * perWide; i < (n+1)*perWide; i++ {
		fmt.Fprintf(w, "<li class=\"row\"><a href=\"/post/0?waiting=%d\">商家拒绝退款 %d</a></li>\n", i, i)
	}
}

// serve is the process of the server. It says its address and ends with its input.
func serve(pages int) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	handler := site(pages)
	fmt.Println("http://" + listener.Addr().String())
	go http.Serve(listener, handler)
	var end [1]byte
	os.Stdin.Read(end[:])
	return nil
}
