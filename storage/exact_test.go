package storage_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// world is a check's own stretch of time, so that all checks share one database.
type world struct {
	base time.Time
	n    int64
}

func newWorld(n int64) world {
	return world{base: time.Date(2000, 1, 31, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)*40), n: n}
}

func (w world) name() string { return fmt.Sprint("world ", w.n) }

// window leaves out the first and the last of the moments that posts may have.
func (w world) window() vane.Window {
	return vane.Window{From: w.base.Add(10 * time.Minute), To: w.base.Add(49*time.Hour + 50*time.Minute)}
}

// mention draws any version of any of a few posts. Hours are few, so that edits
// move posts between hours, months and days, and within an hour.
func (w world) mention(t *rapid.T) vane.Mention {
	id := rapid.IntRange(0, 7).Draw(t, "id")
	hour := rapid.SampledFrom([]int{0, 1, 15, 16, 24, 49}).Draw(t, "hour")
	minute := rapid.SampledFrom([]int{0, 10, 30, 50, 59}).Draw(t, "minute")
	collected := rapid.IntRange(0, 5).Draw(t, "version")
	m := vane.Mention{
		Post: vane.Post{
			ID:          vane.NewPostID(w.name(), fmt.Sprint(id)),
			Source:      rapid.SampledFrom([]string{"forum-a", "weibo-b"}).Draw(t, "source"),
			Channel:     rapid.SampledFrom(vane.Channels()[:3]).Draw(t, "channel"),
			Region:      rapid.SampledFrom([]string{"", "上海", "广东"}).Draw(t, "region"),
			PublishedAt: w.base.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute),
			CollectedAt: w.base.Add(time.Duration(collected) * time.Millisecond),
			GoneAt:      rapid.SampledFrom([]time.Time{{}, {}, {}, w.base}).Draw(t, "gone"),
		},
		Sentiment:   vane.Sentiment(rapid.IntRange(-4, 4).Draw(t, "sentiment")) / 4,
		Sensitive:   rapid.Bool().Draw(t, "sensitive"),
		Voice:       rapid.SampledFrom([]vane.Voice{vane.Complaint, vane.Discussion, vane.Media}).Draw(t, "voice"),
		Fingerprint: uint64(rapid.IntRange(1, 3).Draw(t, "fingerprint")),

		TaxonomyVersion: rapid.Uint32Range(oldTaxonomy, oldTaxonomy+1).Draw(t, "taxonomy"),
	}
	if author := rapid.IntRange(0, 3).Draw(t, "author"); author > 0 {
		m.AuthorKey = vane.NewAuthorKey([]byte("key"), w.name(), fmt.Sprint(author))
	}
	for _, tag := range rapid.SliceOfNDistinct(rapid.SampledFrom(tags), 0, 3, rapid.ID).Draw(t, "tags") {
		m.Tags = append(m.Tags, vane.TagMatch{ID: tag, Nature: natures[tag]})
	}
	m.Entities.Brands = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"大麦", "移动"}), 0, 2, rapid.ID).Draw(t, "brands")
	m.Engagement = vane.Engagement{Likes: rapid.Uint64Range(0, 9).Draw(t, "likes"), Views: rapid.Uint64Range(0, 999).Draw(t, "views")}
	return m
}

var tags = []vane.Tag{"ticketing.pillar_seat", "ticketing.refund", "telecom.speed_cap", "telecom.refund"}

var natures = map[vane.Tag]string{"ticketing.pillar_seat": "contract", "ticketing.refund": "after_sales", "telecom.refund": "after_sales"}

// latest is what must be counted after deliveries in that order: of each post the
// version collected last; of versions collected in one moment that of the newer
// taxonomy; of those that of the later hour; of those the one delivered last.
func latest(deliveries []vane.Mention) []vane.Mention {
	posts := map[vane.ID]vane.Mention{}
	for _, m := range deliveries {
		old, ok := posts[m.ID]
		if !ok || cmp.Or(m.CollectedAt.Compare(old.CollectedAt), cmp.Compare(m.TaxonomyVersion, old.TaxonomyVersion), hour(m).Compare(hour(old))) >= 0 {
			posts[m.ID] = m
		}
	}
	return slices.Collect(maps.Values(posts))
}

func hour(m vane.Mention) time.Time { return m.PublishedAt.Truncate(time.Hour) }

