package hotspot

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vane"
)

const (
	// titlesKept is how many posts may give an event its title.
	titlesKept = 16
	// casesKept and casesShown are the 典型案例 candidates.
	casesKept, casesShown = 12, 3
	// mostKeys bounds what is counted by name: brands of spammers are endless.
	mostKeys = 256
	// wordsShown are the words of an event.
	wordsShown = 10
	// Titles of these lengths, in characters, can be read in a list.
	shortestTitle, longestTitle = 6, 40
	// caseText is how much of a case is kept, in characters.
	caseText = 500
)

// event is an event that is still being added to. Its Members are all its posts; told
// lists as many as an event may, and puts into words what is counted by name.
type event struct {
	vane.Event
	number   uint64
	centre   []weighted // sum of its posts, by feature
	length   float64    // of centre
	shelved  []weighted
	asked    uint64  // when it was last a candidate
	score    float32 // as a candidate
	changed  bool
	negative uint64
	authors  map[vane.ID]struct{}
	texts    map[vane.ID]struct{}
	sources  tally
	tags     tally
	regions  tally
	voices   tally
	words    tally
	titles   []titled
	cases    []scored
}

// titled is a title and what its post says.
type titled struct {
	text string
	told []weighted
}

// scored is a post with how well it serves as a case.
type scored struct {
	post     vane.EvidencePost
	author   vane.ID
	original vane.ID
	score    float64
}

func newEvent(number uint64, first vane.ID) *event {
	return &event{number: number, Event: vane.Event{ID: first}, authors: map[vane.ID]struct{}{}, texts: map[vane.ID]struct{}{}}
}

// add takes a post in.
func (e *event) add(m *vane.Mention, told []weighted, original vane.ID) {
	e.changed = true
	e.Posts++
	if e.Posts == 1 {
		e.From, e.To = m.PublishedAt, m.PublishedAt
		e.centre = slices.Clone(told)
	} else {
		e.centre = plus(e.centre, told)
	}
	e.length = max(norm(e.centre), math.SmallestNonzeroFloat64)
	e.To = later(e.To, m.PublishedAt)
	if m.PublishedAt.Before(e.From) {
		e.From = m.PublishedAt
	}
	e.Members = append(e.Members, m.ID)
	e.texts[original] = struct{}{}
	if m.AuthorKey.IsZero() {
		e.Authors++ // besides those known by name
	} else {
		e.authors[m.AuthorKey] = struct{}{}
	}
	if m.Sensitive {
		e.negative++
	}
	e.count(m)
	e.keepTitle(m, told)
	e.keepCase(m, original)
}

// joined is one event of several: itself, if it is one.
func joined(group []*event) *event {
	if len(group) == 1 {
		return group[0]
	}
	whole := newEvent(group[0].number, group[0].ID)
	whole.From, whole.To = group[0].From, group[0].To
	for _, e := range group {
		whole.absorb(e)
	}
	return whole
}

