package vane_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	classifier "github.com/google/licenseclassifier/v2"
	"github.com/google/licenseclassifier/v2/assets"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// licencesFile lists what the binary is made of, for whoever has to say yes to it.
const licencesFile = "docs/licences.md"

// allowed are licences under which a binary may be passed on without its source.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "FTL", "ISC", "MIT", "MIT-0", "MPL-2.0", "OFL-1.1"}

// ruled are the modules whose files the classifier does not understand, and what they say.
var ruled = map[string]string{
	"github.com/golang/freetype": "FTL",   // FreeType's own licence or the GPL, as one likes
	"github.com/segmentio/asm":   "MIT-0", // unknown to the classifier
}

// TestLicences finds the licence of every module in the binary in its own files, refuses
// those that ask for more than to be named, and compares with docs/licences.md
// (`go test . -run Licences -update` writes it).
func TestLicences(t *testing.T) {
	known, err := assets.DefaultClassifier()
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString(licencesHead)
	for _, m := range modulesOfBinary(t) {
		found := ruled[m.Path]
		if found == "" {
			found = strings.Join(licencesOf(t, known, m.Dir), ", ")
		}
		if found == "" {
			t.Errorf("%s: no file of %s tells a known licence", m.Path, m.Dir)
		}
		for name := range strings.SplitSeq(found, ", ") {
			if name != "" && !slices.Contains(allowed, name) {
				t.Errorf("%s: %s is not a licence that this project takes", m.Path, name)
			}
		}
		fmt.Fprintf(&page, "| %s | %s | %s |\n", m.Path, m.Version, found)
	}
	page.WriteString(licencesFoot)
	if *update {
		if err := os.WriteFile(licencesFile, []byte(page.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if written, err := os.ReadFile(licencesFile); err != nil || string(written) != page.String() {
		t.Errorf("%s is not of these modules (%v): go test . -run Licences -update", licencesFile, err)
	}
}

const licencesHead = `# Licences

What is in the binary, and under which licence; found in the modules' own files by
` + "`go test . -run Licences`" + `, which refuses every licence that asks for more than to be named.

| module | version | licence |
|---|---|---|
`

const licencesFoot = `
Also in the binary, for the board's pages: uPlot 1.6.32 from npm, MIT
(dashboards/web/assets/uplot.LICENSE).

Not in the binary: the embedded engine, libchdb (chDB and ClickHouse, Apache-2.0), which
npm fetches, and the modules that only tests and generators use. What the binary's data
is made from is in NOTICE.
`

type module struct{ Path, Version, Dir string }

// modulesOfBinary are the modules that cmd/vane is linked from, by path.
func modulesOfBinary(t *testing.T) []module {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Module", "./cmd/vane")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var found []module
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module != nil && p.Module.Version != "" {
			found = append(found, *p.Module)
		}
	}
	slices.SortFunc(found, func(a, b module) int { return cmp.Compare(a.Path, b.Path) })
	return slices.Compact(found)
}

var licenceName = regexp.MustCompile(`(?i)^(licen[sc]e|copying)`)

// licencesOf are the licences that the files of a folder tell, by name.
func licencesOf(t *testing.T, c *classifier.Classifier, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		if f.IsDir() || !licenceName.MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range c.Match(text).Matches {
			if m.MatchType == "License" {
				names = append(names, m.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
