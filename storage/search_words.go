package storage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vane"
)

const (
	// maxForms is what multiSearchAny takes at once.
	maxForms = 255
	// maxGroups bounds how many words every post must have: more than anybody types.
	maxGroups = 100
	// maxGrams are looked up together; the first of a long phrase say where it can be.
	maxGrams = 32
	// gram is the length, in characters, of what the text index holds.
	gram = 2
)

// words are an expression as the queries take it. The index answers for grams and
// pairs without reading a text; of any it says in which granules they can be.
type words struct {
	grams  []string    // pairs of characters that every such post has
	pairs  []string    // pairs of characters of which it has one
	any    [2][]string // forms of which it has one, twice
	more   [][]string  // likewise, compared in what the others leave
	none   []string    // forms of which it has none
	folded []string    // what relevance counts
}

func wordsOf(x vane.Expression) (words, error) {
	w := words{
		grams: []string{}, pairs: []string{}, any: [2][]string{{}, {}}, more: [][]string{},
		none: append([]string{}, forms(x.None)...), folded: []string{},
	}
	if len(x.All) > maxGroups {
		return w, fmt.Errorf("search for %d groups of words at once: at most %d", len(x.All), maxGroups)
	}
	groups := make([][]string, len(x.All))
	for i, group := range x.All {
		groups[i] = forms(group)
		for _, t := range group {
			w.folded = append(w.folded, t.Folded)
		}
	}
	for _, f := range append(slices.Clone(groups), w.none) {
		if len(f) > maxForms {
			return w, fmt.Errorf("search for any of %d words: at most %d can be looked for at once", len(f), maxForms)
		}
		if slices.Contains(f, "") {
			return w, errors.New("search for an empty word: every text holds it")
		}
	}
	// Long words are rare, so they go first.
	slices.SortStableFunc(groups, func(a, b []string) int { return cmp.Compare(shortest(b), shortest(a)) })
	for _, group := range groups {
		w.add(group)
	}
	return w, nil
}

// add says a group in the way that the index answers fastest.
func (w *words) add(group []string) {
	exact := false
	if len(group) == 1 {
		exact = w.addGrams(group[0])
	} else if len(w.pairs) == 0 && shortest(group) == gram && longest(group) == gram {
		w.pairs, exact = group, true
	}
	switch {
	case exact:
	case len(w.any[0]) == 0:
		w.any[0] = group
	case len(w.any[1]) == 0:
		w.any[1] = group
	default:
		w.more = append(w.more, group)
	}
}

// addGrams adds the pairs of characters of a word, as the index cuts them, and reports
// whether a text that has them has the word.
func (w *words) addGrams(word string) bool {
	runes := []rune(word)
	for i := 0; i+gram <= len(runes); i++ {
		pair := string(runes[i : i+gram])
		if slices.Contains(w.grams, pair) {
			continue
		}
		if len(w.grams) == maxGrams {
			return false
		}
		w.grams = append(w.grams, pair)
	}
	return len(runes) == gram
}

// forms are the distinct forms of the terms.
func forms(terms []vane.Term) []string {
	var f []string
	for _, t := range terms {
		f = append(f, t.Text)
		if t.Folded != t.Text {
			f = append(f, t.Folded)
		}
	}
	slices.Sort(f)
	return slices.Compact(f)
}

// shortest is the length of the shortest form: of one character, and the index can't
// help; the more, the fewer posts there will be.
func shortest(forms []string) int {
	n := utf8.RuneCountInString(forms[0])
	for _, f := range forms {
		n = min(n, utf8.RuneCountInString(f))
	}
	return n
}

// longest is the length of the longest form.
func longest(forms []string) int {
	n := 0
	for _, f := range forms {
		n = max(n, utf8.RuneCountInString(f))
	}
	return n
}

// place is where a post stands in an order.
type place struct {
	sort      vane.SearchSort // "": before all
	score     uint64          // higher first
	published int64           // in milliseconds, later first
	id        vane.ID
	since     int64 // what was published before is not ranked, in milliseconds
}

// String is the place as [vane.SearchPage] gives it away.
func (p place) String() string {
	return fmt.Sprintf("%s.%d.%d.%s.%d", p.sort, p.score, p.published, p.id, p.since)
}

// parsePlace reads what String wrote; "" is before all.
func parsePlace(s string, sort vane.SearchSort) (place, error) {
	switch sort {
	case vane.ByTime, vane.ByRelevance, vane.ByEngagement:
	default:
		return place{}, fmt.Errorf("order %q is unknown: use %q, %q or %q", sort, vane.ByTime, vane.ByRelevance, vane.ByEngagement)
	}
	if s == "" {
		return place{}, nil
	}
	p := place{sort: sort}
	parts := strings.Split(s, ".")
	if len(parts) != 5 || parts[0] != string(sort) {
		return p, fmt.Errorf("%.100q in order of %s: %w", s, sort, vane.ErrPlace)
	}
	var errs [4]error
	p.score, errs[0] = strconv.ParseUint(parts[1], 10, 64)
	p.published, errs[1] = strconv.ParseInt(parts[2], 10, 64)
	p.id, errs[2] = vane.ParseID(parts[3])
	p.since, errs[3] = strconv.ParseInt(parts[4], 10, 64)
	if errors.Join(errs[:]...) != nil || p.since < 0 || p.since > lastMoment.UnixMilli() {
		return p, fmt.Errorf("%.100q in order of %s: %w", s, sort, vane.ErrPlace)
	}
	return p, nil
}
