package vane_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// goPackage is what `go list -json` tells of a package.
type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Module     *struct{ Path string }
}

// listed asks the go command for packages.
func listed(t *testing.T, args ...string) []goPackage {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,Module"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	return packages
}

// room is the top folder that a package of this module lies in, "" for the root.
func room(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "vane"), "/"), "/")
	return first
}

// scoring is the one package of a benchmark that the program has: vane eval hotspots must
// score as the benchmark does, and a second copy of its rules would drift. It is pure, of
// the standard library alone, and reads the folder that it is given.
const scoring = "vane/bench/hotspot/nab"

// TestRooms checks who may import whom: the root nothing but the standard library;
// crawler, nlp, storage, hotspot and dashboards the root and never each other;
// nobody cmd.
func TestRooms(t *testing.T) {
	for _, p := range listed(t, "./...") {
		from := room(p.ImportPath)
		for _, imported := range p.Imports {
			if imported != "vane" && !strings.HasPrefix(imported, "vane/") {
				continue
			}
			to := room(imported)
			switch {
			case from == "":
				t.Errorf("the root imports %s", imported)
			case to == "cmd":
				t.Errorf("%s imports %s", p.ImportPath, imported)
			case to == "bench" && from != "bench" && imported != scoring:
				t.Errorf("%s imports %s: of the benchmarks only %s is part of the program", p.ImportPath, imported, scoring)
			case from != "cmd" && from != "bench" && from != "test" && to != "" && to != from:
				t.Errorf("%s imports %s: packages import the root and never each other", p.ImportPath, imported)
			}
		}
	}
}

// TestOneLibraryOneRoom checks that each third-party module is imported by one
// package (its subfolders included), so that it can be changed in one place.
func TestOneLibraryOneRoom(t *testing.T) {
	module := map[string]string{} // of each third-party package
	for _, p := range listed(t, "-deps", "./...") {
		if !p.Standard && p.Module != nil {
			module[p.ImportPath] = p.Module.Path
		}
	}
	rooms := map[string][]string{}
	for _, p := range listed(t, "./...") {
		for _, imported := range p.Imports {
			m := module[imported]
			if m == "" || m == "vane" {
				continue
			}
			if r := room(p.ImportPath); !slices.Contains(rooms[m], r) {
				rooms[m] = append(rooms[m], r)
			}
		}
	}
	for m, r := range rooms {
		if slices.Contains(r, "") || len(r) > 1 {
			t.Errorf("%s is imported by %q; one library has one room, and never the root", m, r)
		}
	}
}
