package access_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"vane/dashboards/access"
)

// start is when every test begins.
var start = time.Date(2026, 3, 16, 7, 30, 0, 0, time.UTC)

const password = "correct horse"

// house is a guard before three rooms, one per role, and its users.
type house struct {
	*httptest.Server
	dir    string
	users  *access.Users
	passed atomic.Int64 // time since start
}

func (h *house) now() time.Time       { return start.Add(time.Duration(h.passed.Load())) }
func (h *house) wait(d time.Duration) { h.passed.Add(int64(d)) }

// newHouse is a house on loopback; loopback tells the guard whether that is so.
func newHouse(t *testing.T, cfg access.Config, loopback, tls bool) *house {
	t.Helper()
	h := &house{dir: t.TempDir()}
	h.users = access.NewUsers(filepath.Join(h.dir, "users.json"))
	audit := access.NewAudit(filepath.Join(h.dir, "audit.jsonl"))
	guard, err := access.NewGuard(cfg, h.users, audit, loopback, h.now, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	room := func(role access.Role) http.Handler {
		return access.Need(role, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who := access.From(r.Context())
			fmt.Fprintf(w, "%s %s %s", who.Name, who.Role, who.Address)
		}))
	}
	mux.Handle("/read", room(access.Reader))
	mux.Handle("/correct", room(access.Analyst))
	mux.Handle("/delete", room(access.Admin))
	mux.HandleFunc("/livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	h.Server = httptest.NewUnstartedServer(guard.Protect(mux))
	if tls {
		h.StartTLS()
	} else {
		h.Start()
	}
	t.Cleanup(h.Close)
	return h
}

