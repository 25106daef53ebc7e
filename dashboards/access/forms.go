package access

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"strings"
)

// FormField is the field in which every form of a page sends the token of [FormToken],
// and formHeader where a script would.
const (
	FormField  = "form_token"
	formHeader = "X-Form-Token"
)

// mostBodyBytes of a form: more than any form of ours is.
const mostBodyBytes = 64 << 10

// formTokens make the tokens that tell our own forms from those of other sites (CSRF): an
// HMAC-SHA-256 of the cookie that the browser sends with the form, under a key of this
// process. Nobody who can't read our pages can know one, and one that was seen fits no
// other session.
type formTokens struct{ key []byte }

func newFormTokens() formTokens {
	key := make([]byte, sha256.Size)
	rand.Read(key) // never fails
	return formTokens{key}
}

func (f formTokens) sum(cookie string) []byte {
	mac := hmac.New(sha256.New, f.key)
	mac.Write([]byte(cookie))
	return mac.Sum(nil)
}

// make is the token of a cookie, another one each time: under a pad of its own, so that
// the length of compressed pages tells nothing of it (the BREACH attack).
func (f formTokens) make(cookie string) string {
	token := make([]byte, 2*sha256.Size)
	rand.Read(token[:sha256.Size])
	xor(token[sha256.Size:], token[:sha256.Size], f.sum(cookie))
	return base64.RawURLEncoding.EncodeToString(token)
}

// fits reports, in constant time, whether a token is of a cookie.
func (f formTokens) fits(token, cookie string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 2*sha256.Size || cookie == "" {
		return false
	}
	sum := make([]byte, sha256.Size)
	xor(sum, raw[:sha256.Size], raw[sha256.Size:])
	return hmac.Equal(sum, f.sum(cookie))
}

func xor(to, a, b []byte) {
	for i := range to {
		to[i] = a[i] ^ b[i]
	}
}

type formKey struct{}

// FormToken is what the forms of a page send in [FormField]; "" beside no guard.
func FormToken(ctx context.Context) string {
	token, _ := ctx.Value(formKey{}).(string)
	return token
}

// withFormToken is a request whose page can write forms. A browser that has no cookie yet
// gets one: without a session its value means nothing but "the same browser".
func (g *Guard) withFormToken(w http.ResponseWriter, r *http.Request) *http.Request {
	value := g.cookieOf(r)
	if value == "" {
		value = newSecret()
		http.SetCookie(w, g.cookie(r, value, sessionLife))
	}
	return r.WithContext(context.WithValue(r.Context(), formKey{}, g.forms.make(value)))
}

func (g *Guard) cookieOf(r *http.Request) string {
	cookie, err := r.Cookie(g.cookieName(r))
	if err != nil {
		return ""
	}
	return cookie.Value
}

var (
	errForm     = errors.New("the form token is missing or expired: read the page again (a program sends an API token instead)")
	errLongForm = fmt.Errorf("the form is longer than %d bytes", mostBodyBytes)
)

// checkForm refuses what a page of another site could have sent in the name of who is
// recognised by cookie, or by being on this machine. No such page can send a
// token, nor JSON: browsers ask first, and are not answered.
func (g *Guard) checkForm(w http.ResponseWriter, r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	cookie := g.cookieOf(r)
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") || cookie == "" && (r.Method != http.MethodPost || hasJSON(r)) {
		return nil
	}
	token := r.Header.Get(formHeader)
	if token == "" && !hasJSON(r) {
		r.Body = http.MaxBytesReader(w, r.Body, mostBodyBytes)
		var long *http.MaxBytesError
		if err := r.ParseForm(); errors.As(err, &long) {
			return errLongForm
		}
		token = r.PostForm.Get(FormField)
	}
	if !g.forms.fits(token, cookie) {
		return errForm
	}
	return nil
}

func hasJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// refuseForm tells why a form was not taken.
func refuseForm(w http.ResponseWriter, r *http.Request, err error) {
	if !wantsPage(r) {
		Problem(w, http.StatusForbidden, err.Error())
		return
	}
	why := refusal{"表单已过期", "页面打开得太久，或 Vane 已重新启动，这次提交没有生效。请返回上一页，刷新后再提交。",
		"This form has expired and nothing was changed: go back, reload the page and send it again."}
	if errors.Is(err, errLongForm) {
		why = refusal{"提交的内容太长", "这次提交没有生效。请返回上一页，缩短后再提交。", "The form is too long and nothing was changed: go back and shorten it."}
	}
	tell(w, http.StatusForbidden, why)
}

// refusal is what templates/refused.html shows to a person.
type refusal struct{ Heading, Says, English string }

// tell shows a person why something was not done.
func tell(w http.ResponseWriter, status int, why refusal) {
	var out bytes.Buffer
	page, err := template.ParseFS(files, "templates/refused.html") // seldom: worth no place to keep it
	if err == nil {
		err = page.Execute(&out, why)
	}
	if err != nil {
		http.Error(w, why.Says, status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(out.Bytes()) // a reader that went away needs no answer
}
