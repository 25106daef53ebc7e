// Package yamlfile reads YAML into structs, strictly: a mistake is reported with
// file, line, column and key. It is the only package that knows the YAML library,
// and belongs to the edge of the program: cmd/vane decodes the files, the packages
// receive values.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

// Read decodes the file name of fsys into v, over the defaults that v holds.
// Keys that v does not know are refused. An empty file leaves v as it is.
func Read(fsys fs.FS, name string, v any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return Decode(name, data, v)
}

// Decode decodes data, read from the file called name, as Read does.
func Decode(name string, data []byte, v any) error {
	if !holdsValue(data) {
		return nil
	}
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(v)
	if err == nil {
		return nil
	}
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	pos := at.GetToken().Position
	return fmt.Errorf("%s:%d:%d: %s%s", name, pos.Line, pos.Column, at.GetMessage(), inKey(at.GetToken()))
}

// holdsValue reports whether data has more than blank lines and comments. The
// library would set v to its zero value for such a file, and lose the defaults.
func holdsValue(data []byte) bool {
	for line := range bytes.Lines(data) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return true
		}
	}
	return false
}

// inKey names the key whose value holds the token, where the message may not. A
// token that is a key itself is named by the message.
func inKey(t *token.Token) string {
	if t.Next != nil && t.Next.Type == token.MappingValueType {
		return ""
	}
	for ; t.Prev != nil; t = t.Prev {
		if t.Type == token.MappingValueType {
			return fmt.Sprintf(" (in key %q)", t.Prev.Value)
		}
	}
	return ""
}
