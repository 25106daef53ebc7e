package storage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"

	"vane"
)

const (
	// maxPage bounds a page of posts, which are read whole.
	maxPage = 1000
	// usualLength, in characters, is how long a post is that relevance neither
	// favours nor punishes for its length.
	usualLength = 200
	// spareRows are looked for beyond what a page needs, because rows may be old versions.
	spareRows = 8
	// countedRows are what facets count, the newest of what is found, to the hour: enough
	// for every share to be known to some tenths of a percent, in a second or two.
	countedRows = 20_000
	// rankedRows are what is ranked, likewise. Of each the text is read, and those of its
	// neighbours in the table.
	rankedRows = 20_000
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
// In order of time it reads no further back than the page needs. The other orders rank
// the newest rankedRows of what is found, to the hour; the page tells since when, if
// there are more.
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
	p["sort"] = string(q.Sort)
	var page vane.SearchPage
	if q.Sort != vane.ByTime {
		if page.Since, err = s.rank(ctx, p, &after); err != nil {
			return vane.SearchPage{}, err
		}
	}
	posts, places, err := s.find(ctx, p, after, q.Limit+1)
	if page.Posts = posts; err != nil || len(posts) <= q.Limit {
		return page, err
	}
	page.Posts, page.Next = posts[:q.Limit], places[q.Limit-1].String()
	return page, nil
}

// rank narrows the window in p to what is ranked, and returns its start if there is more
// before it. The first page decides for all, so that what comes meanwhile moves nothing
// out of those behind it.
func (s *Store) rank(ctx context.Context, p params, after *place) (since time.Time, err error) {
	if after.sort == "" {
		if after.since, err = s.newestRows(ctx, p, s.rankRows); err != nil {
			return time.Time{}, err
		}
	}
	if after.since == 0 {
		return time.Time{}, nil
	}
	p["from"] = max(p["from"].(int64), after.since)
	return time.UnixMilli(after.since).UTC(), nil
}

// newestRows is the start of the hour since which at least n rows say what is searched
// for, in milliseconds; 0 if there are not so many.
func (s *Store) newestRows(ctx context.Context, p params, n int) (since int64, err error) {
	var reach []reachRow
	if err := s.selectRows(ctx, &reach, "search_reach", p.with("rows", n)); err != nil {
		return 0, err
	}
	if int(reach[0].Found) < n || reach[0].Hour <= p["from"].(int64) {
		return 0, nil
	}
	return reach[0].Hour, nil
}

// find gives the first limit posts behind after, and their places.
func (s *Store) find(ctx context.Context, p params, after place, limit int) (posts []vane.Mention, places []place, err error) {
	look, sort := s.lookInOrder, vane.SearchSort(p["sort"].(string))
	if sort == vane.ByTime {
		if look, err = s.lookBack(ctx, p, after); err != nil {
			return nil, nil, err
		}
	}
	given := map[vane.ID]bool{}
	for done := false; !done && len(posts) < limit; {
		var rows []searchRow
		if rows, done, err = look(ctx, p, after, limit-len(posts)+spareRows); err != nil {
			return nil, nil, err
		}
		for len(rows) > 0 && len(posts) < limit {
			n := min(len(rows), limit-len(posts)) // mostly all of these are posts as they count
			found, err := s.newest(ctx, p, rows[:n])
			if err != nil {
				return nil, nil, err
			}
			for _, r := range rows[:n] {
				after = r.place(sort, after.since)
				// A second row of the same version changes nothing.
				if m, ok := found[r.ID]; ok && r.is(&m) && !given[r.ID] {
					given[r.ID] = true
					posts, places = append(posts, m), append(places, after)
				}
			}
			rows = rows[n:]
		}
	}
	return posts, places, nil
}

// look gives the next rows in order, at most n, and whether there are no more.
type look func(ctx context.Context, p params, after place, n int) (rows []searchRow, done bool, err error)

// lookInOrder ranks all rows of the window that say what is searched for.
func (s *Store) lookInOrder(ctx context.Context, p params, after place, n int) ([]searchRow, bool, error) {
	rows, err := s.rowsBehind(ctx, "search_rows", p, after, n)
	return rows, len(rows) < n, err
}

