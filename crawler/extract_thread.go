package crawler

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// threadPage of the frontier is a page of comments under a post.
const threadPage = "thread"

// comments is what a page holds of a thread.
type comments struct {
	rows []draft
	bad  []error
	next *url.URL // nil: the thread ends, or is as deep as is read
}

// threadStart is where the comments under a post begin: on a page of their own, or
// on the post's page itself.
func (r reader) threadStart(o opened, post draft) (first *url.URL, here bool, err error) {
	t := r.plan.thread
	switch {
	case t.url != "":
		first, err = resolve(r.plan.base, fillID(t.url, post.Native))
	case len(t.link) > 0:
		base := o.doc.url
		if o.html != nil {
			base = baseOf(o.html, base)
		}
		first, err = follow(t.link, base, o.from)
	default:
		here = true
	}
	return first, here, err
}

// comments reads a page of comments under post. depth is 0 for the first. A post
// without comments is an ordinary thing, so a page without rows is too.
func (r reader) comments(doc document, post draft, depth int, now time.Time) (comments, error) {
	t := r.plan.thread
	page, err := r.rows(doc, t.rows.of(post), depth)
	if err != nil {
		return comments{}, err
	}
	return r.readComments(page, post, depth, now)
}

// commentsOn reads the comments that stand on the post's own page.
func (r reader) commentsOn(o opened, post draft, now time.Time) (comments, error) {
	rp := r.plan.thread.rows.of(post)
	if o.html != nil {
		return r.readComments(r.htmlRows(o.html, o.doc.url, rp, 0), post, 0, now)
	}
	page, err := r.jsonRows(o.answer, o.doc.url, rp, 0)
	if err != nil {
		return comments{}, err
	}
	return r.readComments(page, post, 0, now)
}

func (r reader) readComments(page rowsPage, post draft, depth int, now time.Time) (c comments, err error) {
	for i, v := range page.values {
		row, notes, err := r.comment(v, post, now)
		for _, note := range notes {
			c.bad = append(c.bad, fmt.Errorf("comment %d: %w", i+1, note))
		}
		if err != nil {
			c.bad = append(c.bad, fmt.Errorf("comment %d: %w", i+1, err))
			continue
		}
		c.rows = append(c.rows, row)
	}
	if len(page.values) > 0 && depth+1 < r.plan.thread.depth {
		c.next, err = page.next()
	}
	return c, err
}

// comment drafts a comment. It has the region of its author, not of the post.
func (r reader) comment(v values, post draft, now time.Time) (c draft, notes []error, err error) {
	id := v[fieldID]
	switch {
	case id == "":
		return c, nil, errors.New("it has no id")
	case v[fieldText] == "":
		return c, nil, errors.New("it has no text")
	}
	c.Native = post.Native + "#" + id
	c.URL = commentURL(post.URL, id)
	notes, err = r.fill(&c, v, now)
	return c, notes, err
}

func commentURL(post, id string) string {
	u, err := url.Parse(post)
	if err != nil {
		return post
	}
	u.Fragment = id
	return u.String()
}

// of is where the rows of the thread under post are.
func (rp rowsPlan) of(post draft) rowsPlan {
	if rp.pages != nil {
		pages := *rp.pages
		pages.URL = fillID(pages.URL, post.Native)
		rp.pages = &pages
	}
	if rp.cursor != nil {
		cursor := *rp.cursor
		cursor.URL = fillID(cursor.URL, post.Native)
		rp.cursor = &cursor
	}
	return rp
}
