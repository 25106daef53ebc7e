package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkAnalystsWork corrects a post of a running vane and accepts a word, and looks at it
// from the command line: the correction outlasts the retagging that the word brings.
func checkAnalystsWork(t *testing.T, config, data, board string) {
	t.Helper()
	var found struct {
		Posts []struct {
			ID string `json:"id"`
		} `json:"posts"`
	}
	fetch(t, board+"/api/search?limit=1", &found)
	if len(found.Posts) != 1 {
		t.Fatal("no post is found")
	}
	id := found.Posts[0].ID
	send(t, board+"/corrections", url.Values{
		"post": {id}, "tag": {"ticketing.wall_seat"}, "sentiment": {"positive"}, "sensitive": {"false"}, "back": {"/search"},
	})
	send(t, board+"/words/reject", url.Values{"word": {"加群领券"}})
	send(t, board+"/words/accept", url.Values{"word": {"桁架票"}, "issue": {"墙根票"}, "retag": {"yes"}})
	if words, err := os.ReadFile(filepath.Join(filepath.Dir(config), "words.yaml")); err != nil || !strings.Contains(string(words), "桁架票") {
		t.Errorf("words.yaml is %q, %v", words, err)
	}
	soon(t, "retagging", func() bool {
		var words struct {
			Retagging bool `json:"retagging"`
			Decided   []struct{ Word string }
		}
		fetch(t, board+"/api/words", &words)
		return !words.Retagging && len(words.Decided) == 2
	})
	var outdated struct {
		Posts int `json:"posts"`
	}
	code, out := finished(t, "retag", "--diff", "--json", "--config", config, "--data-dir", data)
	if err := json.Unmarshal([]byte(out), &outdated); code != exitDone || err != nil || outdated.Posts != 0 {
		t.Errorf("after the retagging %d posts are outdated: %v %s", outdated.Posts, err, out)
	}
	var post struct {
		Tags []struct {
			ID, Rule string
		} `json:"tags"`
		Sensitive bool    `json:"sensitive"`
		Sentiment float64 `json:"sentiment"`
	}
	fetch(t, board+"/api/posts/"+id, &post)
	if len(post.Tags) != 1 || post.Tags[0].ID != "ticketing.wall_seat" || post.Sensitive || post.Sentiment < 0.5 {
		t.Errorf("the corrected post is %+v", post)
	}
	code, out = finished(t, "corrections", "--gold", "--config", config, "--data-dir", data)
	if code != exitDone || strings.Count(out, "\n") != 1 || !strings.Contains(out, fmt.Sprintf(`"id":"%s"`, id)) || !strings.Contains(out, `"issues":["ticketing.wall_seat"],"sensitive":false`) {
		t.Errorf("the gold is %s", out)
	}
	var score struct {
		N int `json:"n"`
	}
	code, out = finished(t, "eval", "tags", "--corrections", "--json", "--config", config, "--data-dir", data)
	if err := json.Unmarshal([]byte(out), &score); code != exitDone || err != nil || score.N != 1 {
		t.Errorf("eval with the corrections: %v %s", err, out)
	}
	for _, args := range [][]string{{"eval", "tags"}, {"eval", "tags", "--gold", "x", "--corrections"}} {
		if code, out := finished(t, args...); code != exitWrongUse || !strings.Contains(out, "--corrections") {
			t.Errorf("%v: exit code %d, %s", args, code, out)
		}
	}
	if code, out := finished(t, "corrections", "--config", config, "--data-dir", data); code != exitDone || !strings.Contains(out, "墙根票 正面") {
		t.Errorf("the list is %s", out)
	}
	audit, err := os.ReadFile(filepath.Join(data, "audit.jsonl"))
	for _, want := range []string{`"object":"post ` + id + `: tags ticketing.wall_seat, sentiment positive, sensitive false"`, "word 加群领券 rejected", "word 桁架票 accepted for ticketing.wall_seat"} {
		if err != nil || !strings.Contains(string(audit), want) {
			t.Errorf("the audit log lacks %s, %v", want, err)
		}
	}
}

func fetch(t *testing.T, address string, body any) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(body); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, resp.Status, err)
	}
}

// send sends the form of a page, which must be taken.
func send(t *testing.T, address string, form url.Values) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	login, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	login.Path = "/login" // which has a form also where everything is open
	form.Set("form_token", formToken(t, client, login.String()))
	resp, err := client.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s: %s %v %s", address, resp.Status, err, body)
	}
}

// formToken is what the forms of a page send.
func formToken(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), `name="form_token" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	return token
}
