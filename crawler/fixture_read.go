package crawler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"time"
)

// Fixture is saved pages of a source, and the records that they give.
type Fixture struct {
	At    time.Time // when the pages were saved: what 3分钟前 is told from
	Pages []SavedPage
	Want  []Record
}

const (
	fixturePages = "pages.txt"
	fixtureWant  = "expected.jsonl"
)

// ReadFixture reads a folder of saved pages. Its pages.txt begins with the line "at
// TIME", then has a line "FILE ADDRESS" for each page; # begins a comment. Its
// expected.jsonl has a [Record] on each line, in the order they are read. Without a
// pages.txt the error is an fs.ErrNotExist: the source has no fixture.
func ReadFixture(dir fs.FS) (Fixture, error) {
	var f Fixture
	list, err := fs.ReadFile(dir, fixturePages)
	if err != nil {
		return f, fmt.Errorf("read fixture: %w", err)
	}
	for n, line := range strings.Split(string(list), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := f.addLine(dir, words); err != nil {
			return f, fmt.Errorf("%s:%d: %w", fixturePages, n+1, err)
		}
	}
	if f.At.IsZero() {
		return f, fmt.Errorf("%s: the line %q is missing, which says when the pages were saved", fixturePages, "at 2026-11-20T12:30:00+08:00")
	}
	if f.Want, err = readRecords(dir); err != nil {
		return f, err
	}
	return f, nil
}

func (f *Fixture) addLine(dir fs.FS, words []string) (err error) {
	switch {
	case len(words) != 2:
		return errors.New(`write "FILE ADDRESS", or "at TIME"`)
	case words[0] == "at":
		if f.At, err = time.Parse(time.RFC3339, words[1]); err != nil {
			return fmt.Errorf("write the time as 2026-11-20T12:30:00+08:00: %w", err)
		}
		return nil
	}
	body, err := fs.ReadFile(dir, words[0])
	if err != nil {
		return err
	}
	f.Pages = append(f.Pages, SavedPage{URL: words[1], Body: body})
	return nil
}

func readRecords(dir fs.FS) ([]Record, error) {
	text, err := fs.ReadFile(dir, fixtureWant)
	if err != nil {
		return nil, fmt.Errorf("read fixture: %w", err)
	}
	var records []Record
	for n, line := range bytes.Split(text, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var r Record
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&r); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", fixtureWant, n+1, err)
		}
		records = append(records, r)
	}
	return records, nil
}

// CheckFixture reads a fixture's pages and says in what they differ from what it
// expects, a line for each difference.
func CheckFixture(src Source, f Fixture) (differences []string, err error) {
	got, err := ReadPages(src, f.Pages, f.At)
	if err != nil {
		return nil, fmt.Errorf("check fixture: %w", err)
	}
	for i := range max(len(got), len(f.Want)) {
		at := fmt.Sprintf("%s: %s:%d: ", src.Name, fixtureWant, i+1)
		switch {
		case i >= len(got):
			differences = append(differences, at+fmt.Sprintf("the pages do not give %v", f.Want[i]))
		case i >= len(f.Want):
			differences = append(differences, at+fmt.Sprintf("the pages also give %v", got[i]))
		default:
			for _, d := range differ(got[i], f.Want[i]) {
				differences = append(differences, at+d)
			}
		}
	}
	return differences, nil
}

// differ names the parts in which a record is not as expected, as JSON names them.
func differ(got, want Record) (parts []string) {
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		if !g.Field(i).Equal(w.Field(i)) {
			name, _, _ := strings.Cut(g.Type().Field(i).Tag.Get("json"), ",")
			parts = append(parts, fmt.Sprintf("%s is %v, want %v", name, quoted(g.Field(i)), quoted(w.Field(i))))
		}
	}
	return parts
}

func quoted(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return fmt.Sprintf("%q", v.String())
	}
	return fmt.Sprint(v.Interface())
}
