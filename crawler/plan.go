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
	rows    rowsPlan       // of the lists; not for feeds and sitemaps
	sitemap sitemapPlan
	detail  pickers     // nil: rows are posts
	thread  *threadPlan // may be nil
	gone    []notice
	blocked []notice
	failing []notice
	times   timetable
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
	p.compileTimes(&bad)
	checkRequest(src, &bad)
	p.compileList(&bad)
	p.compileDetail(&bad)
	p.compileThread(&bad)
	p.gone = compileNotices("gone", src.Gone, &bad)
	p.blocked = compileNotices("blocked", src.Blocked, &bad)
	p.failing = compileNotices("failing", src.Failing, &bad)
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
		p.start = append(p.start, p.firstAddress(u))
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
