package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/storage/storagetest"
)

// post sends JSON and checks that the answer is documented, and of the documented form.
func post(t *testing.T, server *httptest.Server, path, body string, headers ...string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// documented checks an answer against the document.
func documented(t *testing.T, doc document, path string, status int, answer string) {
	t.Helper()
	for _, content := range doc.Paths[path]["post"].Responses[fmt.Sprint(status)].Content {
		var value any
		if err := json.Unmarshal([]byte(answer), &value); err != nil {
			t.Fatal(err)
		}
		if err := doc.schema(t, content.Schema).Validate(value); err != nil {
			t.Errorf("POST %s: %d: %v in %.300s", path, status, err, answer)
		}
		return
	}
	t.Errorf("POST %s: %d is not documented: %.300s", path, status, answer)
}

func TestCorrectionsByAPI(t *testing.T) {
	store := storagetest.New(t)
	fill(t, store)
	a := newAPI(t, store, 0)
	server := serve(t, a)
	doc := documentOf(t, server)
	id := postID(0).String()
	for _, c := range []struct {
		body   string
		status int
		says   string
	}{
		{`{"post":"` + id + `","tags":["telecom.speed_cap"],"sensitive":false}`, 422, "is no issue of the taxonomy"},
		{`{"post":"` + id + `","tags":["ticketing"]}`, 422, "is no issue of the taxonomy"},
		{`{"post":"` + id + `","sentiment":"furious"}`, 422, "sentiment"},
		{`{"post":"` + id + `","fingerprint":"5"}`, 422, "the text of the post was changed"},
		{`{"post":"` + strings.Repeat("0", 32) + `"}`, 422, "is no id of a post"},
		{`{"post":"` + postID(1000).String() + `"}`, 404, "no such post is stored"},
		{`{"post":"` + id + `","unknown":1}`, 422, "unexpected property"},
		{`{"sensitive":true}`, 422, "required property post"},
		{`{`, 400, ""},
		{`{"post":"` + id + `","x":"` + strings.Repeat("x", 70<<10) + `"}`, 413, ""},
		{`{"post":"` + id + `","tags":[],"sentiment":"positive","sensitive":false}`, 200, `"state":"applied"`},
	} {
		status, answer := post(t, server, "/api/corrections", c.body)
		if status != c.status || !strings.Contains(answer, c.says) {
			t.Errorf("%.100s: %d %.300s, want %d %s", c.body, status, answer, c.status, c.says)
		}
		documented(t, doc, "/api/corrections", status, answer)
	}
	var stored ask.StoredPost
	get(t, server.URL+"/api/posts/"+id, &stored)
	if len(stored.Tags) != 0 || stored.Sensitive || stored.Sentiment.Label() != "positive" {
		t.Errorf("the post is %+v", stored.Judgement())
	}
	var list ask.Corrections
	get(t, server.URL+"/api/corrections", &list)
	if len(list.Corrections) != 1 || list.Next != "" {
		t.Fatalf("%+v", list)
	}
	c := list.Corrections[0]
	if c.Post != postID(0) || c.User != access.Local || !c.At.Equal(now) || c.State != "applied" || c.Fingerprint != 1<<63 ||
		len(c.Before.Tags) != 1 || c.Before.Tags[0].ID != "ticketing.pillar_seat" || !c.Before.Sensitive || len(c.After.Tags) != 0 || c.After.Sensitive {
		t.Errorf("%+v", c)
	}
	edited := stored.Mention
	edited.CollectedAt, edited.Text, edited.Fingerprint = now.Add(1e9), "改过的", 7
	if err := store.Insert(t.Context(), []vane.Mention{edited}); err != nil {
		t.Fatal(err)
	}
	if get(t, server.URL+"/api/corrections", &list); list.Corrections[0].State != "text_changed" {
		t.Errorf("after an edit it is %s", list.Corrections[0].State)
	}
}

// Readers change nothing, and what is changed is recorded.
func TestChangesNeedAnAnalystAndAreRecorded(t *testing.T) {
	store := storagetest.New(t)
	fill(t, store)
	a := newAPI(t, store, 0)
	dir := t.TempDir()
	users, tokens := people(t, dir)
	a.Audit = access.NewAudit(filepath.Join(dir, "audit.jsonl"))
	a.Desk.Audit = a.Audit
	guard, err := access.NewGuard(access.DefaultConfig(), users, a.Audit, false, a.Desk.Now, a.Log)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(guard.Protect(a.Handler()))
	defer server.Close()
	for path, body := range map[string]string{
		"/api/corrections": `{"post":"` + postID(0).String() + `","sensitive":false}`,
	} {
		var got []string
		for _, token := range tokens {
			status, _ := post(t, server, path, body, "Authorization", "Bearer "+token)
			got = append(got, fmt.Sprint(status))
		}
		if s := strings.Join(got, " "); s != "401 403 200 200" {
			t.Errorf("%s: %s", path, s)
		}
		if status, _ := post(t, server, path, body, "Authorization", "Bearer "+tokens[2], "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, status)
		}
	}
	log, err := os.ReadFile(filepath.Join(dir, "audit.jsonl"))
	if n := strings.Count(string(log), `"action":"correction"`); err != nil || n != 2 || !strings.Contains(string(log), `"user":"analyst","role":"analyst"`) {
		t.Errorf("%d corrections are recorded, %v\n%s", n, err, log)
	}
}
