package samplesite

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/crawler"
	"vane/yamlfile"
)

// testSecret keys the authors of the crawl.
var testSecret = []byte("a secret of the test")

// shippedSources reads the sources of the sample, and sends them to a server.
func shippedSources(t *testing.T, base string) []crawler.Source {
	t.Helper()
	files, err := fs.Glob(vane.Configs(), "sources/sample_*.yaml")
	if err != nil || len(files) != len(sites()) {
		t.Fatalf("%d source files, want %d: %v", len(files), len(sites()), err)
	}
	var sources []crawler.Source
	for _, file := range files {
		src := crawler.DefaultSource()
		if err := yamlfile.Read(vane.Configs(), file, &src); err != nil {
			t.Fatal(err)
		}
		if src.Enabled || src.Delay != 0 || src.Channel != siteOf(src.Name).channel {
			t.Errorf("%s: enabled %v, delay %v, channel %s", file, src.Enabled, src.Delay, src.Channel)
		}
		src.Base, src.Enabled = base, true
		sources = append(sources, src)
	}
	return sources
}

// crawlAll makes one pass over every source and takes what is in the outbox.
func crawlAll(t *testing.T, s *Site) (map[vane.ID]vane.Post, []crawler.PassReport) {
	t.Helper()
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	ctx := context.Background()
	state, err := crawler.OpenState(ctx, filepath.Join(t.TempDir(), "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { state.Close() })
	cfg := crawler.DefaultConfig()
	cfg.AllowPrivate, cfg.AuthorSecret = true, testSecret
	c, err := crawler.New(cfg, state, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var reports []crawler.PassReport
	for _, src := range shippedSources(t, server.URL) {
		report, err := c.Pass(ctx, src, crawler.PassOptions{Now: func() time.Time { return testNow }})
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, report)
	}
	batch, err := state.Lease(ctx, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	posts := map[vane.ID]vane.Post{}
	for _, p := range batch.Posts {
		if _, twice := posts[p.ID]; twice {
			t.Errorf("%s is in the outbox twice", p.URL)
		}
		posts[p.ID] = p
	}
	return posts, reports
}

// The shipped sources and the real crawler bring home every post as it was planted.
func TestCrawlBringsHomeTheTruth(t *testing.T) {
	s := New(testNow, 1, 3000)
	got, reports := crawlAll(t, s)
	for _, r := range reports {
		if r.Reason != crawler.Done && r.Reason != crawler.Seen || r.Left != 0 || r.Undated != 0 {
			t.Errorf("pass over %s: %+v", r.Source, r)
		}
		t.Logf("%s: %d pages, %d new posts, %d errors %v", r.Source, r.Pages, r.New, r.Errors, r.Failed)
	}
	if len(got) != len(s.Posts()) {
		t.Errorf("%d posts came home, want %d", len(got), len(s.Posts()))
	}
	authors, shownAuthors := map[vane.ID]bool{}, map[string]bool{}
	for _, p := range s.Posts() {
		id := vane.NewPostID(p.Source, p.NativeID)
		post, ok := got[id]
		if !ok {
			t.Errorf("%s%s did not come home", p.Source, p.Path)
			continue
		}
		authors[post.AuthorKey], shownAuthors[p.Source+p.Author] = true, true
		if post.PublishedAt.Sub(p.Published).Abs() > p.Precision {
			t.Errorf("%s was published at %v, not at %v", p.Path, p.Published, post.PublishedAt)
		}
		post.URL, post.PublishedAt, post.CollectedAt = "", time.Time{}, time.Time{}
		if diff := cmp.Diff(p.post(), post); diff != "" {
			t.Errorf("%s:\n%s", p.Path, diff)
		}
	}
	if len(authors) != len(shownAuthors) {
		t.Errorf("%d authors came home, want %d", len(authors), len(shownAuthors))
	}
	if _, forbidden := s.Requests(); forbidden != 0 {
		t.Errorf("the crawler asked %d times for what robots.txt closes", forbidden)
	}
}

// post is the truth as a post, without address and times.
func (p Planted) post() vane.Post {
	return vane.Post{
		ID: vane.NewPostID(p.Source, p.NativeID), Source: p.Source, Channel: p.Channel,
		AuthorKey: vane.NewAuthorKey(testSecret, p.Source, p.Author), Region: p.Region,
		Title: p.Title, Text: p.Text, Engagement: p.Engagement,
	}
}
