// Package ask is the questions that programs put to Vane, and their answers: bounded,
// and each with its query and its counts, so that a number can be traced and nobody
// has to invent one. The API and the MCP server are two ways to ask them.
package ask

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/report"
)

// Reader is what questions read; storage implements it.
type Reader interface {
	// Hotspots lists the hotspots known at the instant at that lived within since
	// before it, hottest first.
	Hotspots(ctx context.Context, at time.Time, since time.Duration) ([]vane.Hotspot, error)
	// Trend counts posts; a series has a point for every bucket of the window.
	Trend(ctx context.Context, q vane.TrendQuery) ([]vane.Series, error)
	// Post is the stored post of that id, or [vane.ErrNoPost].
	Post(ctx context.Context, id vane.ID) (vane.Mention, error)
}

// HistoryReader reads posts and how they went; storage implements it.
type HistoryReader interface {
	// Mentions are the stored posts of some ids, in no order.
	Mentions(ctx context.Context, ids []vane.ID) ([]vane.Mention, error)
	// EngagementHistory is how many reacted to a post, oldest first.
	EngagementHistory(ctx context.Context, id vane.ID) ([]vane.EngagementAt, error)
}

// Desk answers questions. Its methods may be called from any goroutine.
type Desk struct {
	Reader   Reader
	Reports  report.Reader
	Searcher Searcher
	Events   EventReader
	History  HistoryReader
	Language Language

	Corrector Corrector
	Words     WordKeeper
	Merging   EventKeeper
	Export    Exporter
	Audit     *access.Audit // of what is changed

	Names    map[vane.Tag]string // Chinese names of issues and domains
	NatureOf map[vane.Tag]string // id of the nature (投诉性质) of each issue
	Natures  map[string]string   // Chinese names of the natures
	Lookback time.Duration       // how long a hotspot that is over stays listed
	Now      func() time.Time

	correcting sync.Mutex
}

// Mistake is a question that can't be answered as it is. It says what to change.
type Mistake struct {
	Field   string // of the question
	Says    string
	Missing bool // the question is right, and what it asks for is not there
}

func (m Mistake) Error() string { return m.Field + ": " + m.Says }

func mistake(field, format string, args ...any) error {
	return Mistake{Field: field, Says: fmt.Sprintf(format, args...)}
}

// tag checks that a tag is an issue or domain of the taxonomy; "" is every post.
func (d *Desk) tag(s string) (vane.Tag, error) {
	tag := vane.Tag(s)
	if _, known := d.Names[tag]; s != "" && !known {
		return "", mistake("tag", "%q is no issue or domain of the taxonomy", s)
	}
	return tag, nil
}

// window reads the ends of a window.
func (d *Desk) window(from, to string) (vane.Window, error) {
	w, err := vane.ParseWindow(from, to, d.Now())
	if err != nil {
		return w, mistake("from, to", "%s", err)
	}
	return w, nil
}

// Issue is a tag with its name.
type Issue struct {
	Tag    vane.Tag `json:"tag" doc:"id, as other questions take it"`
	Name   string   `json:"name" doc:"in Chinese"`
	Domain bool     `json:"domain" doc:"whether it stands for all issues of a domain"`
}

// Issues lists every issue and domain, by tag.
func (d *Desk) Issues() []Issue {
	list := make([]Issue, 0, len(d.Names))
	for tag, name := range d.Names {
		list = append(list, Issue{Tag: tag, Name: name, Domain: tag.IsDomain()})
	}
	slices.SortFunc(list, func(a, b Issue) int { return strings.Compare(string(a.Tag), string(b.Tag)) })
	return list
}

// StoredPost is a post with what was understood of it, and how it went.
type StoredPost struct {
	vane.Mention
	EngagementHistory []vane.EngagementAt `json:"engagement_history" nullable:"false" doc:"as it was seen, oldest first: where it changed, of the last two years; none if the site shows no counts"`
}

// Post is one stored post, or [vane.ErrNoPost].
func (d *Desk) Post(ctx context.Context, id string) (StoredPost, error) {
	key, err := vane.ParseID(id)
	if err != nil || key.IsZero() {
		return StoredPost{}, mistake("id", "%q is no id of a post: write its 32 hexadecimal digits", id)
	}
	m, err := d.Reader.Post(ctx, key)
	if err != nil {
		return StoredPost{}, err
	}
	history, err := d.History.EngagementHistory(ctx, key)
	return StoredPost{m, history}, err
}

// Cut shortens a text to n characters, and says that it did.
func Cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	if r := []rune(text); len(r) > n {
		return string(r[:n]) + "…"
	}
	return text
}
