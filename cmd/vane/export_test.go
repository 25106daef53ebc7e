package main

import (
	"os"
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
		code, out := finished(t, append(args, "--data-dir", data)...)
		if code != exitDone {
			t.Fatalf("%v: exit code %d: %s", args, code, out)
		}
		return out
	}
	counts := func(data string) (all []string) {
		for _, by := range []string{"tag", "channel", "region", "voice", "source"} {
			all = append(all, vane(data, "trends", "--from", "2000-01-01", "--by", by, "--json"))
		}
		return all
	}
	vane(first, "import", filepath.Join(folder, "posts", "tipdm_complaints.jsonl"), "--channel", "论坛")
	vane(first, "import", filepath.Join(folder, "posts", "zhihu_questions.jsonl"))
	vane(first, "export", "posts", "--bom", "--out", file)
	want := counts(first)
	vane(second, "import", file)
	if diff := cmp.Diff(want, counts(second)); diff != "" {
		t.Errorf("imported elsewhere (-want +got)\n%.4000s", diff)
	}
	vane(first, "import", file)
	if diff := cmp.Diff(want, counts(first)); diff != "" {
		t.Errorf("imported again (-want +got)\n%.4000s", diff)
	}
}
