package access_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vane/dashboards/access"
)

func TestLoginEndsOnThisSite(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	for next, want := range map[string]string{
		"/read?x=/y":             "/read?x=/y",
		"":                       "/",
		"https://evil.example":   "/",
		"//evil.example":         "/",
		`/\evil.example`:         "/",
		"javascript:alert(1)":    "/",
		"/\t/evil.example":       "/",
		"/read\r\nSet-Cookie: a": "/",
		"http:evil.example":      "/",
	} {
		visitor := h.visitor(t)
		resp, err := visitor.PostForm(h.URL+"/login", url.Values{"name": {"reader"}, "password": {password}, "next": {next}, "form_token": {h.formToken(t, visitor)}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); got != want {
			t.Errorf("login with next %q ends at %q, want %q", next, got, want)
		}
		h.wait(time.Minute) // no throttling here
	}
}

func TestCookieFlags(t *testing.T) {
	for _, c := range []struct {
		tls  bool
		want string
	}{
		{false, "vane=; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"},
		{true, "__Host-vane=; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"},
	} {
		h := newHouse(t, access.DefaultConfig(), true, c.tls)
		h.populate(t)
		resp := h.login(t, h.visitor(t), "reader", password)
		set := resp.Header["Set-Cookie"]
		if len(set) != 1 {
			t.Fatalf("cookies %q", set)
		}
		name, rest, _ := strings.Cut(set[0], "=")
		id, flags, _ := strings.Cut(rest, ";")
		if got := name + "=;" + flags; got != c.want || len(id) != 43 {
			t.Errorf("cookie is %s with an id of %d characters, want %s", got, len(id), c.want)
		}
		if hsts := resp.Header.Get("Strict-Transport-Security"); (hsts != "") != c.tls {
			t.Errorf("TLS %v: strict transport security is %q", c.tls, hsts)
		}
	}
}

// An id that somebody planted before the login is worth nothing after it.
func TestSessionFixation(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	site, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	const planted = "planted-by-somebody-else"
	victim := h.visitor(t)
	victim.Jar.SetCookies(site, []*http.Cookie{{Name: "vane", Value: planted, Path: "/"}})
	h.login(t, victim, "reader", password)
	first := victim.Jar.Cookies(site)[0].Value
	if first == planted {
		t.Fatal("the login kept the planted id")
	}
	if resp, _ := get(t, h.visitor(t), h.URL+"/read", "Cookie", "vane="+planted); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("the planted id is let in: %s", resp.Status)
	}
	h.login(t, victim, "reader", password) // again: another id, and the one before ends
	if second := victim.Jar.Cookies(site)[0].Value; second == first {
		t.Error("two logins have one id")
	}
	if resp, _ := get(t, h.visitor(t), h.URL+"/read", "Cookie", "vane="+first); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("the id before the second login is let in: %s", resp.Status)
	}
}

