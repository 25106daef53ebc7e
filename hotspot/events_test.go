package hotspot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vane"
)

// said is a post of a day after monday.
func said(id string, day int, title, text string) vane.Mention {
	return vane.Mention{Post: vane.Post{
		ID: vane.NewPostID("test", id), Source: "test", Title: title, Text: text, AuthorKey: vane.NewAuthorKey([]byte("s"), "test", id),
		PublishedAt: monday.Add(time.Duration(day) * 24 * time.Hour),
	}}
}

func idOf(id string) vane.ID { return vane.NewPostID("test", id) }

// talk is the everyday posts that teach what is common.
func talk(n int, seed uint64) []vane.Mention {
	r := rand.New(rand.NewPCG(seed, 1))
	var posts []vane.Mention
	for i := range n {
		var text strings.Builder
		for range 60 {
			text.WriteRune(rune(0x4E00 + r.IntN(400)))
		}
		m := said(fmt.Sprint("talk", seed, "-", i), 0, "", "请问有关部门什么时候能解决这个问题"+text.String())
		m.PublishedAt = monday.Add(time.Duration(i) * time.Minute)
		posts = append(posts, m)
	}
	return posts
}

// plant is the posts about one thing, in words of their own.
func plant() []vane.Mention {
	return []vane.Mention{
		said("p1", 1, "丽发新城小区旁建搅拌站", "丽发新城小区旁边建了一个混凝土搅拌站，噪音太大"),
		said("p2", 2, "投诉丽发新城附近搅拌站噪音", "搅拌站日夜施工，丽发新城的居民睡不着"),
		said("p3", 3, "环境污染", "丽发新城旁的搅拌站灰尘满天飞，孩子咳嗽，我们该怎么办"),
		said("s1", 3, "滨河苑捆绑销售车位", "买滨河苑的房子必须买车位，捆绑销售合法吗"),
		said("s2", 4, "滨河苑强制捆绑车位", "滨河苑开发商捆绑销售车位，不买车位不签合同"),
		said("s3", 5, "投诉滨河苑", "滨河苑买房要捆绑车位，违规销售"),
	}
}

// eventsOf clusters posts after everyday talk, each its own original.
func eventsOf(cfg EventConfig, words []vane.Correction, posts []vane.Mention) []vane.Event {
	es := NewEvents(cfg, words)
	for _, m := range talk(300, 1) {
		es.Learn(m)
	}
	for _, m := range posts {
		es.Add(m, m.ID)
	}
	return es.Changed()
}

func members(events []vane.Event) (all []string) {
	names := map[vane.ID]string{}
	for _, m := range plant() {
		for _, id := range []string{"p1", "p2", "p3", "s1", "s2", "s3"} {
			if idOf(id) == m.ID {
				names[m.ID] = id
			}
		}
	}
	for _, e := range events {
		var in []string
		for _, id := range e.Members {
			in = append(in, names[id])
		}
		all = append(all, strings.Join(in, " "))
	}
	return all
}

func TestPostsAboutOneThingAreOneEvent(t *testing.T) {
	events := eventsOf(DefaultEventConfig(), nil, plant())
	if diff := cmp.Diff([]string{"p1 p2 p3", "s1 s2 s3"}, members(events)); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	e := events[0]
	if e.ID != idOf("p1") || e.Title != "丽发新城小区旁建搅拌站" && e.Title != "投诉丽发新城附近搅拌站噪音" ||
		e.Posts != 3 || e.Authors != 3 || e.Texts != 3 || e.Sources != 1 || len(e.Timeline) != 3 || !e.From.Equal(monday.Add(24*time.Hour)) {
		t.Errorf("%+v", e)
	}
}

