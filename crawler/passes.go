package crawler

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const keptPasses = 500 // per source: half a month at one in 45 minutes

// endPass closes a pass, gives back what it had on lease, and drops old passes. It
// counts in the report what is left of the frontier.
func (s *State) endPass(ctx context.Context, r *PassReport) error {
	err := s.tx(ctx, func(tx txn) error {
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

func dropOldPasses(ctx context.Context, tx txn, r *PassReport) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM passes WHERE id IN (SELECT id FROM passes WHERE source = ? ORDER BY id DESC LIMIT -1 OFFSET ?)`, r.Source, keptPasses)
	return err
}

// Passes lists at most max passes, the newest first. A pass that is running has no
// reason yet.
func (s *State) Passes(ctx context.Context, max int) ([]PassReport, error) {
	return s.queryPasses(ctx, `SELECT id, source, started, coalesce(reason, ''), coalesce(report, '{}') FROM passes ORDER BY id DESC LIMIT ?`, max)
}

// passesOf lists at most max passes over a source, the newest first.
func (s *State) passesOf(ctx context.Context, source string, max int) ([]PassReport, error) {
	return s.queryPasses(ctx, `SELECT id, source, started, coalesce(reason, ''), coalesce(report, '{}') FROM passes WHERE source = ? ORDER BY id DESC LIMIT ?`, source, max)
}

// scheduledEvery is the interval that recordSchedule recorded last, 0 if it did not.
func (s *State) scheduledEvery(ctx context.Context, source string) (time.Duration, error) {
	var every int64
	err := s.db.QueryRowContext(ctx, `SELECT every FROM schedule WHERE source = ?`, source).Scan(&every)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read schedule of %s: %w", source, explain(err))
	}
	return time.Duration(every) * time.Millisecond, nil
}

// recordSchedule keeps when the next pass over a source is due.
func (s *State) recordSchedule(ctx context.Context, source string, next time.Time, every time.Duration) error {
	_, err := s.db.ExecContext(ctx, `INSERT OR REPLACE INTO schedule (source, next, every) VALUES (?, ?, ?)`, source, millis(next), every.Milliseconds())
	if err != nil {
		return fmt.Errorf("record schedule of %s: %w", source, explain(err))
	}
	return nil
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
		if reason == "" && s.owned == nil && !s.beside { // nobody runs it
			reason = string(Killed)
		}
		r.ID, r.Source, r.Reason, r.Started = id, source, Reason(reason), time.UnixMilli(started).UTC()
		passes = append(passes, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read passes: %w", explain(err))
	}
	return passes, nil
}
