package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vane"
)

// realPosts are the files of real posts beside the project, and their rows.
var realPosts = map[string]int{"tipdm_complaints": 4290, "sun0769_complaints": 1356, "zhihu_questions": 1243}

// Real posts, through the whole flow: every row is stored, and each day of each
// source counts what its file says when it is simply read line by line.
func TestImportedPostsAreCountedExactly(t *testing.T) {
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		t.Skip("VANE_DATA does not name the folder of the real posts")
	}
	args := []string{"import", "--data-dir", t.TempDir(), "--json"}
	data := args[2]
	want := map[string]map[string]int{}
	for name, rows := range realPosts {
		file := filepath.Join(folder, "posts", name+".jsonl")
		args = append(args, file)
		want[name] = daysOf(t, file, rows)
	}
	if code, out := finished(t, args...); code != exitDone || strings.Contains(out, `"rejects"`) {
		t.Fatalf("exit code %d: %s", code, out)
	}
	cmd := exec.Command(os.Args[0], "trends", "--data-dir", data, "--by", "source", "--from", "2000-01-01", "--json")
	cmd.Env = append(os.Environ(), beVane+"=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var series []vane.Series
	if err := json.Unmarshal(out, &series); err != nil {
		t.Fatal(err)
	}
	for _, s := range series {
		if s.Total() != uint64(realPosts[s.Key]) {
			t.Errorf("%s: %d posts in the trend, %d in the file", s.Key, s.Total(), realPosts[s.Key])
		}
		for _, p := range s.Points {
			day := p.At.In(vane.Beijing()).Format(time.DateOnly)
			if undated := want[s.Key][""]; int(p.Posts) != want[s.Key][day] && int(p.Posts) != undated {
				t.Errorf("%s on %s: %d posts in the trend, %d in the file", s.Key, day, p.Posts, want[s.Key][day])
			}
		}
	}
	if len(series) != len(realPosts) {
		t.Errorf("%d sources in the trend", len(series))
	}
}

// daysOf counts the rows of a file per date, "" for those without.
func daysOf(t *testing.T, file string, rows int) map[string]int {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	days := map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		rows--
		var row struct {
			PublishedAt string `json:"published_at"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		date, _, _ := strings.Cut(row.PublishedAt, " ")
		if parts := strings.FieldsFunc(date, func(r rune) bool { return r == '/' || r == '-' }); len(parts) == 3 {
			date = fmt.Sprintf("%s-%02s-%02s", parts[0], parts[1], parts[2])
		}
		days[date]++
	}
	if err := lines.Err(); err != nil || rows != 0 {
		t.Fatalf("%s has %d rows more or less than known: %v", file, rows, err)
	}
	return days
}
