package crawler

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

const (
	// minMain is the shortest main text that is believed, in characters. Shorter ones
	// are what is left of a page that has no article: 您访问的页面不存在.
	minMain = 30
	// minMainOfError is the same where the title speaks of an error.
	minMainOfError = 200
	// minExtracted is below what the extractor tries harder. Its own 500 is for
	// languages that need three characters where Chinese needs one.
	minExtracted = 80
	// maxMainElements bounds the time for a page: some of what the extractor does is
	// quadratic. The largest article seen has 6,000.
	maxMainElements = 50_000
)

var (
	errNoMain    = errors.New("no main text was found: write a selector for detail.fields.text")
	errErrorPage = errors.New("the page came with status 200, and is an error page")
	errorTitle   = regexp.MustCompile(`(?i)\b404\b|\b50[0-4]\b|not found|页面不存在|页面没有找到|找不到页面|出错了|无法访问|系统繁忙|访问异常`)
)

// extract adds what a page without selectors tells to what the selectors gave: the
// main text, and title and date unless the row of the post has them.
func (r reader) extract(v values, o opened, row draft, now time.Time) error {
	title := titleOf(o.html)
	cutTitle := strings.HasSuffix(row.Title, "…") || strings.HasSuffix(row.Title, "...")
	if len(r.plan.detail[fieldTitle]) == 0 && (row.Title == "" || cutTitle) && title != "" {
		v[fieldTitle] = title
	}
	if len(r.plan.detail[fieldPublished]) == 0 && row.Published.IsZero() {
		if said := r.dateOf(o.html, now); said != "" {
			v[fieldPublished] = said
		}
	}
	text, err := mainText(o)
	if err != nil {
		return err
	}
	length := utf8.RuneCountInString(text)
	switch {
	case length < minMainOfError && errorTitle.MatchString(title):
		return errErrorPage
	case length < minMain:
		return errNoMain
	}
	v[fieldText] = text
	return nil
}

// mainText is the article of a page, a line for each paragraph.
func mainText(o opened) (string, error) {
	parser := readability.NewParser()
	parser.CharThresholds = minExtracted
	parser.MaxElemsToParse = maxMainElements
	parser.DisableJSONLD = true // for metadata, which is found here
	page := goquery.CloneDocument(o.html)
	found, err := parser.ParseAndMutate(page.Get(0), o.doc.url)
	if err != nil {
		return "", fmt.Errorf("%w (%w)", errNoMain, err)
	}
	if found.Node == nil {
		return "", errNoMain
	}
	return textOf(found.Node), nil
}

// titleOf is the headline of a page. A site's name behind it is left out where the
// page shows the headline without.
func titleOf(page *goquery.Document) string {
	title := metaOf(page, "og:title")
	if title == "" {
		title = lineOf(page.Find("head title, title").First().Nodes...)
	}
	best := ""
	page.Find(`h1, h2, [class*="title" i], [id*="title" i]`).Each(func(_ int, h *goquery.Selection) {
		headline := lineOf(h.Nodes...)
		if strings.Contains(title, headline) && utf8.RuneCountInString(headline) > max(3, utf8.RuneCountInString(best)) {
			best = headline
		}
	})
	if best != "" {
		return withoutSite(best)
	}
	if title == "" {
		return lineOf(page.Find("h1").First().Nodes...)
	}
	return withoutSite(title)
}

var siteName = regexp.MustCompile(`\s*[_\-|–—]\s*[^_\-|–—]{0,12}(?:网|報|报|社|台|在线|频道|新闻|百科|论坛|社区|客户端|平台)$`)

// withoutSite cuts names of sites and columns off a title: 标题_教育频道_某某网.
func withoutSite(title string) string {
	for range 3 {
		title = strings.TrimSpace(siteName.ReplaceAllString(title, ""))
	}
	return title
}

