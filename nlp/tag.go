package nlp

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"vane"
)

// tag is a match of an issue before its evidence is written out.
type tag struct {
	issue int32
	rule  int32
	span  span
	name  string // the rule or term that matched
}

// tags evaluates the rules that the text woke. Per issue there is at most one weak
// match, of terms and rules, and one strong match, which comes after it. Evidence
// beyond the subject of the text is none.
func (e *evaluation) tags() []tag {
	var found []tag
	clear(e.wokenBy)
	for number, ok := e.nextWoken(0); ok; number, ok = e.nextWoken(number + 1) {
		r := &e.r.rules[number]
		e.wokenBy[r.issue] = min(e.wokenBy[r.issue], math.MaxUint8-1) + 1
		if last := len(found) - 1; last >= 0 && found[last].issue == r.issue && e.r.rules[found[last].rule].strong == r.strong {
			continue // the issue has its evidence
		}
		e.spans = e.spans[:0]
		if spans := e.eval(&r.node, r); len(spans) > 0 && spans[0].from < e.subject {
			found = append(found, tag{r.issue, number, spans[0], e.nameOf(r, spans[0])})
		}
	}
	return e.suppress(found)
}

// nameOf is the rule as written, or the term that stands at the span.
func (e *evaluation) nameOf(r *rule, s span) string {
	if !r.terms {
		return r.text
	}
	for _, h := range e.slot(r.node.slot) {
		if h.from == s.from && h.to == s.to {
			return e.r.texts[h.pattern]
		}
	}
	return e.text[s.from:s.to]
}

// suppress applies unless: an issue that yields to others is dropped when one of them
// was given, unless a strong rule gives it. Issues that yield to none come first, then
// those that yield to named ones, then those that yield to any other.
func (e *evaluation) suppress(found []tag) []tag {
	var kept []tag
	for _, pass := range []int{0, 1, 2} {
		var waiting []tag
		for _, t := range found {
			if yields(e.r.issues[t.issue].unless) == pass {
				waiting = append(waiting, t)
			}
		}
		kept = e.settle(kept, waiting)
	}
	e.sort(kept)
	return kept
}

// sort orders tags by the ids of their issues.
func (e *evaluation) sort(tags []tag) {
	slices.SortFunc(tags, func(a, b tag) int {
		return strings.Compare(string(e.r.issues[a.issue].id), string(e.r.issues[b.issue].id))
	})
}

// settle adds to the kept tags those of the waiting that yield to none of them. One
// that yields to another waiting tag waits until that is settled; of tags that wait
// for each other the first goes before.
func (e *evaluation) settle(kept, waiting []tag) []tag {
	for len(waiting) > 0 {
		var rest []tag
		for _, t := range waiting {
			is, strong := &e.r.issues[t.issue], e.r.rules[t.rule].strong
			switch {
			case slices.ContainsFunc(kept, func(k tag) bool { return k.issue == t.issue }):
			case strong || !e.suppressed(is, kept) && !e.suppressed(is, waiting):
				kept = append(kept, t)
			case !e.suppressed(is, kept):
				rest = append(rest, t)
			}
		}
		if len(rest) == len(waiting) {
			kept, rest = append(kept, rest[0]), rest[1:]
		}
		waiting = rest
	}
	return kept
}

// yields is 0 for no other issue, 1 for named ones, 2 for any.
func yields(unless []string) int {
	switch {
	case len(unless) == 0:
		return 0
	case slices.Contains(unless, "*"):
		return 2
	default:
		return 1
	}
}

func (e *evaluation) suppressed(is *issue, kept []tag) bool {
	for _, t := range kept {
		other := e.r.issues[t.issue].id
		if other == is.id {
			continue
		}
		for _, pattern := range is.unless {
			domain, all := strings.CutSuffix(pattern, ".*")
			if pattern == "*" || string(other) == pattern || all && other.Domain() == vane.Tag(domain) {
				return true
			}
		}
	}
	return false
}

// matches writes out the tags and their evidence in the text that f was folded from.
func (e *evaluation) matches(tags []tag, f Folded, original string) []vane.TagMatch {
	var matches []vane.TagMatch
	for _, t := range tags {
		matches = append(matches, e.match(t, f, original))
	}
	return matches
}

// match writes out the evidence of a tag in the text that f was folded from.
func (e *evaluation) match(t tag, f Folded, original string) vane.TagMatch {
	from, to := f.Span(int(t.span.from), int(t.span.to))
	first := utf8.RuneCountInString(original[:from])
	text := original[from:to]
	return vane.TagMatch{
		ID:     e.r.issues[t.issue].id,
		Name:   e.r.issues[t.issue].zh,
		Nature: e.r.infos[t.issue].Nature,
		Rule:   t.name,
		Span:   vane.Span{first, first + utf8.RuneCountInString(text)},
		Text:   text,
	}
}
