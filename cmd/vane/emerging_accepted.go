package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vane/nlp"
	"vane/yamlfile"
)

// acceptedFile is the user's taxonomy of accepted words, beside the configuration unless
// nlp.accepted names another file.
const acceptedFile = "words.yaml"

// acceptedWords is that file: terms by issue, besides those of the taxonomy.
type acceptedWords struct {
	Terms map[string][]string `yaml:"terms"`
}

func (c Config) acceptedWords() (acceptedWords, error) {
	var w acceptedWords
	files, name := c.files, acceptedFile
	if file := c.NLP.Accepted; file != "" {
		files, name = os.DirFS(filepath.Dir(file)), filepath.Base(file)
	}
	err := yamlfile.Read(files, name, &w)
	if errors.Is(err, fs.ErrNotExist) {
		return w, c.movedAway()
	}
	return w, err
}

// movedAway refuses to go without the accepted words that are where they were kept before.
func (c Config) movedAway() error {
	if c.NLP.Accepted == "" {
		return nil
	}
	if _, err := fs.Stat(c.files, acceptedFile); err != nil {
		return nil //nolint:nilerr // none were accepted
	}
	return fmt.Errorf("nlp.accepted: there is no %s, and the accepted words are in %s beside the configuration: move it there", c.NLP.Accepted, acceptedFile)
}

// withAccepted adds the accepted words to the terms of their issues.
func (c Config) withAccepted(tax nlp.Taxonomy) (nlp.Taxonomy, error) {
	words, err := c.acceptedWords()
	if err != nil {
		return nil, err
	}
	return words.addTo(tax)
}

func (w acceptedWords) addTo(tax nlp.Taxonomy) (nlp.Taxonomy, error) {
	left := maps.Clone(w.Terms)
	whole := slices.Clone(tax)
	for f := range whole {
		whole[f].Issues = slices.Clone(whole[f].Issues)
		for i := range whole[f].Issues {
			issue := &whole[f].Issues[i]
			issue.Terms = slices.Concat(issue.Terms, left[issue.ID])
			delete(left, issue.ID)
		}
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("%s: there is no issue %s; remove it, or name one of the taxonomy",
			acceptedFile, strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	return whole, nil
}

// accept adds a word to the file, and says where that is. The taxonomy must hold with
// it. A word that is in the file under the issue already is accepted once more: what
// comes after may have failed the last time.
func (c Config) accept(configFile, word, issue string) (file string, err error) {
	if file, err = c.acceptedPath(configFile); err != nil {
		return "", err
	}
	words, err := c.acceptedWords()
	if err != nil {
		return "", err
	}
	if slices.Contains(words.Terms[issue], word) {
		return file, nil
	}
	tax, err := c.taxonomy()
	if err != nil {
		return "", err
	}
	for _, f := range tax {
		for _, is := range f.Issues {
			if slices.Contains(is.Terms, word) {
				return "", fmt.Errorf("%s is a term of %s already", word, is.ID)
			}
		}
	}
	more, err := acceptedWords{map[string][]string{issue: {word}}}.addTo(tax)
	if err != nil {
		return "", wrongUse("--issue %q is no issue of the taxonomy", issue)
	}
	if err := nlp.CheckTaxonomy(more); err != nil {
		return "", fmt.Errorf("accept %s: %w", word, err)
	}
	if words.Terms == nil {
		words.Terms = map[string][]string{}
	}
	words.Terms[issue] = append(slices.Clone(words.Terms[issue]), word)
	return file, writeWhole(file, shared, bytesTo(words.yaml()))
}

// acceptedPath is where accepted words are written.
func (c Config) acceptedPath(configFile string) (string, error) {
	switch {
	case c.NLP.Accepted != "":
		return c.NLP.Accepted, nil
	case configFile != "":
		return filepath.Join(filepath.Dir(configFile), acceptedFile), nil
	}
	return "", errors.New("accepted words are written beside your configuration: copy the folder configs/ and name its vane.yaml with --config, or set nlp.accepted")
}

// yaml is the file as it is written. Go's quoting of printable text is YAML's.
func (w acceptedWords) yaml() []byte {
	var out strings.Builder
	out.WriteString("# Words that analysts accepted (vane words accept), by issue.\nterms:\n")
	for _, issue := range slices.Sorted(maps.Keys(w.Terms)) {
		fmt.Fprintf(&out, "  %s:\n", issue)
		for _, word := range w.Terms[issue] {
			fmt.Fprintf(&out, "    - %q\n", word)
		}
	}
	return []byte(out.String())
}
