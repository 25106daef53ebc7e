package crawler

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
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

	unchanged bool       // the server says that the page is as it was
	valid     validators // of a page that came
	found     int        // rows of a list page, wanted or not, or posts of a detail page, that were read
	has       fields     // what any of them had
	older     bool       // of a backfill: everything on the page is before its window

	rows  []draft   // of a list page whose rows have detail pages
	posts []reading // of a detail page, or of a list page whose rows are posts
	next  *url.URL

	further further
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
	gone                    int             // posts newly found to be deleted
	origins                 map[string]bool // hosts of pages put in the frontier
	seen                    bool            // a list stopped at known posts
	cut                     bool            // a list stopped at limits.depth
	older                   bool            // a list stopped at posts older than its window
	out                     []vane.Post     // in the order they went out
	bytes                   int64           // of them in the outbox
}

// commit records a group of outcomes in one transaction: a page is marked done by
// the same commit that puts its posts in the outbox. The commit is synced to disk
// before it returns, so a group costs one sync and a crash loses whole pages only,
// which are still in the frontier. With hand, posts are returned and not put in the
// outbox.
func (s *State) commit(ctx context.Context, p *plan, outs []outcome, hand bool) (tally, error) {
	// Posts before lists: a list that names a post of this very group finds it known.
	slices.SortStableFunc(outs, func(a, b outcome) int { return cmp.Compare(a.rank(), b.rank()) })
	var t tally
	err := s.tx(ctx, func(tx txn) error {
		t = tally{origins: map[string]bool{}}
		c := committer{ctx: ctx, tx: tx, plan: p, hand: hand, tally: &t}
		if err := c.dropPages(outs); err != nil {
			return err
		}
		for _, out := range outs {
			if err := c.outcome(out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return tally{}, fmt.Errorf("record %d pages of %s: %w", len(outs), p.src.Name, err)
	}
	if !hand {
		s.room.add(int64(len(t.out)), t.bytes)
	}
	return t, nil
}

// rank orders the outcomes of a group.
func (out outcome) rank() int {
	if out.page.kind == listPage {
		return 1
	}
	return 0
}

// committer holds what the steps of one commit share.
type committer struct {
	ctx   context.Context
	tx    txn
	plan  *plan
	hand  bool
	tally *tally
}

func (c committer) exec(query string, args ...any) error {
	_, err := c.tx.ExecContext(c.ctx, query, args...)
	return err
}

// added notes that a page was put in the frontier.
func (c committer) added(link string) { c.tally.origins[originOf(link)] = true }

func (c committer) outcome(out outcome) error {
	if err := c.settlePage(out); err != nil {
		return err
	}
	sent, posts, err := c.putPosts(out)
	if err != nil {
		return err
	}
	rows, err := c.putRows(out)
	if err != nil {
		return err
	}
	if err := c.follow(out, posts+rows); err != nil {
		return err
	}
	if err := c.putFurther(out, posts+rows); err != nil {
		return err
	}
	if err := c.keepValidators(out); err != nil {
		return err
	}
	if err := c.settleGone(out); err != nil {
		return err
	}
	return c.keepFollowing(out, sent)
}

// putPosts settles the posts of a page. It returns the first version that goes out,
// which is the post whose page it is, if that goes out at all, and how many posts are
// new.
func (c committer) putPosts(out outcome) (sent *vane.Post, fresh int, err error) {
	for _, r := range out.posts {
		isNew, went, err := c.settlePost(r)
		if err != nil {
			return nil, 0, err
		}
		if isNew {
			fresh++
		}
		if sent == nil {
			sent = went
		}
	}
	return sent, fresh, nil
}

// putRows puts the detail pages of a list page in the frontier, and returns how many
// posts are new.
func (c committer) putRows(out outcome) (fresh int, err error) {
	for _, row := range out.rows {
		isNew, added, err := putDetail(c.ctx, c.tx, c.plan.src.Name, row, out.page.window)
		if err != nil {
			return 0, err
		}
		if added {
			c.added(row.URL)
		}
		if isNew {
			fresh++
		}
	}
	return fresh, nil
}

// settleGone marks the post of a page that is gone, and counts it if that is news.
func (c committer) settleGone(out outcome) error {
	if out.fate != done || !errors.Is(out.err, errGone) {
		return nil
	}
	news, err := c.markGone(out)
	if news {
		c.tally.gone++
	}
	return err
}

// isOver reports whether a page leaves the frontier. One that is followed was read
// before, and comes back when it is due again, however this visit went.
func (out outcome) isOver() bool {
	return out.fate == done || out.fate == buried && out.page.kind == revisitPage
}

// dropPages deletes the pages that are over, before others are put in their place.
func (c committer) dropPages(outs []outcome) error {
	var over []int64
	for _, out := range outs {
		if out.isOver() {
			over = append(over, out.page.id)
		}
	}
	ids, err := json.Marshal(over)
	if err != nil || len(over) == 0 {
		return err
	}
	return c.exec(`DELETE FROM frontier WHERE id IN (SELECT value FROM json_each(?))`, string(ids))
}

// settlePage says when a page that is not over is fetched again.
func (c committer) settlePage(out outcome) error {
	switch {
	case out.isOver():
		return nil
	case out.fate == postponed:
		return c.exec(`UPDATE frontier SET lease = 0, due = ?, attempts = ? WHERE id = ?`, millis(out.due), out.page.attempts, out.page.id)
	case out.fate == buried:
		rules, retry := rulesOf(out)
		return c.exec(`UPDATE frontier SET lease = 0, buried = ?, plan = ?, rules = ?, due = ? WHERE id = ?`,
			out.err.Error(), c.plan.hash, rules, retry, out.page.id)
	default:
		return nil
	}
}

// settlePost puts a post in the outbox unless it was seen as it is, and returns the
// version that goes out. isNew is whether it was never seen. A date that was told as
// a distance from now, or not at all, stays what it was when the post was first seen.
func (c committer) settlePost(r reading) (isNew bool, sent *vane.Post, err error) {
	post, content := r.post, contentHash(r.post)
	if isNew, err = c.remember(addSeen, post, content, r.row); err != nil {
		return false, nil, err
	}
	if !isNew {
		was, err := c.known(post.ID)
		if err != nil {
			return false, nil, err
		}
		if was.forgotten {
			return false, nil, nil
		}
		if bytes.Equal(was.content, content) && !moved(was.engagement, post.Engagement) {
			if bytes.Equal(was.row, r.row) {
				return false, nil, nil
			}
			return false, nil, c.exec(`UPDATE seen SET row = ? WHERE post = ?`, r.row, post.ID[:])
		}
		if r.distance || post.Undated {
			post.PublishedAt, post.Undated = was.published, was.undated
		}
		if _, err := c.remember(replaceSeen, post, content, r.row); err != nil {
			return false, nil, err
		}
	}
	c.count(post, isNew)
	if c.hand {
		return isNew, &post, nil
	}
	bytes, err := putPost(c.ctx, c.tx, post)
	c.tally.bytes += bytes
	return isNew, &post, err
}

const (
	putSeen = ` INTO seen (post, source, content, row, published, undated, views, likes, comments, shares)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	addSeen     = `INSERT OR IGNORE` + putSeen // most posts are new, and so cost one statement
	replaceSeen = `INSERT OR REPLACE` + putSeen
)

// remember keeps what is needed to know a version of a post again. It reports whether
// that was put.
func (c committer) remember(query string, post vane.Post, content, row []byte) (bool, error) {
	e := post.Engagement
	return affects(c.ctx, c.tx, query, post.ID[:], post.Source, content, row, millis(post.PublishedAt), post.Undated,
		int64(e.Views), int64(e.Likes), int64(e.Comments), int64(e.Shares))
}

// version is what is remembered of the version of a post that went out last.
type version struct {
	content, row []byte
	published    time.Time
	undated      bool
	forgotten    bool
	engagement   vane.Engagement
}

func (c committer) known(post vane.ID) (was version, err error) {
	var published int64
	e := &was.engagement
	err = c.tx.QueryRowContext(c.ctx, `SELECT content, row, published, undated, forgotten, views, likes, comments, shares FROM seen WHERE post = ?`, post[:]).
		Scan(&was.content, &was.row, &published, &was.undated, &was.forgotten, &e.Views, &e.Likes, &e.Comments, &e.Shares)
	was.published = time.UnixMilli(published).UTC()
	return was, err
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

// backfillDepth is how many pages of one list a backfill reads: it goes on until the
// posts are too old, and this bounds one whose pages never end.
const backfillDepth = 10_000

// follow goes on to the next page of a list, unless this one held known posts only,
// or for a backfill, older ones only.
func (c committer) follow(out outcome, fresh int) error {
	depth, backfill := c.plan.src.Limits.Depth, !out.page.window.To.IsZero()
	if backfill {
		depth = backfillDepth
	}
	switch {
	case out.page.kind != listPage || out.fate != done:
		return nil
	case out.older:
		c.tally.older = true
		return nil
	case out.unchanged, fresh == 0 && !out.page.deep && !backfill && len(out.rows)+len(out.posts) > 0:
		c.tally.seen = true
		return nil
	case out.next == nil:
		return nil
	case out.page.depth+1 >= depth:
		c.tally.cut = true
		return nil
	}
	c.added(out.next.String())
	return putList(c.ctx, c.tx, c.plan.src.Name, out.next, out.page.depth+1, out.page.deep && fresh == 0, out.page.window)
}

// errors is everything that went wrong with the page.
func (out outcome) errors() []error {
	if out.err == nil {
		return out.bad
	}
	return append([]error{out.err}, out.bad...)
}
