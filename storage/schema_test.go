package storage_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"vane/storage"
	"vane/storage/storagetest"
)

// migrations are the files of schema/ that are applied in order.
func migrations(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("schema/*_*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		names = append(names, filepath.Base(file))
	}
	return names
}

func TestMigrateTwice(t *testing.T) {
	dsn := storagetest.DSN(t)
	s := storagetest.Open(t, dsn)
	want, err := filepath.Glob("schema/0*.sql")
	if err != nil || len(want) < 3 {
		t.Fatalf("%d files, %v", len(want), err)
	}
	for i, file := range want {
		want[i] = filepath.Base(file)
	}
	if got, err := s.Migrate(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Fatalf("applied %v, %v; want %v", got, err, want)
	}
	insert(t, s, mention("a", noon))
	for range 2 {
		if got, err := storagetest.Open(t, dsn).Migrate(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("applied %v again, %v", got, err)
		}
	}
	stored(t, s, "a")
}

// TestMigrateAfterDeath runs, of every migration, each of its beginnings, as ones that were
// killed half-way, and then those that are recorded nowhere, as on a cluster where another
// server is asked: what comes out is what an undisturbed migration makes.
func TestMigrateAfterDeath(t *testing.T) {
	made := func(s *storage.Store) (n uint64) {
		n, err := s.Number(t.Context(), "SELECT sum(cityHash64(name, replaceAll(create_table_query, currentDatabase(), ''))) FROM system.tables WHERE database = currentDatabase() AND name != 'schema_versions'")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	dsn := storagetest.DSN(t)
	s := storagetest.New(t)
	want := made(s)
	dead := storagetest.Open(t, dsn)
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Do(t.Context(), "CREATE DATABASE "+options.Auth.Database); err != nil {
		t.Fatal(err)
	}
	for _, file := range migrations(t) {
		statements, err := storage.Statements(file, options.Auth.Database, "")
		if err != nil {
			t.Fatal(err)
		}
		for n := range len(statements) {
			for _, statement := range statements[:n+1] {
				if err := dead.Do(t.Context(), statement); err != nil {
					t.Fatalf("%s, statements 1 to %d once more: %v", file, n+1, err)
				}
			}
		}
	}
	for range 2 {
		if _, err := dead.Migrate(t.Context()); err != nil || made(dead) != want {
			t.Errorf("the tables are others, %v", err)
		}
		if err := dead.Do(t.Context(), "DROP TABLE schema_versions"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMigrateAtOnce(t *testing.T) {
	dsn := storagetest.DSN(t)
	failures := make(chan error)
	for range 3 {
		s := storagetest.Open(t, dsn)
		go func() {
			_, err := s.Migrate(t.Context())
			failures <- err
		}()
	}
	for range 3 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	s := storagetest.Open(t, dsn)
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
	insert(t, s, mention("a", noon))
}

// TestClusterSchema has the server read the statements for a cluster, which it
// can't run: the embedded engine has no Keeper.
func TestClusterSchema(t *testing.T) {
	storagetest.Engine(t)
	options, err := clickhouse.ParseDSN(storagetest.Engine(t).DSN())
	if err != nil {
		t.Fatal(err)
	}
	options.Auth.Database = "default"
	conn, err := clickhouse.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	files, err := filepath.Glob("schema/*.sql")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		statements, err := storage.Statements(filepath.Base(file), "vane", "shards")
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range statements {
			if !strings.Contains(statement, "ON CLUSTER 'shards'") {
				t.Errorf("%s runs on one server only:\n%s", file, statement)
			}
			if strings.Contains(statement, "MergeTree") && !strings.Contains(statement, "ENGINE = Replicated") {
				t.Errorf("%s is not replicated:\n%s", file, statement)
			}
			if err := conn.Exec(t.Context(), "EXPLAIN AST "+statement); err != nil {
				t.Errorf("%s: %v\n%s", file, err, statement)
			}
		}
	}
}

// TestQueriesAreFiles looks for SQL in the Go code: it belongs into queries/ and
// schema/, where values can only be bound.
func TestQueriesAreFiles(t *testing.T) {
	sql := regexp.MustCompile(`(?i)\b(SELECT\s.+\sFROM|INSERT\s+INTO|CREATE\s+(TABLE|DATABASE|VIEW)|ALTER\s+TABLE|DROP\s+(TABLE|DATABASE|VIEW)|DELETE\s+FROM|WHERE\s)\b`)
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && sql.MatchString(text.Value) {
				t.Errorf("%s holds SQL: %s", name, text.Value)
			}
			return true
		})
	}
	err = fs.WalkDir(os.DirFS("queries"), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(storage.QueryText(strings.TrimSuffix(path, ".sql")), "{{") {
			t.Errorf("queries/%s is a template: a query binds its values", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestConfigNamesTheKey(t *testing.T) {
	refuse := func(cfg storage.Config, want string) {
		t.Helper()
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", cfg, err, want)
		}
	}
	refuse(storage.Config{DSN: "http://127.0.0.1:8123/vane"}, "storage.dsn: Vane speaks the native protocol only")
	refuse(storage.Config{DSN: "nonsense"}, "storage.dsn: ")
	refuse(storage.Config{DSN: "clickhouse://127.0.0.1:9000/va-ne;"}, "is not a name for a database")
	refuse(storage.Config{Cluster: "x' ON"}, "storage.cluster: ")
	for _, cfg := range []storage.Config{storage.DefaultConfig(), {DSN: "clickhouse://u:p@127.0.0.1:9000,127.0.0.1:9001/vane", Cluster: "shards"}} {
		if err := cfg.Validate(); err != nil {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	_, err := storage.Open(t.Context(), storage.Config{DSN: "clickhouse://127.0.0.1:1/vane"}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "reach clickhouse at 127.0.0.1:1") || !strings.Contains(err.Error(), "check that it runs") {
		t.Errorf("got %v", err)
	}
}
