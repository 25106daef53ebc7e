package storage_test

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// fold stands for nlp's here: the tests' texts know two characters.
func fold(s string) string {
	return strings.ToLower(strings.NewReplacer("費", "费", "，", ",").Replace(s))
}

// folded completes a mention as nlp does.
func folded(m vane.Mention) vane.Mention {
	m.Folded = ""
	f := fold(m.Body())
	if f != m.Body() {
		m.Folded = f
	}
	h := fnv.New64a()
	h.Write([]byte(m.Body()))
	m.Fingerprint = h.Sum64()
	return m
}

// said is a post of these words.
func said(name, text string, published time.Time) vane.Mention {
	m := mention(name, published)
	m.Title, m.Text = "", text
	return folded(m)
}

// group is alternatives: "a|b".
func group(s string) (terms []vane.Term) {
	for word := range strings.SplitSeq(s, "|") {
		terms = append(terms, vane.Term{Text: word, Folded: fold(word)})
	}
	return terms
}

// expression is "a|b +c -d|e", groups apart by spaces.
func expression(s string) (x vane.Expression) {
	for part := range strings.FieldsSeq(s) {
		if rest, ok := strings.CutPrefix(part, "-"); ok {
			x.None = append(x.None, group(rest)...)
		} else {
			x.All = append(x.All, group(strings.TrimPrefix(part, "+")))
		}
	}
	return x
}

// names are the posts of a page by what mention called them.
func names(posts []vane.Mention) (names []string) {
	for _, m := range posts {
		names = append(names, strings.TrimPrefix(m.URL, "http://forum.test/"))
	}
	return names
}

