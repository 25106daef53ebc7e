package storage_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vane/storage"
)

var update = flag.Bool("update", false, "write testdata/cluster/*.sql anew")

// TestClusterSchemaIsAsWritten compares what a cluster is sent with what somebody has
// read: testdata/cluster/*.sql. TestClusterSchema has the server read it.
func TestClusterSchemaIsAsWritten(t *testing.T) {
	for _, file := range append([]string{"database.sql"}, migrations(t)...) {
		statements, err := storage.Statements(file, "vane", "consumers")
		if err != nil {
			t.Fatal(err)
		}
		asWritten(t, file, strings.Join(statements, ";\n\n")+";\n")
	}
	files, err := filepath.Glob("upkeep/*.sql")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		statement, err := storage.Upkeep(strings.TrimSuffix(filepath.Base(file), ".sql"), "vane", "consumers", 30)
		if err != nil {
			t.Fatal(err)
		}
		asWritten(t, file, statement)
	}
}

// asWritten compares with a file of testdata/cluster.
func asWritten(t *testing.T, file, got string) {
	t.Helper()
	golden := filepath.Join("testdata", "cluster", file)
	if *update {
		write(t, golden, got)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v: run go test ./storage -run ClusterSchemaIsAsWritten -update, and read what it wrote", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-written +sent): if that is meant, run with -update\n%s", golden, diff)
	}
}

// TestUpkeepOfReplicas: a replicated table refuses a mutation that asks other tables or
// the clock, which one server takes.
func TestUpkeepOfReplicas(t *testing.T) {
	files, err := filepath.Glob("upkeep/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		statement, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		asks := strings.Contains(string(statement), "(SELECT ") || strings.Contains(string(statement), "now()")
		if asks && !strings.Contains(string(statement), "allow_nondeterministic_mutations = 1") {
			t.Errorf("%s asks another table or the clock, and a replicated table will refuse it", file)
		}
	}
}
