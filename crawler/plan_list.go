package crawler

import (
	"net/url"
	"strings"
)

const (
	pageHole   = "{page}"
	cursorHole = "{cursor}"
	idHole     = "{id}" // of a thread: the site's own id of the post above it
)

// rowsPlan is where rows are on a page, and where the next page is; compiled. It is
// the same for the posts of a list and for the comments of a thread.
type rowsPlan struct {
	json   bool
	item   picker // of HTML
	said   string // the selector or path of the rows, for errors
	fields pickers
	next   []picker // of HTML
	pages  *Pages   // may be nil
	cursor *Cursor  // of JSON; may be nil
}

// compileList compiles the part that the source's kind calls for.
func (p *plan) compileList(bad *problems) {
	src := p.src
	for _, part := range []struct {
		key   string
		kind  Kind
		there bool
	}{{"list", HTML, src.List != nil}, {"json", JSON, src.JSON != nil}, {"sitemap", Map, src.Sitemap != nil}} {
		if part.there && src.Kind != part.kind {
			bad.add(part.key, "is for kind %s, not %s", part.kind, src.Kind)
		}
	}
	switch src.Kind {
	case HTML, JSON:
		p.compileRows(bad)
	case Map:
		p.compileSitemap(bad)
	case Feed:
	default:
		bad.add("kind", "%q is unknown: use html, feed, json or sitemap", src.Kind)
	}
}

func (p *plan) compileRows(bad *problems) {
	src := p.src
	switch {
	case src.Kind == HTML && src.List == nil:
		bad.add("list", "is missing: kind html needs list.item and list.fields")
	case src.Kind == HTML:
		p.rows = p.htmlRows("list", src.List, bad)
		p.checkRow("list.fields", src.List.Fields, bad)
	case src.JSON == nil:
		bad.add("json", "is missing: kind json needs json.fields")
	default:
		p.rows = p.jsonRows("json", src.JSON, bad)
		p.checkRow("json.fields", src.JSON.Fields, bad)
	}
}

func (p *plan) htmlRows(key string, list *List, bad *problems) rowsPlan {
	rows := rowsPlan{said: list.Item, pages: list.Pages}
	if list.Item == "" {
		bad.add(key+".item", "is missing: write the selector of a row")
	} else if item, err := newPicker(Selector{Select: list.Item, All: true}, false, false); err != nil {
		bad.add(key+".item", "%w", err)
	} else {
		rows.item = item
	}
	rows.fields = compileFields(key+".fields", list.Fields, false, bad)
	rows.next = compileField(key+".next", list.Next, false, false, bad)
	if len(list.Next) > 0 && list.Pages != nil {
		bad.add(key+".pages", "stands beside %s.next: keep one", key)
	}
	p.checkPages(key+".pages", list.Pages, false, bad)
	return rows
}

func (p *plan) jsonRows(key string, list *JSONList, bad *problems) rowsPlan {
	rows := rowsPlan{json: true, said: list.Items, pages: list.Pages, cursor: list.Cursor}
	rows.fields = compileFields(key+".fields", list.Fields, true, bad)
	if list.Cursor != nil && list.Pages != nil {
		bad.add(key+".pages", "stands beside %s.cursor: keep one", key)
	}
	posted := key == "json" && p.src.Request.Body != ""
	if c := list.Cursor; c != nil {
		switch {
		case c.Path == "":
			bad.add(key+".cursor", "needs path, where the answer says how to go on")
		case posted && c.URL == "" && strings.Contains(p.src.Request.Body, cursorHole):
		case !strings.Contains(c.URL, cursorHole):
			bad.add(key+".cursor", "needs path, and a url with %s in it", cursorHole)
		}
	}
	p.checkPages(key+".pages", list.Pages, posted, bad)
	return rows
}

// checkPages checks how the URLs of further pages are made. In a source whose lists
// are asked for by POST, the number may stand in the body.
func (p *plan) checkPages(key string, pages *Pages, posted bool, bad *problems) {
	if pages == nil {
		return
	}
	inBody := posted && pages.URL == "" && strings.Contains(p.src.Request.Body, pageHole)
	if !inBody && !strings.Contains(pages.URL, pageHole) {
		bad.add(key+".url", "%q has no %s in it", pages.URL, pageHole)
	} else if _, err := resolve(p.base, strings.NewReplacer(pageHole, "1", idHole, "1").Replace(pages.URL)); err != nil && !inBody {
		bad.add(key+".url", "%w: set base, or write the whole address", err)
	}
	if pages.Step < 0 || pages.To < pages.From {
		bad.add(key, "goes from %d to %d by %d: it has to go up", pages.From, pages.To, pages.Step)
	}
}

