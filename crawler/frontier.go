package crawler

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"vane"
)

// The kinds of pages. Detail pages go first: a post that is known of is worth more
// than a further list.
const (
	detailPage = "detail"
	listPage   = "list"
)

// page is a page of the frontier that a pass has on lease.
type page struct {
	id       int64
	url      string
	kind     string
	depth    int
	deep     bool
	attempts int
	row      draft // of a detail page
}

func millis(t time.Time) int64 { return t.UnixMilli() }

// beginPass puts the start pages in the frontier and opens the pass. List pages
// that an earlier pass left are marked as deep. Pages that were given up get
// another chance if the source says something else now.
func (s *State) beginPass(ctx context.Context, p *plan, now time.Time) (id int64, err error) {
	err = s.tx(ctx, func(tx *sql.Tx) error {
		steps := []struct {
			query string
			args  []any
		}{
			{`UPDATE frontier SET deep = 1 WHERE source = ? AND kind = 'list' AND depth > 0 AND buried IS NULL`, []any{p.src.Name}},
			{`UPDATE frontier SET buried = NULL, attempts = 0, due = 0 WHERE source = ? AND buried IS NOT NULL AND plan IS NOT ?`,
				[]any{p.src.Name, p.hash}},
		}
		for _, u := range p.start {
			steps = append(steps, struct {
				query string
				args  []any
			}{putStart, []any{p.src.Name, canonicalURL(u), u.String(), listPage}})
		}
		for _, step := range steps {
			if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO passes (source, started) VALUES (?, ?)`, p.src.Name, millis(now))
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("begin pass over %s: %w", p.src.Name, err)
	}
	return id, nil
}

// A start page that is held back, because its host asked for time, stays so.
const putStart = `INSERT INTO frontier (source, page, url, kind, depth, due) VALUES (?, ?, ?, ?, 0, 0)
ON CONFLICT (source, page) DO UPDATE SET url = excluded.url, depth = 0, deep = 0,
	attempts = iif(buried IS NULL, attempts, 0), buried = NULL`

const takePages = `UPDATE frontier SET lease = 1 WHERE id IN (
	SELECT id FROM frontier WHERE source = ? AND lease = 0 AND buried IS NULL AND due <= ? ORDER BY kind, id LIMIT ?)
RETURNING id, url, kind, depth, deep, attempts, coalesce(carried, '')`

// takePages leases pages of a source that are due.
func (s *State) takePages(ctx context.Context, source string, now time.Time, max int) ([]page, error) {
	pages, err := s.queryPages(ctx, source, now, max)
	if err != nil {
		return nil, fmt.Errorf("lease pages of %s: %w", source, explain(err))
	}
	slices.SortFunc(pages, func(a, b page) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
	})
	return pages, nil
}

func (s *State) queryPages(ctx context.Context, source string, now time.Time, max int) ([]page, error) {
	rows, err := s.db.QueryContext(ctx, takePages, source, millis(now), max)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pages []page
	for rows.Next() {
		var p page
		var carried string
		if err := rows.Scan(&p.id, &p.url, &p.kind, &p.depth, &p.deep, &p.attempts, &carried); err != nil {
			return nil, err
		}
		if carried != "" {
			if err := json.Unmarshal([]byte(carried), &p.row); err != nil {
				return nil, err
			}
		}
		pages = append(pages, p)
	}
	return pages, rows.Err()
}

// nextDue is when the next page of the source that nobody has may be fetched, and
// how many there are.
func (s *State) nextDue(ctx context.Context, source string) (due time.Time, pages int, err error) {
	var first sql.NullInt64
	err = s.db.QueryRowContext(ctx, `SELECT min(due), count(*) FROM frontier WHERE source = ? AND lease = 0 AND buried IS NULL`, source).
		Scan(&first, &pages)
	if err != nil {
		return time.Time{}, 0, fmt.Errorf("read frontier of %s: %w", source, explain(err))
	}
	return time.UnixMilli(first.Int64), pages, nil
}

// isKnown reports whether a post was seen or is about to be fetched.
func isKnown(ctx context.Context, tx *sql.Tx, source string, post vane.ID) (bool, error) {
	var known bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM seen WHERE post = ?) OR EXISTS (SELECT 1 FROM frontier WHERE source = ? AND page = ?)`,
		post[:], source, post.String()).Scan(&known)
	return known, err
}

// putDetail puts the detail page of a list row in the frontier, unless its post is
// known and the row looks as it did. It reports whether the post is new.
func putDetail(ctx context.Context, tx *sql.Tx, source string, row draft) (fresh, added bool, err error) {
	post := vane.NewPostID(source, row.Native)
	known, err := isKnown(ctx, tx, source, post)
	if err != nil {
		return false, false, err
	}
	if known {
		changed, err := rowChanged(ctx, tx, post, row)
		if err != nil || !changed {
			return false, false, err
		}
	}
	carried, err := json.Marshal(row)
	if err != nil {
		return false, false, err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO frontier (source, page, url, kind, depth, due, carried) VALUES (?, ?, ?, 'detail', 0, 0, ?)
ON CONFLICT (source, page) DO NOTHING`, source, post.String(), row.URL, string(carried))
	if err != nil {
		return false, false, err
	}
	n, err := res.RowsAffected()
	return !known, n > 0, err
}

// rowChanged reports whether a seen post's list row looks different now.
func rowChanged(ctx context.Context, tx *sql.Tx, post vane.ID, row draft) (bool, error) {
	var old []byte
	err := tx.QueryRowContext(ctx, `SELECT row FROM seen WHERE post = ?`, post[:]).Scan(&old)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // it waits in the frontier
	}
	return !slices.Equal(old, rowHash(row)), err
}

// putList puts the next page of a list in the frontier.
func putList(ctx context.Context, tx *sql.Tx, source string, next *url.URL, depth int, deep bool) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO frontier (source, page, url, kind, depth, deep, due) VALUES (?, ?, ?, 'list', ?, ?, 0)
ON CONFLICT (source, page) DO NOTHING`, source, canonicalURL(next), next.String(), depth, deep)
	return err
}
