package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Ping reports whether ClickHouse answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.conn.Ping(ctx); err != nil {
		return fmt.Errorf("reach clickhouse: %w", err)
	}
	return nil
}

// SchemaState is how the tables stand to this program.
type SchemaState struct {
	Version int64    // the highest migration that was applied; 0: none
	Missing []string // files of schema/ that were not: vane migrate applies them
	Unknown []int64  // migrations that this program does not have: the tables are a newer Vane's
}

// Schema tells how the tables stand to this program.
func (s *Store) Schema(ctx context.Context) (SchemaState, error) {
	var state SchemaState
	sc, err := s.schema()
	if err != nil {
		return state, err
	}
	_, names, err := sc.migrations()
	if err != nil {
		return state, err
	}
	var applied []struct {
		Version int64 `ch:"version"`
	}
	if err := s.selectRows(ctx, &applied, "schema_versions", nil); err != nil {
		return state, err
	}
	for _, a := range applied {
		state.Version = max(state.Version, a.Version)
		if _, ok := names[a.Version]; !ok {
			state.Unknown = append(state.Unknown, a.Version)
		}
		delete(names, a.Version)
	}
	for _, version := range slices.Sorted(maps.Keys(names)) {
		state.Missing = append(state.Missing, names[version])
	}
	return state, nil
}

// ServerVersion is the ClickHouse's own version.
func (s *Store) ServerVersion() (string, error) {
	v, err := s.conn.ServerVersion()
	if err != nil {
		return "", fmt.Errorf("ask clickhouse for its version: %w", err)
	}
	return v.Version.String(), nil
}

// ServerTime is what ClickHouse's clock says.
func (s *Store) ServerTime(ctx context.Context) (time.Time, error) {
	var rows []struct {
		Millis int64 `ch:"millis"`
	}
	if err := s.selectRows(ctx, &rows, "server_time", nil); err != nil {
		return time.Time{}, err
	}
	return time.UnixMilli(rows[0].Millis).UTC(), nil
}
