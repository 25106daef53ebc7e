package crawler

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"vane"
)

// The fixtures of the shipped sources hold. With VANE_WRITE_FIXTURES set, the folder
// of the sources, what is expected is written anew: read the difference before you
// keep it.
func TestShippedFixturesHold(t *testing.T) {
	files, err := fs.Glob(vane.Configs(), "sources/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src := shippedSource(t, path.Base(file))
		dir, err := fs.Sub(vane.Configs(), "sources/fixtures/"+src.Name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ReadFixture(dir)
		if to := os.Getenv("VANE_WRITE_FIXTURES"); to != "" {
			writeExpected(t, src, f, to)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", src.Name, err)
			continue
		}
		if src.Enabled {
			t.Errorf("%s is enabled: shipped sources are switched on by their users", src.Name)
		}
		differences, err := CheckFixture(src, f)
		if err != nil || len(differences) > 0 {
			t.Errorf("%v\n%s", err, strings.Join(differences, "\n"))
		}
	}
}

func writeExpected(t *testing.T, src Source, f Fixture, to string) {
	if len(f.Pages) == 0 {
		return
	}
	records, err := ReadPages(src, f.Pages, f.At)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	lines := json.NewEncoder(&out)
	lines.SetEscapeHTML(false)
	for _, r := range records {
		if err := lines.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path.Join(to, "fixtures", src.Name, fixtureWant), []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAFixtureSaysWhatIsDifferent(t *testing.T) {
	src := (&site{Server: newBareServer("http://example.com")}).forumSource("forum")
	files := fstest.MapFS{
		"pages.txt": {Data: []byte("# a comment\nat 2026-11-23T12:00:00+08:00\nlist.html /list\nwall.html /wall\n1.html /post/1\n")},
		"list.html": {Data: []byte(`<li><a href="/post/1">帖子 1</a></li><li><a href="/post/2">帖子 2</a></li><li>x</li>`)},
		"1.html":    {Data: []byte(`<h1>帖子 1</h1><div class="text">正文</div><i>某人</i><time>10分钟前</time>`)},
		"wall.html": {Data: []byte(`请登录`)},
		"expected.jsonl": {Data: []byte(`{"url":"http://example.com/list","failed":"row 3: the row gives neither id nor url"}
{"id":"1","url":"http://example.com/post/1","title":"帖子 1","text":"正文","author":"某人","published":"2026-11-23T11:50:00+08:00"}

{"id":"2","url":"http://example.com/post/2","title":"帖子 2","row":true}
{"url":"http://example.com/wall","failed":"blocked"}
`)},
	}
	src.Blocked = []string{"text:请登录"}
	f, err := ReadFixture(files)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := CheckFixture(src, f); err != nil || len(d) > 0 {
		t.Errorf("%v %q", err, d)
	}
	src.Detail.Fields.Author = nil
	src.List.Fields.Title = nil
	f.Want = f.Want[:3]
	d, err := CheckFixture(src, f)
	want := `forum: expected.jsonl:2: author is "", want "某人"
forum: expected.jsonl:3: title is "", want "帖子 2"
forum: expected.jsonl:4: the pages also give http://example.com/wall: blocked`
	if got := strings.Join(d, "\n"); got != want || err != nil {
		t.Errorf("differences:\n%s (%v)\nwant\n%s", got, err, want)
	}
}

func TestAFixtureThatCantBeReadSaysWhere(t *testing.T) {
	for want, spoil := range map[string]func(fstest.MapFS){
		"pages.txt: file does not exist":                  func(m fstest.MapFS) { delete(m, "pages.txt") },
		"pages.txt:2: open list.html":                     func(m fstest.MapFS) { delete(m, "list.html") },
		"pages.txt:1: write the time as":                  func(m fstest.MapFS) { m["pages.txt"].Data = []byte("at noon") },
		"pages.txt:2: write \"FILE ADDRESS\"":             func(m fstest.MapFS) { m["pages.txt"].Data = []byte("\nlist.html") },
		"pages.txt: the line":                             func(m fstest.MapFS) { m["pages.txt"].Data = nil },
		"expected.jsonl: file does not exist":             func(m fstest.MapFS) { delete(m, "expected.jsonl") },
		"expected.jsonl:1: json: unknown field \"titel\"": func(m fstest.MapFS) { m["expected.jsonl"].Data = []byte(`{"titel": "x"}`) },
	} {
		files := fstest.MapFS{
			"pages.txt": {Data: []byte("at 2026-11-23T12:00:00+08:00\nlist.html /list")}, "list.html": {}, "expected.jsonl": {},
		}
		spoil(files)
		if _, err := ReadFixture(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
