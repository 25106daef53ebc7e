package storage

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"vane"
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

// expire takes the texts of posts that are kept no longer out of what shows them: the
// tables' own limits drop whole columns, and there texts stand beside numbers that stay.
func (s *Store) expire(ctx context.Context, now time.Time) error {
	if s.cfg.KeepTexts == 0 {
		return nil
	}
	oldest := now.AddDate(0, 0, -s.cfg.KeepTexts)
	before := millis(oldest)
	for _, name := range []string{"expire_hotspots", "expire_alerts", "expire_events"} {
		if err := s.upkeep(ctx, name, params{"before": before}); err != nil {
			return fmt.Errorf("take old texts away: %w", err)
		}
	}
	if err := s.expireCorrections(ctx, oldest); err != nil {
		return fmt.Errorf("take old texts away: %w", err)
	}
	return nil
}

// expireCorrections takes the words of posts that were published before a moment out of
// the corrections of them.
func (s *Store) expireCorrections(ctx context.Context, before time.Time) error {
	var rows []struct {
		ID vane.ID `ch:"id"`
	}
	if err := s.selectRows(ctx, &rows, "quoting_corrections", nil); err != nil {
		return err
	}
	ids := make([]vane.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	mentions, err := s.Mentions(ctx, ids)
	if err != nil {
		return err
	}
	var old []string
	for _, m := range mentions {
		if m.PublishedAt.Before(before) {
			old = append(old, m.ID.String())
		}
	}
	const atOnce = 1000 // a statement has a longest length
	for some := range slices.Chunk(old, atOnce) {
		if err := s.upkeep(ctx, "expire_corrections", params{"ids": some}); err != nil {
			return err
		}
	}
	return nil
}

const (
	// indexAge is how long parts of the table may be without the index for search: most
	// are merged by then.
	indexAge = 10 * time.Minute
	// indexRows may stay without it: to compare their texts takes a tenth of a second.
	indexRows = 20_000
)

// index makes the index for search where no merge came to make it: an import leaves
// parts behind that are merged late or never. What has the index is not touched.
func (s *Store) index(ctx context.Context, age time.Duration, most uint64) error {
	sc, err := s.schema()
	if err != nil {
		return err
	}
	var parts []struct {
		Rows uint64 `ch:"rows"`
	}
	if err := s.selectRows(ctx, &parts, "unindexed", params{"name": sc.Local("posts"), "age": int64(age.Seconds())}); err != nil {
		return err
	}
	if parts[0].Rows <= most { // an aggregate without groups is one row
		return nil
	}
	if err := s.upkeep(ctx, "index", nil); err != nil {
		return fmt.Errorf("make the index for search of %d posts: %w", parts[0].Rows, err)
	}
	return nil
}