// rowsBehind asks for n rows behind a place.
func (s *Store) rowsBehind(ctx context.Context, name string, p params, after place, n int) (rows []searchRow, err error) {
	err = s.selectRows(ctx, &rows, name, p.with("rows", n).with("usual", usualLength).with("first", after.sort == "").
		with("score", after.score).with("published", after.published).with("id", after.id.String()))
	return rows, err
}

// lookBack is lookInOrder for the order of time, where it needs not read everything.
// It looks at the last day, then, if that has some, at the sixteen days before it, then at
// all that is left, so that a rare word costs two looks into every index and a frequent one
// little reading; within each it reaches back only until there are enough rows.
func (s *Store) lookBack(ctx context.Context, p params, after place) (look, error) {
	start, end, err := s.span(ctx, p)
	if err != nil {
		return nil, err
	}
	if after.sort != "" {
		end = min(end, after.published+1)
	}
	day := (24 * time.Hour).Milliseconds()
	width := day
	wider := func(found int) int64 {
		if width == day && found > 0 {
			return 16 * day
		}
		return end - start
	}
	return func(ctx context.Context, p params, after place, n int) ([]searchRow, bool, error) {
		for start < end {
			from := max(start, end-width)
			rows, err := s.rowsBehind(ctx, "search_back", p.with("from", from).with("to", end), after, n)
			if err != nil {
				return nil, false, err
			}
			if len(rows) == n { // there are more, and the last hour may have some of them
				from = max(from, int64(slotOf(time.UnixMilli(rows[n-1].Published)))*1000)
				if rows, err = s.rowsBehind(ctx, "search_rows", p.with("from", from).with("to", end), after, n); err != nil {
					return nil, false, err
				}
			}
			if len(rows) == n {
				end = rows[n-1].Published + 1
				return rows, false, nil
			}
			end, width = from, wider(len(rows))
			if len(rows) > 0 {
				slices.SortFunc(rows, searchRow.byTime)
				return rows, end <= start, nil
			}
		}
		return nil, true, nil
	}, nil
}

type spanRow struct {
	First int64 `ch:"first"` // start of the first hour, in milliseconds
	Last  int64 `ch:"last"`
}

type reachRow struct {
	Hour  int64  `ch:"hour"` // start of the oldest hour that was read, in milliseconds
	Found uint64 `ch:"found"`
}

// searchRow is a row of the table that says what is searched for.
type searchRow struct {
	ID          vane.ID `ch:"id"`
	Version     uint64  `ch:"version"`
	Fingerprint uint64  `ch:"fingerprint"`
	Published   int64   `ch:"published"`
	Score       uint64  `ch:"score"`
}

// byTime orders rows as search_rows does: the newer first, of equals by id.
func (r searchRow) byTime(other searchRow) int {
	return cmp.Or(cmp.Compare(other.Published, r.Published), bytes.Compare(r.ID[:], other.ID[:]))
}

// is reports whether the row is the post as it counts. Texts collected in one moment
// are told apart by their fingerprints.
func (r searchRow) is(m *vane.Mention) bool {
	return version(r.Version).collected() == m.CollectedAt.UnixMilli() && r.Fingerprint == m.Fingerprint && r.Published == m.PublishedAt.UnixMilli()
}

// place is where the row stands in the order of a search.
func (r searchRow) place(sort vane.SearchSort, since int64) place {
	return place{sort: sort, score: r.Score, published: r.Published, id: r.ID, since: since}
}

// newest are the posts of the rows as they count, if they pass the filter.
func (s *Store) newest(ctx context.Context, p params, rows []searchRow) (map[vane.ID]vane.Mention, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	hours, ids := make([]uint32, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		hours[i], ids[i] = uint32(slotOf(time.UnixMilli(r.Published))), r.ID.String()
	}
	found := make(map[vane.ID]vane.Mention, len(rows))
	collect := func(m vane.Mention) error {
		found[m.ID] = m
		return nil
	}
	return found, s.each(ctx, "search_posts", p.with("hours", hours).with("ids", ids), collect)
}

