package crawler

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Pages that robots.txt forbids are given up, but not for good: they are tried again
// when the site has other rules.

// rulesOf is what is kept of a page that is given up: the hash of its host's rules
// that forbade it, null if none did, and when it is tried again all the same.
func rulesOf(out outcome) (rules any, due int64) {
	var forbidden *robotsError
	// Those of another host, that it redirects to, are not looked after.
	if !errors.As(out.err, &forbidden) || !strings.HasPrefix(out.page.url, forbidden.origin+"/") {
		return nil, 0
	}
	return forbidden.rules[:], millis(time.Now().Add(robotsTTL))
}

// probeRobots has one forbidden page of every host asked for again when its rules are
// out of date. If they are the same that fetches robots.txt and nothing else.
func probeRobots(source string, now time.Time) step {
	return step{`UPDATE frontier SET buried = NULL, rules = NULL, due = 0 WHERE id IN (
	SELECT min(id) FROM frontier WHERE source = ? AND rules IS NOT NULL AND due <= ? GROUP BY origin)`,
		[]any{source, millis(now)}}
}

// retryForbidden gives pages back to the frontier that were forbidden by other rules
// than their host has now. It reports whether there are any.
func (s *State) retryForbidden(ctx context.Context, source string, current func(origin string) (rulesHash, bool)) (bool, error) {
	var found int64
	err := s.tx(ctx, func(tx txn) error {
		outdated, err := outdatedRules(ctx, tx, source, current)
		if err != nil {
			return err
		}
		for _, o := range outdated {
			res, err := tx.ExecContext(ctx, `UPDATE frontier SET buried = NULL, rules = NULL, attempts = 0, due = 0
WHERE source = ? AND rules = ? AND origin = ?`, source, o.rules, o.origin)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			found += n
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look for pages of %s that are allowed now: %w", source, err)
	}
	return found > 0, nil
}

// ruled is pages of one host that were forbidden by the same rules.
type ruled struct {
	origin string
	rules  []byte
}

func outdatedRules(ctx context.Context, tx txn, source string, current func(origin string) (rulesHash, bool)) ([]ruled, error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT origin, rules FROM frontier WHERE source = ? AND rules IS NOT NULL`, source)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []ruled
	for rows.Next() {
		var r ruled
		if err := rows.Scan(&r.origin, &r.rules); err != nil {
			return nil, err
		}
		if now, ok := current(r.origin); ok && string(now[:]) != string(r.rules) {
			list = append(list, r)
		}
	}
	return list, rows.Err()
}
