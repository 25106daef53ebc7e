package access_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vane/dashboards/access"
)

// post sends a body as a browser or a program does, with headers as name, value pairs.
func post(t *testing.T, c *http.Client, address, kind, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(got)
}

const aForm, aPage = "application/x-www-form-urlencoded", "text/html,*/*"

// What a browser sends in the name of who is logged in counts with the token of its own
// session only: one that is missing, cut, made up or of somebody else does nothing.
func TestFormsNeedTheTokenOfTheirSession(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	visitor, other := h.visitor(t), h.visitor(t)
	h.login(t, visitor, "admin", password)
	h.login(t, other, "admin", password)
	own, again, foreign := h.formToken(t, visitor), h.formToken(t, visitor), h.formToken(t, other)
	if own == again {
		t.Error("a page has the same token twice: its compressed length tells of it")
	}
	api, err := h.users.AddToken("admin", start)
	if err != nil {
		t.Fatal(err)
	}
	field := func(token string) string { return url.Values{"form_token": {token}}.Encode() }
	for _, c := range []struct {
		name, kind, body string
		headers          []string
		want             int
	}{
		{"the form of a page", aForm, field(own), nil, 200},
		{"the page as it was loaded before", aForm, field(again), nil, 200},
		{"a script of ours", "application/json", "{}", []string{"X-Form-Token", own}, 200},
		{"a program with its own token", "application/json", "{}", []string{"Authorization", "Bearer " + api}, 200},
		{"no token", aForm, "", nil, 403},
		{"an empty one", aForm, field(""), nil, 403},
		{"somebody else's", aForm, field(foreign), nil, 403},
		{"a cut one", aForm, field(own[:85]), nil, 403},
		{"a longer one", aForm, field(own + "AA"), nil, 403},
		{"no base64", aForm, field(strings.Repeat("!", 86)), nil, 403},
		{"all zero", aForm, field(strings.Repeat("A", 86)), nil, 403},
		{"in the address only", aForm, "", []string{"Referer", h.URL + "/delete?form_token=" + own}, 403},
		{"as text", "text/plain", field(own), nil, 403},
		{"JSON with the cookie alone", "application/json", "{}", nil, 403},
		{"a form without end", aForm, strings.Repeat("x", 1<<17) + "&" + field(own), nil, 403},
	} {
		resp, body := post(t, visitor, h.URL+"/delete", c.kind, c.body, c.headers...)
		if resp.StatusCode != c.want || c.want == 403 && resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s %s, want %d", c.name, resp.Status, body, c.want)
		}
	}
	if resp, _ := post(t, visitor, h.URL+"/delete?form_token="+own, aForm, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a token in the address: %s", resp.Status)
	}
	if resp, _ := post(t, visitor, h.URL+"/logout", aForm, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a logout without token: %s", resp.Status)
	}
	if resp, _ := get(t, visitor, h.URL+"/read"); resp.StatusCode != http.StatusOK {
		t.Errorf("the session ended: %s", resp.Status)
	}
}

// A person reads why nothing was done, in Chinese.
func TestPersonsAreToldOfExpiredForms(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	h.populate(t)
	visitor := h.visitor(t)
	h.login(t, visitor, "reader", password)
	for body, want := range map[string]string{"form_token=old": "刷新后再提交", strings.Repeat("x", 1<<17): "太长"} {
		if resp, page := post(t, visitor, h.URL+"/read", aForm, body, "Accept", aPage); resp.StatusCode != http.StatusForbidden || !strings.Contains(page, want) || !strings.Contains(page, `lang="zh-CN"`) {
			t.Errorf("%s %s", resp.Status, page)
		}
	}
	body := url.Values{"form_token": {h.formToken(t, visitor)}}.Encode()
	if resp, page := post(t, visitor, h.URL+"/delete", aForm, body, "Accept", aPage); resp.StatusCode != http.StatusForbidden || !strings.Contains(page, "需要管理员（admin）角色") {
		t.Errorf("without the role: %s %s", resp.Status, page)
	}
	resp, page := post(t, h.visitor(t), h.URL+"/login", aForm, "name=reader&password=wrong&next=%2Fread", "Accept", aPage)
	if resp.StatusCode != http.StatusForbidden || !strings.Contains(page, "登录页面已过期") || !strings.Contains(page, `value="/read"`) || !strings.Contains(page, `value="reader"`) {
		t.Errorf("a login page without token: %s %s", resp.Status, page)
	}
}

// A form whose session has ended leads to the login, and from there to the page it was on.
func TestFormsOfAnEndedSessionLeadToTheLogin(t *testing.T) {
	cfg := access.DefaultConfig()
	h := newHouse(t, cfg, true, false)
	h.populate(t)
	visitor := h.visitor(t)
	h.login(t, visitor, "admin", password)
	body := url.Values{"form_token": {h.formToken(t, visitor)}, "back": {"/search?q=退款"}}
	h.wait(cfg.SessionIdle + 1)
	for back, want := range map[string]string{"/search?q=a": "/login?next=%2Fsearch%3Fq%3Da", "https://evil.example": "/login?next=%2F", "": "/login?next=%2F"} {
		body.Set("back", back)
		resp, _ := post(t, visitor, h.URL+"/delete", aForm, body.Encode(), "Accept", aPage)
		if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != want {
			t.Errorf("back %q: %s to %q, want %q", back, resp.Status, resp.Header.Get("Location"), want)
		}
	}
	if resp := h.login(t, visitor, "admin", password); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the login after it: %s", resp.Status)
	}
}

// Where everything is open, the token is bound to a cookie that means nothing else; a
// program that sends JSON needs none, as no page of another site can send it.
func TestFormsWhereEverythingIsOpen(t *testing.T) {
	h := newHouse(t, access.DefaultConfig(), true, false)
	browser := h.visitor(t)
	resp, _ := get(t, browser, h.URL+"/read", "Accept", aPage)
	if len(resp.Cookies()) != 1 || resp.Cookies()[0].SameSite != http.SameSiteLaxMode || !resp.Cookies()[0].HttpOnly {
		t.Fatalf("cookies: %v", resp.Cookies())
	}
	if again, _ := get(t, browser, h.URL+"/read", "Accept", aPage); len(again.Cookies()) != 0 {
		t.Error("each page gives another cookie: forms of other tabs expire")
	}
	if program, _ := get(t, h.visitor(t), h.URL+"/read"); len(program.Cookies()) != 0 {
		t.Error("a program gets a cookie")
	}
	token := url.Values{"form_token": {h.formToken(t, browser)}}.Encode()
	for _, c := range []struct {
		who        *http.Client
		kind, body string
		want       int
	}{
		{browser, aForm, token, 200},
		{browser, aForm, "", 403},
		{browser, "application/json", "{}", 403},
		{h.visitor(t), aForm, token, 403},
		{h.visitor(t), aForm, "", 403},
		{h.visitor(t), "text/plain", "{}", 403},
		{h.visitor(t), "", "{}", 403},
		{h.visitor(t), "application/json", "{}", 200},
		{h.visitor(t), "application/json; charset=utf-8", "{}", 200},
	} {
		if resp, body := post(t, c.who, h.URL+"/delete", c.kind, c.body); resp.StatusCode != c.want {
			t.Errorf("%q %q: %s %s, want %d", c.kind, c.body, resp.Status, body, c.want)
		}
	}
}
