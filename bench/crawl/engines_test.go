package crawlbench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html/charset"

	"vane"
	"vane/crawler"
)

// parallel is how many pages every engine has on their way at one time.
const parallel = 8

// record is what every engine gets from a page.
type record struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Author    string `json:"author"`
	Published string `json:"published"`
	Text      string `json:"text"`
}

// cost is what a process used.
type cost struct {
	CPU   time.Duration `json:"cpu_ns"`
	RSS   int64         `json:"rss_bytes"`
	Pages int           `json:"pages"`
}

// measure tells what doing f cost this process, the start of the program left out.
func measure(f func() (pages int, err error)) error {
	before := cpuTime()
	pages, err := f()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(cost{cpuTime() - before, peakRSS(), pages})
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakRSS is from /proc, as a process inherits the maximum of getrusage from its
// parent. It is 0 where there is no /proc.
func peakRSS() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	if err != nil {
		return 0
	}
	return kb << 10
}

// writer writes records, from many goroutines.
type writer struct {
	mu  sync.Mutex
	out *json.Encoder
	n   int
}

func (w *writer) write(r record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	return w.out.Encode(r)
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// published is how the site writes a time, as UTC.
func published(s string) (string, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04", strings.TrimSpace(s), vane.Beijing())
	return t.UTC().Format(time.RFC3339), err
}

func idOf(link string) string { return link[strings.LastIndex(link, "/")+1:] }

// source is the site as Vane is told of it.
func source(base string) crawler.Source {
	src := crawler.DefaultSource()
	src.Name, src.Title, src.Base, src.Delay = "bench", "测试站", base, 0
	src.Start = []string{"/list/0"}
	src.ID = `/post/(\d+(?:\?.*)?)$`
	src.Limits.Pages, src.Limits.Depth = 1_000_000, 10_000
	src.List = &crawler.List{
		Item:   "li.row",
		Fields: crawler.Fields{URL: crawler.Field{{Select: "a", Attr: "href"}}, Title: crawler.Field{{Select: "a"}}},
		Next:   crawler.Field{{Select: "a.next", Attr: "href"}},
	}
	src.Detail = &crawler.Detail{Fields: crawler.Fields{
		Title: crawler.Field{{Select: "h1"}}, Text: crawler.Field{{Select: ".text"}},
		Author: crawler.Field{{Select: ".author"}}, Published: crawler.Field{{Select: "time"}},
	}}
	return src
}

// openVane is a crawler with its state on disk.
func openVane(ctx context.Context, dir string) (*crawler.Crawler, *crawler.State, error) {
	state, err := crawler.OpenState(ctx, filepath.Join(dir, "crawl.db"))
	if err != nil {
		return nil, nil, err
	}
	cfg := crawler.DefaultConfig()
	cfg.Workers, cfg.AllowPrivate, cfg.AuthorSecret = parallel, true, []byte(benchSecret)
	c, err := crawler.New(cfg, state, slog.New(slog.DiscardHandler))
	return c, state, err
}

const benchSecret = "the secret of the benchmark"

// runVane makes a whole pass: robots.txt, pace, charset, frontier, outbox, all on
// disk. What is measured ends when every post is in the outbox.
func runVane(base, out string) error {
	ctx := context.Background()
	c, state, err := openVane(ctx, filepath.Dir(out))
	if err != nil {
		return err
	}
	defer state.Close()
	defer c.Close()
	err = measure(func() (int, error) {
		report, err := c.Pass(ctx, source(base), crawler.PassOptions{})
		if err == nil && report.Reason != crawler.Done {
			err = fmt.Errorf("pass ended with %s: %s", report.Reason, report.Detail)
		}
		return report.New, err
	})
	if err != nil {
		return err
	}
	return writeOutbox(ctx, state, out)
}

// writeOutbox writes the posts as records. Vane keeps no names: authors are compared
// by their keys.
func writeOutbox(ctx context.Context, state *crawler.State, out string) error {
	names := map[vane.ID]string{}
	for n := range 1000 {
		name := "用户" + strconv.Itoa(n)
		names[vane.NewAuthorKey([]byte(benchSecret), "bench", name)] = name
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer file.Close()
	w := &writer{out: json.NewEncoder(file)}
	for {
		batch, err := state.Lease(ctx, 1000)
		if err != nil || len(batch.Posts) == 0 {
			return err
		}
		for _, p := range batch.Posts {
			if err := w.write(record{idOf(p.URL), p.Title, names[p.AuthorKey], p.PublishedAt.Format(time.RFC3339), squeeze(p.Text)}); err != nil {
				return err
			}
		}
		if err := state.Ack(ctx, batch); err != nil {
			return err
		}
	}
}

// runPlain is net/http and goquery by hand: no robots.txt, no pace, no state, nothing
// kept. It is the least that gets these records.
func runPlain(base, out string) error {
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer file.Close()
	p := plain{&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: parallel}}, base, &writer{out: json.NewEncoder(file)}}
	return measure(p.run)
}