// populate writes a users file with a user of each role, whose names are those of
// the roles. Their hashes are cheap, since checking them is not what tests are about.
func (h *house) populate(t *testing.T) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Users []access.User `json:"users"`
	}
	for _, role := range access.Roles() {
		file.Users = append(file.Users, access.User{Name: string(role), Role: role, Password: string(hash)})
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "users.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// visitor is a browser without redirects.
func (h *house) visitor(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: h.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// formToken is what a form of the login page sends.
func (h *house) formToken(t *testing.T, c *http.Client, headers ...string) string {
	t.Helper()
	_, page := get(t, c, h.URL+"/login", headers...)
	_, rest, _ := strings.Cut(page, `name="form_token" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	if len(token) != 86 {
		t.Fatalf("the token of the login page is %q", token)
	}
	return token
}

func (h *house) login(t *testing.T, c *http.Client, name, password string) *http.Response {
	t.Helper()
	resp, err := c.PostForm(h.URL+"/login", url.Values{"name": {name}, "password": {password}, "next": {"/read"}, "form_token": {h.formToken(t, c)}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// get makes a request with the given headers, as name, value pairs.
func get(t *testing.T, c *http.Client, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestEveryRoomAndRole(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	for _, c := range []struct {
		who   string
		rooms string // statuses of /read, /correct, /delete and /livez
	}{
		{"", "401 401 401 200"},
		{"reader", "200 403 403 200"},
		{"analyst", "200 200 403 200"},
		{"admin", "200 200 200 200"},
	} {
		byCookie, byToken := h.visitor(t), []string{}
		if c.who != "" {
			if resp := h.login(t, byCookie, c.who, password); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/read" {
				t.Fatalf("login of %s: %s to %q", c.who, resp.Status, resp.Header.Get("Location"))
			}
			token, err := h.users.AddToken(c.who, start)
			if err != nil {
				t.Fatal(err)
			}
			byToken = []string{"Authorization", "Bearer " + token}
		}
		for how, visit := range map[string]func(path string) int{
			"cookie": func(path string) int { r, _ := get(t, byCookie, h.URL+path); return r.StatusCode },
			"token":  func(path string) int { r, _ := get(t, h.visitor(t), h.URL+path, byToken...); return r.StatusCode },
		} {
			got := fmt.Sprint(visit("/read"), visit("/correct"), visit("/delete"), visit("/livez"))
			if got != c.rooms {
				t.Errorf("%q by %s: %s, want %s", c.who, how, got, c.rooms)
			}
		}
	}
}

func TestOpenOnLoopbackOnlyAndOnlyWithoutUsers(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	port := h.URL[strings.LastIndex(h.URL, ":"):]
	for _, c := range []struct {
		headers []string
		want    int
	}{
		{nil, 200},
		{[]string{"Host", "localhost" + port}, 200},
		{[]string{"Host", "[::1]" + port}, 200},
		{[]string{"Host", "evil.example.org"}, 403},            // DNS rebinding
		{[]string{"Host", "127.0.0.1.example.org"}, 403},       // likewise
		{[]string{"X-Forwarded-For", "203.0.113.9"}, 403},      // a proxy would open it to everybody
		{[]string{"Forwarded", "for=203.0.113.9"}, 403},        // likewise
		{[]string{"Sec-Fetch-Site", "cross-site"}, 200},        // reading by link
		{[]string{"Authorization", "Bearer vane_unused"}, 200}, // no users, nothing to check
	} {
		if resp, body := get(t, h.visitor(t), h.URL+"/delete", c.headers...); resp.StatusCode != c.want {
			t.Errorf("%q: %s %s, want %d", c.headers, resp.Status, body, c.want)
		}
	}
	trusting := access.DefaultConfig()
	trusting.TrustedProxies = []string{"127.0.0.1"}
	behind := newHouse(t, trusting, true, false) // whose users were all removed while it runs
	for _, header := range []string{"X-Forwarded-For", "X-Forwarded-Proto"} {
		if resp, _ := get(t, behind.visitor(t), behind.URL+"/read", header, "https", "X-Forwarded-Proto", "https"); resp.StatusCode != http.StatusForbidden {
			t.Errorf("through a trusted proxy without users: %s", resp.Status)
		}
	}
	h.populate(t) // holds at once
	if resp, _ := get(t, h.visitor(t), h.URL+"/read"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("with users: %s", resp.Status)
	}
	closed := newHouse(t, access.DefaultConfig(), false, false)
	if resp, _ := get(t, closed.visitor(t), closed.URL+"/read"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("beyond loopback without users: %s", resp.Status)
	}
}

// No way of writing an address leads past the guard.
func TestAddressesThatLookPublic(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	for _, path := range []string{
		"/assets/../delete", "/assets/..%2fdelete", "/assets/%2e%2e/delete", "//delete", "/livez/../delete", "/./delete", "/delete/", "/delete;/assets/",
		"/login/../delete", "/DELETE", "/delete%00/assets/",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodConnect, "NONSENSE"} {
			req, err := http.NewRequestWithContext(t.Context(), method, h.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.URL.Opaque = "//" + req.URL.Host + path // as it stands
			resp, err := h.visitor(t).Do(req)
			if err != nil {
				continue // no request at all
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode == http.StatusOK || strings.Contains(string(body), "role admin") { // the room itself answered
				t.Errorf("%s %s: %s %s", method, path, resp.Status, body)
			}
		}
	}
}

func TestAProgramIsToldAndAPersonIsSentToTheLogin(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	resp, body := get(t, h.visitor(t), h.URL+"/read")
	if resp.Header.Get("Content-Type") != "application/problem+json" || resp.Header.Get("WWW-Authenticate") == "" || !strings.Contains(body, `"status":401`) {
		t.Errorf("a program gets %s %s", resp.Status, body)
	}
	resp, _ = get(t, h.visitor(t), h.URL+"/read?a=1&b=2", "Accept", "text/html,*/*")
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/login?next=%2Fread%3Fa%3D1%26b%3D2" {
		t.Errorf("a person gets %s to %q", resp.Status, resp.Header.Get("Location"))
	}
	form, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/read", nil)
	if err != nil {
		t.Fatal(err)
	}
	form.Header.Set("Accept", "text/html,*/*")
	resp, err = h.visitor(t).Do(form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/login?next=%2F" {
		t.Errorf("a person whose session is over sends a form and gets %s to %q", resp.Status, resp.Header.Get("Location"))
	}
	_, page := get(t, h.visitor(t), h.URL+"/login?next=%2Fread%3Fa%3D1")
	for _, want := range []string{`lang="zh-CN"`, "width=device-width", `for="password"`, `autocomplete="current-password"`, `value="/read?a=1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the login page lacks %s", want)
		}
	}
}