func search(t testing.TB, s *storage.Store, q vane.SearchQuery) vane.SearchPage {
	t.Helper()
	q.Limit = cmp.Or(q.Limit, 100)
	page, err := s.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestSearch(t *testing.T) {
	s := storagetest.New(t)
	insert(t, s,
		said("pillar", "花一千块买到柱子票，要求退款", noon),
		said("wall", "墙根票不赔偿，转发抽奖", noon.Add(-time.Hour)),
		said("traditional", "健身卡退費難", noon.Add(-2*time.Hour)),
		said("latin", "我的IPHONE黑屏", noon.Add(-3*time.Hour)),
		said("apart", "柱子边上有票", noon.Add(-4*time.Hour)),
		said("surrogate", "退款🙂😂", noon.Add(-5*time.Hour)),
	)
	for x, want := range map[string]string{
		"柱子票":     "pillar",
		"柱子票|墙根票": "pillar wall",
		"柱子票|墙根票 +退款|赔偿 -转发抽奖": "pillar",
		"票":                    "pillar wall apart",
		"票 -柱":                 "wall",
		"退费":                   "traditional",
		"退費":                   "traditional",
		"費":                    "traditional",
		"iPhone":               "latin",
		"iphone|柱子票":           "pillar latin",
		"子票":                   "pillar",
		"柱子 +票":                "pillar apart",
		"退款 +款|费 +柱|子 +票 +一|千": "pillar",
		"票|退费":                 "pillar wall traditional apart",
		"🙂😂":                   "surrogate",
		"票，":                   "pillar",
		"票,":                   "pillar",
		"没有人说过这个":              "",
		"退款 -退款":               "",
		"":                     "pillar wall traditional latin apart surrogate",
		"-票|退":                 "latin",
		"柱子%":                  "",
		"_子票":                  "",
	} {
		if got := strings.Join(names(search(t, s, vane.SearchQuery{Expression: expression(x)}).Posts), " "); got != want {
			t.Errorf("%s\n got %s\nwant %s", x, got, want)
		}
	}
}

func TestSearchFilters(t *testing.T) {
	s := storagetest.New(t)
	weibo := said("weibo", "柱子票", noon)
	weibo.Channel, weibo.Source, weibo.Region, weibo.Voice = vane.Weibo, "weibo-a", "广东", vane.Media
	weibo.Entities.Brands, weibo.Tags = []string{"猫眼"}, []vane.TagMatch{{ID: "telecom.refund"}}
	insert(t, s, said("forum", "柱子票", noon.Add(-time.Hour)), weibo)
	for _, c := range []struct {
		filter vane.Filter
		want   string
	}{
		{vane.Filter{}, "weibo forum"},
		{vane.Filter{Channels: []vane.Channel{vane.Weibo}}, "weibo"},
		{vane.Filter{Channels: []vane.Channel{vane.Weibo, vane.Forum}}, "weibo forum"},
		{vane.Filter{Sources: []string{"forum-a"}}, "forum"},
		{vane.Filter{Regions: []string{"广东"}}, "weibo"},
		{vane.Filter{Brands: []string{"大麦", "别的"}}, "forum"},
		{vane.Filter{Voices: []vane.Voice{vane.Media}}, "weibo"},
		{vane.Filter{Tags: []vane.Tag{"ticketing"}}, "forum"},
		{vane.Filter{Tags: []vane.Tag{"ticketing.refund", "telecom"}}, "weibo forum"},
		{vane.Filter{Tags: []vane.Tag{"gone.tag"}}, ""},
		{vane.Filter{Window: vane.Window{From: noon, To: noon.Add(1)}}, ""}, // kept in milliseconds
		{vane.Filter{Window: vane.Window{From: noon, To: noon.Add(time.Millisecond)}}, "weibo"},
		{vane.Filter{Window: vane.Window{From: noon.Add(-time.Hour), To: noon}}, "forum"},
	} {
		if got := strings.Join(names(search(t, s, vane.SearchQuery{Expression: expression("柱子票"), Filter: c.filter}).Posts), " "); got != c.want {
			t.Errorf("%+v\n got %s\nwant %s", c.filter, got, c.want)
		}
	}
}

// TestSearchJudgesTheNewestVersion: what was edited away is not found, what has moved
// is found once, what was deleted at its source is found and says so.
func TestSearchJudgesTheNewestVersion(t *testing.T) {
	s := storagetest.New(t)
	insert(t, s, said("edited", "柱子票", noon), said("moved", "柱子票", noon), said("gone", "柱子票", noon))
	edited, moved, gone := said("edited", "别的话", noon), said("moved", "柱子票", noon.AddDate(0, -2, 0)), said("gone", "柱子票", noon)
	gone.GoneAt = noon.Add(time.Minute)
	for _, m := range []*vane.Mention{&edited, &moved, &gone} {
		m.CollectedAt = noon.Add(time.Minute)
	}
	insert(t, s, edited, moved, gone)
	for _, sort := range []vane.SearchSort{vane.ByTime, vane.ByRelevance, vane.ByEngagement} {
		posts := search(t, s, vane.SearchQuery{Expression: expression("柱子票"), Sort: sort}).Posts
		if got := strings.Join(names(posts), " "); got != "gone moved" {
			t.Errorf("by %s: %s", sort, got)
		} else if !posts[0].GoneAt.Equal(gone.GoneAt) {
			t.Errorf("by %s: gone at %s", sort, posts[0].GoneAt)
		}
	}
	if got := names(search(t, s, vane.SearchQuery{Expression: expression("别的话")}).Posts); len(got) != 1 {
		t.Errorf("the newest text is found %d times", len(got))
	}
	facets, err := s.Facets(t.Context(), vane.SearchQuery{Expression: expression("柱子票")})
	if err != nil || facets.Posts != 2 || !facets.First.Equal(moved.PublishedAt) {
		t.Errorf("%+v, %v", facets, err)
	}
}

func TestSearchOrders(t *testing.T) {
	s := storagetest.New(t)
	often := said("often", "退款退款退款", noon.Add(-time.Hour))
	titled := said("titled", strings.Repeat("别的话", 30), noon.Add(-2*time.Hour))
	titled.Title = "退款退款"
	liked := said("liked", "退款"+strings.Repeat("别的话", 200), noon.Add(-3*time.Hour))
	liked.Engagement = vane.Engagement{Likes: 1000}
	viewed := said("viewed", "退款"+strings.Repeat("别的话", 100), noon.Add(-4*time.Hour))
	viewed.Engagement = vane.Engagement{Views: 50_000}
	insert(t, s, often, folded(titled), liked, viewed, said("new", "退款"+strings.Repeat("别的话", 300), noon))
	for sort, want := range map[vane.SearchSort]string{
		"":                "new often titled liked viewed",
		vane.ByTime:       "new often titled liked viewed",
		vane.ByRelevance:  "titled often viewed liked new",
		vane.ByEngagement: "liked viewed new often titled",
	} {
		if got := strings.Join(names(search(t, s, vane.SearchQuery{Expression: expression("退款"), Sort: sort}).Posts), " "); got != want {
			t.Errorf("by %s\n got %s\nwant %s", sort, got, want)
		}
	}
}

// pages collects all pages of a search, storing something new between them.
func pages(t testing.TB, s *storage.Store, q vane.SearchQuery, between func()) (all []vane.Mention) {
	t.Helper()
	for n := 0; n < 1000; n++ {
		page := search(t, s, q)
		all = append(all, page.Posts...)
		if page.Next == "" {
			return all
		}
		if len(page.Posts) != q.Limit {
			t.Fatalf("a page of %d posts, not %d, has another behind it", len(page.Posts), q.Limit)
		}
		q.After = page.Next
		between()
	}
	t.Fatal("there is always another page")
	return nil
}

// TestPagesAreStable stores posts before and behind the place of every page, and old
// versions among them: what was there is given once.
func TestPagesAreStable(t *testing.T) {
	s := storagetest.New(t)
	var want, batch []vane.Mention
	for i := range 40 {
		m := said(fmt.Sprint("post", i), "柱子票"+strings.Repeat("，", i%7), noon.Add(-time.Duration(i/3)*10*time.Minute))
		m.Engagement = vane.Engagement{Likes: uint64(i % 5)}
		old := said(fmt.Sprint("edited", i), "柱子票", m.PublishedAt)
		want, batch = append(want, m), append(batch, m, old)
	}
	insert(t, s, batch...)
	for i := range batch {
		batch[i].CollectedAt = noon.Add(time.Second)
		if strings.Contains(batch[i].URL, "edited") {
			batch[i].Text, batch[i].Folded = "不说了", ""
		}
	}
	insert(t, s, batch...)
	n := 0
	for _, sort := range []vane.SearchSort{vane.ByTime, vane.ByRelevance, vane.ByEngagement} {
		var late []vane.Mention
		all := pages(t, s, vane.SearchQuery{Expression: expression("柱子票"), Sort: sort, Limit: 9}, func() {
			n++
			newer := said(fmt.Sprint("newer", n), "柱子票", noon.Add(time.Duration(n)*time.Minute))
			newer.Engagement.Likes = 1000
			late = append(late, newer)
			insert(t, s, newer)
		})
		if got := names(all); !slices.Equal(slices.Sorted(slices.Values(names(want))), slices.Sorted(slices.Values(got))) {
			t.Errorf("by %s: the pages hold %d posts %v, want %d", sort, len(got), got, len(want))
		}
		want = append(want, late...)
	}
}

// TestNoResultIsMissed compares random searches with a plain comparison of every
// text, in both forms, over random posts, edits and parts of the table.
func TestNoResultIsMissed(t *testing.T) {
	s := storagetest.New(t)
	meetTaxonomies(t, s)
	characters := []rune("退费費款柱子票墙，Aa1 🙂")
	text := rapid.StringOfN(rapid.SampledFrom(characters), 0, 8, -1)
	word := rapid.StringOfN(rapid.SampledFrom(characters), 1, 3, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
	terms := rapid.SliceOfN(rapid.Map(word, func(s string) vane.Term { return vane.Term{Text: s, Folded: fold(s)} }), 1, 3)
	var checks atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(checks.Add(1))
		var delivered []vane.Mention
		for range rapid.IntRange(1, 3).Draw(t, "batches") {
			batch := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) vane.Mention {
				m := w.mention(t)
				m.Title, m.Text = text.Draw(t, "title"), text.Draw(t, "text")
				return folded(m)
			}), 1, 20).Draw(t, "batch")
			if err := s.Insert(context.Background(), batch); err != nil {
				t.Fatal(err)
			}
			delivered = append(delivered, batch...)
			if rapid.Bool().Draw(t, "indexed") { // else as an insert leaves it
				if err := s.Index(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
		}
		posts := latest(delivered)
		for range 5 {
			x := vane.Expression{All: rapid.SliceOfN(terms, 0, 5).Draw(t, "all")}
			if rapid.Bool().Draw(t, "excludes") {
				x.None = terms.Draw(t, "none")
			}
			q := vane.SearchQuery{Expression: x, Filter: vane.Filter{Window: w.window()}, Limit: rapid.IntRange(1, 9).Draw(t, "limit")}
			q.Sort = rapid.SampledFrom([]vane.SearchSort{vane.ByTime, vane.ByRelevance, vane.ByEngagement}).Draw(t, "sort")
			got := ids(allPages(t, s, q))
			if diff := gocmp.Diff(ids(saying(posts, x, w.window())), got); diff != "" {
				t.Fatalf("%+v (-compared +found)\n%s", x, diff)
			}
			facets, err := s.Facets(context.Background(), q)
			if err != nil || int(facets.Posts) != len(got) {
				t.Fatalf("%+v: %d posts are found, the facets count %d, %v", x, len(got), facets.Posts, err)
			}
		}
	})
}

