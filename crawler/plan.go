package crawler

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"vane"
)

// plan is a source, compiled.
type plan struct {
	src     Source
	hash    []byte // of everything the source says, to see that it was changed
	zone    *time.Location
	base    *url.URL // may be nil
	start   []*url.URL
	id      *regexp.Regexp // may be nil
	item    picker
	row     pickers
	next    []picker
	detail  pickers // nil: rows are posts
	gone    []notice
	blocked []notice
}

// notice recognises a page that holds no post.
type notice struct {
	text string
	css  goquery.Matcher
}

const textPrefix = "text:"

// Validate reports everything that is wrong with the source, by key, and what to
// do about it.
func (s Source) Validate() error {
	_, err := compile(s)
	return err
}

// problems collects what is wrong, by key.
type problems []error

func (ps *problems) add(key, format string, args ...any) {
	*ps = append(*ps, fmt.Errorf("%s: %w", key, fmt.Errorf(format, args...)))
}

// compile makes the plan of a source. The error has every problem.
func compile(src Source) (*plan, error) {
	p := &plan{src: src}
	var bad problems
	p.compileIdentity(&bad)
	p.compileAddresses(&bad)
	p.compileLimits(&bad)
	p.compileList(&bad)
	p.compileDetail(&bad)
	p.gone = compileNotices("gone", src.Gone, &bad)
	p.blocked = compileNotices("blocked", src.Blocked, &bad)
	if len(bad) > 0 {
		return nil, fmt.Errorf("source %s: %w", src.Name, errors.Join(bad...))
	}
	said, err := json.Marshal(src)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", src.Name, err)
	}
	sum := sha256.Sum256(said)
	p.hash = sum[:8]
	return p, nil
}

