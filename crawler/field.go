package crawler

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"github.com/antchfx/htmlquery"
	"github.com/antchfx/xpath"
	"github.com/tidwall/gjson"
	"golang.org/x/net/html"
)

// fieldNames are the parts of a post that a source can say where to find, by their
// keys in YAML.
const (
	fieldID        = "id"
	fieldURL       = "url"
	fieldTitle     = "title"
	fieldText      = "text"
	fieldAuthor    = "author"
	fieldRegion    = "region"
	fieldPublished = "published"
	fieldViews     = "views"
	fieldLikes     = "likes"
	fieldComments  = "comments"
	fieldShares    = "shares"
)

// each calls f for every field, in the order of the struct.
func (fs Fields) each(f func(name string, field Field)) {
	f(fieldID, fs.ID)
	f(fieldURL, fs.URL)
	f(fieldTitle, fs.Title)
	f(fieldText, fs.Text)
	f(fieldAuthor, fs.Author)
	f(fieldRegion, fs.Region)
	f(fieldPublished, fs.Published)
	f(fieldViews, fs.Views)
	f(fieldLikes, fs.Likes)
	f(fieldComments, fs.Comments)
	f(fieldShares, fs.Shares)
}

// values is what the fields of one row or page gave, without the empty ones.
type values map[string]string

// picker is a selector, compiled.
type picker struct {
	css   goquery.Matcher
	xpath *xpath.Expr
	json  string
	attr  string
	regex *regexp.Regexp
	html  bool
	all   bool
	lines bool // keep line breaks
	fixed string
}

const xpathPrefix = "xpath:"

// newPicker compiles a selector of a field, for JSON or for HTML.
func newPicker(s Selector, isJSON, lines bool) (picker, error) {
	p := picker{attr: s.Attr, html: s.HTML, all: s.All, lines: lines, fixed: s.Const}
	if s.Const != "" && (s.Select != "" || s.Attr != "" || s.Regex != "") {
		return p, fmt.Errorf("const %q stands beside select, attr or regex: keep one", s.Const)
	}
	var err error
	if s.Regex != "" {
		if p.regex, err = regexp.Compile(s.Regex); err != nil {
			return p, fmt.Errorf("regex %q: %w", s.Regex, err)
		}
	}
	switch expr, isXPath := strings.CutPrefix(s.Select, xpathPrefix); {
	case isJSON && (isXPath || s.Attr != ""):
		return p, fmt.Errorf("select %q with attr %q: JSON has paths only", s.Select, s.Attr)
	case isJSON:
		p.json = s.Select
	case isXPath:
		p.xpath, err = xpath.Compile(expr)
	case s.Select != "":
		p.css, err = newMatcher(s.Select)
	}
	if err != nil {
		return p, fmt.Errorf("select %q: %w", s.Select, err)
	}
	return p, nil
}

func newMatcher(css string) (goquery.Matcher, error) {
	return cascadia.Compile(css)
}

// nodes is what the selector finds in a row or page.
func (p picker) nodes(in *goquery.Selection) []*html.Node {
	switch {
	case p.css != nil && p.all:
		return in.FindMatcher(p.css).Nodes
	case p.css != nil:
		return in.FindMatcher(goquery.SingleMatcher(p.css)).Nodes
	case p.xpath == nil:
		return in.Nodes
	}
	var found []*html.Node
	for _, n := range in.Nodes {
		found = append(found, htmlquery.QuerySelectorAll(n, p.xpath)...)
	}
	return found
}

// fromHTML is what the selector gives for a row or page.
func (p picker) fromHTML(in *goquery.Selection) string {
	if p.fixed != "" {
		return p.fixed
	}
	var found []string
	for _, n := range p.nodes(in) {
		if s := p.cut(p.ofNode(n)); s != "" {
			found = append(found, s)
			if !p.all {
				break
			}
		}
	}
	return strings.Join(found, p.joint())
}

// joint joins several matches.
func (p picker) joint() string {
	if p.lines {
		return "\n"
	}
	return " "
}

func (p picker) ofNode(n *html.Node) string {
	switch {
	case p.attr != "":
		return p.tidy(htmlquery.SelectAttr(n, p.attr))
	case p.html:
		return textOfHTML(textOf(n))
	case p.lines:
		return textOf(n)
	default:
		return lineOf(n)
	}
}

// fromJSON is what the selector gives for a JSON value.
func (p picker) fromJSON(in gjson.Result) string {
	if p.fixed != "" {
		return p.fixed
	}
	v := in
	if p.json != "" {
		v = in.Get(p.json)
	}
	if !v.IsArray() {
		return p.cut(p.tidy(jsonText(v)))
	}
	var found []string
	for _, one := range v.Array() {
		if s := p.cut(p.tidy(jsonText(one))); s != "" {
			found = append(found, s)
			if !p.all {
				break
			}
		}
	}
	return strings.Join(found, p.joint())
}

// jsonText is a value as text. Null and false mean that there is none.
func jsonText(v gjson.Result) string {
	switch v.Type {
	case gjson.Null, gjson.False:
		return ""
	case gjson.Number:
		return v.Raw // all digits of a long id
	default:
		return v.String()
	}
}

// tidy makes text of a string that is no text of a page yet.
func (p picker) tidy(s string) string {
	switch {
	case p.html:
		return textOfHTML(s)
	case p.lines:
		return cleanLines(s)
	default:
		return s
	}
}

// cut applies regex, and trims.
func (p picker) cut(s string) string {
	if p.regex != nil {
		m := p.regex.FindStringSubmatch(s)
		switch {
		case m == nil:
			return ""
		case len(m) > 1:
			s = m[1]
		default:
			s = m[0]
		}
	}
	return strings.TrimSpace(s)
}

// pickers are the compiled fields of a list or a detail page, by field.
type pickers map[string][]picker

// pick takes from every field the first selector that gives something.
func (ps pickers) pick(from func(picker) string) values {
	v := make(values, len(ps))
	for name, field := range ps {
		for _, p := range field {
			if s := from(p); s != "" {
				v[name] = s
				break
			}
		}
	}
	return v
}