// A page of another site can't log anybody in or out, or change anything.
func TestOtherSitesCanChangeNothing(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	visitor := h.visitor(t)
	h.login(t, visitor, "admin", password)
	for _, headers := range [][2]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}} {
		for _, path := range []string{"/delete", "/logout", "/login"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(headers[0], headers[1])
			resp, err := visitor.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusForbidden {
				t.Errorf("POST %s with %s: %s", path, headers, resp.Status)
			}
		}
	}
	if resp, _ := get(t, visitor, h.URL+"/read"); resp.StatusCode != http.StatusOK {
		t.Errorf("the session ended: %s", resp.Status)
	}
}

func TestProxiesAreBelievedOnlyIfTrusted(t *testing.T) {
	trusting := access.DefaultConfig()
	trusting.TrustedProxies = []string{"127.0.0.0/8", "10.1.0.0/16"}
	for _, c := range []struct {
		name       string
		cfg        access.Config
		forwarded  string
		proto      string
		want       int
		wantVisits string // address that the room sees
	}{
		{"no proxy", trusting, "", "", 200, "127.0.0.1"},
		{"over https", trusting, "203.0.113.9", "https", 200, "203.0.113.9"},
		{"over http", trusting, "203.0.113.9", "http", 403, ""},
		{"invented hops before", trusting, "1.1.1.1, 203.0.113.9", "https", 200, "203.0.113.9"},
		{"two trusted proxies", trusting, "203.0.113.9, 10.1.2.3", "https", 200, "203.0.113.9"},
		{"nonsense", trusting, "<script>", "https", 200, "127.0.0.1"},
		{"not trusted", access.DefaultConfig(), "203.0.113.9", "https", 200, "127.0.0.1"},
	} {
		h := newHouse(t, c.cfg, true, false)
		h.populate(t)
		token, err := h.users.AddToken("reader", start)
		if err != nil {
			t.Fatal(err)
		}
		headers := []string{"Authorization", "Bearer " + token}
		if c.forwarded != "" {
			headers = append(headers, "X-Forwarded-For", c.forwarded, "X-Forwarded-Proto", c.proto)
		}
		resp, body := get(t, h.visitor(t), h.URL+"/read", headers...)
		if resp.StatusCode != c.want || c.want == 200 && body != "reader reader "+c.wantVisits {
			t.Errorf("%s: %s %s", c.name, resp.Status, body)
		}
	}
}

func TestAuditLogTellsWhoDidWhat(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	visitor := h.visitor(t)
	h.login(t, visitor, "reader\n{\"user\":\"admin\"}", "wrong")
	h.login(t, visitor, "admin", password)
	resp, err := visitor.PostForm(h.URL+"/logout", url.Values{"form_token": {h.formToken(t, visitor)}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	path := filepath.Join(h.dir, "audit.jsonl")
	var got []string
	for _, e := range slices.Concat(entries(t, filepath.Join(h.dir, "audit.refused.jsonl")), entries(t, path)) {
		got = append(got, fmt.Sprintf("%s %q %s %s", e.Action, e.User, e.Role, e.Address))
	}
	want := []string{
		`login_refused "reader\n{\"user\":\"admin\"}"  127.0.0.1`,
		`login "admin" admin 127.0.0.1`,
		`logout "admin" admin 127.0.0.1`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the log is %v, %v", info.Mode(), err)
	}
}

func entries(t *testing.T, path string) []access.Entry {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []access.Entry
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e access.Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		list = append(list, e)
	}
	return list
}
