package storage

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"text/template"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"
)

//go:embed schema/*.sql
var schemas embed.FS

// versionTable is where goose keeps which migrations ran.
const versionTable = "schema_versions"

// schema fills in what a file of schema/ leaves open: whether the tables stand on
// one server or on a cluster.
type schema struct {
	Database string
	Cluster  string
}

// Local is the name of the table that holds rows. On a cluster the plain name is
// that of the Distributed table over all shards.
func (s schema) Local(table string) string {
	if s.Cluster != "" {
		return table + "_local"
	}
	return table
}

// OnCluster follows a statement's name.
func (s schema) OnCluster() string {
	if s.Cluster != "" {
		return " ON CLUSTER '" + s.Cluster + "'"
	}
	return ""
}

// Replacing, Summing and Plain are engines' names. On a cluster the server's own
// defaults say where replicas meet (default_replica_path).
func (s schema) Replacing() string { return s.replicated() + "ReplacingMergeTree" }

// Summing adds up the rows of one sorting key.
func (s schema) Summing() string { return s.replicated() + "SummingMergeTree" }

// Plain keeps every row.
func (s schema) Plain() string { return s.replicated() + "MergeTree" }

func (s schema) replicated() string {
	if s.Cluster != "" {
		return "Replicated"
	}
	return ""
}

// statements renders a file of schema/ and takes it apart. A semicolon at the end
// of a line ends a statement.
func (s schema) statements(file string) ([]string, error) {
	t, err := template.ParseFS(schemas, path.Join("schema", file))
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, s); err != nil {
		return nil, fmt.Errorf("render schema: %w", err)
	}
	var statements []string
	for part := range strings.SplitSeq(out.String(), ";\n") {
		if part = strings.TrimSpace(part); part != "" {
			statements = append(statements, part)
		}
	}
	return statements, nil
}

// migrations lists schema/NUMBER_NAME.sql as goose wants them, and their names.
func (s schema) migrations() ([]*goose.Migration, map[int64]string, error) {
	files, err := fs.Glob(schemas, "schema/*_*.sql")
	if err != nil {
		return nil, nil, fmt.Errorf("list schema: %w", err)
	}
	var all []*goose.Migration
	names := map[int64]string{}
	for _, file := range files {
		file = path.Base(file)
		number, _, _ := strings.Cut(file, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("schema/%s: the name must begin with its number: %w", file, err)
		}
		statements, err := s.statements(file)
		if err != nil {
			return nil, nil, err
		}
		names[version] = file
		all = append(all, goose.NewGoMigration(version, &goose.GoFunc{RunDB: runAll(statements)}, nil))
	}
	return all, names, nil
}

// SchemaVersion is the version of the tables that this program makes.
func SchemaVersion() (newest int64, err error) {
	_, names, err := schema{}.migrations()
	for version := range names {
		newest = max(newest, version)
	}
	return newest, err
}

func runAll(statements []string) func(context.Context, *sql.DB) error {
	return func(ctx context.Context, db *sql.DB) error {
		for _, statement := range statements {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}
}

// schema is where the tables of this store are.
func (s *Store) schema() (schema, error) {
	opts, err := s.cfg.options()
	if err != nil {
		return schema{}, err
	}
	return schema{Database: opts.Auth.Database, Cluster: s.cfg.Cluster}, nil
}

// Migrate brings the tables to this program's version, making the database if need
// be, and returns the files of schema/ that it applied. Run again, by several at once,
// after one that died half-way, or on another server of a cluster, it changes nothing
// that is there: each statement, and all of them in order, may be repeated. It also sets
// how long things are kept, as configured.
func (s *Store) Migrate(ctx context.Context) (applied []string, err error) {
	opts, err := s.cfg.options()
	if err != nil {
		return nil, err
	}
	sc, err := s.schema()
	if err != nil {
		return nil, err
	}
	if err := sc.createDatabase(ctx, *opts); err != nil {
		return nil, err
	}
	migrations, names, err := sc.migrations()
	if err != nil {
		return nil, err
	}
	db := clickhouse.OpenDB(opts)
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := goose.NewProvider(goose.DialectClickHouse, db, nil, goose.WithGoMigrations(migrations...),
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.log),
		// Files are numbered by what they are about, and none needs a later one.
		goose.WithAllowOutofOrder(true))
	if err != nil {
		return nil, fmt.Errorf("prepare migration: %w", err)
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		applied = append(applied, names[r.Source.Version])
	}
	if err != nil {
		return applied, fmt.Errorf("migrate: %w", err)
	}
	return applied, s.retain(ctx)
}

// createDatabase needs a session outside of the database.
func (s schema) createDatabase(ctx context.Context, opts clickhouse.Options) (err error) {
	statements, err := s.statements("database.sql")
	if err != nil {
		return err
	}
	opts.Auth.Database = ""
	db := clickhouse.OpenDB(&opts)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := runAll(statements)(ctx, db); err != nil {
		return fmt.Errorf("make database %s: %w", s.Database, err)
	}
	return nil
}
