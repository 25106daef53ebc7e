package crawler

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

const (
	keptPasses = 500  // per source: half a month at one in 45 minutes
	keptErrors = 1000 // per pass
)

// endPass closes a pass, gives back what it had on lease, and drops old passes. It
// counts in the report what is left of the frontier.
func (s *State) endPass(ctx context.Context, r *PassReport) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE frontier SET lease = 0 WHERE source = ? AND lease = 1`, r.Source); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM frontier WHERE source = ? AND buried IS NULL`, r.Source).Scan(&r.Left); err != nil {
			return err
		}
		report, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE passes SET reason = ?, report = ? WHERE id = ?`, r.Reason, string(report), r.ID); err != nil {
			return err
		}
		return dropOldPasses(ctx, tx, r)
	})
	if err != nil {
		return fmt.Errorf("record the end of the pass over %s: %w", r.Source, err)
	}
	return nil
}

func dropOldPasses(ctx context.Context, tx *sql.Tx, r *PassReport) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM page_errors WHERE pass = ? AND id NOT IN (SELECT id FROM page_errors WHERE pass = ? ORDER BY id LIMIT ?)`,
			[]any{r.ID, r.ID, keptErrors}},
		{`DELETE FROM page_errors WHERE pass IN (SELECT id FROM passes WHERE source = ? ORDER BY id DESC LIMIT -1 OFFSET ?)`,
			[]any{r.Source, keptPasses}},
		{`DELETE FROM passes WHERE id IN (SELECT id FROM passes WHERE source = ? ORDER BY id DESC LIMIT -1 OFFSET ?)`,
			[]any{r.Source, keptPasses}},
	} {
		if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// Passes lists at most max passes, the newest first. A pass that is running has no
// reason yet.
func (s *State) Passes(ctx context.Context, max int) ([]PassReport, error) {
	return s.queryPasses(ctx, `SELECT id, source, started, coalesce(reason, ''), coalesce(report, '{}') FROM passes ORDER BY id DESC LIMIT ?`, max)
}

// lastPass is the newest pass over a source.
func (s *State) lastPass(ctx context.Context, source string) (last PassReport, ok bool, err error) {
	passes, err := s.queryPasses(ctx, `SELECT id, source, started, coalesce(reason, ''), coalesce(report, '{}') FROM passes WHERE source = ? ORDER BY id DESC LIMIT 1`, source)
	if err != nil || len(passes) == 0 {
		return PassReport{}, false, err
	}
	return passes[0], true, nil
}

func (s *State) queryPasses(ctx context.Context, query string, args ...any) ([]PassReport, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read passes: %w", explain(err))
	}
	defer rows.Close()
	passes := []PassReport{}
	for rows.Next() {
		var (
			r       PassReport
			report  string
			started int64
		)
		var id int64
		var source, reason string
		if err := rows.Scan(&id, &source, &started, &reason, &report); err != nil {
			return nil, fmt.Errorf("read passes: %w", explain(err))
		}
		if err := json.Unmarshal([]byte(report), &r); err != nil {
			return nil, fmt.Errorf("read report of pass %d: %w", id, err)
		}
		r.ID, r.Source, r.Reason, r.Started = id, source, Reason(reason), time.UnixMilli(started).UTC()
		passes = append(passes, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read passes: %w", explain(err))
	}
	return passes, nil
}

// PassErrors lists the pages and rows that a pass could not use.
func (s *State) PassErrors(ctx context.Context, pass int64) ([]PageError, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT url, reason, at FROM page_errors WHERE pass = ? ORDER BY id`, pass)
	if err != nil {
		return nil, fmt.Errorf("read errors of pass %d: %w", pass, explain(err))
	}
	defer rows.Close()
	list := []PageError{}
	for rows.Next() {
		var e PageError
		var at int64
		if err := rows.Scan(&e.URL, &e.Reason, &at); err != nil {
			return nil, fmt.Errorf("read errors of pass %d: %w", pass, explain(err))
		}
		e.At = time.UnixMilli(at).UTC()
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read errors of pass %d: %w", pass, explain(err))
	}
	return list, nil
}
