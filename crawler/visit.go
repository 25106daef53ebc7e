package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// visitor fetches and reads single pages for a pass.
type visitor struct {
	fetcher fetcher
	reader  reader
	slots   *slots
	retry   func(host string, attempts int) time.Time // when a page that failed for a passing reason is due
	limit   int                                       // attempts
	now     func() time.Time
}

// visit fetches and reads a page. A crash of the reading code ends this page only.
func (v visitor) visit(ctx context.Context, p page) (out outcome) {
	out = outcome{page: p}
	defer func() {
		if crash := recover(); crash != nil {
			out = outcome{page: p, fate: buried, fetched: true, panics: true, at: v.now(), err: fmt.Errorf("reading the page crashed: %v", crash)}
		}
	}()
	req := v.reader.plan.request(p.url)
	p.valid.ask(req.header)
	doc, err := v.fetcher.get(req)
	out.at = v.now()
	if err != nil {
		v.judgeError(ctx, &out, err)
		return out
	}
	out.fetched = true
	if doc.status == http.StatusNotModified && !p.valid.empty() {
		out.fate, out.unchanged = done, true
		return out
	}
	if err := judgeStatus(doc.status); err != nil {
		v.judgeError(ctx, &out, err)
		return out
	}
	finished, err := v.slots.read(ctx)
	if err != nil {
		return out // kept
	}
	defer finished()
	if err := v.read(&out, doc.document); err != nil {
		v.judgeError(ctx, &out, err)
		return out
	}
	v.keepWindow(&out)
	out.fate, out.valid = done, doc.valid
	return out
}

// statusError is about an answer that is no page.
type statusError struct{ Status int }

func (e *statusError) Error() string {
	return fmt.Sprintf("the site answered %d %s", e.Status, http.StatusText(e.Status))
}

func judgeStatus(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound, status == http.StatusGone:
		return fmt.Errorf("%w: %w", &statusError{status}, errGone)
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusUnavailableForLegalReasons:
		return fmt.Errorf("%w: %w", &statusError{status}, errBlocked)
	default:
		return &statusError{status}
	}
}

// isPassing reports whether a later request may get a page.
func (e *statusError) isPassing() bool {
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout
}

// clockRetry is when a post that would be of the future is fetched again, and twice as
// long after each time: a clock is not set right within seconds.
const clockRetry = time.Hour

// judgeError decides what becomes of a page that was not read.
func (v visitor) judgeError(ctx context.Context, out *outcome, err error) {
	var (
		held  *heldError
		large *tooLargeError
		code  *statusError
		asked *url.Error
	)
	if errors.As(err, &asked) && asked.URL == out.page.url {
		err = asked.Err // the address stands beside it
	}
	out.err = err
	switch {
	case ctx.Err() != nil:
		out.err = nil // kept, for the next pass
	case errors.As(err, &held):
		out.fate, out.due = postponed, held.Until
	case errors.Is(err, errGone) && out.page.isDetail():
		out.fate = done
	case errors.Is(err, errBlocked):
		v.postpone(out)
	case errors.Is(err, errRobots), errors.As(err, &large), isForbiddenAddress(err):
		out.fate = buried
	case errors.As(err, &code) && !code.isPassing():
		out.fate = buried
	case errors.Is(err, errFuture):
		v.postpone(out)
		out.due = time.Now().Add(clockRetry << (out.page.attempts - 1))
	case errors.As(err, &code), errors.Is(err, errFailing), !out.fetched: // the site or the network fails
		v.postpone(out)
	default: // the page came, and can't be read
		out.fate = buried
	}
}

// postpone has a page fetched again later, but not for ever.
func (v visitor) postpone(out *outcome) {
	out.page.attempts++
	if out.page.attempts >= v.limit {
		out.fate = buried
		return
	}
	out.fate, out.due = postponed, v.retry(hostOf(out.page.url), out.page.attempts)
}

func (v visitor) readList(out *outcome, doc document) error {
	l, err := v.reader.list(doc, out.page.depth, out.at)
	if err != nil {
		return err
	}
	if len(l.rows)+len(l.more) == 0 && len(l.bad) > 0 {
		return fmt.Errorf("none of %d rows can be read: %w", len(l.bad), l.bad[0])
	}
	out.bad, out.next, out.further.lists, out.found = l.bad, l.next, l.more, len(l.rows)+len(l.more)+l.left
	for _, row := range l.rows {
		out.has |= row.has
	}
	if v.reader.plan.detail != nil {
		out.rows = l.rows
		return nil
	}
	for _, row := range l.rows {
		if err := v.addPost(out, row, row); err != nil {
			out.bad = append(out.bad, err)
		}
	}
	return nil
}

func (v visitor) addPost(out *outcome, full, row draft) error {
	post, err := v.reader.post(full, out.at)
	if err != nil {
		return err
	}
	out.posts = append(out.posts, reading{post: post, row: rowHash(row), distance: full.Distance})
	return nil
}
