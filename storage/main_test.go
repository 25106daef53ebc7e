package storage_test

import (
	"flag"
	"testing"

	"vane/storage/storagetest"
)

// checks is how many random histories the property tests try. Each takes some
// hundred statements to a real server; -rapid.checks tries more.
const checks = "20"

func TestMain(m *testing.M) {
	flag.Set("rapid.checks", checks)
	flag.Set("rapid.steps", "12")
	flag.Set("rapid.nofailfile", "true")
	storagetest.Main(m)
}
