package samplesite

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed text/*.txt
var textFiles embed.FS

// block is one [heading] of a text file: named lists of ways to say a thing.
type block struct {
	name  string
	attrs map[string]string // key=value behind the heading
	lists map[string][]string
}

// library is every block of the text files.
type library struct {
	byName map[string]*block
	order  []*block // as they are first seen, so that a choice among them is reproducible
}

// readLibrary reads every file of dir. A heading that comes again goes on with its
// block.
func readLibrary(fsys fs.FS, dir string) (*library, error) {
	lib := &library{byName: map[string]*block{}}
	entries, err := fs.ReadDir(fsys, dir) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("read sample texts: %w", err)
	}
	for _, e := range entries {
		name := dir + "/" + e.Name()
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read sample texts: %w", err)
		}
		if err := lib.read(name, string(data)); err != nil {
			return nil, err
		}
	}
	return lib, nil
}

// read adds one file: a heading in brackets, the name of a list at the beginning of
// a line, and its variants indented, one a line.
func (lib *library) read(name, text string) error {
	var b *block
	list, at := "", 0
	refuse := func(why string) error { return fmt.Errorf("%s:%d: %s", name, at, why) }
	for line := range strings.Lines(text) {
		at++
		line = strings.TrimRight(line, "\r\n")
		word := strings.TrimSpace(line)
		switch {
		case word == "" || word[0] == '#' && line[0] == '#':
		case line[0] == '[':
			heading, rest, closed := strings.Cut(line[1:], "]")
			if !closed {
				return refuse("the heading has no closing bracket")
			}
			b, list = lib.block(heading), ""
			for _, attr := range strings.Fields(rest) {
				key, value, _ := strings.Cut(attr, "=")
				b.attrs[key] = value
			}
		case b == nil:
			return refuse("text before the first [heading]")
		case line[0] != ' ':
			list = word
		case list == "":
			return refuse("an indented line needs the name of a list above it")
		case strings.Count(word, "{") != strings.Count(word, "}"):
			return refuse("a brace is not closed")
		default:
			b.lists[list] = append(b.lists[list], word)
		}
	}
	return nil
}

// block is the block called name, new if it is not there yet.
func (lib *library) block(name string) *block {
	b := lib.byName[name]
	if b == nil {
		b = &block{name: name, attrs: map[string]string{}, lists: map[string][]string{}}
		lib.byName[name] = b
		lib.order = append(lib.order, b)
	}
	return b
}

// family is the blocks whose heading begins with prefix, in order.
func (lib *library) family(prefix string) []*block {
	var found []*block
	for _, b := range lib.order {
		if strings.HasPrefix(b.name, prefix) {
			found = append(found, b)
		}
	}
	return found
}