// absorb adds another event, which stays as it is.
func (e *event) absorb(o *event) {
	e.Posts, e.Authors, e.negative = e.Posts+o.Posts, e.Authors+o.Authors, e.negative+o.negative
	if o.From.Before(e.From) {
		e.From = o.From
	}
	e.To = later(e.To, o.To)
	e.Members = append(e.Members, o.Members...)
	maps.Copy(e.authors, o.authors)
	maps.Copy(e.texts, o.texts)
	for _, t := range []struct {
		to   *tally
		from tally
	}{{&e.sources, o.sources}, {&e.tags, o.tags}, {&e.regions, o.regions}, {&e.voices, o.voices}, {&e.words, o.words}} {
		for _, s := range t.from {
			t.to.add(s.Key, s.Posts)
		}
	}
	for _, d := range o.Timeline {
		e.addDay(d)
	}
	e.centre = plus(e.centre, o.centre)
	e.length = max(norm(e.centre), math.SmallestNonzeroFloat64)
	e.titles = append(e.titles, o.titles...)
	e.titles = e.titles[:min(len(e.titles), 2*titlesKept)]
	e.cases = append(e.cases, o.cases...)
	slices.SortStableFunc(e.cases, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	e.cases = e.cases[:min(len(e.cases), casesKept)]
}

// addDay adds the posts of one day.
func (e *event) addDay(d vane.EventDay) {
	i, ok := slices.BinarySearchFunc(e.Timeline, d.At, func(d vane.EventDay, t time.Time) int { return d.At.Compare(t) })
	if !ok {
		e.Timeline = slices.Insert(e.Timeline, i, vane.EventDay{At: d.At})
	}
	e.Timeline[i].Posts += d.Posts
	e.Timeline[i].Sensitive += d.Sensitive
}

// count counts what the post is, by name and by day.
func (e *event) count(m *vane.Mention) {
	e.sources.add(m.Source, 1)
	e.voices.add(string(m.Voice), 1)
	if m.Region != "" {
		e.regions.add(m.Region, 1)
	}
	for _, t := range m.Tags {
		e.tags.add(string(t.ID), 1)
	}
	for _, w := range m.Words {
		e.words.add(w, 1)
	}
	day := vane.EventDay{At: vane.Daily.Floor(m.PublishedAt), Posts: 1}
	if m.Sensitive {
		day.Sensitive = 1
	}
	e.addDay(day)
}

// keepTitle keeps the titles of the first posts, and of short ones, that a list can
// show. A post without title gives its first sentence.
func (e *event) keepTitle(m *vane.Mention, told []weighted) {
	text := strings.Join(strings.Fields(m.Title), " ")
	if text == "" {
		text = m.Text
		if i := strings.IndexAny(text, "。！？!?\n"); i > 0 {
			text = text[:i]
		}
		text = clipped(strings.Join(strings.Fields(text), " "), longestTitle)
	}
	if len(e.titles) < titlesKept && text != "" {
		e.titles = append(e.titles, titled{text, told})
	}
}

// title is the one whose post is most like the whole event, among those of a length to
// read.
func (e *event) title() string {
	best, most := "", -1.0
	for _, t := range e.titles {
		similarity := dot(t.told, e.centre)
		if n := utf8.RuneCountInString(t.text); n < shortestTitle || n > longestTitle {
			similarity /= 2
		}
		if similarity > most {
			best, most = t.text, similarity
		}
	}
	return best
}

// keepCase keeps the posts that serve best as 典型案例, one of each author and text.
func (e *event) keepCase(m *vane.Mention, original vane.ID) {
	score := caseScore(m)
	if score == 0 {
		return
	}
	for i, c := range e.cases {
		if c.original == original || !m.AuthorKey.IsZero() && c.author == m.AuthorKey {
			if c.score >= score {
				return
			}
			e.cases = slices.Delete(e.cases, i, i+1)
			break
		}
	}
	at, _ := slices.BinarySearchFunc(e.cases, score, func(c scored, s float64) int { return cmp.Compare(s, c.score) })
	post := vane.EvidencePost{ID: m.ID, URL: m.URL, Source: m.Source, Title: m.Title, Text: clipped(m.Text, caseText), PublishedAt: m.PublishedAt}
	e.cases = slices.Insert(e.cases, at, scored{post, m.AuthorKey, original, score})
	e.cases = e.cases[:min(len(e.cases), casesKept)]
}

// told is the event in words.
func (e *event) told(rare *rarity) vane.Event {
	out := e.Event
	out.Title = e.title()
	out.Authors += uint64(len(e.authors))
	out.Texts, out.Sources = uint64(len(e.texts)), uint64(len(e.sources))
	out.SensitiveShare = ratio(e.negative, e.Posts)
	out.Tags, out.Regions, out.Voices = e.tags.sorted(), e.regions.sorted(), e.voices.sorted()
	out.Words = e.ownWords(rare)
	out.Members = slices.Clone(e.Members[:min(len(e.Members), vane.MaxEventMembers)])
	out.Timeline = slices.Clone(e.Timeline)
	var most uint64
	for _, d := range e.Timeline {
		if d.Posts > most {
			most, out.Peak = d.Posts, d.At
		}
	}
	for _, c := range e.cases[:min(len(e.cases), casesShown)] {
		out.Cases = append(out.Cases, c.post)
	}
	return out
}

// ownWords are the words of a third of its posts and more, the rarest elsewhere first.
func (e *event) ownWords(rare *rarity) []string {
	type word struct {
		text  string
		score float64
	}
	var words []word
	for _, w := range e.words {
		if w.Posts >= 2 && 3*w.Posts >= e.Posts {
			words = append(words, word{w.Key, ratio(w.Posts, e.Posts) * rare.of(wordFeature(w.Key))})
		}
	}
	slices.SortFunc(words, func(a, b word) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.text, b.text)) })
	var own []string
	for _, w := range words[:min(len(words), wordsShown)] {
		if w.score > 0 {
			own = append(own, w.text)
		}
	}
	return own
}

// tally counts by name. There are few names, so a list is smaller than a map.
type tally []vane.Share

func (t *tally) add(key string, posts uint64) {
	for i := range *t {
		if (*t)[i].Key == key {
			(*t)[i].Posts += posts
			return
		}
	}
	if len(*t) < mostKeys {
		*t = append(*t, vane.Share{Key: key, Posts: posts})
	}
}

// sorted is the most frequent first.
func (t tally) sorted() []vane.Share {
	s := append([]vane.Share{}, t...) // a list without entries is one too
	slices.SortFunc(s, func(a, b vane.Share) int { return cmp.Or(cmp.Compare(b.Posts, a.Posts), cmp.Compare(a.Key, b.Key)) })
	return s
}

// clipped is the first characters of a text.
func clipped(s string, length int) string {
	n := 0
	for i := range s {
		if n == length {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
