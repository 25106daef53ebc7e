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

// The kinds of pages, in the order they are fetched: a post that is known of is worth
// more than a further list, and a new one more than another look at an old one.
const (
	detailPage  = "detail"
	listPage    = "list"
	revisitPage = "revisit" // detail page of a post that is followed
)

// page is a page of the frontier that a pass has on lease.
type page struct {
	id       int64
	url      string
	origin   string // scheme and host of url
	kind     string
	depth    int
	deep     bool
	attempts int
	row      draft       // of a detail page
	window   vane.Window // of a backfill: posts of this span only; else zero
	valid    validators  // from when it was last stored
}

func (p page) isDetail() bool { return p.kind == detailPage || p.kind == revisitPage }

func millis(t time.Time) int64 { return t.UnixMilli() }

// step is one statement of a transaction.
type step struct {
	query string
	args  []any
}

func runSteps(ctx context.Context, tx txn, steps []step) error {
	for _, st := range steps {
		if _, err := tx.ExecContext(ctx, st.query, st.args...); err != nil {
			return err
		}
	}
	return nil
}

// beginPass puts the start pages in the frontier, and the pages of followed posts
// that are due, and opens the pass. List pages that an earlier pass left are marked
// as deep. Pages that were given up get another chance if the source says something
// else now. Pages that are due later than any can be are so because the clock was set
// back. With a window, the start pages begin a backfill.
func (s *State) beginPass(ctx context.Context, p *plan, window vane.Window, now time.Time) (id int64, err error) {
	err = s.tx(ctx, func(tx txn) error {
		name := p.src.Name
		steps := []step{
			{`UPDATE frontier SET deep = 1 WHERE source = ? AND kind = 'list' AND depth > 0 AND buried IS NULL`, []any{name}},
			{`UPDATE frontier SET buried = NULL, rules = NULL, attempts = 0, due = 0 WHERE source = ? AND buried IS NOT NULL AND plan IS NOT ?`,
				[]any{name, p.hash}},
			{`DELETE FROM validators WHERE source = ? AND fetched < ?`, []any{name, millis(now.Add(-validFor))}},
			{`UPDATE frontier SET due = ?2 WHERE source = ?1 AND due > ?2 AND buried IS NULL`, []any{name, millis(time.Now().Add(maxRetryAfter))}},
		}
		for _, u := range p.start {
			since, until := windowColumns(window)
			steps = append(steps, step{putStart, []any{name, listName(u, window), u.String(), since, until}})
		}
		steps = append(steps, followSteps(p, now)...)
		steps = append(steps, probeRobots(name, time.Now()))
		if err := runSteps(ctx, tx, steps); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO passes (source, started) VALUES (?, ?)`, name, millis(now))
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

// listName names a list page in the frontier. A backfill has pages of its own: it
// takes other posts from them than an ordinary pass.
func listName(u *url.URL, w vane.Window) string {
	if w == (vane.Window{}) {
		return canonicalURL(u)
	}
	return fmt.Sprintf("%s backfill %d %d", canonicalURL(u), millis(w.From), millis(w.To))
}

// windowColumns are since and until of a page's row, null for no window.
func windowColumns(w vane.Window) (since, until any) {
	if w == (vane.Window{}) {
		return nil, nil
	}
	return millis(w.From), millis(w.To)
}

func windowOf(since, until sql.NullInt64) vane.Window {
	if !since.Valid || !until.Valid {
		return vane.Window{}
	}
	return vane.Window{From: time.UnixMilli(since.Int64).UTC(), To: time.UnixMilli(until.Int64).UTC()}
}

// A start page that is held back, because its host asked for time, stays so.
const putStart = `INSERT INTO frontier (source, page, url, kind, depth, due, since, until) VALUES (?, ?, ?, 'list', 0, 0, ?, ?)
ON CONFLICT (source, page) DO UPDATE SET url = excluded.url, depth = 0, deep = 0, since = excluded.since, until = excluded.until,
	attempts = iif(buried IS NULL, attempts, 0), buried = NULL, rules = NULL`

// dueOrigins jumps from host to host, whose pages lie side by side in the index.
const dueOrigins = `WITH RECURSIVE host (origin) AS (
	SELECT min(origin) FROM frontier WHERE source = ?1 AND lease = 0 AND buried IS NULL
	UNION ALL
	SELECT (SELECT min(origin) FROM frontier WHERE source = ?1 AND lease = 0 AND buried IS NULL AND origin > host.origin)
	FROM host WHERE host.origin IS NOT NULL)
SELECT origin FROM host WHERE origin IS NOT NULL`

// waitingOrigins lists the hosts with pages in the frontier that nobody has.
func (s *State) waitingOrigins(ctx context.Context, source string) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, dueOrigins, source)
	if err != nil {
		return nil, fmt.Errorf("read the hosts of %s: %w", source, explain(err))
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var origin string
		if err := rows.Scan(&origin); err != nil {
			return nil, fmt.Errorf("read the hosts of %s: %w", source, explain(err))
		}
		list = append(list, origin)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the hosts of %s: %w", source, explain(err))
	}
	return list, nil
}

const takePages = `UPDATE frontier SET lease = 1 WHERE id IN (
	SELECT page.id FROM json_each(?2) AS host CROSS JOIN frontier AS page WHERE page.id IN (
		SELECT id FROM frontier WHERE source = ?1 AND origin = host.value AND lease = 0 AND buried IS NULL AND due <= ?3
		ORDER BY kind, id LIMIT ?4))
RETURNING id, url, origin, kind, depth, deep, attempts, coalesce(carried, ''), since, until`

// takePages leases at most max pages of each of some hosts of a source that are due.
func (s *State) takePages(ctx context.Context, p *plan, origins []string, now time.Time, max int) ([]page, error) {
	hosts, err := json.Marshal(origins)
	if err != nil {
		return nil, fmt.Errorf("lease pages of %s: %w", p.src.Name, err)
	}
	pages, err := s.queryPages(ctx, p.src.Name, string(hosts), millis(now), max)
	if err == nil {
		err = s.loadValidators(ctx, p, pages)
	}
	if err != nil {
		return nil, fmt.Errorf("lease pages of %s: %w", p.src.Name, explain(err))
	}
	slices.SortFunc(pages, func(a, b page) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
	})
	return pages, nil
}

func (s *State) queryPages(ctx context.Context, args ...any) ([]page, error) {
	rows, err := s.db.QueryContext(ctx, takePages, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pages []page
	for rows.Next() {
		var p page
		var carried string
		var since, until sql.NullInt64
		if err := rows.Scan(&p.id, &p.url, &p.origin, &p.kind, &p.depth, &p.deep, &p.attempts, &carried, &since, &until); err != nil {
			return nil, err
		}
		p.window = windowOf(since, until)
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

// isKnown reports whether a post was seen or is about to be fetched. A backfill that
// is about to fetch it may find that it is not in its window, so that does not count
// for others.
func isKnown(ctx context.Context, tx txn, source string, post vane.ID, backfill bool) (bool, error) {
	var known bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM seen WHERE post = ?)
	OR EXISTS (SELECT 1 FROM frontier WHERE source = ? AND page = ? AND (until IS NULL OR ?))`,
		post[:], source, post.String(), backfill).Scan(&known)
	return known, err
}

const detailColumns = `INTO frontier (source, page, url, kind, depth, due, carried, since, until)`

const (
	// Most rows of a list that is read are new, and so cost one statement.
	addDetail = `INSERT OR IGNORE ` + detailColumns + ` SELECT ?1, ?2, ?3, 'detail', 0, 0, ?4, ?5, ?6
WHERE NOT EXISTS (SELECT 1 FROM seen WHERE post = ?7)`
	replaceDetail = `INSERT ` + detailColumns + ` VALUES (?1, ?2, ?3, 'detail', 0, 0, ?4, ?5, ?6)
ON CONFLICT (source, page) DO UPDATE SET kind = 'detail', carried = excluded.carried, since = excluded.since, until = excluded.until
WHERE kind = 'revisit' OR until IS NOT NULL AND excluded.until IS NULL`
)

// putDetail puts the detail page of a list row in the frontier, unless its post is
// known and the row looks as it did. It reports whether the post is new.
func putDetail(ctx context.Context, tx txn, source string, row draft, window vane.Window) (fresh, added bool, err error) {
	post := vane.NewPostID(source, row.Native)
	carried, err := json.Marshal(row)
	if err != nil {
		return false, false, err
	}
	since, until := windowColumns(window)
	args := []any{source, post.String(), row.URL, string(carried), since, until}
	if added, err := affects(ctx, tx, addDetail, append(args, post[:])...); err != nil || added {
		return added, added, err
	}
	known, err := isKnown(ctx, tx, source, post, window != (vane.Window{}))
	if err != nil {
		return false, false, err
	}
	if known {
		changed, err := rowChanged(ctx, tx, post, row)
		if err != nil || !changed {
			return false, false, err
		}
	}
	added, err = affects(ctx, tx, replaceDetail, args...)
	return !known, added, err
}

// affects runs a statement, and reports whether it changed anything.
func affects(ctx context.Context, tx txn, query string, args ...any) (bool, error) {
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// rowChanged reports whether a seen post's list row looks different now.
func rowChanged(ctx context.Context, tx txn, post vane.ID, row draft) (bool, error) {
	var old []byte
	err := tx.QueryRowContext(ctx, `SELECT row FROM seen WHERE post = ? AND forgotten = 0`, post[:]).Scan(&old)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // it waits in the frontier, or was forgotten
	}
	return !slices.Equal(old, rowHash(row)), err
}

// putList puts the next page of a list in the frontier.
func putList(ctx context.Context, tx txn, source string, next *url.URL, depth int, deep bool, window vane.Window) error {
	since, until := windowColumns(window)
	_, err := tx.ExecContext(ctx, `INSERT INTO frontier (source, page, url, kind, depth, deep, due, since, until) VALUES (?, ?, ?, 'list', ?, ?, 0, ?, ?)
ON CONFLICT (source, page) DO NOTHING`, source, listName(next, window), next.String(), depth, deep, since, until)
	return err
}
