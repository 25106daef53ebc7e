package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/crawler"
)

// answer runs vane to its end and gives what it wrote on standard output.
func answer(t *testing.T, args ...string) (out, log string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), beVane+"=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("vane %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String(), stderr.String()
}

// postIDs are those of JSON lines of posts.
func postIDs(t *testing.T, lines string) (ids []string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		var p vane.Post
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		ids = append(ids, p.ID.String())
	}
	slices.Sort(ids)
	return ids
}

// A backfill takes what was published in its days, the last one included.
func TestCrawlFillsAGap(t *testing.T) {
	site := forum(t)
	from := vane.Daily.Floor(time.Now().AddDate(0, 0, -12))
	to := from.AddDate(0, 0, 3)
	var want []string
	for _, p := range site.posts {
		if !p.Published.Before(from) && p.Published.Before(to.AddDate(0, 0, 1)) {
			want = append(want, vane.NewPostID(p.Source, p.NativeID).String())
		}
	}
	slices.Sort(want)
	date := func(t time.Time) string { return t.In(vane.Beijing()).Format(time.DateOnly) }
	out, log := answer(t, "crawl", "sample_forum", "--config", site.config, "--data-dir", t.TempDir(), "--dry-run", "--from", date(from), "--to", date(to))
	if got := postIDs(t, out); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("%d posts of %s to %s, want %d", len(got), date(from), date(to), len(want))
	}
	if n := strings.Count(log, "crawler.contact is empty: set it"); n != 1 {
		t.Errorf("said %d times that nobody can be reached, want once: %s", n, log)
	}
}

// Of two processes one takes the forum's host, and the other says that it does not.
func TestCrawlTakesItsShardOnly(t *testing.T) {
	site := forum(t)
	took, refused := 0, 0
	for _, shard := range []string{"1/2", "2/2"} {
		code, out := finished(t, "crawl", "sample_forum", "--config", site.config, "--data-dir", t.TempDir(), "--dry-run", "--shard", shard)
		switch {
		case code == exitDone && strings.Count(out, `"source":"sample_forum"`) == len(site.posts):
			took++
		case code == exitFailed && strings.Contains(out, "its hosts belong to another process than shard "+shard):
			refused++
		default:
			t.Errorf("shard %s: exit code %d: %.300s", shard, code, out)
		}
	}
	if took != 1 || refused != 1 {
		t.Errorf("%d processes took the host and %d refused, want one of each", took, refused)
	}
}

// sourceRows is what vane sources --json tells, by name.
func sourceRows(t *testing.T, config, data string) map[string]sourceRow {
	t.Helper()
	out, _ := answer(t, "sources", "--json", "--config", config, "--data-dir", data)
	var rows []sourceRow
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	named := map[string]sourceRow{}
	for _, r := range rows {
		named[r.Name] = r
	}
	return named
}

func TestTheLiveLineOfAPass(t *testing.T) {
	src := crawler.Source{Title: "示例论坛"}
	for want, p := range map[string]crawler.PassProgress{
		"采集 示例论坛：120 页，新 96 条，待取 31 页":    {Pages: 120, Posts: 100, New: 96, Queued: 31},
		"采集 示例论坛：120 页，新 0 条，待取 0 页，错误 2": {Pages: 120, Posts: 100, Errors: 2},
	} {
		if got := progressOf(src, p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
