package crawler

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"vane"
	"vane/yamlfile"
)

// shippedSource reads a source of configs/sources.
func shippedSource(t testing.TB, file string) Source {
	t.Helper()
	src := DefaultSource()
	if err := yamlfile.Read(vane.Configs(), "sources/"+file, &src); err != nil {
		t.Fatal(err)
	}
	return src
}

func TestShippedSourcesAreValid(t *testing.T) {
	files, err := fs.Glob(vane.Configs(), "sources/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	for _, file := range files {
		src := DefaultSource()
		if err := yamlfile.Read(vane.Configs(), file, &src); err != nil {
			t.Error(err)
			continue
		}
		if err := src.Validate(); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if want := "sources/" + src.Name + ".yaml"; file != want {
			t.Errorf("%s: name is %q, so the file should be %s", file, src.Name, want)
		}
	}
}

// Every shipped source is switched off, says what its site's terms of use mean for
// whoever switches it on, and has a page that shows what it reads.
func TestShippedSourcesComeWithTermsAndAPage(t *testing.T) {
	files, err := fs.Glob(vane.Configs(), "sources/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(vane.Configs(), file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\n# Terms of use: ") {
			t.Errorf("%s has no note on the terms of use", file)
		}
		src := shippedSource(t, path.Base(file))
		if src.Enabled {
			t.Errorf("%s is switched on", file)
		}
		dir, err := fs.Sub(vane.Configs(), "sources/fixtures/"+src.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := ReadFixture(dir); err != nil || len(f.Pages) == 0 || len(f.Want) == 0 {
			t.Errorf("%s has a fixture of %d pages and %d records: %v", file, len(f.Pages), len(f.Want), err)
		}
	}
}
