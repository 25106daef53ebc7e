package storage

import (
	"context"
	"fmt"
	"time"
)

// askFor is how long asking for a turn stands in the way of others: longer than it
// takes to look who else asks.
const askFor = time.Minute

// TakeTurn asks to be the one process that does a job until keep has passed, and
// reports whether owner is. owner names the process and stays the same when it is
// started again, so that it gets its turn back at once.
//
// Who holds the turn keeps it by asking again. Others get it only if nobody else
// holds it or asks for it: as in [Store.Insert], each writes before it looks, so of
// two that cross at least one sees the other, and never do both get it. If each sees
// the other, neither does, and they ask again later.
func (s *Store) TakeTurn(ctx context.Context, job, owner string, keep time.Duration) (bool, error) {
	holder, others, err := s.whoseTurn(ctx, job, owner)
	if err != nil || others && !holder {
		return false, err
	}
	if !holder {
		if err := s.writeTurn(ctx, job, owner, false, min(keep, askFor)); err != nil {
			return false, err
		}
		if _, others, err = s.whoseTurn(ctx, job, owner); err != nil || others {
			return false, err
		}
	}
	if err := s.writeTurn(ctx, job, owner, true, keep); err != nil {
		return false, err
	}
	return true, nil
}

// whoseTurn tells whether owner holds the turn, and whether others hold or ask.
func (s *Store) whoseTurn(ctx context.Context, job, owner string) (holder, others bool, err error) {
	var rows []struct {
		Owner string `ch:"owner"`
		Holds bool   `ch:"holds"`
	}
	if err := s.selectRows(ctx, &rows, "turn", params{"job": job}); err != nil {
		return false, false, err
	}
	for _, r := range rows {
		holder = holder || r.Owner == owner && r.Holds
		others = others || r.Owner != owner
	}
	return holder, others, nil
}

func (s *Store) writeTurn(ctx context.Context, job, owner string, holds bool, keep time.Duration) error {
	p := params{"job": job, "owner": owner, "holds": holds, "keep": keep.Milliseconds()}
	if err := s.conn.Exec(ctx, query("insert_turn"), p.args()...); err != nil {
		return fmt.Errorf("ask for the turn to %s: %w", job, err)
	}
	return nil
}
