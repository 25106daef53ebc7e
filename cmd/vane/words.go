package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"vane/nlp"
)

// loadWords is the segmenter's dictionary: from the folder beside that of the engine's
// library, where gse's is kept in a form that is read five times as fast, or from gse.
func (a *app) loadWords() (*nlp.Words, error) {
	version := nlp.WordsVersion()
	cache, err := a.cacheDir()
	if err != nil || version == "" {
		return nlp.LoadWords() // nowhere to keep it, or nothing to tell versions apart by
	}
	return keptWords(filepath.Join(filepath.Dir(cache), "words"), version, a.log)
}

// keptWords reads the words of a version that are kept in a folder. What is not there,
// damaged or of something else is loaded from gse and kept. A folder that can't be
// written costs time, and nothing else. Any number of processes may do this at once.
func keptWords(dir, version string, log *slog.Logger) (*nlp.Words, error) {
	file := filepath.Join(dir, version+".words")
	words, err := readFile(file, nlp.ReadWords)
	if err == nil {
		return words, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		log.Warn("the kept dictionary is made again", "file", file, "error", err)
	}
	if words, err = nlp.LoadWords(); err != nil {
		return nil, err
	}
	if err := keepWords(dir, file, words); err != nil {
		log.Warn("the dictionary is not kept, so that every start takes a second more", "error", err)
	}
	return words, nil
}

// keepWords keeps the dictionary.
func keepWords(dir, file string, words *nlp.Words) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("make the cache folder: %w", err)
	}
	return writeWhole(file, personal, words.Write)
}
