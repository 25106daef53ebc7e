//go:build linux || darwin

package engine_test

import (
	"fmt"
	"os"
	"testing"

	"vane/storage/engine"
)

// TestMain makes the test binary what vane is: a program that is its own engine.
// Called with "hold", it is a Vane that runs until it is killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "engine" {
		fmt.Fprintln(os.Stderr, engine.Serve(os.Args[2:]))
		os.Exit(1)
	}
	if len(os.Args) > 2 && os.Args[1] == "hold" {
		hold(os.Args[2], os.Args[3])
	}
	os.Exit(m.Run())
}
