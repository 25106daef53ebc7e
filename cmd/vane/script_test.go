package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"vane"
)

// beVane in the environment makes the test binary vane itself.
const beVane = "VANE_TEST_BE_VANE"

// TestMain lets the test binary be vane: for the scripts, for tests that start
// processes, and as the engine's process of commands that a test runs inside itself.
func TestMain(m *testing.M) {
	if os.Getenv(beVane) != "" || len(os.Args) > 1 && os.Args[1] == "engine" {
		main()
	}
	testscript.Main(m, map[string]func(){"vane": main})
}

// TestScripts runs testdata/*.txtar: command lines as a user types them.
func TestScripts(t *testing.T) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_CACHE_HOME", cache) // the engine's library
			env.Setenv("HOME", env.WorkDir)
			data := os.Getenv("VANE_DATA")
			if data != "" {
				if data, err = filepath.Abs(data); err != nil {
					return err
				}
			}
			env.Setenv("VANE_DATA", data)
			for _, id := range []string{"p1", "s1", "s2", "s3"} { // of posts that scripts import
				env.Setenv(strings.ToUpper(id), vane.NewPostID("posts", id).String())
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			return cond == "data" && os.Getenv("VANE_DATA") != "", nil
		},
	})
}
