package storage

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"text/template"
)

// Statements that change tables themselves, which on a cluster are those of each
// shard. As in schema/, only names are filled in; values are bound.
//
//go:embed upkeep/*.sql
var upkeeps embed.FS

// upkeep runs upkeep/NAME.sql and waits until it is done.
func (s *Store) upkeep(ctx context.Context, name string, p params) error {
	sc, err := s.schema()
	if err != nil {
		return err
	}
	t, err := template.ParseFS(upkeeps, "upkeep/"+name+".sql")
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	var statement bytes.Buffer
	if err := t.Execute(&statement, sc); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	if err := s.conn.Exec(ctx, statement.String(), p.args()...); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return nil
}
