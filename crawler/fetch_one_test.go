package crawler

import (
	"errors"
	"net/http"
	"testing"
)

func TestFetchKeepsTheRulesOfAPass(t *testing.T) {
	t.Parallel() // the host's pace takes seconds
	s := newSite(t)
	s.page("/robots.txt", "User-agent: *\nDisallow: /private\n")
	s.handle("/gbk", func(w http.ResponseWriter, _ *http.Request) { w.Write(encode(t, "gbk", "<p>投诉</p>")) })
	s.page("/private", "x")
	c := newTestCrawler(t, testConfig(), nil)
	if body, err := c.Fetch(t.Context(), s.URL+"/gbk"); err != nil || string(body) != "<p>投诉</p>" {
		t.Errorf("%q, %v", body, err)
	}
	if _, err := c.Fetch(t.Context(), s.URL+"/private"); !errors.Is(err, errRobots) {
		t.Errorf("forbidden by robots.txt: %v", err)
	}
	var code *statusError
	if _, err := c.Fetch(t.Context(), s.URL+"/nothing"); !errors.As(err, &code) || code.Status != http.StatusNotFound {
		t.Errorf("not there: %v", err)
	}
	if _, err := c.Fetch(t.Context(), "file:///etc/passwd"); err == nil {
		t.Error("a file is no page")
	}
}
