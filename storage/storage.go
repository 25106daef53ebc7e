// Package storage keeps mentions in ClickHouse and counts them. It is the only
// package that knows the database: its tables are schema/*.sql, its questions
// queries/*.sql, and README.md says why they are as they are.
//
// The same code talks to the embedded engine and to a server or cluster: what it
// is given is an address.
package storage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"vane"
)

const (
	// dialTimeout is short: a server that is there answers in milliseconds, and a
	// caller that retries should not hang on one that is not.
	dialTimeout = 5 * time.Second
	// readTimeout ends a question whose server has gone silent. The longest that
	// Vane asks, over years of posts, takes a tenth of it.
	readTimeout = 5 * time.Minute
	// maxConnections is enough for a board, an ingest and a report at once.
	maxConnections = 16

	defaultDatabase = "vane"

	maxKeep = 36500 // days; more is for ever
)

// Config says which ClickHouse keeps the posts.
type Config struct {
	DSN     string `yaml:"dsn"`     // clickhouse://user:password@host:9000/database; empty: the embedded engine's
	Cluster string `yaml:"cluster"` // name of a cluster in the server's configuration; empty: a single server

	// Days, 0 for ever. The counts of trends stay in any case.
	KeepTexts    int `yaml:"keep_texts"`    // what posts say, from when they were published
	KeepHotspots int `yaml:"keep_hotspots"` // what detections found
	KeepPasses   int `yaml:"keep_passes"`   // how crawling went
}

// DefaultConfig is the embedded engine.
func DefaultConfig() Config { return Config{} }

// name is what may stand in a statement as the name of a database or cluster.
var name = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Validate names every key that can't be used.
func (c Config) Validate() error {
	var problems []error
	if c.DSN != "" {
		if _, err := c.options(); err != nil {
			problems = append(problems, err)
		}
	}
	if c.Cluster != "" && !name.MatchString(c.Cluster) {
		problems = append(problems, fmt.Errorf("storage.cluster: %q is not a name: use letters, digits and _", c.Cluster))
	}
	for key, days := range map[string]int{"keep_texts": c.KeepTexts, "keep_hotspots": c.KeepHotspots, "keep_passes": c.KeepPasses} {
		if days < 0 || days > maxKeep {
			problems = append(problems, fmt.Errorf("storage.%s: %d days is not between 0 (for ever) and %d", key, days, maxKeep))
		}
	}
	return errors.Join(problems...)
}

// options is the configuration in the driver's words.
func (c Config) options() (*clickhouse.Options, error) {
	opts, err := clickhouse.ParseDSN(c.DSN)
	if err != nil {
		return nil, fmt.Errorf("storage.dsn: %w: write it as clickhouse://user:password@host:9000/vane", err)
	}
	if opts.Protocol != clickhouse.Native {
		return nil, errors.New("storage.dsn: Vane speaks the native protocol only: write clickhouse://…:9000, not http://")
	}
	if opts.Auth.Database == "" {
		opts.Auth.Database = defaultDatabase
	}
	if !name.MatchString(opts.Auth.Database) {
		return nil, fmt.Errorf("storage.dsn: %q is not a name for a database: use letters, digits and _", opts.Auth.Database)
	}
	if opts.Compression == nil {
		opts.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	}
	opts.DialTimeout, opts.ReadTimeout = dialTimeout, readTimeout
	opts.MaxOpenConns, opts.MaxIdleConns = maxConnections, maxConnections
	opts.ClientInfo.Products = append(opts.ClientInfo.Products, struct{ Name, Version string }{"vane", ""})
	if opts.Settings == nil {
		opts.Settings = clickhouse.Settings{}
	}
	for key, value := range map[string]any{
		"async_insert":                  0,        // an insert is acknowledged when it is stored, not before
		"distributed_foreground_insert": 1,        // likewise, on every shard
		"distributed_product_mode":      "global", // a question that asks another one first asks it once, of all shards
		"insert_deduplicate":            0,        // a block like an earlier one is not a retry here: a post may change back
		"optimize_on_insert":            0,        // a batch has one version of each post: to merge it again costs half of an insert
		// Every merge makes the index for search anew, which takes three times as long as
		// all else of an insert: the first merge is early enough. See upkeep.go.
		"materialize_skip_indexes_on_insert": 0,
		// A batch of an import may span decades, and a partition is a month.
		"max_partitions_per_insert_block": 0,
	} {
		opts.Settings[key] = value
	}
	return opts, nil
}