// checkRow checks that a row can be named and holds something.
func (p *plan) checkRow(key string, fields Fields, bad *problems) {
	detail := p.src.Detail != nil
	switch {
	case detail && len(fields.URL) == 0:
		bad.add(key+".url", "is missing: it leads to the detail page")
	case len(fields.URL) == 0 && len(fields.ID) == 0:
		bad.add(key, "has neither id nor url: a post needs one to be known by")
	}
	if !detail && len(fields.Title) == 0 && len(fields.Text) == 0 {
		bad.add(key, "has neither title nor text, and there is no detail page")
	}
}

func (p *plan) compileDetail(bad *problems) {
	if p.src.Detail == nil {
		return
	}
	fields := p.src.Detail.Fields
	if len(fields.ID) > 0 || len(fields.URL) > 0 {
		bad.add("detail.fields", "has id or url: they belong to the list row, so that a known post is not fetched again")
	}
	if p.src.Kind == JSON && len(fields.Title) == 0 && len(fields.Text) == 0 {
		bad.add("detail.fields", "has neither title nor text: leave detail out if the rows hold everything")
	}
	p.detail = compileFields("detail.fields", fields, p.src.Kind == JSON, bad)
}

// extracts reports whether the text of a post's page is found without a selector.
func (p *plan) extracts() bool { return p.src.Kind != JSON && len(p.detail[fieldText]) == 0 }

// threadPlan is where the comments under a post are; compiled.
type threadPlan struct {
	rows   rowsPlan
	url    string   // with {id}; may be empty
	link   []picker // may be empty
	depth  int
	newest bool
}

// defaultThreadDepth is some hundred comments; of more, the first say it all.
const defaultThreadDepth = 10

func (p *plan) compileThread(bad *problems) {
	if p.src.Detail == nil || p.src.Detail.Thread == nil {
		return
	}
	said := p.src.Detail.Thread
	t := &threadPlan{url: said.URL, depth: said.Depth, newest: said.Newest}
	if t.depth == 0 {
		t.depth = defaultThreadDepth
	}
	if t.depth < 0 {
		bad.add("detail.thread.depth", "is %d: set it to more than 0", t.depth)
	}
	var fields Fields
	switch {
	case (said.List == nil) == (said.JSON == nil):
		bad.add("detail.thread", "needs list, for comments in HTML, or json: keep one of them")
		return
	case said.List != nil:
		t.rows, fields = p.htmlRows("detail.thread.list", said.List, bad), said.List.Fields
	default:
		t.rows, fields = p.jsonRows("detail.thread.json", said.JSON, bad), said.JSON.Fields
	}
	if len(fields.ID) == 0 || len(fields.Text) == 0 {
		bad.add("detail.thread", "has no id or no text in its fields: a comment needs both")
	}
	t.link = compileField("detail.thread.link", said.Link, p.src.Kind == JSON, false, bad)
	p.checkThreadAddress(said, bad)
	p.thread = t
}

func (p *plan) checkThreadAddress(said *Thread, bad *problems) {
	const key = "detail.thread.url"
	switch {
	case said.URL != "" && len(said.Link) > 0:
		bad.add(key, "stands beside detail.thread.link: keep one")
	case said.URL != "":
		if _, err := resolve(p.base, fillID(said.URL, "1")); err != nil {
			bad.add(key, "%w: set base, or write the whole address", err)
		} else if !strings.Contains(said.URL, idHole) {
			bad.add(key, "%q has no %s in it", said.URL, idHole)
		}
	case len(said.Link) == 0 && (said.JSON != nil) != (p.src.Kind == JSON):
		bad.add(key, "is missing: these comments can't stand on the post's own page")
	}
}

// fillID puts a post's own id in an address of its thread.
func fillID(address, id string) string {
	return strings.ReplaceAll(address, idHole, url.QueryEscape(id))
}
