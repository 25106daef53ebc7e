package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vane"
)

const (
	// maxPage bounds a page of posts, which are read whole.
	maxPage = 1000
	// usualLength, in characters, is how long a post is that relevance neither
	// favours nor punishes for its length.
	usualLength = 200
	// reachSlack is read beyond what a page needs, because rows may be old versions.
	reachSlack = 64
	// facetValues are shown of a dimension: more are a list, not an overview.
	facetValues = 20
)

// Search finds the posts that say q.Expression and pass q.Filter, a page at a time.
// Every post is judged by its newest version; posts that were deleted at their
// source (删帖) are found too, with GoneAt set.
//
// A page begins behind a place in the order, not behind a number of posts: what is
// stored between two pages moves nothing from one to the other.
//
// In order of time it reads no further back than the page needs. The other orders
// rank all that is found, so they take longer the more that is.
func (s *Store) Search(ctx context.Context, q vane.SearchQuery) (vane.SearchPage, error) {
	q.Sort = cmp.Or(q.Sort, vane.ByTime)
	p, err := searchParams(q.Expression, q.Filter)
	if err != nil {
		return vane.SearchPage{}, err
	}
	if q.Limit < 1 || q.Limit > maxPage {
		return vane.SearchPage{}, fmt.Errorf("search for %d posts at once: ask for 1 to %d", q.Limit, maxPage)
	}
	after, err := parsePlace(q.After, q.Sort)
	if err != nil {
		return vane.SearchPage{}, err
	}
	places, err := s.searchPlaces(ctx, p.with("sort", string(q.Sort)), after, q.Limit+1)
	if err != nil {
		return vane.SearchPage{}, err
	}
	var page vane.SearchPage
	if len(places) > q.Limit {
		places = places[:q.Limit]
		page.Next = places[q.Limit-1].String()
	}
	page.Posts, err = s.postsAt(ctx, places)
	return page, err
}

// searchPlaces finds the first limit places behind after. In order of time it looks
// back hour by hour as far as search_reach says, and again if that was not enough.
func (s *Store) searchPlaces(ctx context.Context, p params, after place, limit int) ([]place, error) {
	p = p.with("first", after.sort == "").with("score", after.score).with("published", after.published).
		with("id", after.id.String()).with("usual", usualLength)
	if p["sort"] != string(vane.ByTime) {
		return s.placesIn(ctx, p, limit)
	}
	start := p["from"].(int64)
	if after.sort != "" {
		p["to"] = min(p["to"].(int64), after.published+1)
	}
	var places []place
	for len(places) < limit {
		wanted := 2*(limit-len(places)) + reachSlack
		var reach []reachRow
		p["from"] = start
		if err := s.selectRows(ctx, &reach, "search_reach", p.with("rows", wanted)); err != nil {
			return nil, err
		}
		more := int(reach[0].Found) == wanted
		if more {
			p["from"] = max(start, reach[0].Reached)
		}
		found, err := s.placesIn(ctx, p, limit-len(places))
		if err != nil {
			return nil, err
		}
		places = append(places, found...)
		if !more || p["from"] == start {
			break
		}
		p["to"] = p["from"]
	}
	return places, nil
}

type reachRow struct {
	Reached int64  `ch:"reached"` // start of the oldest hour that was read, in milliseconds
	Found   uint64 `ch:"found"`
}

// placesIn finds the first limit places of the window in p.
func (s *Store) placesIn(ctx context.Context, p params, limit int) ([]place, error) {
	var rows []placeRow
	if err := s.selectRows(ctx, &rows, "search_keys", p.with("limit", limit)); err != nil {
		return nil, err
	}
	places := make([]place, len(rows))
	for i, r := range rows {
		places[i] = place{sort: vane.SearchSort(p["sort"].(string)), score: r.Score, published: r.Published, id: r.ID}
	}
	return places, nil
}

// postsAt reads the posts of a page, in its order. One that has changed its hour
// since the places were found is on another page now.
func (s *Store) postsAt(ctx context.Context, places []place) ([]vane.Mention, error) {
	if len(places) == 0 {
		return nil, nil
	}
	hours, ids := make([]uint32, len(places)), make([]string, len(places))
	for i, p := range places {
		hours[i], ids[i] = uint32(slotOf(time.UnixMilli(p.published))), p.id.String()
	}
	found := make(map[vane.ID]vane.Mention, len(places))
	collect := func(m vane.Mention) error {
		found[m.ID] = m
		return nil
	}
	if err := s.each(ctx, "search_posts", params{"hours": hours, "ids": ids}, collect); err != nil {
		return nil, err
	}
	var posts []vane.Mention
	for _, p := range places {
		if m, ok := found[p.id]; ok {
			posts = append(posts, m)
		}
	}
	return posts, nil
}

// Facets counts all that a search finds, by domain, tag, channel, region, brand,
// voice and source, the values with most posts first. It reads every post that is
// found; q.Sort, q.Limit and q.After don't matter.
func (s *Store) Facets(ctx context.Context, q vane.SearchQuery) (vane.SearchFacets, error) {
	p, err := searchParams(q.Expression, q.Filter)
	if err != nil {
		return vane.SearchFacets{}, err
	}
	var rows []facetRow
	if err := s.selectRows(ctx, &rows, "search_facets", p.with("limit", facetValues)); err != nil {
		return vane.SearchFacets{}, err
	}
	facets := vane.SearchFacets{Facets: []vane.Facet{}}
	for _, r := range rows {
		if r.By == "" {
			facets.Posts, facets.First, facets.Last = r.Posts, r.First.UTC(), r.Last.UTC()
			continue
		}
		last := len(facets.Facets) - 1
		if last < 0 || facets.Facets[last].By != r.By {
			facets.Facets = append(facets.Facets, vane.Facet{By: r.By})
			last++
		}
		facets.Facets[last].Shares = append(facets.Facets[last].Shares, vane.Share{Key: r.Key, Posts: r.Posts})
	}
	return facets, nil
}

type facetRow struct {
	By    string    `ch:"by"`
	Key   string    `ch:"key"`
	Posts uint64    `ch:"posts"`
	First time.Time `ch:"first"`
	Last  time.Time `ch:"last"`
}

// searchParams binds what every search asks of a post.
func searchParams(x vane.Expression, f vane.Filter) (params, error) {
	if f.Window == (vane.Window{}) {
		f.Window = vane.Window{From: firstMoment, To: lastMoment}
	}
	w, err := wordsOf(x)
	if err := errors.Join(f.Window.Validate(), err); err != nil {
		return nil, err
	}
	return params{
		"from": millis(f.Window.From), "to": millis(f.Window.To),
		"tags": texts(f.Tags), "channels": texts(f.Channels), "sources": texts(f.Sources),
		"regions": texts(f.Regions), "brands": texts(f.Brands), "voices": texts(f.Voices),
		"grams": w.grams, "any1": w.group(0), "any2": w.group(1), "any3": w.group(2), "more": w.more(),
		"none": w.none, "words": w.folded,
	}, nil
}

// texts are values as their strings.
func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return slices.Clip(out)
}
