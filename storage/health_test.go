package storage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"vane/storage/storagetest"
)

// TestSchemaState takes a migration away from the books, and puts one in that this
// program does not have.
func TestSchemaState(t *testing.T) {
	dsn := storagetest.DSN(t)
	s := storagetest.Open(t, dsn)
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := s.Schema(t.Context())
	if err != nil || len(got.Missing) != 0 || len(got.Unknown) != 0 || got.Version < 30 {
		t.Errorf("after a migration: %+v, %v", got, err)
	}
	opts, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	db := clickhouse.OpenDB(opts)
	defer db.Close()
	for _, statement := range []string{
		"DELETE FROM schema_versions WHERE version_id = 21",
		"INSERT INTO schema_versions (version_id, is_applied) VALUES (99999, 1)",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	got, err = s.Schema(t.Context())
	if err != nil || !slices.Equal(got.Missing, []string{"00021_turns.sql"}) || !slices.Equal(got.Unknown, []int64{99999}) {
		t.Errorf("%+v, %v", got, err)
	}
	if v, err := s.ServerVersion(); err != nil || !strings.HasPrefix(v, "26.") {
		t.Errorf("version %q, %v", v, err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
