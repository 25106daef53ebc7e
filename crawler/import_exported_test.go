package crawler

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
)

const exportedHeader = "post_id,source,channel,region,url,author_key,title,text,published_at,undated,collected_at,gone_at,views\n"

// TestImportOfAnExport: a row with a post_id is the post that was exported.
func TestImportOfAnExport(t *testing.T) {
	id, author := vane.NewPostID("weibo", "1"), vane.NewAuthorKey([]byte("another secret"), "weibo", "甲")
	row := strings.Join([]string{
		id.String(), "'@weibo", "微博", "广东", "http://weibo.test/1", author.String(), "''=1", "'=1+1", "2026-03-14T10:00:00.007+08:00", "true",
		"2026-03-14T12:00:00+08:00", "2026-03-14T12:01:00+08:00", "30",
	}, ",")
	posts, rejected, _ := imported(t, "\uFEFF"+exportedHeader+row+"\n", importOptions(t, CSV))
	want := vane.Post{
		ID: id, Source: "@weibo", Channel: vane.Weibo, Region: "广东", URL: "http://weibo.test/1", AuthorKey: author, Title: "'=1", Text: "=1+1",
		PublishedAt: time.Date(2026, 3, 14, 2, 0, 0, 7e6, time.UTC), Undated: true,
		CollectedAt: time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC), GoneAt: time.Date(2026, 3, 14, 4, 1, 0, 0, time.UTC),
		Engagement: vane.Engagement{Views: 30},
	}
	if len(posts) != 1 || cmp.Diff(want, posts[0]) != "" {
		t.Fatalf("rejected %v; (-want +got)\n%s", rejected, cmp.Diff([]vane.Post{want}, posts))
	}
}

func TestImportOfABrokenExport(t *testing.T) {
	for cells, want := range map[string]string{
		"12,,,,,,,text,2026-03-14,,,,":                                                  `post_id: id "12" has 2 characters`,
		"00000000000000000000000000000001,,,,,x,,text,2026-03-14T10:00:00Z,,,,":         `author_key: id "x"`,
		"00000000000000000000000000000001,,,,,,,text,2026-03-14T10:00:00Z,maybe,,,":     "undated: ",
		"00000000000000000000000000000001,,,,,,,text,2026-03-14T10:00:00Z,,yesterday,,": "collected_at: ",
		"00000000000000000000000000000001,,,,,,,text,2026-03-14 10:00,,,,":              "published_at: ",
	} {
		_, rejected, _ := imported(t, exportedHeader+cells+"\n", importOptions(t, CSV))
		if len(rejected) != 1 || !strings.Contains(rejected[0], want) {
			t.Errorf("%s\n got %v\nwant %s", cells, rejected, want)
		}
	}
}