func allPages(t *rapid.T, s *storage.Store, q vane.SearchQuery) (all []vane.Mention) {
	for {
		page, err := s.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Posts...)
		if q.After = page.Next; q.After == "" {
			return all
		}
	}
}

// ids are the posts' names, sorted.
func ids(posts []vane.Mention) []string {
	names := []string{}
	for _, m := range posts {
		names = append(names, m.ID.String())
	}
	slices.Sort(names)
	return names
}

// saying compares every text.
func saying(posts []vane.Mention, x vane.Expression, w vane.Window) []vane.Mention {
	says := func(m vane.Mention, terms []vane.Term) bool {
		return slices.ContainsFunc(terms, func(t vane.Term) bool {
			return strings.Contains(m.Title, t.Text) || strings.Contains(m.Text, t.Text) || strings.Contains(fold(m.Body()), t.Folded)
		})
	}
	return slices.DeleteFunc(slices.Clone(posts), func(m vane.Mention) bool {
		for _, group := range x.All {
			if !says(m, group) {
				return true
			}
		}
		return !w.Contains(m.PublishedAt) || says(m, x.None)
	})
}

// TestSearchInjection gives every parameter what would break out of a statement.
func TestSearchInjection(t *testing.T) {
	s := storagetest.New(t)
	evils := []string{
		"'; DROP TABLE posts; --", "') OR 1=1 --", `\`, `\'`, `\\'`, `"`, "['a']", "]", "[]", "{from:Int64}", "a\tb\nc\r", "nul\x00", "\xff\xfe",
		"%", "_", "NULL", "\\N", "`", "$$", "''", "/*", "a,b", "😀'",
	}
	var batch []vane.Mention
	for _, evil := range evils {
		m := said(evil, "说"+evil+"了", noon.Add(-time.Hour))
		m.Source, m.Channel, m.Region, m.Voice, m.Entities.Brands = evil, vane.Channel(evil), evil, vane.Voice(evil), []string{evil}
		m.Tags = []vane.TagMatch{{ID: vane.Tag("x." + evil)}}
		batch = append(batch, m)
	}
	insert(t, s, batch...)
	for i, evil := range evils {
		text := "说" + evil + "了"
		term := []vane.Term{{Text: text, Folded: fold(text)}}
		twice := vane.Term{Text: text + text, Folded: text + text}
		all := vane.Filter{
			Sources: []string{evil}, Channels: []vane.Channel{vane.Channel(evil)}, Regions: []string{evil}, Brands: []string{evil},
			Voices: []vane.Voice{vane.Voice(evil)}, Tags: []vane.Tag{vane.Tag("x." + evil)},
		}
		x := vane.Expression{All: [][]vane.Term{term, term, term, term}, None: []vane.Term{twice}}
		for _, q := range []vane.SearchQuery{{Filter: all}, {Expression: x, Sort: vane.ByRelevance}} {
			if page := search(t, s, q); len(page.Posts) != 1 || page.Posts[0].ID != batch[i].ID {
				t.Errorf("%q: %+v finds %v", evil, q, names(page.Posts))
			}
		}
		for _, q := range []vane.SearchQuery{{Limit: 1, After: evil}, {Limit: 1, Sort: vane.SearchSort(evil)}} {
			if page, err := s.Search(t.Context(), q); err == nil {
				t.Errorf("%q is taken in %+v: %d posts", evil, q, len(page.Posts))
			}
		}
	}
}

