package ask

import (
	"context"
	"errors"
	"slices"
	"time"

	"vane"
)

// Searcher finds posts; storage implements it.
type Searcher interface {
	// Search finds a page of posts. A place that no page named is [vane.ErrPlace].
	Search(ctx context.Context, q vane.SearchQuery) (vane.SearchPage, error)
	// Facets counts all that a search finds.
	Facets(ctx context.Context, q vane.SearchQuery) (vane.SearchFacets, error)
}

// Language is how searches are read and shown; nlp implements both.
type Language struct {
	// Parse reads (柱子票|墙根票)+退款-转发抽奖; its error says what is wrong where.
	Parse func(text string) (vane.Expression, error)
	// Snippet is the part of a post, at most width characters, where most of the
	// expression is said.
	Snippet func(x vane.Expression, p vane.Post, width int) vane.Snippet
}

const (
	// usualPosts and mostPosts of a page.
	usualPosts = 20
	mostPosts  = 100
	// mostValues of one filter, and the length of each, in bytes.
	mostValues   = 20
	longestValue = 200
	// textLength bounds a text in a list, in characters.
	textLength   = 2000
	snippetWidth = 120
)

// SearchQuestion asks for posts. Of each list one value must hold; an empty one leaves
// it open. Empty times are the last 30 days.
type SearchQuestion struct {
	Text, From, To, Sort, After                      string
	Tags, Channels, Sources, Regions, Brands, Voices []string
	Limit                                            int // posts of a page; 0 is 20
	Count                                            bool
}

// SearchQuery is what a search was asked with.
type SearchQuery struct {
	Text     string          `json:"q"`
	Window   vane.Window     `json:"window"`
	Tags     []vane.Tag      `json:"tags,omitempty"`
	Channels []vane.Channel  `json:"channels,omitempty"`
	Sources  []string        `json:"sources,omitempty"`
	Regions  []string        `json:"regions,omitempty"`
	Brands   []string        `json:"brands,omitempty"`
	Voices   []vane.Voice    `json:"voices,omitempty"`
	Sort     vane.SearchSort `json:"sort"`
	After    string          `json:"after,omitempty"`
}

// SearchCounts counts a page, and all that is found if that was asked for.
type SearchCounts struct {
	Shown int     `json:"shown" doc:"posts of this page"`
	Found *uint64 `json:"found,omitempty" doc:"posts of all pages; only with facets, and if not since some moment only"`
}

// FoundPost is a post with the part of it that says what was searched for.
type FoundPost struct {
	vane.Mention
	Snippet vane.Snippet `json:"snippet"`
}

// Found is the answer of [Desk.Search].
type Found struct {
	Query  SearchQuery        `json:"query"`
	Counts SearchCounts       `json:"counts"`
	Posts  []FoundPost        `json:"posts" nullable:"false" doc:"texts are cut to 2,000 characters; /api/posts/{id} has the whole"`
	Next   string             `json:"next,omitempty" doc:"asks for the next page, as after; absent if there is none"`
	Since  time.Time          `json:"since,omitzero" doc:"so many posts say it that only those published from then on were put into this order"`
	Facets *vane.SearchFacets `json:"facets,omitempty" doc:"what all that is found is made up of"`
}

// Search finds posts by what they say. Pages stand still: what is stored between two of
// them moves nothing from one to the other.
func (d *Desk) Search(ctx context.Context, s SearchQuestion) (Found, error) {
	q, err := d.searchQuery(s)
	if err != nil {
		return Found{}, err
	}
	page, err := d.Searcher.Search(ctx, q)
	if errors.Is(err, vane.ErrPlace) {
		return Found{}, mistake("after", "%s", err)
	}
	if err != nil {
		return Found{}, err
	}
	f := q.Filter
	a := Found{
		Query: SearchQuery{Text: s.Text, Window: f.Window, Tags: f.Tags, Channels: f.Channels, Sources: f.Sources, Regions: f.Regions,
			Brands: f.Brands, Voices: f.Voices, Sort: q.Sort, After: q.After},
		Counts: SearchCounts{Shown: len(page.Posts)}, Posts: []FoundPost{}, Next: page.Next, Since: page.Since,
	}
	for _, m := range page.Posts {
		snippet := d.Language.Snippet(q.Expression, m.Post, snippetWidth)
		m.Text = Cut(m.Text, textLength)
		a.Posts = append(a.Posts, FoundPost{m, snippet})
	}
	if !s.Count {
		return a, nil
	}
	facets, err := d.Searcher.Facets(ctx, q)
	if a.Facets = &facets; facets.Since.IsZero() {
		a.Counts.Found = &facets.Posts
	}
	return a, err
}

// Facets is what all that a question finds is made up of, whatever page of it is asked for.
func (d *Desk) Facets(ctx context.Context, s SearchQuestion) (vane.SearchFacets, error) {
	s.After = ""
	q, err := d.searchQuery(s)
	if err != nil {
		return vane.SearchFacets{}, err
	}
	return d.Searcher.Facets(ctx, q)
}

func (d *Desk) searchQuery(s SearchQuestion) (vane.SearchQuery, error) {
	q := vane.SearchQuery{Sort: vane.SearchSort(s.Sort), Limit: s.Limit, After: s.After}
	if s.Sort == "" {
		q.Sort = vane.ByTime
	}
	if sorts := []vane.SearchSort{vane.ByTime, vane.ByRelevance, vane.ByEngagement}; !slices.Contains(sorts, q.Sort) {
		return q, mistake("sort", "%q is unknown: use one of %q", s.Sort, sorts)
	}
	if s.Limit == 0 {
		q.Limit = usualPosts
	}
	if q.Limit < 1 || q.Limit > mostPosts {
		return q, mistake("limit", "%d posts: use 1 to %d, and after for what is behind them", q.Limit, mostPosts)
	}
	var err error
	if q.Expression, err = d.Language.Parse(s.Text); err != nil {
		return q, mistake("q", "%s", err)
	}
	q.Filter, err = d.filter(s)
	return q, err
}

func (d *Desk) filter(s SearchQuestion) (f vane.Filter, err error) {
	if f.Window, err = d.window(s.From, s.To); err != nil {
		return f, err
	}
	for _, tag := range s.Tags {
		known, err := d.tag(tag)
		if err != nil {
			return f, err
		}
		f.Tags = append(f.Tags, known)
	}
	for _, c := range s.Channels {
		if !slices.Contains(vane.Channels(), vane.Channel(c)) {
			return f, mistake("channel", "%q is unknown: use one of %q", c, vane.Channels())
		}
		f.Channels = append(f.Channels, vane.Channel(c))
	}
	for _, v := range s.Voices {
		if !slices.Contains(vane.Voices(), vane.Voice(v)) {
			return f, mistake("voice", "%q is unknown: use one of %q", v, vane.Voices())
		}
		f.Voices = append(f.Voices, vane.Voice(v))
	}
	f.Sources, f.Regions, f.Brands = s.Sources, s.Regions, s.Brands
	for _, values := range [][]string{s.Tags, s.Channels, s.Sources, s.Regions, s.Brands, s.Voices} {
		if len(values) > mostValues || slices.ContainsFunc(values, func(v string) bool { return len(v) > longestValue }) {
			return f, mistake("filters", "a filter takes at most %d values of %d bytes", mostValues, longestValue)
		}
	}
	return f, nil
}
