package vane

import (
	"errors"
	"time"
)

// ErrPlace says that what should be the Next of another page is none.
var ErrPlace = errors.New("no place in this order: give what the page before says as next")

// ErrTooMany says that there are more posts than were to be written.
var ErrTooMany = errors.New("more posts than can be exported at once")

// Term is a word or phrase to look for, exactly, in the forms it may have in a post.
type Term struct {
	Text   string // as it was typed
	Folded string // in the form of [Mention.Folded]
}

// Expression is what a post must say: of every group in All at least one term, and
// no term of None. The zero Expression is said by every post. nlp reads it from what
// analysts write: (柱子票|墙根票)+(退款|赔偿)-转发抽奖.
type Expression struct {
	All  [][]Term
	None []Term
}

// Filter says which posts are meant. Of each list one value must hold; an empty list
// leaves it open.
type Filter struct {
	Window   Window // when they were published; the zero Window is all time
	Tags     []Tag  // issues or whole domains
	Channels []Channel
	Sources  []string
	Regions  []string
	Brands   []string
	Voices   []Voice
}

// SearchSort is the order of what a search finds.
type SearchSort string

// The orders. Of equals the newer comes first.
const (
	ByTime       SearchSort = "time"       // newest first
	ByRelevance  SearchSort = "relevance"  // posts that say the terms most often, for their length, first
	ByEngagement SearchSort = "engagement" // posts that most people reacted to first
)

// SearchQuery asks for posts, a page at a time.
type SearchQuery struct {
	Expression Expression
	Filter     Filter
	Sort       SearchSort // "" is ByTime
	Limit      int        // posts of a page
	After      string     // Next of the page before; "" is the first page
}

// SearchPage is a part of what a search finds.
type SearchPage struct {
	Posts []Mention
	Next  string    // asks for the page behind this one; "" if there is none
	Since time.Time // when so many say it that only those published from then on were ranked; else zero
}

// Facet counts what a search finds, by the values of one of its dimensions.
type Facet struct {
	By     string  `json:"by"` // domain, tag, channel, region, brand, voice, source
	Shares []Share `json:"shares"`
}

// SearchFacets is how what a search finds is made up.
type SearchFacets struct {
	Posts  uint64    `json:"posts"`
	Since  time.Time `json:"since,omitzero"` // when there are so many that only those published from then on were counted; else zero
	First  time.Time `json:"first,omitzero"` // published; zero when nothing is found
	Last   time.Time `json:"last,omitzero"`
	Facets []Facet   `json:"facets"`
}

// Snippet is a part of a post's Body that shows what was found.
type Snippet struct {
	Text  string `json:"text"`  // what stands at At
	At    Span   `json:"at"`    // in the Body
	Spans []Span `json:"spans"` // the terms in it, in the Body too, in order, apart
}
