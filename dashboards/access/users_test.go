package access

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 16, 4, 0, 0, 0, time.UTC)

func TestUsersFileKeepsNoSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "users.json")
	u := NewUsers(path)
	if err := u.Add("李雷", Analyst, "correct horse"); err != nil {
		t.Fatal(err)
	}
	token, err := u.AddToken("李雷", noon)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "correct horse") || strings.Contains(string(data), token[len(tokenPrefix):]) {
		t.Errorf("the file holds a secret: %s", data)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if user, err := NewUsers(path).ByToken(token); err != nil || user.Name != "李雷" || user.Role != Analyst {
		t.Errorf("the token belongs to %+v, %v", user, err)
	}
	if err := u.RevokeTokens("李雷"); err != nil {
		t.Fatal(err)
	}
	if _, err := u.ByToken(token); !errors.Is(err, ErrNoUser) {
		t.Errorf("a revoked token: %v", err)
	}
}

func TestWhatUsersRefuse(t *testing.T) {
	u := NewUsers(filepath.Join(t.TempDir(), "users.json"))
	for _, c := range []struct {
		name, password string
		role           Role
		want           string
	}{
		{"", "correct horse", Reader, "user name"},
		{"a b", "correct horse", Reader, "user name"},
		{"-rf", "correct horse", Reader, "user name"},
		{strings.Repeat("a", 65), "correct horse", Reader, "user name"},
		{"a\x1b[2J", "correct horse", Reader, "user name"},
		{"reader", "correct horse", "root", "role"},
		{"reader", "short", Reader, "at least 10"},
		{"reader", strings.Repeat("长", 25), Reader, "at most 72 bytes"},
	} {
		if err := u.Add(c.name, c.role, c.password); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Add(%q, %q, %q): %v, want %q", c.name, c.role, c.password, err, c.want)
		}
	}
	if err := u.Remove("nobody"); !errors.Is(err, ErrNoUser) {
		t.Errorf("Remove: %v", err)
	}
	if _, err := u.AddToken("nobody", noon); !errors.Is(err, ErrNoUser) {
		t.Errorf("AddToken: %v", err)
	}
	if n, err := u.Len(); n != 0 || err != nil {
		t.Errorf("%d users, %v", n, err)
	}
}

// A broken or open file lets nobody in.
func TestUsersFilesThatAreNotRead(t *testing.T) {
	for _, c := range []struct {
		text string
		mode os.FileMode
		want string
	}{
		{`{"users":[]}`, 0o644, "chmod 600"},
		{`{"users":[`, 0o600, "unexpected end"},
		{`{"users":[{"name":"a","role":"admin","password":"secret"}]}`, 0o600, "no bcrypt hash"},
		{`{"users":[{"name":"a","role":"root","password":"` + strangersHash + `"}]}`, 0o600, "role"},
		{`{"users":[{"name":"a/b","role":"admin","password":"` + strangersHash + `"}]}`, 0o600, "name"},
	} {
		path := filepath.Join(t.TempDir(), "users.json")
		if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := NewUsers(path).Len(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s (%v): %v, want %q", c.text, c.mode, err, c.want)
		}
	}
}