// Server is where other programs find the posts.
type Server struct {
	Host     string
	Port     int // of the native protocol
	Database string
	Secure   bool // TLS
}

// Server is the first server of the DSN, which must be set.
func (c Config) Server() (Server, error) {
	opts, err := c.options()
	if err != nil {
		return Server{}, err
	}
	host, port, err := net.SplitHostPort(opts.Addr[0])
	if err != nil {
		return Server{}, fmt.Errorf("storage.dsn: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return Server{}, fmt.Errorf("storage.dsn: port %q is not a number", port)
	}
	return Server{Host: host, Port: number, Database: opts.Auth.Database, Secure: opts.TLS != nil}, nil
}

// Store is a connection to the posts. Its methods may be called from any goroutine.
type Store struct {
	conn patient
	cfg  Config
	log  *slog.Logger

	facetRows, rankRows int // rows of a search: countedRows, rankedRows, and less in tests

	mu          sync.Mutex // guards what follows
	generations generations
	swept       time.Time // when old counts were taken away last
}

// Store takes what [vane.Ingest] gives.
var _ vane.Store = (*Store)(nil)

// Open connects to the ClickHouse of cfg.DSN and makes sure that it answers. The
// database and its tables need not be there yet: see [Store.Migrate].
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	opts, err := cfg.options()
	if err != nil {
		return nil, err
	}
	conn, err := clickhouse.Open(opts)
	if err != nil {
		return nil, fmt.Errorf("open clickhouse: %w", err)
	}
	if err := conn.Ping(ctx); err != nil && !missingDatabase(err) {
		return nil, errors.Join(fmt.Errorf("reach clickhouse at %s: %w: check that it runs and storage.dsn is right",
			strings.Join(opts.Addr, ", "), err), conn.Close())
	}
	return &Store{conn: patient{conn, log}, cfg: cfg, log: log, facetRows: countedRows, rankRows: rankedRows, generations: generations{}, swept: time.Now()}, nil
}

// missingDatabase recognises the one refusal that Migrate cures.
func missingDatabase(err error) bool {
	const unknownDatabase = 81
	var e *clickhouse.Exception
	return errors.As(err, &e) && e.Code == unknownDatabase
}

// Close gives the connections back.
func (s *Store) Close() error {
	if err := s.conn.Close(); err != nil {
		return fmt.Errorf("close clickhouse: %w", err)
	}
	return nil
}

//go:embed queries/*.sql
var queries embed.FS

// included is a line of a query that stands for the lines of another file.
var included = regexp.MustCompile(`(?m)^ *-- include (\w+)\n`)

// query is the text of queries/NAME.sql. A missing one is a mistake of the build.
func query(name string) string {
	text, err := queries.ReadFile("queries/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return included.ReplaceAllStringFunc(string(text), func(line string) string {
		return query(included.FindStringSubmatch(line)[1])
	})
}

// params are the values bound to a query's {name:Type}.
type params map[string]any

func (p params) args() []any {
	args := make([]any, 0, len(p))
	for key, value := range p {
		args = append(args, clickhouse.Named(key, value))
	}
	return args
}

// about is the parameters that most queries share: a tag and a window.
func about(tag vane.Tag, w vane.Window) params {
	return params{"tag": string(tag), "from": millis(w.From), "to": millis(w.To)}
}

// with adds a parameter.
func (p params) with(key string, value any) params {
	p[key] = value
	return p
}

// millis is t in Unix milliseconds, the resolution of everything stored. Moments
// that no post can have are moved to the nearest that one can, so that the ends of
// any window can be compared.
func millis(t time.Time) int64 {
	return min(max(t.UnixMilli(), firstMoment.UnixMilli()), lastMoment.UnixMilli())
}

// selectRows runs a query and scans its rows into dest, a pointer to a slice of
// structs with ch tags.
func (s *Store) selectRows(ctx context.Context, dest any, name string, p params) error {
	if err := s.conn.Select(ctx, dest, query(name), p.args()...); err != nil {
		return fmt.Errorf("query %s: %w", name, err)
	}
	return nil
}
