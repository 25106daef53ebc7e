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
	// indexedGroups are looked up in the text index: any1 to any3 of the queries. The
	// others are compared in the rows that these leave.
	indexedGroups = 3
	// maxForms is what multiSearchAny takes at once.
	maxForms = 255
	// maxGrams are looked up together; the first of a long phrase say where it can be.
	maxGrams = 32
)

// words are an expression as the queries take it.
type words struct {
	groups [][]string // of each one form must be in the post, the groups that the index helps most with first
	none   []string   // forms of which none may be
	grams  []string   // pairs of characters that every such post has
	folded []string   // what relevance counts
}

func wordsOf(x vane.Expression) (words, error) {
	w := words{none: []string{}, grams: []string{}, folded: []string{}}
	for _, group := range x.All {
		f := forms(group)
		w.groups = append(w.groups, f)
		if len(f) == 1 {
			w.addGrams(f[0])
		}
		for _, t := range group {
			w.folded = append(w.folded, t.Folded)
		}
	}
	w.none = append(w.none, forms(x.None)...)
	for _, f := range append(slices.Clone(w.groups), w.none) {
		if len(f) > maxForms {
			return w, fmt.Errorf("search for any of %d words: at most %d can be looked for at once", len(f), maxForms)
		}
		if slices.Contains(f, "") {
			return w, errors.New("search for an empty word: every text holds it")
		}
	}
	slices.SortStableFunc(w.groups, func(a, b []string) int { return cmp.Compare(shortest(b), shortest(a)) })
	return w, nil
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

// addGrams adds the pairs of characters of a word, as the index cuts them.
func (w *words) addGrams(word string) {
	runes := []rune(word)
	for i := 0; i+1 < len(runes) && len(w.grams) < maxGrams; i++ {
		if gram := string(runes[i : i+2]); !slices.Contains(w.grams, gram) {
			w.grams = append(w.grams, gram)
		}
	}
}

// group is one of the groups that the index helps with, or none.
func (w words) group(i int) []string {
	if i < min(len(w.groups), indexedGroups) {
		return w.groups[i]
	}
	return []string{}
}

// more are the other groups.
func (w words) more() [][]string {
	return append([][]string{}, w.groups[min(len(w.groups), indexedGroups):]...)
}

// place is where a post stands in an order.
type place struct {
	sort      vane.SearchSort // "": before all
	score     uint64          // higher first
	published int64           // in milliseconds, later first
	id        vane.ID
}

type placeRow struct {
	ID        vane.ID `ch:"id"`
	Published int64   `ch:"published"`
	Score     uint64  `ch:"score"`
}

// String is the place as [vane.SearchPage] gives it away.
func (p place) String() string {
	return fmt.Sprintf("%s.%d.%d.%s", p.sort, p.score, p.published, p.id)
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
	if len(parts) != 4 || parts[0] != string(sort) {
		return p, fmt.Errorf("%.100q in order of %s: %w", s, sort, vane.ErrPlace)
	}
	var errs [3]error
	p.score, errs[0] = strconv.ParseUint(parts[1], 10, 64)
	p.published, errs[1] = strconv.ParseInt(parts[2], 10, 64)
	p.id, errs[2] = vane.ParseID(parts[3])
	if errors.Join(errs[:]...) != nil {
		return p, fmt.Errorf("%.100q in order of %s: %w", s, sort, vane.ErrPlace)
	}
	return p, nil
}