// keys are the values of a dimension that a post has.
func keys(m vane.Mention, by vane.Dimension) (values []string) {
	switch by {
	case vane.ByTag:
		for _, tag := range m.Tags {
			values = append(values, string(tag.ID))
		}
	case vane.ByDomain:
		for _, tag := range m.Tags {
			values = append(values, string(tag.ID.Domain()))
		}
	case vane.ByNature:
		for _, tag := range m.Tags {
			if tag.Nature != "" {
				values = append(values, tag.Nature)
			}
		}
	case vane.ByBrand:
		values = slices.Clone(m.Entities.Brands)
	case vane.ByChannel:
		values = []string{string(m.Channel)}
	case vane.ByRegion:
		values = []string{m.Region}
	case vane.ByVoice:
		values = []string{string(m.Voice)}
	case vane.BySource:
		values = []string{m.Source}
	case vane.BySensitive:
		values = []string{strconv.FormatBool(m.Sensitive)}
	default:
		values = []string{""}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func carries(m vane.Mention, tag vane.Tag) bool {
	return tag == "" || slices.ContainsFunc(m.Tags, func(t vane.TagMatch) bool { return t.ID == tag || t.ID.Domain() == tag })
}

// line is what names a line of a trend.
type line struct {
	tag vane.Tag
	key string
}

// count is a trend, counted by hand.
func count(posts []vane.Mention, q vane.TrendQuery) []vane.Series {
	starts := q.Step.Buckets(q.Window)
	lines := map[line][][]vane.Mention{}
	if q.By == vane.ByNothing && q.Per == vane.ByNothing {
		lines[line{}] = make([][]vane.Mention, len(starts))
	}
	for _, m := range posts {
		if !q.Window.Contains(m.PublishedAt) || !carries(m, q.Tag) {
			continue
		}
		at := slices.IndexFunc(starts, func(s time.Time) bool { return s.Equal(q.Step.Floor(m.PublishedAt)) })
		for _, tag := range keys(m, q.Per) {
			for _, key := range keys(m, q.By) {
				l := line{vane.Tag(tag), key}
				if lines[l] == nil {
					lines[l] = make([][]vane.Mention, len(starts))
				}
				lines[l][at] = append(lines[l][at], m)
			}
		}
	}
	var series []vane.Series
	for l, buckets := range lines {
		s := vane.Series{Tag: l.tag, Key: l.key, Step: q.Step}
		for i, bucket := range buckets {
			s.Points = append(s.Points, point(starts[i], bucket))
		}
		series = append(series, s)
	}
	slices.SortFunc(series, func(a, b vane.Series) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Key, b.Key))
	})
	return series
}

func point(at time.Time, posts []vane.Mention) vane.Point {
	p := vane.Point{At: at, Posts: uint64(len(posts))}
	authors, texts := map[vane.ID]bool{}, map[uint64]bool{}
	for _, m := range posts {
		texts[m.Fingerprint] = true
		p.Engagement += m.Engagement.Damped()
		if m.Sensitive {
			p.Sensitive++
		}
		if m.AuthorKey.IsZero() {
			p.Authors++
		} else {
			authors[m.AuthorKey] = true
		}
		p.Sentiment += float64(m.Sentiment) / float64(len(posts))
	}
	p.Authors += uint64(len(authors))
	p.Texts = uint64(len(texts))
	return p
}