// Of changes at one time each is made or refused, and none is lost.
func TestChangesAtOneTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.json")
	if err := NewUsers(path).Add("reader", Reader, "correct horse"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	made := make([]string, mostTokens)
	for i := range made {
		wg.Go(func() {
			token, err := NewUsers(path).AddToken("reader", noon) // as another process
			if err == nil {
				made[i] = token
			} else if !strings.Contains(err.Error(), "under way") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, token := range made {
		if token == "" {
			continue
		}
		if _, err := NewUsers(path).ByToken(token); err != nil {
			t.Errorf("a token that was made is not there: %v", err)
		}
	}
}

func TestTokensOfAUserAreBounded(t *testing.T) {
	u := NewUsers(filepath.Join(t.TempDir(), "users.json"))
	if err := u.Add("reader", Reader, "correct horse"); err != nil {
		t.Fatal(err)
	}
	for range mostTokens {
		if _, err := u.AddToken("reader", noon); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := u.AddToken("reader", noon); err == nil {
		t.Error("one more token was made")
	}
}

func TestSessionsAreBounded(t *testing.T) {
	s := newSessions(time.Hour)
	first := s.start(User{Name: "a"}, noon)
	for i := range mostSessions + 100 {
		s.start(User{Name: "a"}, noon.Add(time.Duration(i)*time.Millisecond))
	}
	if len(s.byID) != mostSessions {
		t.Errorf("%d sessions are kept", len(s.byID))
	}
	if _, ok := s.use(first, noon); ok {
		t.Error("the session idle for longest is still there")
	}
}

func TestLimiterAllowsItsRate(t *testing.T) {
	l := NewLimiter(time.Second, 3)
	allowed := 0
	for i := range 100 { // ten a second for ten seconds
		if l.Wait("a", noon.Add(time.Duration(i)*100*time.Millisecond)) == 0 {
			allowed++
		}
	}
	if allowed != 3+9 {
		t.Errorf("%d of 100 are allowed, want 3 at once and one a second", allowed)
	}
	if wait := l.Wait("a", noon.Add(9900*time.Millisecond)); wait != 100*time.Millisecond {
		t.Errorf("the next is allowed in %s", wait)
	}
	if l.Wait("b", noon) != 0 {
		t.Error("another key is refused")
	}
}

func TestAuditLogIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	a := NewAudit(path)
	a.most = 1000
	for i := range 200 {
		if err := a.Record(t.Context(), noon, Exported, fmt.Sprint(i, strings.Repeat("长", 1000))); err != nil {
			t.Fatal(err)
		}
	}
	found, err := filepath.Glob(path + "*")
	if err != nil || len(found) != auditFiles {
		t.Errorf("the log is %q, %v", found, err)
	}
	for _, f := range found {
		if info, err := os.Stat(f); err != nil || info.Size() > a.most || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has %d bytes, %v, %v", f, info.Size(), info.Mode(), err)
		}
	}
	for range 2000 { // what strangers try
		if err := a.Record(t.Context(), noon, LoginRefused, ""); err != nil {
			t.Fatal(err)
		}
	}
	if newest, err := os.ReadFile(path); err != nil || !strings.Contains(string(newest), `"object":"199`) {
		t.Errorf("the newest entry is not in the file: %s, %v", newest, err)
	}
}

func TestWhereVaneMayListen(t *testing.T) {
	tls := Config{TLSCert: "c", TLSKey: "k"}
	proxy := Config{TrustedProxies: []string{"10.0.0.1"}}
	for _, c := range []struct {
		cfg      Config
		loopback bool
		users    int
		want     string
	}{
		{Config{}, true, 0, ""},
		{Config{}, true, 2, ""},
		{proxy, true, 0, "vane users add"},
		{proxy, true, 2, ""},
		{Config{}, false, 0, "vane users add"},
		{tls, false, 0, "vane users add"},
		{Config{}, false, 2, "access.tls_cert"},
		{tls, false, 2, ""},
		{proxy, false, 2, ""},
	} {
		err := c.cfg.CheckListen("0.0.0.0:8080", c.loopback, c.users)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v, loopback %v, %d users: %v, want %q", c.cfg, c.loopback, c.users, err, c.want)
		}
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want string
	}{
		{Config{SessionIdle: time.Hour, TLSCert: "c"}, "go together"},
		{Config{}, "session_idle"},
		{Config{SessionIdle: time.Hour, TrustedProxies: []string{"proxy.example"}}, `"proxy.example" is no address`},
		{Config{SessionIdle: time.Hour, TrustedProxies: []string{"0.0.0.0/0"}}, "trusts everybody"},
	} {
		if err := c.cfg.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.cfg, err, c.want)
		}
	}
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
}

func FuzzParseUsers(f *testing.F) {
	f.Add([]byte(`{"users":[{"name":"a","role":"admin","password":"` + strangersHash + `","tokens":[{"hash":"00","made":"2026-03-16T00:00:00Z"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parseUsers("users.json", data)
		if err != nil {
			return
		}
		for _, user := range list {
			if !user.Role.Allows(Reader) || !userName.MatchString(user.Name) {
				t.Errorf("let in: %+v", user)
			}
		}
	})
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "//a", `/\a`, "/%2f/a", "/a?b=//c", "https://a", "/\x00", "/a#b"} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "board.example"}
	f.Fuzz(func(t *testing.T, next string) {
		to, err := base.Parse(LocalPath(next))
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
			t.Errorf("%q leads to %v, %v", next, to, err)
		}
	})
}

func FuzzLoopbackHost(f *testing.F) {
	for _, s := range []string{"localhost", "127.0.0.1:8080", "[::1]:80", "a.example", "::1", "127.0.0.1.a.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !loopbackHost(host) {
			return
		}
		u, err := url.Parse("http://" + host)
		if err != nil {
			return // no browser gets there
		}
		addr, err := netip.ParseAddr(u.Hostname())
		if !strings.EqualFold(u.Hostname(), "localhost") && (err != nil || !addr.Unmap().IsLoopback()) {
			t.Errorf("%q counts as this machine", host)
		}
	})
}