func TestAnalystsWordsAreKept(t *testing.T) {
	plain := eventsOf(DefaultEventConfig(), nil, plant())
	for _, c := range []struct {
		name  string
		words []vane.Correction
		want  []string
	}{
		{"merged", Merge(plain[0], plain[1]), []string{"p1 p2 p3 s1 s2 s3"}},
		{"split", Split(plain[0], []vane.ID{idOf("p3")}), []string{"p1 p2", "p3", "s1 s2 s3"}},
		{"split two", Split(plain[1], []vane.ID{idOf("s2"), idOf("s3")}), []string{"p1 p2 p3", "s1", "s2 s3"}},
		{"merged and thought better of", append(Merge(plain[0], plain[1]), vane.Correction{A: idOf("s1"), B: idOf("p1"), At: monday}), []string{"p1 p2 p3", "s1 s2 s3"}},
	} {
		cfg := DefaultEventConfig()
		cfg.MinPosts = 1
		if diff := cmp.Diff(c.want, members(eventsOf(cfg, c.words, plant()))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

// A merge of events that lie further apart than an event waits holds, too.
func TestMergeAcrossTheWindow(t *testing.T) {
	posts := plant()
	for i := range posts[3:] {
		posts[3+i].PublishedAt = posts[3+i].PublishedAt.AddDate(0, 8, 0)
	}
	words := []vane.Correction{{A: idOf("p1"), B: idOf("s1"), Together: true}}
	if diff := cmp.Diff([]string{"p1 p2 p3 s1 s2 s3"}, members(eventsOf(DefaultEventConfig(), words, posts))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAnEventEnds(t *testing.T) {
	posts := plant()[:3]
	late := said("late", 400, "丽发新城小区旁建搅拌站", "丽发新城小区旁边建了一个混凝土搅拌站，噪音太大")
	if e := eventsOf(DefaultEventConfig(), nil, append(posts, late)); len(e) != 1 || e[0].Posts != 3 {
		t.Errorf("%+v", e)
	}
}

// A copy is of the event of what it copies, and counts as one text.
func TestCopiesFollowTheirOriginal(t *testing.T) {
	es := NewEvents(DefaultEventConfig(), nil)
	first := said("a", 0, "通报", "某某公司的说明")
	for i := range 5 {
		m := first
		m.ID, m.AuthorKey = vane.NewPostID("test", fmt.Sprint(i)), vane.ID{}
		m.Source = fmt.Sprint("site", i)
		if i == 0 {
			first.ID = m.ID
		}
		m.Text += strings.Repeat("转", i)
		es.Add(m, first.ID)
		es.Add(m, first.ID) // again
	}
	e := es.Changed()
	if len(e) != 1 || e[0].Posts != 5 || e[0].Texts != 1 || e[0].Authors != 5 || e[0].Sources != 5 {
		t.Errorf("%+v", e)
	}
	if again := es.Changed(); len(again) != 0 {
		t.Errorf("unchanged events are given again: %+v", again)
	}
}

func TestCases(t *testing.T) {
	long := "我在这家店充了三千元会员卡，今年三月门店突然关门，打电话没有人接，老板也不见了，我要求退还剩下的两千四百元，至今没有任何答复，希望有关部门能管一管这样的商家，还我们消费者一个公道。"
	good := said("good", 0, "充卡后关门", long)
	good.Voice, good.Sensitive, good.Entities = vane.Complaint, true, vane.Entities{Amounts: []float64{3000}, Demands: []string{"退款"}}
	for _, c := range []struct {
		name string
		post func(m *vane.Mention)
		less bool // scores less than good, and more than nothing
		none bool
	}{
		{"as it is", func(*vane.Mention) {}, false, false},
		{"no sum, no demand", func(m *vane.Mention) { m.Entities = vane.Entities{} }, true, false},
		{"only talk", func(m *vane.Mention) { m.Voice, m.Sensitive = vane.Discussion, false }, true, false},
		{"nobody speaks", func(m *vane.Mention) { m.Text = strings.NewReplacer("我们", "", "我", "").Replace(m.Text) }, false, true},
		{"an advert", func(m *vane.Mention) { m.Voice = vane.Promotion }, false, true},
		{"a report", func(m *vane.Mention) { m.Voice = vane.Media }, false, true},
		{"too short", func(m *vane.Mention) { m.Text = "我被坑了" }, false, true},
		{"endless", func(m *vane.Mention) { m.Text = strings.Repeat(long, 20) }, false, true},
	} {
		m := good
		c.post(&m)
		got, best := caseScore(&m), caseScore(&good)
		if c.none != (got == 0) || c.less && got >= best {
			t.Errorf("%s: scores %v, the good one %v", c.name, got, best)
		}
	}
}

// TestMemoryIsBounded: one author who posts ten thousand times, and endless new
// things, fill no more than was configured.
func TestMemoryIsBounded(t *testing.T) {
	cfg := DefaultEventConfig()
	cfg.MaxOpen = 200
	es := NewEvents(cfg, nil)
	for i, m := range talk(3000, 2) {
		es.Add(m, m.ID)
		spam := said(fmt.Sprint("spam", i), 0, "广告", "加群领券加群领券加群领券")
		spam.AuthorKey, spam.PublishedAt = vane.NewAuthorKey([]byte("s"), "t", "spammer"), m.PublishedAt
		es.Add(spam, idOf("spam0"))
	}
	if len(es.open) > cfg.MaxOpen+1 || len(es.shelves) > cfg.MaxOpen*indexed {
		t.Errorf("%d events open, %d shelves", len(es.open), len(es.shelves))
	}
	held := 0
	for e := range es.open {
		held += len(e.Members)
	}
	if len(es.of) != held {
		t.Errorf("%d posts are known, %d are in open events", len(es.of), held)
	}
	spam := es.Changed()[0]
	if spam.Posts != 3000 || spam.Authors != 1 || spam.Texts != 1 {
		t.Errorf("%d posts of %d authors", spam.Posts, spam.Authors)
	}
}

// An event of more posts than it lists counts all of them and their authors, and holds
// none of them when it is over.
func TestLargeEventKeepsItsAccounts(t *testing.T) {
	const n = vane.MaxEventMembers + 1
	es := NewEvents(DefaultEventConfig(), nil)
	for i := range n {
		es.Add(said(fmt.Sprint("p", i), 0, "演出取消", "周屿演唱会取消"), idOf("p0"))
	}
	if e := es.Changed()[0]; e.Posts != n || e.Authors != n || len(e.Members) != vane.MaxEventMembers {
		t.Errorf("%d posts of %d authors, %d listed", e.Posts, e.Authors, len(e.Members))
	}
	es.Add(said("late", 400, "滨河苑捆绑销售车位", ""), idOf("late"))
	if len(es.of) != 1 || es.Has(idOf(fmt.Sprint("p", n-1))) {
		t.Errorf("%d posts are known, one is in an open event", len(es.of))
	}
}

// TestEventsKeepTheirAccounts: whatever comes in whatever order, every post is in one
// event at most, events count what they list, and the same input gives the same output.
func TestEventsKeepTheirAccounts(t *testing.T) {
	pool := slices.Concat(plant(), talk(40, 3))
	rapid.Check(t, func(t *rapid.T) {
		cfg := DefaultEventConfig()
		cfg.MinPosts, cfg.MaxOpen = 1, 100
		order := rapid.Permutation(pool).Draw(t, "order")
		var words []vane.Correction
		for range rapid.IntRange(0, 6).Draw(t, "corrections") {
			a, b := rapid.IntRange(0, 9).Draw(t, "a"), rapid.IntRange(0, 9).Draw(t, "b")
			words = append(words, vane.Correction{A: pool[a].ID, B: pool[b].ID, Together: rapid.Bool().Draw(t, "together")})
		}
		run := func() []vane.Event {
			es := NewEvents(cfg, words)
			for _, m := range order {
				es.Add(m, m.ID)
			}
			return es.Changed()
		}
		events := run()
		seen := map[vane.ID]bool{}
		for _, e := range events {
			if int(e.Posts) != len(e.Members) || e.ID != e.Members[0] || e.From.After(e.To) || e.Title == "" {
				t.Fatalf("%+v", e)
			}
			for _, id := range e.Members {
				if seen[id] {
					t.Fatalf("%s is in two events", id)
				}
				seen[id] = true
			}
		}
		if len(seen) != len(pool) {
			t.Fatalf("%d of %d posts are in events", len(seen), len(pool))
		}
		if diff := cmp.Diff(events, run()); diff != "" {
			t.Fatalf("the same posts give other events: %s", diff)
		}
	})
}

func FuzzFeatures(f *testing.F) {
	f.Add("丽发新城A2区k9县", "58车贷\xff\u202e")
	f.Fuzz(func(t *testing.T, title, text string) {
		m := vane.Mention{Post: vane.Post{Title: title, Text: text}}
		fs := featuresOf(nil, &m)
		r := newRarity()
		r.add(fs, nil)
		told := r.telling(fs)
		if len(told) > postFeatures || len(told) > 0 && (norm(told) < 0.99 || norm(told) > 1.01) {
			t.Errorf("%d features of length %v", len(told), norm(told))
		}
	})
}

func TestEventConfigValidate(t *testing.T) {
	if err := DefaultEventConfig().Validate(); err != nil {
		t.Error(err)
	}
	if err := (EventConfig{Similarity: 2}).Validate(); err == nil || !strings.Contains(err.Error(), "events.similarity") {
		t.Error(err)
	}
}

// What many write about in different ways begins as several events, and becomes one
// when they turn out to be alike; what the analyst took apart stays so.
func TestEventsUnite(t *testing.T) {
	var posts []vane.Mention
	for i := range 4 {
		posts = append(posts,
			said(fmt.Sprint("a", i), i, "", "周屿演唱会滨江体育馆内场全是柱子挡着舞台，主办方不退票"+string(rune(0x7000+i))),
			said(fmt.Sprint("b", i), i, "", "周屿演唱会滨江体育馆看台前排站起来，什么都听不清，音响太差"+string(rune(0x7100+i))))
	}
	cfg := DefaultEventConfig()
	cfg.Similarity = 0.5 // so that they begin apart
	for _, c := range []struct {
		words  []vane.Correction
		events int
	}{{nil, 1}, {[]vane.Correction{{A: idOf("a0"), B: idOf("b0")}}, 2}} {
		es := NewEvents(cfg, c.words)
		for _, m := range talk(300, 1) {
			es.Learn(m)
		}
		for _, m := range posts {
			es.Add(m, m.ID)
		}
		events := es.Changed()
		if es.number != 2 || len(events) != c.events || len(es.Gone()) != 2-c.events {
			t.Errorf("with %v: %d events of %d", c.words, len(events), es.number)
		}
		var posts uint64
		for _, e := range events {
			posts += e.Posts
		}
		if posts != 8 {
			t.Errorf("%d of 8 posts are in events", posts)
		}
	}
}
