package crawler

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// canonicalURL is one spelling for the many that lead to one page: no fragment, no
// tracking parameters, the query sorted, the host in lower case without a default
// port. It names a page; what is fetched is the URL as the site wrote it.
func canonicalURL(u *url.URL) string {
	c := *u
	if !strings.HasPrefix(c.Fragment, postMark) { // the pages of a list by POST differ in nothing else
		c.Fragment, c.RawFragment = "", ""
	}
	c.User = nil
	c.Scheme = strings.ToLower(c.Scheme)
	c.Host = strings.ToLower(c.Host)
	if host, port, ok := strings.Cut(c.Host, ":"); ok && defaultPort(c.Scheme) == port {
		c.Host = host
	}
	if c.Path == "" {
		c.Path = "/"
	}
	c.RawQuery = canonicalQuery(c.RawQuery)
	c.ForceQuery = false
	return c.String()
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// canonicalQuery works on the raw text, so that a query that is no valid form is
// kept as it is.
func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	parts := strings.Split(raw, "&")
	parts = slices.DeleteFunc(parts, func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return part == "" || isTracking(strings.ToLower(name))
	})
	slices.Sort(parts)
	return strings.Join(parts, "&")
}

// isTracking reports whether a query parameter tells where a visitor came from and
// not what to show.
func isTracking(name string) bool {
	switch name {
	case "spm", "scm", "gclid", "fbclid", "msclkid", "yclid", "mc_cid", "mc_eid", "share_token", "share_source", "share_medium", "vd_source", "hmsr", "hmpl":
		return true
	}
	return strings.HasPrefix(name, "utm_")
}

// resolve reads a link of a page.
func resolve(base *url.URL, link string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return nil, fmt.Errorf("link %q: %w", link, err)
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("link %q is not an http address", link)
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}
