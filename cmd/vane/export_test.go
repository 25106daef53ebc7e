package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestExportedPostsCountTheSame takes real posts out of one database and into
// another: every trend is the same, and taking them in where they are changes nothing.
func TestExportedPostsCountTheSame(t *testing.T) {
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		t.Skip("VANE_DATA does not name the folder of the real posts")
	}
	first, second := t.TempDir(), t.TempDir()
	file := filepath.Join(first, "posts.csv")
	vane := func(data string, args ...string) string {
		t.Helper()
		cmd := exec.Command(os.Args[0], append(args, "--data-dir", data)...)
		cmd.Env = append(os.Environ(), beVane+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	all := func(data string) string {
		return vane(data, "export", "trends", "--from", "2020-01-01", "--to", "2022-01-01", "--by", "tag", "--format", "csv") + vane(data, "export", "posts")
	}
	vane(first, "import", filepath.Join(folder, "posts", "zhihu_questions.jsonl"))
	vane(first, "export", "posts", "--bom", "--out", file)
	want := all(first)
	vane(second, "import", file)
	if diff := cmp.Diff(want, all(second)); diff != "" {
		t.Errorf("imported elsewhere (-want +got)\n%.4000s", diff)
	}
	vane(first, "import", file)
	if diff := cmp.Diff(want, all(first)); diff != "" {
		t.Errorf("imported again (-want +got)\n%.4000s", diff)
	}
}