// Facets counts what a search finds, by domain, tag, channel, region, brand, voice and
// source, the values with most posts first: all of it, or, if there is more, the newest
// countedRows, to the hour, and Since tells when these begin. q.Sort, q.Limit and q.After
// don't matter.
func (s *Store) Facets(ctx context.Context, q vane.SearchQuery) (vane.SearchFacets, error) {
	p, err := searchParams(q.Expression, q.Filter)
	if err != nil {
		return vane.SearchFacets{}, err
	}
	facets := vane.SearchFacets{Facets: []vane.Facet{}}
	said, since, err := s.newestSaid(ctx, p, s.facetRows)
	if err != nil || len(said) == 0 {
		return facets, err
	}
	if since != 0 {
		facets.Since = time.UnixMilli(since).UTC()
	}
	if ctx, err = withRows(ctx, said); err != nil {
		return facets, err
	}
	var rows []facetRow
	if err := s.selectRows(ctx, &rows, "search_facets", p); err != nil {
		return facets, err
	}
	counts := map[string]map[string]uint64{}
	for _, r := range rows {
		if r.By == "" {
			facets.Posts, facets.First, facets.Last = r.Posts, r.First.UTC(), r.Last.UTC()
			continue
		}
		if counts[r.By] == nil {
			counts[r.By] = map[string]uint64{}
		}
		counts[r.By][r.Key] = r.Posts
	}
	facets.Facets = largest(counts)
	return facets, nil
}

// newestSaid are the newest n rows that say what is searched for, and those of the hour in
// which there are n, whose start they come with; it is 0 if there are not so many.
func (s *Store) newestSaid(ctx context.Context, p params, n int) (rows []searchRow, since int64, err error) {
	from, to := p["from"].(int64), p["to"].(int64)
	defer func() { p["from"], p["to"] = from, to }()
	if rows, err = s.rowsBehind(ctx, "search_back", p, place{}, n); err != nil || len(rows) < n {
		return rows, 0, err
	}
	hour := slotOf(time.UnixMilli(rows[n-1].Published)).start()
	rows = slices.DeleteFunc(rows, func(r searchRow) bool { return r.Published < hour.Add(time.Hour).UnixMilli() })
	since = max(from, hour.UnixMilli())
	p["from"], p["to"] = since, min(to, hour.Add(time.Hour).UnixMilli())
	rest, err := s.rowsBehind(ctx, "search_back", p, place{}, math.MaxInt32)
	if since == from {
		since = 0
	}
	return append(rows, rest...), since, err
}

// withRows sends the keys of rows along with a query, as withIDs does.
func withRows(ctx context.Context, rows []searchRow) (context.Context, error) {
	t, err := ext.NewTable("batch", ext.Column("slot", "DateTime('UTC')"), ext.Column("id", "FixedString(16)"),
		ext.Column("version", "UInt64"), ext.Column("fingerprint", "UInt64"))
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		if err := t.Append(slotOf(time.UnixMilli(r.Published)).start(), r.ID[:], r.Version, r.Fingerprint); err != nil {
			return nil, err
		}
	}
	return clickhouse.Context(ctx, clickhouse.WithExternalTable(t)), nil
}

// monthly calls f for each month of the window in p that can hold posts, the oldest
// first, with the month as the window: what is asked of all posts at once would not
// fit into the server's memory.
func (s *Store) monthly(ctx context.Context, p params, f func() error) error {
	start, end, err := s.span(ctx, p)
	if err != nil {
		return err
	}
	const month = 30 * 24 * time.Hour
	for from := start; from < end; from += month.Milliseconds() {
		p["from"], p["to"] = from, min(end, from+month.Milliseconds())
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// span is the part of the window in p that can hold posts.
func (s *Store) span(ctx context.Context, p params) (start, end int64, err error) {
	var span []spanRow
	if err := s.selectRows(ctx, &span, "search_span", nil); err != nil {
		return 0, 0, err
	}
	return max(p["from"].(int64), span[0].First), min(p["to"].(int64), span[0].Last+time.Hour.Milliseconds()), nil
}

// largest are the values with most posts, by dimension.
func largest(counts map[string]map[string]uint64) []vane.Facet {
	facets := []vane.Facet{}
	for _, by := range slices.Sorted(maps.Keys(counts)) {
		f := vane.Facet{By: by}
		for key, posts := range counts[by] {
			f.Shares = append(f.Shares, vane.Share{Key: key, Posts: posts})
		}
		slices.SortFunc(f.Shares, func(a, b vane.Share) int {
			return cmp.Or(cmp.Compare(b.Posts, a.Posts), cmp.Compare(a.Key, b.Key))
		})
		f.Shares = f.Shares[:min(len(f.Shares), facetValues)]
		facets = append(facets, f)
	}
	return facets
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
		"grams": w.grams, "pairs": w.pairs, "any1": w.any[0], "any2": w.any[1], "more": w.more,
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