func TestSessionsEnd(t *testing.T) {
	cfg := access.DefaultConfig()
	for _, c := range []struct {
		how string
		end func(t *testing.T, h *house, c *http.Client)
	}{
		{"logout", func(t *testing.T, h *house, c *http.Client) {
			resp, err := c.PostForm(h.URL+"/logout", url.Values{"form_token": {h.formToken(t, c)}})
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}},
		{"idle for too long", func(_ *testing.T, h *house, _ *http.Client) { h.wait(cfg.SessionIdle + time.Second) }},
		{"never idle, but a week old", func(t *testing.T, h *house, c *http.Client) {
			for range 15 {
				h.wait(cfg.SessionIdle)
				get(t, c, h.URL+"/read")
			}
		}},
		{"the user was removed", func(t *testing.T, h *house, _ *http.Client) {
			if err := h.users.Remove("reader"); err != nil {
				t.Fatal(err)
			}
		}},
		{"the password was changed", func(t *testing.T, h *house, _ *http.Client) {
			if err := h.users.Add("reader", access.Reader, "another password"); err != nil {
				t.Fatal(err)
			}
		}},
		{"the users file can't be read", func(t *testing.T, h *house, _ *http.Client) {
			if err := os.WriteFile(filepath.Join(h.dir, "users.json"), []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"the users file is gone, beyond loopback", func(t *testing.T, h *house, _ *http.Client) {
			if err := os.Remove(filepath.Join(h.dir, "users.json")); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.how, func(t *testing.T) {
			h := newHouse(t, cfg, false, false)
			h.populate(t)
			visitor := h.visitor(t)
			h.login(t, visitor, "reader", password)
			if resp, _ := get(t, visitor, h.URL+"/read"); resp.StatusCode != http.StatusOK {
				t.Fatalf("after login: %s", resp.Status)
			}
			site, err := url.Parse(h.URL)
			if err != nil {
				t.Fatal(err)
			}
			old := visitor.Jar.Cookies(site)
			c.end(t, h, visitor)
			visitor.Jar.SetCookies(site, old) // whoever copied the cookie
			if resp, _ := get(t, visitor, h.URL+"/read"); resp.StatusCode == http.StatusOK {
				t.Error("the session goes on")
			}
		})
	}
}

func TestLoginsAreThrottledByAddress(t *testing.T) {
	cfg := access.DefaultConfig()
	cfg.TrustedProxies = []string{"127.0.0.1"}
	h := newHouse(t, cfg, true, false)
	h.populate(t)
	planted := &http.Cookie{Name: "__Host-vane", Value: "a browser"} // the proxy does TLS, the test has none
	token := h.formToken(t, h.visitor(t), "X-Forwarded-For", "203.0.113.7", "X-Forwarded-Proto", "https", "Cookie", planted.String())
	from := func(address, name, password string) int {
		form := url.Values{"name": {name}, "password": {password}, "form_token": {token}}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/login", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Forwarded-For", "198.51.100.1, "+address) // the first may be invented
		req.Header.Set("X-Forwarded-Proto", "https")
		req.AddCookie(planted)
		resp, err := h.visitor(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusTooManyRequests && resp.Header.Get("Retry-After") == "" {
			t.Error("nothing says when to try again")
		}
		return resp.StatusCode
	}
	// One name from one address.
	refused := 0
	for range 15 {
		if from("203.0.113.7", "reader", "wrong") == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 5 {
		t.Errorf("of 15 tries at one name %d were refused, not 5", refused)
	}
	if got := from("203.0.113.7", "reader", password); got != http.StatusTooManyRequests {
		t.Errorf("the right password while throttled: %d", got)
	}
	// One name from many addresses keeps nobody out.
	for i := range 30 {
		if got := from(fmt.Sprintf("198.51.100.%d", i+10), "reader", "wrong"); got != http.StatusUnauthorized {
			t.Errorf("a try from another address: %d", got)
		}
	}
	if got := from("203.0.113.99", "reader", password); got != http.StatusSeeOther {
		t.Errorf("the user himself, elsewhere: %d", got)
	}
	h.wait(time.Minute)
	if got := from("203.0.113.7", "reader", password); got != http.StatusSeeOther {
		t.Errorf("a minute later: %d", got)
	}
	// Many names, which need not exist, from one address, which is one /64 of IPv6.
	refused = 0
	for i := range 30 {
		if from(fmt.Sprintf("2001:db8::%x", i), fmt.Sprintf("name%d", i), "wrong") == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("of 30 tries from one address %d were refused, not 10", refused)
	}
	if got := from("2001:db8:1::1", "analyst", password); got != http.StatusSeeOther {
		t.Errorf("another visitor: %d", got)
	}
}

// Without a record nobody logs in.
func TestNoLoginWithoutRecord(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	if err := os.Mkdir(filepath.Join(h.dir, "audit.jsonl"), 0o700); err != nil {
		t.Fatal(err)
	}
	resp := h.login(t, h.visitor(t), "reader", password)
	if resp.StatusCode != http.StatusServiceUnavailable || len(resp.Cookies()) != 0 {
		t.Errorf("login without a log: %s with cookies %v", resp.Status, resp.Cookies())
	}
}
