package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vane/nlp"
)

// The dictionary is kept by the first start and read by the next, whatever is there.
func TestWordsAreKept(t *testing.T) {
	want, err := nlp.LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	size := len(written(t, want))
	for _, c := range []struct {
		name  string
		there string // in the file, before
		log   string
	}{
		{"nothing there", "", ""},
		{"damaged", "gse's words, or what is left of them", "the kept dictionary is made again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "vane", "words")
			file := filepath.Join(dir, "v1.words")
			if c.there != "" {
				if err := os.MkdirAll(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(c.there), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var log bytes.Buffer
			for range 2 {
				words, err := keptWords(dir, "v1", slog.New(slog.NewTextHandler(&log, nil)))
				if err != nil {
					t.Fatal(err)
				}
				if got := len(written(t, words)); got != size {
					t.Errorf("got a dictionary of %d bytes, want %d", got, size)
				}
			}
			if got := strings.Count(log.String(), "\n"); got != strings.Count(c.log, "made again") || !strings.Contains(log.String(), c.log) {
				t.Errorf("logged %q, want one line with %q", log.String(), c.log)
			}
			if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 1 || left[0] != file {
				t.Errorf("the folder holds %v, %v, want %s", left, err, file)
			}
		})
	}
}

// Where nothing can be kept, the words are there all the same.
func TestWordsWithoutAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if _, err := keptWords(dir, "v1", slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "not kept") {
		t.Errorf("logged %q", log.String())
	}
}

// Processes that start at once don't hinder each other.
func TestWordsKeptAtOnce(t *testing.T) {
	dir := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	var starts sync.WaitGroup
	for range 4 {
		starts.Go(func() {
			if _, err := keptWords(dir, "v1", log); err != nil {
				t.Error(err)
			}
		})
	}
	starts.Wait()
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v, want one file", left, err)
	}
}

func written(t *testing.T, words *nlp.Words) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := words.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
