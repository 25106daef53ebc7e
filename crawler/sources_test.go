package crawler

import (
	"io/fs"
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
