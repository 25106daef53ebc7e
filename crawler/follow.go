package crawler

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vane"
)

// followSteps put the pages of followed posts that are due in the frontier, and
// forget those that were followed long enough.
func followSteps(p *plan, now time.Time) []step {
	name := p.src.Name
	if p.src.Follow == nil {
		return []step{{`DELETE FROM followed WHERE source = ?`, []any{name}}}
	}
	return []step{
		{`DELETE FROM followed WHERE source = ? AND until <= ?`, []any{name, millis(now)}},
		{`INSERT INTO frontier (source, page, url, kind, depth, due, carried)
SELECT source, lower(hex(post)), url, 'revisit', 0, 0, carried FROM followed WHERE source = ? AND due <= ? ORDER BY due
ON CONFLICT (source, page) DO NOTHING`, []any{name, millis(now)}},
	}
}

// keepFollowing says when a post's own page is fetched again, after it was read,
// found unchanged, or found gone. sent is the version that went out now, if one did.
func (c committer) keepFollowing(out outcome, sent *vane.Post) error {
	policy := c.plan.src.Follow
	if policy == nil || !out.page.isDetail() || out.fate != done && out.fate != buried {
		return nil
	}
	id := vane.NewPostID(c.plan.src.Name, out.page.row.Native)
	due := millis(out.at.Add(policy.Every))
	if sent == nil || sent.ID != id {
		return c.exec(`UPDATE followed SET due = ? WHERE post = ?`, due, id[:])
	}
	until := sent.PublishedAt.Add(policy.For)
	if !until.After(out.at) {
		return nil
	}
	carried, err := json.Marshal(out.page.row)
	if err != nil {
		return err
	}
	text, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	return c.exec(`INSERT OR REPLACE INTO followed (post, source, url, carried, sent, due, until) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id[:], c.plan.src.Name, out.page.url, string(carried), string(text), due, millis(until))
}

// markGone sends a last version of a followed post whose page is gone: as it stood,
// with the time when it was found gone. It reports whether that is news. A page that
// comes back, because its site was only out of order, is sent as it is then.
func (c committer) markGone(out outcome) (news bool, err error) {
	id := vane.NewPostID(c.plan.src.Name, out.page.row.Native)
	var text []byte
	err = c.tx.QueryRowContext(c.ctx, `SELECT sent FROM followed WHERE post = ?`, id[:]).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil // it was never read
	}
	if err != nil {
		return false, err
	}
	var post vane.Post
	if err := json.Unmarshal(text, &post); err != nil {
		return false, fmt.Errorf("read post %s that is followed: %w", id, err)
	}
	if !post.GoneAt.IsZero() {
		return false, nil
	}
	post.GoneAt = out.at.UTC().Truncate(time.Millisecond)
	post.CollectedAt = post.GoneAt
	c.tally.out = append(c.tally.out, post)
	if !c.hand {
		bytes, err := putPost(c.ctx, c.tx, post)
		if err != nil {
			return true, err
		}
		c.tally.bytes += bytes
	}
	marked, err := json.Marshal(post)
	if err != nil {
		return true, err
	}
	if err := c.exec(`UPDATE followed SET sent = ? WHERE post = ?`, string(marked), id[:]); err != nil {
		return true, err
	}
	// Whatever its page says next, it differs from what is known.
	return true, c.exec(`UPDATE seen SET content = x'' WHERE post = ?`, id[:])
}

// worthTelling is the part of a count by which it has to change for a post to go out
// again: an audience of 1,000 is told of at 1,100, not at every reader.
const worthTelling = 0.1

// moved reports whether any count differs from what it was by worthTelling or more.
func moved(was, is vane.Engagement) bool {
	for _, pair := range [][2]uint64{
		{was.Views, is.Views}, {was.Likes, is.Likes}, {was.Comments, is.Comments}, {was.Shares, is.Shares},
	} {
		old, now := float64(pair[0]), float64(pair[1])
		if change := max(now-old, old-now); change > 0 && change >= worthTelling*old {
			return true
		}
	}
	return false
}
