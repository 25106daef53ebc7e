package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"vane"
)

// text is what a post says.
type text struct {
	Title string   `json:"title"`
	Text  string   `json:"text"`
	N     int      `json:"n"`
	Words []string `json:"words"`
}

// readTexts reads the texts to repeat, cut to a number of characters (0: whole). Where
// words are, pairs of characters stand: as many and as long, which is what matters to
// the tables.
func readTexts(files []string, cut int) ([]text, error) {
	var texts []text
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if texts, err = appendTexts(texts, f, cut); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return texts, nil
}

func appendTexts(texts []text, r io.Reader, cut int) ([]text, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		t := text{N: len(texts)}
		if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
			return nil, err
		}
		t.Title, t.Text = first(t.Title, cut), first(t.Text, cut)
		t.Words = pairs(t.Text)
		texts = append(texts, t)
	}
	return texts, lines.Err()
}

// readCorpus reads the texts back that the store was made of.
func (b *bench) readCorpus(ctx context.Context) error {
	lines, err := b.sql(ctx, "SELECT title, text FROM corpus ORDER BY n FORMAT JSONEachRow", nil)
	if err == nil {
		b.texts, err = appendTexts(nil, strings.NewReader(lines), 0)
	}
	return err
}

// first are the first n characters of s, or all.
func first(s string, n int) string {
	runes := []rune(s)
	if n <= 0 || n >= len(runes) {
		return s
	}
	return string(runes[:n])
}

func pairs(s string) (words []string) {
	const most, apart = 25, 4
	runes := []rune(s)
	for i := 0; i+2 <= len(runes) && len(words) < most; i += apart {
		words = append(words, string(runes[i:i+2]))
	}
	return words
}

// issue is the name of the k-th most frequent issue, as generate.sql makes it.
func issue(k int) vane.Tag {
	n := k * 7919 % 600
	return vane.Tag(fmt.Sprintf("domain%02d.issue%02d", n/30, n%30))
}
