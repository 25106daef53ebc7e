package storage

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"text/template"
)

// Statements that change tables themselves, which on a cluster are those of each
// shard. As in schema/, only names are filled in; values are bound.
//
//go:embed upkeep/*.sql
var upkeeps embed.FS

// upkeep runs upkeep/NAME.sql and waits until it is done, or, if it is a matter of
// hours, has begun.
func (s *Store) upkeep(ctx context.Context, name string, p params) error {
	return s.upkeepFor(ctx, name, 0, p)
}

func (s *Store) upkeepFor(ctx context.Context, name string, days int, p params) error {
	sc, err := s.schema()
	if err != nil {
		return err
	}
	statement, err := sc.upkeep(name, days)
	if err != nil {
		return err
	}
	if err := s.conn.Exec(ctx, statement, p.args()...); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return nil
}

// upkeep renders upkeep/NAME.sql. Replicated tables take a mutation that asks other
// tables, or the clock, only if told that replicas may answer differently: what these
// ask for does not come back.
func (s schema) upkeep(name string, days int) (string, error) {
	t, err := template.ParseFS(upkeeps, "upkeep/"+name+".sql")
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	var statement strings.Builder
	if err := t.Execute(&statement, kept{s, days}); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return statement.String(), nil
}

// kept is what an upkeep statement is rendered from.
type kept struct {
	schema
	Days int
}

// retain sets how long each table keeps what it has, if that is another time than
// before: ClickHouse then goes through all of it, in the background.
func (s *Store) retain(ctx context.Context) error {
	sc, err := s.schema()
	if err != nil {
		return err
	}
	for _, k := range []struct {
		name, table string
		days        int
	}{
		{"keep_texts", "posts", s.cfg.KeepTexts},
		{"keep_hotspots", "hotspots", s.cfg.KeepHotspots},
		{"keep_passes", "crawl_passes", s.cfg.KeepPasses},
	} {
		var tables []struct {
			Create string `ch:"create_table_query"`
		}
		if err := s.selectRows(ctx, &tables, "table", params{"name": sc.Local(k.table)}); err != nil {
			return err
		}
		if len(tables) == 0 {
			continue
		}
		limited := strings.Contains(tables[0].Create, "toIntervalDay(")
		switch {
		case k.days > 0 && !strings.Contains(tables[0].Create, fmt.Sprintf("toIntervalDay(%d)", k.days)):
			err = s.upkeepFor(ctx, k.name, k.days, nil)
		case k.days == 0 && limited:
			err = s.upkeep(ctx, k.name+"_for_ever", nil)
		}
		if err != nil {
			return fmt.Errorf("set how long %s are kept: %w", k.table, err)
		}
	}
	return nil
}
