package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ErrDamaged says that something stored can't be read. The error around it names the
// place and the repair.
var ErrDamaged = errors.New("a part of what is stored is damaged")

// repair is what brings back a damaged part.
const repair = "restore a backup; or stop vane, delete that folder, move vane.sqlite of the data directory away, and start again: " +
	"the sources are crawled anew, as far back as they reach, and what is still stored counts once"

// brokenPart is a part that ClickHouse set aside.
type brokenPart struct {
	Table string `ch:"in_table"`
	Name  string `ch:"name"`
	Path  string `ch:"path"`
	Rows  uint64 `ch:"rows"` // that older parts have in its place
}

// CheckParts looks, after the start of the embedded engine, for parts that it could not
// read. ClickHouse goes on without them, so that posts would be missing and nobody told:
// CheckParts fails with [ErrDamaged] instead. Nothing is lost, and it only warns, where
// the parts that the broken one was merged from were still there, as they are after a
// power cut, and where only what was counted ahead is broken: that is thrown away, and
// counted again.
func (s *Store) CheckParts(ctx context.Context) error {
	var broken []brokenPart
	if err := s.selectRows(ctx, &broken, "broken_parts", nil); err != nil {
		return err
	}
	var damaged []error
	for _, p := range broken {
		damaged = append(damaged, s.settlePart(ctx, p))
	}
	return errors.Join(damaged...)
}

func (s *Store) settlePart(ctx context.Context, p brokenPart) error {
	switch {
	case slices.Contains([]string{"counts", "builds"}, p.Table):
		s.log.Warn("a part of what was counted ahead is damaged: it is counted again", "table", p.Table, "part", p.Path)
		for _, table := range []string{"counts", "builds"} {
			if err := s.conn.Exec(ctx, query("empty_table"), params{"table": table}.args()...); err != nil {
				return fmt.Errorf("empty table %s, which is damaged: %w", table, err)
			}
		}
	case p.isReplaced():
		s.log.Warn("a merged part is damaged, and the parts it was made of stand in for it: nothing is lost", "table", p.Table, "part", p.Path)
	default:
		return fmt.Errorf("%w: %s of table %s: %s", ErrDamaged, p.Path, p.Table, repair)
	}
	// Its folder is not needed, and would be found again at every start.
	if err := s.conn.Exec(ctx, query("drop_broken_part"), params{"table": p.Table, "name": p.Name}.args()...); err != nil {
		return fmt.Errorf("delete the damaged part %s: %w", p.Path, err)
	}
	return nil
}

// isReplaced reports whether the older parts have every row of the broken one. Merging
// leaves out versions that are replaced, so they may have more.
func (p brokenPart) isReplaced() bool {
	text, err := os.ReadFile(filepath.Join(p.Path, "count.txt"))
	if err != nil {
		return false
	}
	rows, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	return err == nil && p.Rows >= rows
}

// Advice is what to do about an error of reading what is stored; "" if that is not for
// an operator to do, or the error says so itself. A server of one's own is repaired by
// its own means.
func Advice(err error) string {
	const (
		cannotReadAll, checksum, corrupted, cannotDecompress, noMarks = 33, 40, 246, 271, 226
	)
	var e *clickhouse.Exception
	if !errors.As(err, &e) || !slices.Contains([]int32{cannotReadAll, checksum, corrupted, cannotDecompress, noMarks}, e.Code) {
		return ""
	}
	return ErrDamaged.Error() + "; the message names its folder: " + repair
}
