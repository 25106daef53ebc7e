package crawler

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"vane"
)

// fate is what becomes of a page in the frontier.
type fate int

const (
	kept      fate = iota // untouched: the pass was stopped
	done                  // deleted: read, or known to be gone
	postponed             // to be fetched again at due
	buried                // given up until the source is changed
)

// outcome is what came of one page.
type outcome struct {
	page    page
	fate    fate
	fetched bool // an answer came
	due     time.Time
	err     error   // why it was not read
	bad     []error // parts that were not read
	panics  bool
	at      time.Time

	rows  []draft   // of a list page whose rows have detail pages
	posts []reading // of a detail page, or of a list page whose rows are posts
	next  *url.URL
}

// reading is a post as it was read.
type reading struct {
	post     vane.Post
	row      []byte // hash of its list row
	distance bool   // its date was told as 3分钟前
}

// tally is what a group of outcomes changed.
type tally struct {
	fresh, changed, undated int
	added                   int         // pages put in the frontier
	seen                    bool        // a list stopped at known posts
	cut                     bool        // a list stopped at limits.depth
	out                     []vane.Post // in the order they went out
}

// commit records a group of outcomes in one transaction: a page is marked done by
// the same commit that puts its posts in the outbox. The commit is synced to disk
// before it returns, so a group costs one sync and a crash loses whole pages only,
// which are still in the frontier. With hand, posts are returned and not put in the
// outbox.
func (s *State) commit(ctx context.Context, pass int64, p *plan, outs []outcome, hand bool) (tally, error) {
	var t tally
	err := s.tx(ctx, func(tx *sql.Tx) error {
		t = tally{}
		c := committer{ctx: ctx, tx: tx, plan: p, hand: hand, tally: &t}
		for _, out := range outs {
			if err := c.outcome(pass, out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return tally{}, fmt.Errorf("record %d pages of %s: %w", len(outs), p.src.Name, err)
	}
	if !hand {
		s.pending.Add(int64(len(t.out)))
	}
	return t, nil
}

// committer holds what the steps of one commit share.
type committer struct {
	ctx   context.Context
	tx    *sql.Tx
	plan  *plan
	hand  bool
	tally *tally
}

func (c committer) exec(query string, args ...any) error {
	_, err := c.tx.ExecContext(c.ctx, query, args...)
	return err
}

func (c committer) outcome(pass int64, out outcome) error {
	if err := c.settlePage(out); err != nil {
		return err
	}
	fresh := 0
	for _, r := range out.posts {
		isNew, err := c.settlePost(r)
		if err != nil {
			return err
		}
		if isNew {
			fresh++
		}
	}
	for _, row := range out.rows {
		isNew, added, err := putDetail(c.ctx, c.tx, c.plan.src.Name, row)
		if err != nil {
			return err
		}
		if added {
			c.tally.added++
		}
		if isNew {
			fresh++
		}
	}
	if err := c.follow(out, fresh); err != nil {
		return err
	}
	return c.recordErrors(pass, out)
}

func (c committer) settlePage(out outcome) error {
	switch out.fate {
	case done:
		return c.exec(`DELETE FROM frontier WHERE id = ?`, out.page.id)
	case postponed:
		return c.exec(`UPDATE frontier SET lease = 0, due = ?, attempts = ? WHERE id = ?`, millis(out.due), out.page.attempts, out.page.id)
	case buried:
		return c.exec(`UPDATE frontier SET lease = 0, buried = ?, plan = ? WHERE id = ?`, out.err.Error(), c.plan.hash, out.page.id)
	default:
		return nil
	}
}

// settlePost puts a post in the outbox unless it was seen as it is, and reports
// whether it was never seen. A date that was told as a distance from now, or not at
// all, stays what it was when the post was first seen.
func (c committer) settlePost(r reading) (isNew bool, err error) {
	post, content := r.post, contentHash(r.post)
	var was struct {
		content, row []byte
		published    int64
		undated      bool
	}
	err = c.tx.QueryRowContext(c.ctx, `SELECT content, row, published, undated FROM seen WHERE post = ?`, post.ID[:]).
		Scan(&was.content, &was.row, &was.published, &was.undated)
	isNew = errors.Is(err, sql.ErrNoRows)
	switch {
	case err != nil && !isNew:
		return false, err
	case !isNew && bytes.Equal(was.content, content):
		if bytes.Equal(was.row, r.row) {
			return false, nil
		}
		return false, c.exec(`UPDATE seen SET row = ? WHERE post = ?`, r.row, post.ID[:])
	case !isNew && (r.distance || post.Undated):
		post.PublishedAt, post.Undated = time.UnixMilli(was.published).UTC(), was.undated
	}
	c.count(post, isNew)
	if err := c.exec(`INSERT OR REPLACE INTO seen (post, source, content, row, published, undated) VALUES (?, ?, ?, ?, ?, ?)`,
		post.ID[:], post.Source, content, r.row, millis(post.PublishedAt), post.Undated); err != nil {
		return isNew, err
	}
	if c.hand {
		return isNew, nil
	}
	return isNew, putPost(c.ctx, c.tx, post)
}

func (c committer) count(post vane.Post, isNew bool) {
	c.tally.out = append(c.tally.out, post)
	if isNew {
		c.tally.fresh++
	} else {
		c.tally.changed++
	}
	if post.Undated {
		c.tally.undated++
	}
}

// follow goes on to the next page of a list, unless this one held known posts only.
func (c committer) follow(out outcome, fresh int) error {
	switch {
	case out.page.kind != listPage || out.fate != done:
		return nil
	case fresh == 0 && !out.page.deep && len(out.rows)+len(out.posts) > 0:
		c.tally.seen = true
		return nil
	case out.next == nil:
		return nil
	case out.page.depth+1 >= c.plan.src.Limits.Depth:
		c.tally.cut = true
		return nil
	}
	c.tally.added++
	return putList(c.ctx, c.tx, c.plan.src.Name, out.next, out.page.depth+1, out.page.deep && fresh == 0)
}

func (c committer) recordErrors(pass int64, out outcome) error {
	for _, err := range out.errors() {
		if err := c.exec(`INSERT INTO page_errors (pass, url, reason, at) VALUES (?, ?, ?, ?)`,
			pass, out.page.url, err.Error(), millis(out.at)); err != nil {
			return err
		}
	}
	return nil
}

// errors is everything that went wrong with the page.
func (out outcome) errors() []error {
	if out.err == nil {
		return out.bad
	}
	return append([]error{out.err}, out.bad...)
}
