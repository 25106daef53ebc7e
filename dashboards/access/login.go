package access

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
)

//go:embed templates
var files embed.FS

// mostFormBytes is more than a login form ever is.
const mostFormBytes = 8 << 10

// strangersHash is compared with when the name is unknown, so that an answer takes as
// long as for a known one. It is the hash of a password that nobody has.
const strangersHash = "$2a$12$q5CJCvA0piYHs7ZrTrsAtOCZA/8wUxw.CEEj3BF1cjCgcai4/kxbm"

// cookieName is the session's cookie. Under TLS its prefix makes browsers take it from
// this host only, and never over a plain connection.
func (g *Guard) cookieName(r *http.Request) string {
	if visitorOf(r, g.proxies).secure {
		return "__Host-vane"
	}
	return "vane"
}

// loginPage is what templates/login.html shows.
type loginPage struct {
	Next, Name, Problem string
	Token               string // of its form
	LoggedIn            string // name of who is logged in already
}

func (g *Guard) showLogin(w http.ResponseWriter, r *http.Request) {
	page := loginPage{Next: LocalPath(r.FormValue("next"))}
	if who, err := g.identify(r); err == nil {
		page.LoggedIn = who.Name
	}
	g.render(w, r, http.StatusOK, page)
}

// login checks name and password, and starts a session under an id of its own.
func (g *Guard) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostFormBytes)
	if err := r.ParseForm(); err != nil {
		g.render(w, r, http.StatusBadRequest, loginPage{Next: "/", Problem: "表单没有完整送达，请再试一次。"})
		return
	}
	name, password := r.PostForm.Get("name"), r.PostForm.Get("password")
	page := loginPage{Next: LocalPath(r.PostForm.Get("next")), Name: cut(name, longestName)}
	if !g.forms.fits(r.PostForm.Get(FormField), g.cookieOf(r)) { // or another site could log people in as somebody else
		page.Problem = "登录页面已过期，请再输入一次。"
		g.render(w, r, http.StatusForbidden, page)
		return
	}
	ctx := WithIdentity(r.Context(), Identity{Name: name, Address: From(r.Context()).Address})
	if wait := g.throttle(r, name); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		page.Problem = "尝试次数过多，请稍后再试。"
		g.render(w, r, http.StatusTooManyRequests, page)
		return
	}
	user, err := g.check(ctx, name, password)
	if errors.Is(err, ErrNoUser) {
		page.Problem = "用户名或密码不正确。"
		g.renderAfter(w, r, g.audit.Record(ctx, g.now(), LoginRefused, ""), http.StatusUnauthorized, page)
		return
	}
	if err == nil {
		err = g.audit.Record(WithIdentity(ctx, Identity{Name: user.Name, Role: user.Role, Address: From(ctx).Address}), g.now(), LoggedIn, "")
	}
	if err != nil {
		g.renderAfter(w, r, err, 0, page)
		return
	}
	g.endSession(r)
	http.SetCookie(w, g.cookie(r, g.sessions.start(user, g.now()), sessionLife))
	http.Redirect(w, r, page.Next, http.StatusSeeOther)
}

// throttle is how long this visitor has to wait, with any name or with this one. Tries
// from elsewhere don't count, or strangers could keep a user out.
func (g *Guard) throttle(r *http.Request, name string) time.Duration {
	now, from := g.now(), visitorOf(r, g.proxies).key()
	if wait := g.visitors.Wait(from, now); wait > 0 {
		return wait
	}
	return g.names.Wait(from+" "+name, now)
}

// check is the user with that name and password, or [ErrNoUser].
func (g *Guard) check(ctx context.Context, name, password string) (User, error) {
	select {
	case g.hashing <- struct{}{}:
		defer func() { <-g.hashing }()
	case <-ctx.Done():
		return User{}, ctx.Err()
	}
	user, err := g.users.Find(name)
	if err != nil && !errors.Is(err, ErrNoUser) {
		return User{}, err
	}
	hash := user.Password
	if err != nil {
		hash = strangersHash
	}
	if bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) != nil || err != nil {
		return User{}, ErrNoUser
	}
	return user, nil
}

func (g *Guard) logout(w http.ResponseWriter, r *http.Request) {
	if who, err := g.identify(r); err == nil {
		if err := g.checkForm(w, r); err != nil {
			refuseForm(w, r, err)
			return
		}
		ctx := WithIdentity(r.Context(), who)
		if err := g.audit.Record(ctx, g.now(), LoggedOut, ""); err != nil {
			g.log.Error("logout not recorded", "user", who.Name, "err", err) // it ends all the same
		}
	}
	g.endSession(r)
	http.SetCookie(w, g.cookie(r, "", -time.Second))
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (g *Guard) endSession(r *http.Request) {
	if old, err := r.Cookie(g.cookieName(r)); err == nil {
		g.sessions.end(old.Value)
	}
}

func (g *Guard) cookie(r *http.Request, id string, life time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: g.cookieName(r), Value: id, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: visitorOf(r, g.proxies).secure,
		SameSite: http.SameSiteLaxMode, // a link from an alert's mail opens the board with the session
	}
}

// renderAfter shows the page, or that something of vane's own failed.
func (g *Guard) renderAfter(w http.ResponseWriter, r *http.Request, err error, status int, page loginPage) {
	if err != nil {
		g.log.Error("login failed", "err", err)
		status, page.Problem = http.StatusServiceUnavailable, "暂时无法登录，请查看 vane 的日志。"
	}
	g.render(w, r, status, page)
}

func (g *Guard) render(w http.ResponseWriter, r *http.Request, status int, page loginPage) {
	var out bytes.Buffer
	page.Token = FormToken(g.withFormToken(w, r).Context())
	if err := g.page.Execute(&out, page); err != nil {
		g.log.Error("login page failed", "err", err)
		http.Error(w, "登录页面暂时无法生成。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(out.Bytes())
}

// LocalPath is next if it is a page of this board, else the first page: a login must
// not end on somebody else's site. Browsers read \ as /.
func LocalPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
