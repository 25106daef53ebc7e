package crawler

import (
	"cmp"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

const (
	// minRows is how often something has to be repeated to be a list.
	minRows = 3
	// minTitle is the length in characters from which a link may be a headline, and
	// not 首页 or 登录.
	minTitle = 5
	// maxClimb is how far above its headline a row's element may be.
	maxClimb = 6
)

// rowGroup is elements of a page that look alike and hold a headline each.
type rowGroup struct {
	item  string // selector of a row
	link  string // selector of the headline in a row
	date  Selector
	rows  []headline
	share float64 // of rows with a date
	score float64
}

// groupKey is what rows have in common: how they look, and the way down to the link.
type groupKey struct{ item, path string }

// headline is a row and the link in it.
type headline struct {
	row, link *html.Node
	href      string
}

func (g rowGroup) dated() bool { return g.share >= 0.5 }

func (g rowGroup) hrefs() []string {
	var links []string
	for _, r := range g.rows {
		links = append(links, r.href)
	}
	return links
}

// findRows finds the repeated rows of a page that most look like a list of posts:
// many of them, with long headlines, few other links, and dates.
func findRows(page *goquery.Document, at *url.URL, now time.Time) (rowGroup, bool) {
	base := baseOf(page, at)
	groups := map[groupKey][]headline{}
	page.Find("body a[href]").Each(func(_ int, a *goquery.Selection) {
		link := a.Nodes[0]
		u, err := resolve(base, a.AttrOr("href", ""))
		if err != nil || utf8.RuneCountInString(lineOf(link)) < minTitle {
			return
		}
		row, path := link, link.Data
		for range maxClimb {
			if row = row.Parent; row == nil || row.Parent == nil || row.Data == "body" {
				return
			}
			key := groupKey{signature(row.Parent) + " > " + signature(row), path}
			groups[key] = append(groups[key], headline{row, link, u.String()})
			path = row.Data + "/" + path
		}
	})
	var best rowGroup
	for key, rows := range groups {
		g := rowGroup{rows: longest(rows)}
		if len(g.rows) < minRows {
			continue
		}
		g.measure(page, key, now)
		if g.link != "" && (g.score > best.score || g.score == best.score && g.item < best.item) {
			best = g
		}
	}
	return best, best.score > 0
}

// longest keeps the longest headline of every row.
func longest(all []headline) []headline {
	var rows []headline
	at := map[*html.Node]int{}
	for _, h := range all {
		i, ok := at[h.row]
		switch {
		case !ok:
			at[h.row] = len(rows)
			rows = append(rows, h)
		case utf8.RuneCountInString(lineOf(h.link)) > utf8.RuneCountInString(lineOf(rows[i].link)):
			rows[i] = h
		}
	}
	return rows
}

// stableClass is a class that a person gave: news14, and not css-1x2y3z or post-158001.
var stableClass = regexp.MustCompile(`^[A-Za-z][A-Za-z_-]*\d{0,2}[a-z]{0,3}$`)

// signature is a selector that an element shares with those that look like it.
func signature(n *html.Node) string {
	s := n.Data
	for _, a := range n.Attr {
		if a.Key != "class" {
			continue
		}
		for class := range strings.FieldsSeq(a.Val) {
			if stableClass.MatchString(class) {
				return s + "." + class
			}
		}
	}
	return s
}

// measure finds the selectors of a group, and says how much it looks like a list.
func (g *rowGroup) measure(page *goquery.Document, key groupKey, now time.Time) {
	g.item = key.item
	if _, row, ok := strings.Cut(key.item, " > "); ok && strings.Contains(row, ".") && count(page, row) <= len(g.rows)+1 {
		g.item = row
	}
	if n := count(page, g.item); n > len(g.rows)+1 { // it selects more than a stray advertisement
		if narrow := g.narrow(key.path); count(page, narrow) < n {
			g.item = narrow
		}
	}
	if count(page, g.item) > len(g.rows)*6/5+1 {
		return
	}
	g.link = g.commonLink(page)
	g.date, g.share = g.commonDate(page, now)
	titles, links, addresses := 0, 0, map[string]bool{}
	for _, r := range g.rows {
		titles += min(utf8.RuneCountInString(lineOf(r.link)), 25)
		links += page.FindNodes(r.row).Find("a[href]").Length()
		addresses[r.href] = true
	}
	n := float64(len(g.rows))
	if len(addresses) < len(g.rows)*9/10 {
		return // one page again and again
	}
	g.score = min(n, 60) * float64(titles) / n * (1 + 2*g.share) / math.Sqrt(max(1, float64(links)/n))
}

// narrow is an expression for rows that have a headline at the end of path.
func (g *rowGroup) narrow(path string) string {
	first := g.rows[0]
	if _, class, ok := strings.Cut(signature(first.link), "."); ok {
		path += `[contains(concat(" ", @class, " "), " ` + class + ` ")]`
	}
	return xpathPrefix + "//" + first.row.Data + "[" + path + "]"
}

// count is how many elements a selector finds.
func count(page *goquery.Document, selector string) int {
	p, err := newPicker(Selector{Select: selector, All: true}, false, false)
	if err != nil {
		return 0
	}
	return len(p.nodes(page.Selection))
}

// commonLink is the selector that finds the headline in most rows.
func (g *rowGroup) commonLink(page *goquery.Document) string {
	candidates := []string{"a"}
	for _, r := range g.rows[:minRows] {
		own := signature(r.link)
		candidates = append(candidates, own, signature(r.link.Parent)+" > "+own)
	}
	return g.mostCommon(candidates, func(selector string, r headline) bool {
		first := page.FindNodes(r.row).Find(selector).First()
		return first.Length() > 0 && first.Nodes[0] == r.link
	})
}

// mostCommon is the shortest of the candidates that hold for most rows, "" if none
// does for four of five.
func (g *rowGroup) mostCommon(candidates []string, holds func(string, headline) bool) string {
	slices.SortStableFunc(candidates, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	best, most := "", len(g.rows)*4/5
	for _, c := range slices.Compact(candidates) {
		n := 0
		for _, r := range g.rows {
			if holds(c, r) {
				n++
			}
		}
		if n > most || n == most && best == "" {
			best, most = c, n
		}
	}
	return best
}

// commonDate is the selector that finds a readable date in most rows, and the share
// of rows in which it does.
func (g *rowGroup) commonDate(page *goquery.Document, now time.Time) (Selector, float64) {
	readable := func(s string) bool {
		_, err := ParseTime(s, now, now.Location())
		return err == nil
	}
	var candidates []string
	for _, r := range g.rows[:minRows] {
		page.FindNodes(r.row).Find("*").Each(func(_ int, s *goquery.Selection) {
			if s.Children().Length() == 0 && readable(lineOf(s.Nodes...)) {
				own := signature(s.Nodes[0])
				candidates = append(candidates, own, signature(s.Nodes[0].Parent)+" > "+own)
			}
		})
	}
	holds := func(selector string, r headline) bool {
		return readable(lineOf(page.FindNodes(r.row).Find(selector).First().Nodes...))
	}
	if best := g.mostCommon(candidates, holds); best != "" {
		return Selector{Select: best}, g.shareOf(func(r headline) bool { return holds(best, r) })
	}
	// It may stand in the row's text, among other words.
	inText := regexp.MustCompile(dateInText.String() + `(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?`)
	share := g.shareOf(func(r headline) bool { return readable(inText.FindString(lineOf(r.row))) })
	if share >= 0.8 {
		return Selector{Regex: inText.String()}, share
	}
	return Selector{}, 0
}

func (g *rowGroup) shareOf(holds func(headline) bool) float64 {
	n := 0
	for _, r := range g.rows {
		if holds(r) {
			n++
		}
	}
	return float64(n) / float64(len(g.rows))
}
