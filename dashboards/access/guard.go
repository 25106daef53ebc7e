package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"time"
)

// Guard lets requests through to those who may make them.
type Guard struct {
	users *Users
	audit *Audit
	log   *slog.Logger
	now   func() time.Time

	open     bool // to everybody while there are no users: only this machine can connect
	proxies  []netip.Prefix
	sessions *sessions
	names    *Limiter // logins by name and address: a stranger elsewhere locks nobody out
	visitors *Limiter // logins by address
	hashing  chan struct{}
	page     *template.Template
	forms    formTokens
}

const (
	// A person who mistypes tries a handful of times; a guesser gets 3,000 tries a day
	// at one name from one address, and 8,640 from one address. Who has many addresses is
	// held up by the time that a password takes to check.
	loginsAtOnce          = 10
	loginEvery            = 30 * time.Second
	loginsOfAddressAtOnce = 20
	loginOfAddressEvery   = 10 * time.Second
)

// NewGuard is a guard over the users. loopback says that only this machine can
// connect. The time is told by now.
func NewGuard(cfg Config, users *Users, audit *Audit, loopback bool, now func() time.Time, log *slog.Logger) (*Guard, error) {
	proxies, err := cfg.proxies()
	if err != nil {
		return nil, err
	}
	page, err := template.ParseFS(files, "templates/login.html")
	if err != nil {
		return nil, fmt.Errorf("parse the login page: %w", err)
	}
	return &Guard{
		users: users, audit: audit, log: log, now: now,
		open: loopback, proxies: proxies, page: page,
		sessions: newSessions(cfg.SessionIdle), forms: newFormTokens(),
		names:    NewLimiter(loginEvery, loginsAtOnce),
		visitors: NewLimiter(loginOfAddressEvery, loginsOfAddressAtOnce),
		// A flood of logins must leave a core for everything else.
		hashing: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
	}, nil
}

// Protect stands before next, and serves the login page itself. next finds who makes a
// request by [From].
func (g *Guard) Protect(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", g.showLogin)
	mux.HandleFunc("POST /login", g.login)
	mux.HandleFunc("POST /logout", g.logout)
	mux.Handle("/", g.recognise(next))
	sameOrigin := http.NewCrossOriginProtection() // against requests that another site's page makes with our cookie
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		Problem(w, http.StatusForbidden, "the request comes from a page of another site")
	}))
	return Headers(g.admit(sameOrigin.Handler(mux)))
}

// admit refuses what comes in a way that nobody should use.
func (g *Guard) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitorOf(r, g.proxies)
		if !v.secure && !v.addr.IsLoopback() {
			Problem(w, http.StatusForbidden, "use https: what is sent over this connection can be read on the way")
			return
		}
		if v.secure {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), Identity{Address: v.addr})))
	})
}

// public is what a visitor without login may see: what the login page needs, and
// whether vane lives and is ready.
func public(path string) bool {
	return strings.HasPrefix(path, "/assets/") || path == "/livez" || path == "/readyz"
}

// recognise finds out who makes a request, and asks strangers to log in.
func (g *Guard) recognise(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if public(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		who, err := g.identify(r)
		switch {
		case errors.Is(err, errForeign):
			Problem(w, http.StatusForbidden, err.Error())
		case errors.Is(err, ErrNoUser):
			askToLogIn(w, r)
		case err != nil: // nobody comes in while it isn't known who may
			g.log.Error("access refused to everybody", "err", err)
			Problem(w, http.StatusServiceUnavailable, "the users file can't be read; see vane's log")
		default:
			w.Header().Set("Cache-Control", "private, no-cache") // no proxy may keep it for others
			w.Header().Add("Vary", "Cookie, Authorization")
			if err := g.checkForm(w, r); err != nil {
				refuseForm(w, r, err)
				return
			}
			r = r.WithContext(WithIdentity(r.Context(), who))
			if wantsPage(r) {
				r = g.withFormToken(w, r)
			}
			next.ServeHTTP(w, r)
		}
	})
}

// errForeign says that what is open on loopback was asked for from outside of it.
var errForeign = errors.New("without users vane answers this machine only, at 127.0.0.1 or localhost: make one with 'vane users add'")

// identify is who makes a request: by API token, by session, or, where everything is
// open, whoever works on this machine. Nobody is [ErrNoUser].
func (g *Guard) identify(r *http.Request) (Identity, error) {
	who := From(r.Context())
	if n, err := g.users.Len(); err != nil {
		return who, err
	} else if n == 0 && g.open {
		if visitorOf(r, g.proxies).forwarded || !loopbackHost(r.Host) {
			return who, errForeign
		}
		return Identity{Name: Local, Role: Admin, Address: who.Address}, nil
	}
	user, err := g.user(r)
	if err != nil {
		return who, err
	}
	return Identity{Name: user.Name, Role: user.Role, Address: who.Address}, nil
}

// user is the user whose token or session a request carries.
func (g *Guard) user(r *http.Request) (User, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return User{}, ErrNoUser
		}
		return g.users.ByToken(strings.TrimSpace(token))
	}
	ses, ok := g.sessions.use(g.cookieOf(r), g.now())
	if !ok {
		return User{}, ErrNoUser
	}
	user, err := g.users.Find(ses.user)
	if err == nil && user.Password != ses.password {
		err = ErrNoUser // the password was changed since
	}
	return user, err
}

// askToLogIn sends a person to the login page and tells a program what is missing.
func askToLogIn(w http.ResponseWriter, r *http.Request) {
	if wantsPage(r) {
		next := r.URL.RequestURI()
		if r.Method != http.MethodGet { // a form's address shows no page; many forms name the one they are on
			r.Body = http.MaxBytesReader(w, r.Body, mostBodyBytes)
			next = LocalPath(r.PostFormValue("back"))
		}
		to := url.URL{Path: "/login", RawQuery: url.Values{"next": {next}}.Encode()}
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="vane"`)
	Problem(w, http.StatusUnauthorized, "log in, or send an API token: Authorization: Bearer TOKEN (vane users token NAME makes one)")
}

// Need lets only users of a role through to next, the others learn which one they need.
func Need(role Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case From(r.Context()).Role.Allows(role):
			next.ServeHTTP(w, r)
		case wantsPage(r):
			tell(w, http.StatusForbidden, refusal{"没有权限", fmt.Sprintf("此操作需要%s（%s）角色，请联系管理员。", roleName(role), role), fmt.Sprintf("This needs the role %s.", role)})
		default:
			Problem(w, http.StatusForbidden, fmt.Sprintf("this needs the role %s", role))
		}
	})
}

// roleName is what analysts call a role.
func roleName(r Role) string {
	return map[Role]string{Reader: "读者", Analyst: "分析员", Admin: "管理员"}[r]
}

// wantsPage reports whether a person's browser asks, rather than a program.
func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// Problem answers with an error as RFC 9457 writes it.
func Problem(w http.ResponseWriter, status int, detail string) {
	body, err := json.Marshal(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{http.StatusText(status), status, detail})
	if err != nil {
		body = nil // can't be: three plain values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	w.Write(body)
}
