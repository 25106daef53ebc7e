package storage

import (
	"context"

	"vane"
)

// InsertAndDie is an Insert that a kill -9 cut off: after the claims, and after
// part of the second write, which stores posts and tombstones in several parts.
func (s *Store) InsertAndDie(ctx context.Context, mentions []vane.Mention, posts, tombstones bool) error {
	batch, err := s.latest(ctx, mentions)
	if err == nil {
		batch, err = s.withoutForgotten(ctx, batch)
	}
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
