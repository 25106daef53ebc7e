package crawler

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// txn is a transaction. SQLite spends as much time on reading a short statement as on
// doing it, so those that come often are prepared.
type txn struct {
	*sql.Tx
	prepared map[string]*sql.Stmt
	used     map[string]int // statements that are not prepared
}

// oftenUsed is how often a statement has come when it is prepared.
const oftenUsed = 8

func (t txn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := t.find(ctx, query); stmt != nil { //nolint:sqlclosecheck // ends with its transaction
		return stmt.ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t txn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := t.find(ctx, query); stmt != nil { //nolint:sqlclosecheck // ends with its transaction
		return stmt.QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// find returns the prepared statement, or notes that there is none.
func (t txn) find(ctx context.Context, query string) *sql.Stmt {
	if stmt := t.prepared[query]; stmt != nil {
		return t.StmtContext(ctx, stmt)
	}
	t.used[query]++
	return nil
}

// tx runs f in one transaction that is on disk when it returns.
func (s *State) tx(ctx context.Context, f func(txn) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.prepareOften(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	if err := f(txn{tx, s.prepared, s.used}); err != nil {
		return errors.Join(explain(err), ignoreDone(tx.Rollback()))
	}
	return explain(tx.Commit())
}

// prepareOften prepares what transactions used often so far. These are as many as
// there are statements in this package.
func (s *State) prepareOften(ctx context.Context) error {
	for query, times := range s.used {
		if times < oftenUsed {
			continue
		}
		stmt, err := s.db.PrepareContext(ctx, query) //nolint:sqlclosecheck // lives as long as the state
		if err != nil {
			return fmt.Errorf("prepare a statement: %w", explain(err))
		}
		s.prepared[query] = stmt
		delete(s.used, query)
	}
	return nil
}

// ignoreDone drops the error of a rollback that the driver did itself.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || err != nil && strings.Contains(err.Error(), "no transaction is active") {
		return nil
	}
	return err
}