// metaOf is the content of the first <meta> that is called so.
func metaOf(page *goquery.Document, names ...string) string {
	for _, name := range names {
		found := page.Find(`meta[property="` + name + `" i], meta[name="` + name + `" i], meta[itemprop="` + name + `" i]`)
		if s := strings.TrimSpace(found.AttrOr("content", "")); s != "" {
			return s
		}
	}
	return ""
}

// dateNames are the <meta> that tell when a page was published, the most exact ones
// first.
func dateNames() []string {
	return []string{
		"article:published_time", "og:published_time", "og:release_date", "datePublished", "publish_time", "publishdate", "pubdate",
		"article:create_at", "apub:time", "dcterms.created", "dcterms.issued", "dc.date.issued", "dc.date", "date",
	}
}

var (
	jsonLDDate = regexp.MustCompile(`"datePublished"\s*:\s*"([^"]{8,40})"`)
	// A date in running text may be that of what the text is about, so it has to stand
	// in a short piece of text: 来源:新华网 2026年11月20日 12:30 编辑:王.
	dateInText  = regexp.MustCompile(`20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?`)
	clockInText = regexp.MustCompile(dateInText.String() + `[\s　T]{0,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?`)
)

// maxDateLine is how long, in characters, a piece of text with a date may be.
const maxDateLine = 80

// dateOf is when a page says that it was published, in its own words. A day is
// completed by a clock that the page shows for the same day.
func (r reader) dateOf(page *goquery.Document, now time.Time) string {
	var best string
	var bestAt time.Time
	for _, said := range datesOf(page) {
		t, err := ParseTime(said, now, r.plan.zone)
		if err != nil {
			continue
		}
		switch {
		case best == "":
			best, bestAt = said, t
		case r.sameDay(t, bestAt):
			best = said
		default:
			continue
		}
		if strings.Contains(said, ":") || strings.Contains(said, "：") {
			return best
		}
	}
	return best
}

func (r reader) sameDay(a, b time.Time) bool {
	const form = time.DateOnly
	return a.In(r.plan.zone).Format(form) == b.In(r.plan.zone).Format(form)
}

// datesOf lists what may be a page's date, the surest first.
func datesOf(page *goquery.Document) []string {
	var said []string
	page.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		if m := jsonLDDate.FindStringSubmatch(s.Text()); m != nil {
			said = append(said, m[1])
		}
	})
	for _, name := range dateNames() {
		if s := metaOf(page, name); s != "" {
			said = append(said, s)
		}
	}
	page.Find(`[itemprop="datePublished"], time[pubdate], article time, time`).Each(func(_ int, s *goquery.Selection) {
		said = append(said, s.AttrOr("datetime", ""), strings.TrimSpace(s.Text()))
	})
	lines := shortLines(page)
	if clocks := matches(clockInText, lines); len(clocks) > 0 {
		said = append(said, clocks[0]) // a second one is of a comment
	}
	if days := matches(dateInText, lines); len(days) == 1 {
		said = append(said, days[0]) // an encyclopedia names dozens
	}
	return said
}

// matches are the different matches of a form in lines, in their order.
func matches(form *regexp.Regexp, lines []string) (found []string) {
	for _, line := range lines {
		if m := form.FindString(line); m != "" && !slices.Contains(found, m) {
			found = append(found, m)
		}
	}
	return found
}

// shortLines are the short pieces of text of a page that hold a date and are no
// sentence, outside of links and lists, which lead to other articles.
func shortLines(page *goquery.Document) []string {
	var lines []string
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode && dateInText.MatchString(n.Data):
			if line := lineOf(n.Parent); utf8.RuneCountInString(line) <= maxDateLine && !strings.ContainsAny(line, "，。！？") {
				lines = append(lines, line)
			}
			return
		case n.Type == html.ElementNode:
			switch n.Data {
			case "a", "script", "style", "head", "footer", "li":
				return
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	for _, n := range page.Nodes {
		walk(n)
	}
	return lines
}
