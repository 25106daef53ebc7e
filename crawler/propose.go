package crawler

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"
	"github.com/tidwall/gjson"
)

// Proposal is a source for a page that nobody has described yet. It is a beginning:
// it reads the page that it was made from, and a person has to look at the rest.
type Proposal struct {
	Source  Source
	Notes   []string // in Chinese: what was found, and what to look at
	Records []Record // what the source reads from the page
}

// errNoRows is about a page without rows that could be posts.
var errNoRows = errors.New("the page has no repeated rows with links: give the address of a list, a feed, a sitemap or a JSON answer")

// Propose looks at a page and says how its posts could be read: the repeated rows of
// an HTML list, a feed, a sitemap, or the array of a JSON answer. The source passes
// Validate, is not enabled, and reads the page.
func Propose(address string, body []byte, at time.Time) (Proposal, error) {
	u, err := resolve(nil, address)
	if err != nil {
		return Proposal{}, fmt.Errorf("propose a source: %w", err)
	}
	p := Proposal{Source: DefaultSource()}
	p.Source.Name, p.Source.Title, p.Source.Enabled = nameOfHost(u.Hostname()), u.Hostname(), false
	p.Source.Base, p.Source.Start = u.Scheme+"://"+u.Host, []string{u.RequestURI()}
	zone, err := ParseZone(p.Source.Zone)
	if err != nil {
		return Proposal{}, fmt.Errorf("propose a source: %w", err)
	}
	text := toUTF8(body, "")
	if err := p.look(text, u, at.In(zone)); err != nil {
		return Proposal{}, fmt.Errorf("propose a source for %s: %w", address, err)
	}
	if err := p.Source.Validate(); err != nil {
		return Proposal{}, fmt.Errorf("propose a source for %s: %w", address, err)
	}
	if p.Source.Start[0] == u.RequestURI() {
		if p.Records, err = ReadPages(p.Source, []SavedPage{{URL: address, Body: text}}, at); err != nil {
			return Proposal{}, fmt.Errorf("propose a source for %s: %w", address, err)
		}
	}
	return p, nil
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// nameOfHost makes a source's name: tousu_example_org.
func nameOfHost(host string) string {
	name := strings.TrimPrefix(strings.ToLower(host), "www.")
	return strings.Trim(notInName.ReplaceAllString(name, "_"), "_")
}

// look finds out what kind of page it is.
func (p *Proposal) look(body []byte, at *url.URL, now time.Time) error {
	head := string(body[:min(len(body), 4096)])
	kind := gofeed.DetectFeedType(strings.NewReader(head)) // any object of JSON may be a feed to it
	switch {
	case kind == gofeed.FeedTypeAtom, kind == gofeed.FeedTypeRSS, kind == gofeed.FeedTypeJSON && strings.Contains(head, "jsonfeed.org"):
		p.Source.Kind = Feed
		p.note("这是一个订阅地址。若条目只有摘要，加一行 detail: {}，正文会在文章页上自动识别。")
		return nil
	case strings.Contains(head, "<urlset") || strings.Contains(head, "<sitemapindex"):
		p.Source.Kind, p.Source.Detail = Map, &Detail{}
		p.Source.Sitemap = &Sitemap{Newer: 72 * time.Hour}
		p.note("这是网站目录（sitemap）。用 sitemap.include 写上只要哪些地址，如 include: /consumer/。")
		return nil
	case gjson.ValidBytes(body) && checkJSONDepth(body) == nil:
		return p.lookAtJSON(gjson.ParseBytes(body), now)
	}
	return p.lookAtHTML(body, at, now)
}

func (p *Proposal) note(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

func (p *Proposal) lookAtHTML(body []byte, at *url.URL, now time.Time) error {
	if bytes.Count(body, []byte("<")) > maxTags {
		return errManyTags
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("parse page: %w", err)
	}
	feeds := feedLinks(page, at)
	for _, feed := range feeds {
		p.note("页面给出了订阅地址 %s，比网页更稳定：可以对它再运行一次 vane sources new。", feed)
	}
	isArticle := regexp.MustCompile(`"@type"\s*:\s*"(?:News)?Article"`).Match(body) || metaOf(page, "og:type") == "article"
	rows, ok := findRows(page, at, now)
	switch {
	case ok && (!isArticle || rows.dated()):
		p.describe(page, rows)
		return nil
	case len(feeds) > 0:
		p.Source.Kind, p.Source.Detail = Feed, &Detail{}
		p.Source.Start = []string{feeds[0]}
		return nil
	case isArticle:
		return fmt.Errorf("%w; this one is an article, whose main text is found without a source", errNoRows)
	}
	return errNoRows
}

// feedLinks are the feeds that a page says it has.
func feedLinks(page *goquery.Document, at *url.URL) (links []string) {
	page.Find(`link[rel~="alternate" i][type*="rss" i], link[rel~="alternate" i][type*="atom" i], link[rel~="alternate" i][type="application/feed+json" i]`).Each(
		func(_ int, s *goquery.Selection) {
			if u, err := resolve(baseOf(page, at), s.AttrOr("href", "")); err == nil {
				links = append(links, u.String())
			}
		})
	return links
}

// describe writes down how the rows are read.
func (p *Proposal) describe(page *goquery.Document, rows rowGroup) {
	list := &List{Item: rows.item, Fields: Fields{
		URL:   Field{{Select: rows.link, Attr: "href"}},
		Title: Field{{Select: rows.link}},
	}}
	if rows.date != (Selector{}) {
		list.Fields.Published = Field{rows.date}
	} else {
		p.note("列表里没有认出日期：发布时间会在文章页上找，找不到的按采集时间计，并标为无日期。")
	}
	if next, ok := nextSelector(page); ok {
		list.Next = Field{next}
	} else {
		p.note("没有认出“下一页”的链接：若有，写在 list.next 里，或用 list.pages。")
	}
	p.Source.Kind, p.Source.List, p.Source.Detail = HTML, list, &Detail{}
	p.Source.ID = idPattern(rows.hrefs())
	if p.Source.ID == "" {
		p.note("没有认出网站自己的编号：信息以地址为准。")
	}
	p.note("正文会在每条信息自己的页面上自动识别；写上 detail.fields.text 的选择器更快，也更准。")
}

// idPattern is a regular expression whose first group is different in the addresses
// of four rows of five; the others may lead elsewhere.
func idPattern(links []string) string {
	for _, pattern := range []string{
		`[?&](?:id|tid|aid|pid|qid)=(\d+)`, `/[a-z]*[_-]?(\d+)(?:[_-]\d+)*\.s?html?`, `[_-](\d+)\.s?html?`, `/(\d{3,})/?(?:\?|$)`, `/([A-Za-z0-9]{6,})\.s?html?`,
	} {
		re := regexp.MustCompile(pattern)
		ids, pages := map[string]bool{}, map[string]bool{}
		for _, link := range links {
			if m := re.FindStringSubmatch(link); m != nil {
				ids[m[1]], pages[link] = true, true
			}
		}
		if len(ids) == len(pages) && len(ids) >= len(links)*4/5 {
			return pattern
		}
	}
	return ""
}

// nextSelector finds the link to the next page of a list.
func nextSelector(page *goquery.Document) (Selector, bool) {
	if page.Find(`a[rel="next"]`).Length() > 0 {
		return Selector{Select: `a[rel="next"]`, Attr: "href"}, true
	}
	for _, words := range []string{"下一页", "下一頁", "下页", "后一页", "Next"} {
		link := page.Find("a[href]").FilterFunction(func(_ int, a *goquery.Selection) bool { return strings.Contains(a.Text(), words) })
		if link.Length() == 0 {
			continue
		}
		if s := signature(link.Nodes[0]); strings.Contains(s, ".") && page.Find(s).Length() == 1 {
			return Selector{Select: s, Attr: "href"}, true
		}
		return Selector{Select: fmt.Sprintf(`xpath://a[contains(., "%s")]`, words), Attr: "href"}, true
	}
	for _, arrow := range []string{">", "›", "»"} {
		if s := fmt.Sprintf(`xpath://a[normalize-space()="%s"]`, arrow); count(page, s) == 1 {
			return Selector{Select: s, Attr: "href"}, true
		}
	}
	return Selector{}, false
}