// check asks for a trend and compares it with the count by hand.
func check(t rapid.TB, s *storage.Store, q vane.TrendQuery, posts []vane.Mention) {
	t.Helper()
	got, err := s.Trend(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(count(posts, q), got, cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Fatalf("%+v (-counted by hand +stored)\n%s", q, diff)
	}
}

// compareSome asks for one trend, any.
func compareSome(t *rapid.T, s *storage.Store, w vane.Window, posts []vane.Mention) {
	check(t, s, vane.TrendQuery{
		Tag: rapid.SampledFrom([]vane.Tag{"", "ticketing", "telecom.refund"}).Draw(t, "tag"), Window: w,
		Step: rapid.SampledFrom(vane.Steps()).Draw(t, "step"),
		By:   rapid.SampledFrom(append(vane.Dimensions(), vane.ByNothing)).Draw(t, "by"),
		Per:  rapid.SampledFrom([]vane.Dimension{vane.ByNothing, vane.ByTag, vane.ByDomain}).Draw(t, "per"),
	}, posts)
}

// compare asks for every trend and compares it with the count by hand.
func compare(t rapid.TB, s *storage.Store, w vane.Window, posts []vane.Mention) {
	t.Helper()
	for i, by := range append(vane.Dimensions(), vane.ByNothing) {
		for j, tag := range []vane.Tag{"", "ticketing", "telecom.refund"} {
			per := []vane.Dimension{vane.ByNothing, vane.ByTag, vane.ByDomain}[(i+j)%3]
			q := vane.TrendQuery{Tag: tag, Window: w, Step: vane.Steps()[(i+2*j)%3], By: by, Per: per}
			check(t, s, q, posts)
		}
	}
	facts, err := s.Facts(context.Background(), vane.Node{Tag: "ticketing"}, w)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(factsOf(posts, "ticketing", w), facts, cmpopts.IgnoreFields(vane.Facts{}, "Evidence", "Sketches"), cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Fatalf("facts (-counted by hand +stored)\n%s", diff)
	}
}

func factsOf(posts []vane.Mention, tag vane.Tag, w vane.Window) vane.Facts {
	posts = slices.DeleteFunc(slices.Clone(posts), func(m vane.Mention) bool { return !w.Contains(m.PublishedAt) || !carries(m, tag) })
	sources, regions := map[string]bool{}, map[string]bool{}
	for _, m := range posts {
		sources[m.Source] = true
		if m.Region != "" {
			regions[m.Region] = true
		}
	}
	p := point(w.From, posts)
	return vane.Facts{
		Posts: p.Posts, Sensitive: p.Sensitive, Authors: p.Authors, Texts: p.Texts, Sources: uint64(len(sources)),
		Regions: uint64(len(regions)), Reach: p.Engagement,
	}
}

// history is what happened to a world's posts, and what must be counted of it.
type history struct {
	world     world
	store     *storage.Store
	delivered []vane.Mention
	pending   [][]vane.Mention // batches that were cut off, and come again
	forgotten map[vane.ID]bool // posts and authors
	killed    bool
}

func (h *history) insert(t rapid.TB, batch []vane.Mention) {
	t.Helper()
	if err := h.store.Insert(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	h.count(batch)
}

// count keeps what was stored.
func (h *history) count(batch []vane.Mention) {
	for _, m := range batch {
		if !h.forgotten[m.AuthorKey] {
			h.delivered = append(h.delivered, m)
		}
	}
}

// nonce is a post of no world.
func nonce(w world) []vane.Mention { return []vane.Mention{mention(w.name(), time.Unix(0, 0))} }

// posts are those that count. Until a batch that was cut off is there, nobody can say.
func (h *history) posts() []vane.Mention {
	return slices.DeleteFunc(latest(h.delivered), func(m vane.Mention) bool { return h.forgotten[m.ID] })
}

// retag is what vane retag does: the newest taxonomy's tags for posts as they are
// stored.
func (h *history) retag(t *rapid.T) {
	posts := h.posts()
	if len(posts) == 0 {
		return
	}
	slices.SortFunc(posts, func(a, b vane.Mention) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	var batch []vane.Mention
	for _, m := range rapid.SliceOfN(rapid.SampledFrom(posts), 1, 4).Draw(t, "retagged") {
		other := h.world.mention(t)
		m.Tags, m.Sensitive, m.TaxonomyVersion = other.Tags, other.Sensitive, newestTaxonomy
		batch = append(batch, m)
	}
	h.insert(t, batch)
}

func (h *history) forget(t *rapid.T) {
	if len(h.forgotten) > 0 {
		return // once is enough: it takes as long as all the rest
	}
	ids := []vane.ID{h.world.mention(t).ID}
	authors := []vane.ID{vane.NewAuthorKey([]byte("key"), h.world.name(), "3")}
	if len(h.pending) == 0 && rapid.Bool().Draw(t, "the author") { // of a batch that is cut off, nobody knows who is in it
		ids = nil
	} else {
		authors = nil
	}
	if _, err := h.store.Forget(context.Background(), ids, authors); err != nil {
		t.Fatal(err)
	}
	// Every post that the author wrote in some version that counted is gone for good.
	for _, m := range h.posts() {
		if slices.Contains(authors, m.AuthorKey) {
			h.forgotten[m.ID] = true
		}
	}
	for _, id := range append(ids, authors...) {
		h.forgotten[id] = true
	}
}

// kill ends the engine's process while a batch is on its way, and delivers the batch
// until it is taken.
func (h *history) kill(t *rapid.T, outer *testing.T) {
	batch := rapid.SliceOfN(rapid.Custom(h.world.mention), 1, 6).Draw(t, "batch")
	wait := time.Duration(rapid.IntRange(0, 40).Draw(t, "milliseconds")) * time.Millisecond
	if h.killed || !rapid.Bool().Draw(t, "really") {
		return // once is enough: a start takes seconds
	}
	h.killed = true
	dead := make(chan bool)
	go func() {
		defer close(dead)
		time.Sleep(wait)
		storagetest.Kill(outer)
	}()
	taken := h.store.Insert(context.Background(), batch) == nil
	<-dead
	for {
		if err := h.store.Insert(context.Background(), nonce(h.world)); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond) // until it runs again; the test's own time limit ends this
	}
	if taken {
		h.count(batch) // and not delivered again: it must be there
		return
	}
	h.insert(t, batch)
}

func (h *history) rollup(t rapid.TB) {
	t.Helper()
	if _, err := h.store.Rollup(context.Background(), endOfTime); err != nil {
		t.Fatal(err)
	}
}

// endOfTime is after every world.
var endOfTime = time.Date(2105, 1, 1, 0, 0, 0, 0, time.UTC)

// The taxonomies that tag the worlds' posts, the older first.
const (
	oldTaxonomy    = 1
	newestTaxonomy = 3
)

// meetTaxonomies has a store meet the taxonomies in their order.
func meetTaxonomies(t testing.TB, s *storage.Store) {
	t.Helper()
	for taxonomy := uint32(oldTaxonomy); taxonomy <= newestTaxonomy; taxonomy++ {
		m := mention("tagged by an old taxonomy", time.Unix(0, 0))
		m.TaxonomyVersion = taxonomy
		insert(t, s, m)
	}
}

// TestEveryPostCountsOnce delivers posts in random batches: duplicates, edits that
// move them in time, deletions, older versions after newer ones, older taxonomies
// after newer ones, batches that were cut off by a crash and come again later; it
// kills the engine within a batch, retags, forgets, and counts hours ahead. After every step that leaves no batch cut
// off, trends must be what one would count by hand.
func TestEveryPostCountsOnce(t *testing.T) {
	s := storagetest.New(t)
	meetTaxonomies(t, s)
	outer := t
	var worlds atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(worlds.Add(1))
		h := &history{world: w, store: s, forgotten: map[vane.ID]bool{}}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				if len(h.pending) == 0 {
					compareSome(t, s, w.window(), h.posts())
				}
			},
			"deliver": func(t *rapid.T) {
				h.insert(t, rapid.SliceOfN(rapid.Custom(w.mention), 1, 6).Draw(t, "batch"))
			},
			"deliver again": func(t *rapid.T) {
				if len(h.delivered) > 0 {
					h.insert(t, rapid.SliceOfN(rapid.SampledFrom(h.delivered), 1, 4).Draw(t, "batch"))
				}
			},
			"crash": func(t *rapid.T) {
				batch := rapid.SliceOfN(rapid.Custom(w.mention), 1, 6).Draw(t, "batch")
				if err := s.InsertAndDie(context.Background(), batch, rapid.Bool().Draw(t, "posts"), rapid.Bool().Draw(t, "tombstones")); err != nil {
					t.Fatal(err)
				}
				h.pending = append(h.pending, batch)
			},
			"retry": func(t *rapid.T) {
				if len(h.pending) > 0 {
					h.insert(t, h.pending[0])
					h.pending = h.pending[1:]
				}
			},
			"kill -9":  func(t *rapid.T) { h.kill(t, outer) },
			"retag":    h.retag,
			"forget":   h.forget,
			"count up": func(t *rapid.T) { h.rollup(t) },
		})
		for _, batch := range h.pending {
			h.insert(t, batch)
		}
		h.rollup(t)
		compare(t, s, w.window(), h.posts())
	})
}

