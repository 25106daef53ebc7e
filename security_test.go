package vane_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestEveryThreatHasItsTest checks that the tests which docs/security.md names are there.
func TestEveryThreatHasItsTest(t *testing.T) {
	page, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err = fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		code, err := os.ReadFile(name)
		for _, m := range declared.FindAllSubmatch(code, -1) {
			there[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`)
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		for _, name := range named.FindAllString(line, -1) {
			if !there[name] {
				t.Errorf("%s is named, and not there", name)
			}
		}
		if len(cells) == 5 && strings.TrimSpace(cells[2]) != "" && !named.MatchString(cells[3]) && cells[1] != " threat " && !strings.HasPrefix(line, "|--") {
			t.Errorf("no test for: %s", cells[1])
		}
	}
}