type plain struct {
	client *http.Client
	base   string
	out    *writer
}

func (p plain) get(path string) (*goquery.Document, error) {
	res, err := p.client.Get(p.base + path)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := charset.NewReader(res.Body, res.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	return goquery.NewDocumentFromReader(body)
}

func (p plain) run() (int, error) {
	links := make(chan string, perList)
	errs := make(chan error, parallel)
	for range parallel {
		go func() {
			var err error
			for link := range links {
				if err == nil {
					err = p.post(link)
				}
			}
			errs <- err
		}()
	}
	failed := p.lists(links)
	close(links)
	for range parallel {
		if err := <-errs; err != nil {
			failed = err
		}
	}
	return p.out.n, failed
}

func (p plain) lists(links chan<- string) error {
	for next := "/list/0"; next != ""; {
		doc, err := p.get(next)
		if err != nil {
			return err
		}
		doc.Find("li.row a").Each(func(_ int, a *goquery.Selection) { links <- a.AttrOr("href", "") })
		next = doc.Find("a.next").AttrOr("href", "")
	}
	return nil
}

func (p plain) post(link string) error {
	doc, err := p.get(link)
	if err != nil {
		return err
	}
	when, err := published(doc.Find("time").Text())
	if err != nil {
		return err
	}
	return p.out.write(record{idOf(link), doc.Find("h1").Text(), doc.Find(".author").Text(), when, squeeze(doc.Find(".text").Text())})
}

// runColly is colly as its README and examples show it.
func runColly(base, out string) error {
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer file.Close()
	w := &writer{out: json.NewEncoder(file)}
	return measure(func() (int, error) {
		c := colly.NewCollector(colly.Async(true))
		if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: parallel}); err != nil {
			return 0, err
		}
		c.OnHTML("li.row a[href]", func(e *colly.HTMLElement) { e.Request.Visit(e.Attr("href")) })
		c.OnHTML("a.next", func(e *colly.HTMLElement) { e.Request.Visit(e.Attr("href")) })
		c.OnHTML("body", func(e *colly.HTMLElement) {
			when, err := published(e.ChildText("time"))
			if err != nil {
				return // a list
			}
			w.write(record{idOf(e.Request.URL.Path), e.ChildText("h1"), e.ChildText(".author"), when, squeeze(e.ChildText(".text"))})
		})
		if err := c.Visit(base + "/list/0"); err != nil {
			return 0, err
		}
		c.Wait()
		return w.n, nil
	})
}

// runWaiting fills Vane's frontier with so many pages, and crawls on.
func runWaiting(base, out string, waiting int) error {
	ctx := context.Background()
	c, state, err := openVane(ctx, filepath.Dir(out))
	if err != nil {
		return err
	}
	defer state.Close()
	defer c.Close()
	src := source(base)
	src.Start, src.Delay = nil, time.Millisecond // all lists, one after the other, and then posts
	for n := range waiting / perWide {
		src.Start = append(src.Start, "/wide/"+strconv.Itoa(n))
	}
	src.Limits.Pages = len(src.Start) + 2000
	return measure(func() (int, error) {
		report, err := c.Pass(ctx, src, crawler.PassOptions{})
		if err == nil && report.Left < waiting-3000 {
			err = fmt.Errorf("only %d pages are waiting: %+v", report.Left, report)
		}
		return report.Left, err
	})
}

// runRole does what the process was started for.
func runRole(role, base, out string, pages int) error {
	if _, err := url.Parse(base); err != nil {
		return err
	}
	switch role {
	case "serve":
		return serve(pages)
	case "vane":
		return runVane(base, out)
	case "plain":
		return runPlain(base, out)
	case "colly":
		return runColly(base, out)
	case "waiting":
		return runWaiting(base, out, pages)
	default:
		return fmt.Errorf("no role %q", role)
	}
}
