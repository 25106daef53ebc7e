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
		got := strings.Join(statements, ";\n\n") + ";\n"
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
}
