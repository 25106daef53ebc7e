package storage

import (
	"context"

	"vane"
)

// InsertAndDie is an Insert that a kill -9 cut off: after the claims, and after
// part of the second write, which stores posts and tombstones in several parts.
func (s *Store) InsertAndDie(ctx context.Context, mentions []vane.Mention, posts, tombstones bool) error {
	batch, err := s.entries(ctx, mentions)
	if err != nil {
		return err
	}
	if err := s.writeClaims(ctx, batch); err != nil {
		return err
	}
	known, err := s.readClaims(ctx, batch)
	if err != nil {
		return err
	}
	live, dead := settle(batch, known)
	if !posts {
		live = nil
	}
	if !tombstones {
		dead = nil
	}
	return s.writePosts(ctx, live, dead)
}

// InsertAround is an Insert within which something else happens, after it looked up whose
// posts it may take.
func (s *Store) InsertAround(ctx context.Context, mentions []vane.Mention, meanwhile func()) error {
	batch, err := s.entries(ctx, mentions)
	if err != nil {
		return err
	}
	meanwhile()
	return s.write(ctx, batch)
}

// TrendAround is the part of a Trend that reads numbers, within which something else
// happens, after it found out what is counted.
func (s *Store) TrendAround(ctx context.Context, q vane.TrendQuery, meanwhile func()) ([]vane.Series, error) {
	found, err := s.buckets(ctx, q.Step, q.Window)
	if err != nil {
		return nil, err
	}
	t := newTrend(q)
	lines, ok := linesOf(q)
	fresh, _ := found.split(q.Step, q.Window, ok)
	if err := s.counted(ctx, t, lines, fresh); err != nil {
		return nil, err
	}
	meanwhile()
	return t.series(), s.count(ctx, t, fresh, q.Window)
}

// Do runs a statement of the test's own.
func (s *Store) Do(ctx context.Context, statement string) error { return s.conn.Exec(ctx, statement) }

// Upkeep renders a file of upkeep/ for a cluster.
func Upkeep(name, database, cluster string, days int) (string, error) {
	return schema{Database: database, Cluster: cluster}.upkeep(name, days)
}

// QueryText is the text of queries/NAME.sql.
func QueryText(name string) string { return query(name) }

// Statements renders a file of schema/ for a cluster.
func Statements(file, database, cluster string) ([]string, error) {
	return schema{Database: database, Cluster: cluster}.statements(file)
}

// Values are a mention's row in the order of queries/insert_posts.sql.
func Values(m *vane.Mention) []any { return values(m, uint64(versionOf(m, 1)), alive) }

// Number asks a question of the test's own.
func (s *Store) Number(ctx context.Context, text string) (n uint64, err error) {
	return n, s.conn.QueryRow(ctx, "SELECT toUInt64(("+text+"))").Scan(&n)
}

// Merge has the server merge a table's parts, which it does by itself one day.
func (s *Store) Merge(ctx context.Context, table string) error {
	return s.conn.Exec(ctx, "OPTIMIZE TABLE "+table+" FINAL")
}