// TestCrossingInserts delivers the same posts from several goroutines at once. No
// two versions are collected in one moment, so the result does not depend on order.
func TestCrossingInserts(t *testing.T) {
	s := storagetest.New(t)
	meetTaxonomies(t, s)
	w := newWorld(0)
	var all []vane.Mention
	for i, m := range rapid.SliceOfN(rapid.Custom(w.mention), 200, 200).Example(1) {
		m.CollectedAt = w.base.Add(time.Duration(i) * time.Millisecond)
		all = append(all, m)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 10 {
				at := (worker*37 + i*53) % len(all)
				if err := s.Insert(t.Context(), all[at:min(at+20, len(all))]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var delivered []vane.Mention
	for worker := range 8 {
		for i := range 10 {
			at := (worker*37 + i*53) % len(all)
			delivered = append(delivered, all[at:min(at+20, len(all))]...)
		}
	}
	compare(t, s, w.window(), latest(delivered))
}

func TestModelCountsByHand(t *testing.T) {
	old, moved := mention("a", noon), mention("a", noon.Add(time.Hour))
	moved.CollectedAt = moved.CollectedAt.Add(time.Millisecond)
	q := vane.TrendQuery{Window: vane.Window{From: noon, To: noon.Add(2 * time.Hour)}, Step: vane.Hourly}
	got := count(latest([]vane.Mention{moved, old}), q)
	if len(got) != 1 || got[0].Points[0].Posts != 0 || got[0].Points[1].Posts != 1 || math.Abs(got[0].Points[1].Sentiment+0.75) > 1e-9 {
		t.Errorf("the model counts %+v", got)
	}
}