func TestSearchRefuses(t *testing.T) {
	s := storagetest.New(t)
	many := make([]vane.Term, 300)
	for i := range many {
		many[i] = vane.Term{Text: fmt.Sprint("词", i), Folded: fmt.Sprint("词", i)}
	}
	for _, c := range []struct {
		q    vane.SearchQuery
		want string
	}{
		{vane.SearchQuery{}, "search for 0 posts at once: ask for 1 to 1000"},
		{vane.SearchQuery{Limit: 1001}, "search for 1001 posts at once"},
		{vane.SearchQuery{Limit: 1, Sort: "random"}, `order "random" is unknown: use "time"`},
		{vane.SearchQuery{Limit: 1, After: "relevance.1.2.00000000000000000000000000000000.0"}, "in order of time: no place in this order"},
		{vane.SearchQuery{Limit: 1, After: "time.1.x.00000000000000000000000000000000.0"}, "in order of time: no place in this order"},
		{vane.SearchQuery{Limit: 1, After: "time.1.2.0"}, "in order of time: no place in this order"},
		{vane.SearchQuery{Limit: 1, After: "time.1.2.00000000000000000000000000000000.x"}, "in order of time: no place in this order"},
		{vane.SearchQuery{Limit: 1, Filter: vane.Filter{Window: vane.Window{From: noon, To: noon}}}, "from must be earlier than to"},
		{vane.SearchQuery{Limit: 1, Expression: vane.Expression{All: [][]vane.Term{many}}}, "search for any of 300 words: at most 255"},
		{vane.SearchQuery{Limit: 1, Expression: vane.Expression{None: []vane.Term{{}}}}, "search for an empty word"},
		{vane.SearchQuery{Limit: 1, Expression: vane.Expression{All: groups(10_000)}}, "search for 10000 groups of words at once: at most 100"},
	} {
		if _, err := s.Search(t.Context(), c.q); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v\n got %v\nwant %s", c.q, err, c.want)
		}
	}
}

// TestQueriesAreWhole: every query has what it includes, and all searches mean the same
// posts by their filters.
func TestQueriesAreWhole(t *testing.T) {
	files, err := filepath.Glob("queries/*.sql")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		if strings.Contains(storage.QueryText(name), "-- include") {
			t.Errorf("%s: a line that should stand for another file is none", file)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "search_") && name != "search_span" && !strings.Contains(string(text), "-- include _meant\n") {
			t.Errorf("%s does not include _meant", file)
		}
	}
}
