package crawler

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// postMark begins the fragment of the address of a page that is asked for by POST.
// What stands behind it fills the hole of the body. A fragment is never sent, and
// no link of a page keeps one, so it can't be mistaken for a site's own.
const postMark = "!post="

// firstAddress is the address of a start page.
func (p *plan) firstAddress(u *url.URL) *url.URL {
	if p.src.Request.Body == "" {
		return u
	}
	first := ""
	if l := p.src.JSON; l != nil && l.Pages != nil {
		first = strconv.Itoa(l.Pages.From - max(l.Pages.Step, 1))
	}
	return posted(u, first)
}

// posted is the address of a page of a list that is asked for by POST.
func posted(u *url.URL, hole string) *url.URL {
	c := *u
	c.Fragment, c.RawFragment = postMark+hole, ""
	return &c
}

// request is what is sent for a page of the frontier. Without a body it is a GET.
type request struct {
	url    string
	body   string
	header http.Header
}

// request reads an address of the frontier.
func (p *plan) request(address string) request {
	r := request{url: address, header: http.Header{}}
	for name, value := range p.src.Request.Headers {
		r.header.Set(name, value)
	}
	u, err := url.Parse(address)
	if err != nil {
		return r // the fetch fails with the same error
	}
	hole, isPost := strings.CutPrefix(u.Fragment, postMark)
	if !isPost {
		return r
	}
	u.Fragment, u.RawFragment = "", ""
	r.url = u.String()
	body, media := p.src.Request.Body, "application/x-www-form-urlencoded"
	if strings.HasPrefix(strings.TrimSpace(body), "{") || strings.HasPrefix(strings.TrimSpace(body), "[") {
		media, hole = "application/json", jsonEscape(hole)
	} else {
		hole = url.QueryEscape(hole)
	}
	r.body = strings.NewReplacer(pageHole, hole, cursorHole, hole).Replace(body)
	if r.header.Get("Content-Type") == "" {
		r.header.Set("Content-Type", media)
	}
	return r
}

// jsonEscape is s as it stands between the quotes of a JSON string.
func jsonEscape(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return "" // a string always has a JSON form
	}
	return string(quoted[1 : len(quoted)-1])
}

// checkRequest refuses what the crawler sets itself, and what would let it in where
// the public is not.
func checkRequest(src Source, bad *problems) {
	for name, value := range src.Request.Headers {
		switch {
		case isOwnHeader(name):
			bad.add("request.headers", "%s is set by the crawler: leave it out", name)
		case isSecretHeader(name):
			bad.add("request.headers", "%s opens what is not public, and a source file is no place for secrets: leave it out", name)
		case strings.ContainsAny(name+value, "\r\n"):
			bad.add("request.headers", "%q has a line break", name)
		}
	}
	if src.Request.Body == "" {
		return
	}
	if src.Kind != JSON {
		bad.add("request.body", "is for kind json, not %s", src.Kind)
	}
	if src.Render {
		bad.add("request.body", "stands beside render: a browser asks for pages by GET")
	}
}

func isOwnHeader(name string) bool {
	switch strings.ToLower(name) {
	case "user-agent", "host", "content-length", "connection", "accept-encoding", "if-none-match", "if-modified-since", "forwarded", "x-forwarded-for", "x-real-ip", "via":
		return true
	}
	return false
}

func isSecretHeader(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"cookie", "auth", "token", "secret", "session", "password", "api-key", "apikey", "sign"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
