package alerts

import (
	"net/url"
	"strings"
)

// shortestSecret spares words of an error from being hidden because a port or a
// method is part of an address.
const shortestSecret = 6

// hideSecrets replaces every part of an address that may be secret, as it is
// written and as libraries write it: they put addresses into their errors.
func hideSecrets(address string) *strings.Replacer {
	parts := []string{address}
	if u, err := url.Parse(address); err == nil {
		if password, ok := u.User.Password(); ok {
			parts = append(parts, password)
		}
		if u.Scheme == "wecom" || u.Scheme == "dingtalk" {
			parts = append(parts, u.Host)
		}
		parts = append(parts, u.RequestURI(), u.Path, strings.Trim(u.Path, "/"))
		parts = append(parts, strings.Split(u.Path, "/")...)
		for _, values := range u.Query() {
			parts = append(parts, values...)
		}
	}
	var pairs []string
	for _, p := range parts {
		for _, form := range []string{p, url.QueryEscape(p), url.PathEscape(p), strings.ToLower(p)} {
			if len(form) >= shortestSecret {
				pairs = append(pairs, form, "***")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}
