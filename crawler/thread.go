package crawler

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
)

// further is what a page leads to beside the next page of its list.
type further struct {
	lists  []*url.URL // sitemaps of an index
	thread *page      // a page of comments; may be nil
}

// read reads a page that came.
func (v visitor) read(out *outcome, doc document) error {
	switch out.page.kind {
	case listPage:
		return v.readList(out, doc)
	case threadPage:
		return v.readThread(out, doc)
	default:
		return v.readDetail(out, doc)
	}
}

// readDetail reads a post's own page, and the comments that stand on it.
func (v visitor) readDetail(out *outcome, doc document) error {
	o, err := v.reader.open(doc)
	if err != nil {
		return err
	}
	full, notes, err := v.reader.detail(o, out.page.row, out.at)
	if err != nil {
		return err
	}
	out.bad, out.found, out.has = notes, 1, full.has
	if err := v.addPost(out, full, out.page.row); err != nil {
		return err
	}
	if v.reader.plan.thread != nil {
		if err := v.startThread(out, o, draft{Native: full.Native, URL: full.URL}); err != nil {
			out.bad = append(out.bad, fmt.Errorf("comments: %w", err)) // the post was read all the same
		}
	}
	return nil
}

// startThread reads the comments under a post that stand on its page, or finds
// where they are.
func (v visitor) startThread(out *outcome, o opened, post draft) error {
	first, here, err := v.reader.threadStart(o, post)
	switch {
	case err != nil:
		return err
	case here:
		c, err := v.reader.commentsOn(o, post, out.at)
		if err != nil {
			return err
		}
		v.addComments(out, c, post)
	case first != nil:
		out.further.thread = &page{url: first.String(), kind: threadPage, row: post}
	}
	return nil
}

// readThread reads a page of comments.
func (v visitor) readThread(out *outcome, doc document) error {
	if v.reader.plan.thread == nil {
		return errors.New("the source has no detail.thread any more")
	}
	c, err := v.reader.comments(doc, out.page.row, out.page.depth, out.at)
	if err != nil {
		return err
	}
	v.addComments(out, c, out.page.row)
	return nil
}

func (v visitor) addComments(out *outcome, c comments, post draft) {
	out.bad = append(out.bad, c.bad...)
	for _, row := range c.rows {
		if err := v.addPost(out, row, row); err != nil {
			out.bad = append(out.bad, err)
		}
	}
	if c.next != nil {
		out.further.thread = &page{url: c.next.String(), kind: threadPage, depth: out.page.threadDepth() + 1, row: post}
	}
}

// threadDepth is how many pages of a thread came before this one.
func (p page) threadDepth() int {
	if p.kind == threadPage {
		return p.depth
	}
	return 0
}

// putFurther puts in the frontier what a page leads to.
func (c committer) putFurther(out outcome, fresh int) error {
	if out.fate != done {
		return nil
	}
	for _, u := range out.further.lists {
		c.added(u.String())
		if err := putList(c.ctx, c.tx, c.plan.src.Name, u, out.page.depth+1, false, out.page.window); err != nil {
			return err
		}
	}
	next := out.further.thread
	if next == nil || out.page.kind == threadPage && c.plan.thread.newest && fresh == 0 {
		return nil
	}
	u, err := url.Parse(next.url)
	if err != nil {
		return err // it was resolved before it came here
	}
	carried, err := json.Marshal(next.row)
	if err != nil {
		return err
	}
	c.added(next.url)
	return c.exec(`INSERT INTO frontier (source, page, url, kind, depth, due, carried) VALUES (?, ?, ?, ?, ?, 0, ?)
ON CONFLICT (source, page) DO NOTHING`, c.plan.src.Name, canonicalURL(u), next.url, threadPage, next.depth, string(carried))
}
