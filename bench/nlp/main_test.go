//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "posts.jsonl")
	posts := `{"title": "求助", "text": "花八百块买到柱子票，整晚只能看柱子。"}` + "\n" + `{"text": "预付卡不退款"}` + "\n"
	if err := os.WriteFile(file, []byte(posts), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(&out, file, 10, 1); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 posts", gseRow, segmentRow, chainRow, "of the chain", "jieba"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

func TestMistakes(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for file, want := range map[string]string{
		filepath.Join(folder, "none"):                       "read posts",
		write("empty.jsonl", ""):                            "there are none",
		write("broken.jsonl", `{"text": "退款"}`+"\n{broken"): "read post 2",
	} {
		if err := run(&strings.Builder{}, file, 10, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q", file, err, want)
		}
	}
}

func TestMedian(t *testing.T) {
	if got := (row{seconds: []float64{3, 1, 2}}).median(); got != 2 {
		t.Errorf("got %v", got)
	}
}
