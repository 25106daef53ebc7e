package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// built is what a store's folder holds, kept beside the engine's data as built.json.
type built struct {
	Posts uint64 `json:"posts"` // of a whole year
	Made  uint64 `json:"made"`  // so far, the newest of them
	Ready uint64 `json:"ready"` // of these, with claims and counts
	Cut   int    `json:"cut"`   // characters of a text, 0: all
	Texts int    `json:"texts"` // how many real texts are repeated

	Seconds    float64 `json:"seconds"`     // that making took
	Counted    int     `json:"counted"`     // hours and days ahead
	CountedCPU float64 `json:"counted_cpu"` // seconds of CPU for that
}

const builtFile = "built.json"

// readBuilt tells what the folder holds, and whether it can be made what is asked for.
func readBuilt(dir string, posts uint64, c choices) (b built, err error) {
	data, err := os.ReadFile(filepath.Join(dir, builtFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		b = built{Posts: posts, Cut: c.cut, Texts: len(c.texts)}
		err = os.MkdirAll(dir, 0o750)
	case err == nil:
		err = json.Unmarshal(data, &b)
	}
	if err != nil {
		return b, fmt.Errorf("read what %s holds: %w", dir, err)
	}
	if b.Made < c.wanted(posts) && (b.Texts == 0 || b.Cut != c.cut || b.Texts != len(c.texts)) {
		return b, fmt.Errorf("%s holds %d of %d posts, from %d texts cut to %d characters: name the files and -cut to make the others, or ask those by -make %d",
			dir, b.Made, posts, b.Texts, b.Cut, b.Made)
	}
	return b, nil
}

// wanted is how many of a year's posts are to be made.
func (c choices) wanted(posts uint64) uint64 {
	if c.most == 0 {
		return posts
	}
	return min(posts, c.most)
}

// save writes it anew, whole.
func (b built) save(dir string) error {
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, builtFile)
	if err := os.WriteFile(file+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