var sourceName = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]*$`)

func (p *plan) compileIdentity(bad *problems) {
	src := p.src
	if !sourceName.MatchString(src.Name) {
		bad.add("name", "%q: use small letters, digits, - and _, as it is part of every post's id", src.Name)
	}
	if src.Title == "" {
		bad.add("title", "is missing: say in Chinese what the source is")
	}
	if !slices.Contains(vane.Channels(), src.Channel) {
		bad.add("channel", "%q is unknown: use one of %v", src.Channel, vane.Channels())
	}
	var err error
	if p.zone, err = ParseZone(src.Zone); err != nil {
		bad.add("zone", "%w", err)
	}
	if src.ID != "" {
		if p.id, err = regexp.Compile(src.ID); err != nil {
			bad.add("id", "%w", err)
		}
	}
}

func (p *plan) compileAddresses(bad *problems) {
	if p.src.Base != "" {
		base, err := resolve(nil, p.src.Base)
		if err != nil {
			bad.add("base", "%w: write it as https://HOST", err)
			return
		}
		p.base = base
	}
	if len(p.src.Start) == 0 {
		bad.add("start", "is missing: list the first page of at least one list")
	}
	for i, link := range p.src.Start {
		u, err := resolve(p.base, link)
		if err != nil {
			bad.add(fmt.Sprintf("start[%d]", i), "%w: set base, or write the whole address", err)
			continue
		}
		p.start = append(p.start, u)
	}
}

func (p *plan) compileLimits(bad *problems) {
	for _, limit := range []struct {
		key   string
		value int64
	}{
		{"every", int64(p.src.Every)}, {"limits.pages", int64(p.src.Limits.Pages)},
		{"limits.depth", int64(p.src.Limits.Depth)}, {"limits.body", p.src.Limits.Body},
	} {
		if limit.value <= 0 {
			bad.add(limit.key, "is %d: set it to more than 0", limit.value)
		}
	}
	if p.src.Delay < 0 {
		bad.add("delay", "is %v: set it to 0 or more", p.src.Delay)
	}
}

// compileList compiles the part that the source's kind calls for.
func (p *plan) compileList(bad *problems) {
	src := p.src
	if src.List != nil && src.Kind != HTML {
		bad.add("list", "is for kind html, not %s", src.Kind)
	}
	if src.JSON != nil && src.Kind != JSON {
		bad.add("json", "is for kind json, not %s", src.Kind)
	}
	switch {
	case src.Kind == HTML && src.List == nil:
		bad.add("list", "is missing: kind html needs list.item and list.fields")
	case src.Kind == HTML:
		p.compileHTMLList(bad)
	case src.Kind == JSON && src.JSON == nil:
		bad.add("json", "is missing: kind json needs json.fields")
	case src.Kind == JSON:
		p.compileJSONList(bad)
	case src.Kind != Feed:
		bad.add("kind", "%q is unknown: use html, feed or json", src.Kind)
	}
}

func (p *plan) compileHTMLList(bad *problems) {
	list := p.src.List
	if list.Item == "" {
		bad.add("list.item", "is missing: write the selector of a row")
	} else if item, err := newPicker(Selector{Select: list.Item, All: true}, false, false); err != nil {
		bad.add("list.item", "%w", err)
	} else {
		p.item = item
	}
	p.row = compileFields("list.fields", list.Fields, false, bad)
	p.next = compileField("list.next", list.Next, false, false, bad)
	if len(list.Next) > 0 && list.Pages != nil {
		bad.add("list.pages", "stands beside list.next: keep one")
	}
	p.checkPages("list.pages", list.Pages, bad)
	p.checkRow("list.fields", list.Fields, bad)
}

func (p *plan) compileJSONList(bad *problems) {
	list := p.src.JSON
	p.row = compileFields("json.fields", list.Fields, true, bad)
	if list.Cursor != nil && list.Pages != nil {
		bad.add("json.pages", "stands beside json.cursor: keep one")
	}
	if c := list.Cursor; c != nil && (c.Path == "" || !strings.Contains(c.URL, cursorHole)) {
		bad.add("json.cursor", "needs path, and a url with %s in it", cursorHole)
	}
	p.checkPages("json.pages", list.Pages, bad)
	p.checkRow("json.fields", list.Fields, bad)
}

const (
	pageHole   = "{page}"
	cursorHole = "{cursor}"
)

func (p *plan) checkPages(key string, pages *Pages, bad *problems) {
	if pages == nil {
		return
	}
	if !strings.Contains(pages.URL, pageHole) {
		bad.add(key+".url", "%q has no %s in it", pages.URL, pageHole)
	} else if _, err := resolve(p.base, strings.ReplaceAll(pages.URL, pageHole, "1")); err != nil {
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
	if len(fields.Title) == 0 && len(fields.Text) == 0 {
		bad.add("detail.fields", "has neither title nor text: leave detail out if the rows hold everything")
	}
	p.detail = compileFields("detail.fields", fields, p.src.Kind == JSON, bad)
}

func compileFields(key string, fields Fields, isJSON bool, bad *problems) pickers {
	ps := pickers{}
	fields.each(func(name string, field Field) {
		if compiled := compileField(key+"."+name, field, isJSON, name == fieldText, bad); compiled != nil {
			ps[name] = compiled
		}
	})
	return ps
}

func compileField(key string, field Field, isJSON, lines bool, bad *problems) []picker {
	var compiled []picker
	for _, s := range field {
		p, err := newPicker(s, isJSON, lines)
		if err != nil {
			bad.add(key, "%w", err)
		}
		compiled = append(compiled, p)
	}
	return compiled
}

func compileNotices(key string, said []string, bad *problems) []notice {
	var notices []notice
	for _, s := range said {
		text, isText := strings.CutPrefix(s, textPrefix)
		if isText && strings.TrimSpace(text) != "" {
			notices = append(notices, notice{text: strings.TrimSpace(text)})
			continue
		}
		css, err := newMatcher(s)
		if err != nil {
			bad.add(key, "%q: %w; write a CSS selector, or text:WORDS", s, err)
			continue
		}
		notices = append(notices, notice{css: css})
	}
	return notices
}
