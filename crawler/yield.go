package crawler

import (
	"context"
	"errors"
	"slices"
)

const (
	// enoughToJudge is how many posts must lack a field for its selector to be
	// suspected: one post without a region is an ordinary post.
	enoughToJudge = 10
	// emptyPasses is how many passes in a row must come to nothing for a source to be
	// flagged: one may have met a page for maintenance.
	emptyPasses = 3
)

// yield is what the pages of a pass gave, to see selectors that no longer fit. A site
// that changes its pages does not answer with an error.
type yield struct {
	lists, details  int    // pages that came as pages
	rows, posts     int    // found on them
	rowHas, postHas fields // found on any of them
}

// add counts an outcome.
func (y *yield) add(out outcome) {
	var code *statusError
	if !out.fetched || out.unchanged || errors.As(out.err, &code) || errors.Is(out.err, errGone) || errors.Is(out.err, errBlocked) || errors.Is(out.err, errFailing) {
		return
	}
	if out.page.isDetail() {
		y.details++
		y.posts += out.found
		y.postHas |= out.has
		return
	}
	if out.page.kind == listPage {
		y.lists++
		y.rows += out.found
		y.rowHas |= out.has
	}
}

// empty reports whether pages came and none gave anything.
func (y yield) empty(r PassReport) bool {
	return y.lists > 0 && y.rows == 0 && r.Unchanged == 0 || y.details > 0 && y.posts == 0
}

// unmatched lists the selectors that gave nothing on any page.
func (y yield) unmatched(p *plan) []string {
	var keys []string
	if y.rows > 0 {
		keys = append(keys, missing(p.listKey(), p.rows.fields, y.rowHas)...)
	}
	if y.posts > 0 {
		keys = append(keys, missing("detail.fields", p.detail, y.postHas)...)
	}
	slices.Sort(keys)
	return keys
}

func missing(key string, ps pickers, has fields) []string {
	var keys []string
	for name := range ps {
		if has&fieldBit(name) == 0 {
			keys = append(keys, key+"."+name)
		}
	}
	return keys
}

func (p *plan) listKey() string {
	if p.src.Kind == JSON {
		return "json.fields"
	}
	return "list.fields"
}

// fields is a set of fields, one bit each.
type fields uint16

func fieldBit(name string) fields {
	bit, i := fields(0), 0
	Fields{}.each(func(field string, _ Field) {
		if field == name {
			bit = 1 << i
		}
		i++
	})
	return bit
}

// has is the set of the fields that gave something.
func (v values) has() fields {
	var set fields
	for name, value := range v {
		if value != "" {
			set |= fieldBit(name)
		}
	}
	return set
}

// warnOfNothing says that a source gives nothing, once: when it was emptyPasses times
// in a row.
func (p *pass) warnOfNothing(ctx context.Context) {
	if !p.report.Empty || p.opts.DryRun != nil {
		return
	}
	passes, err := p.state.passesOf(context.WithoutCancel(ctx), p.report.Source, keptPasses)
	if err != nil {
		p.log.Error("the last passes can't be read", "err", err)
		return
	}
	if n := countEmpty(passes); n == emptyPasses {
		p.log.Warn("the source gives nothing: look whether its selectors still fit its pages", "passes", n)
	}
}

// countEmpty is how many of the newest passes came to nothing, in a row. A pass that
// read no new page, as nothing was new, says nothing either way.
func countEmpty(newestFirst []PassReport) int {
	n := 0
	for _, r := range newestFirst {
		switch {
		case r.Empty:
			n++
		case r.Posts > 0:
			return n
		}
	}
	return n
}
