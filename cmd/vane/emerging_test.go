package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/crawler/samplesite"
	"vane/hotspot"
	"vane/nlp"
)

// without is a taxonomy that has never heard of a word.
func without(tax nlp.Taxonomy, word string) nlp.Taxonomy {
	drop := func(list []string) []string {
		var kept []string
		for _, s := range list {
			s = strings.NewReplacer("|"+word, "", word+"|", "").Replace(s)
			if !strings.Contains(s, word) {
				kept = append(kept, s)
			}
		}
		return kept
	}
	other := slices.Clone(tax)
	for f := range other {
		other[f].Issues = slices.Clone(other[f].Issues)
		groups := map[string][]string{}
		for name, words := range other[f].Groups {
			groups[name] = drop(words)
		}
		other[f].Groups = groups
		for i := range other[f].Issues {
			is := &other[f].Issues[i]
			is.Terms, is.Rules, is.Strong = drop(is.Terms), drop(is.Rules), drop(is.Strong)
			is.Exclude, is.Negatable = drop(is.Exclude), drop(is.Negatable)
		}
	}
	return other
}

// emerged is the emerging words among posts, in [from, to) and before, copies left out.
func emerged(t *testing.T, analyzer *nlp.Analyzer, posts []vane.Post, from, to time.Time) []vane.EmergingWord {
	t.Helper()
	words := hotspot.NewWords(hotspot.DefaultWordConfig(), analyzer.Knows, notProposed(analyzer, nil))
	copies := nlp.NewReprints(nlp.DefaultReprints)
	var before, window []vane.Mention
	for _, p := range posts {
		m := analyzer.Analyze(p)
		if copies.Add(m.ID, m.Sketch) != m.ID {
			continue
		}
		switch text := nlp.Fold(m.Body()).Text; {
		case p.PublishedAt.Before(from.Add(-wordsBefore)) || !p.PublishedAt.Before(to):
		case p.PublishedAt.Before(from):
			words.Before(&m, text)
			before = append(before, m)
		default:
			words.Count(&m, text)
			window = append(window, m)
		}
	}
	for i := range window {
		words.Examine(&window[i], nlp.Fold(window[i].Body()).Text)
	}
	for i := range before {
		words.Compare(&before[i], nlp.Fold(before[i].Body()).Text)
	}
	return words.Emerging(wordsListed)
}

// unaware is an analyzer whose taxonomy has never heard of a word.
func unaware(t *testing.T, word string) *nlp.Analyzer {
	t.Helper()
	a := shippedApp(t)
	tax, err := a.cfg.taxonomy()
	if err != nil {
		t.Fatal(err)
	}
	analyzer, err := a.newAnalyzer(without(tax, word))
	if err != nil {
		t.Fatal(err)
	}
	if analyzer.Knows(word) || len(analyzer.AnalyzeText(word).Tags) > 0 {
		t.Fatalf("%s is known after all", word)
	}
	return analyzer
}

// sitePosts are the posts of the sample site.
func sitePosts(site *samplesite.Site) (posts []vane.Post) {
	for _, p := range site.Posts() {
		posts = append(posts, vane.Post{
			ID: vane.NewPostID(p.Source, p.NativeID), Source: p.Source, Title: p.Title, Text: p.Text, PublishedAt: p.Published,
			AuthorKey: vane.NewAuthorKey([]byte("test"), p.Source, p.Author),
		})
	}
	return posts
}

// proposed finds a word among the first of a list.
func proposed(t *testing.T, words []vane.EmergingWord, word string, first int) vane.EmergingWord {
	t.Helper()
	for _, w := range words[:min(first, len(words))] {
		if w.Word == word {
			return w
		}
	}
	var list []string
	for _, w := range words {
		list = append(list, w.Word)
	}
	t.Fatalf("%s is not among the first %d of %v", word, first, list)
	return vane.EmergingWord{}
}

// In the burst of the sample site, 柱子票 would be proposed to a taxonomy that does not
// have it, with the issue.
func TestWordOfABurstIsProposed(t *testing.T) {
	site := samplesite.New(time.Now().UTC(), sampleSeed, samplesite.DefaultPosts)
	burst := site.Bursts()[0]
	words := emerged(t, unaware(t, "柱子票"), sitePosts(site), burst.From, burst.To)
	w := proposed(t, words, "柱子票", 5)
	if w.Known || w.Issue != "ticketing.pillar_seat" || len(w.Samples) != 3 || w.First.Before(burst.From) || w.Score < 10 {
		t.Errorf("%+v", w)
	}
}

// 墙根票 is proposed when some twelve people have written it, before anyone knows it.
func TestNewWordIsProposedBeforeAnyoneKnowsIt(t *testing.T) {
	now := time.Now().UTC()
	site := samplesite.New(now, sampleSeed, samplesite.DefaultPosts)
	posts := slices.DeleteFunc(sitePosts(site), func(p vane.Post) bool { return strings.Contains(nlp.Fold(p.Title+p.Text).Text, "墙根") })
	for i, text := range []string{
		"昨晚的演唱会买到墙根票，座位贴着墙只能看到半个舞台", "墙根票也卖正价，主办方良心不会痛吗", "花了六百八，结果是一张墙根票",
		"有没有人也买到墙根票的，一起去投诉平台", "客服说墙根票不属于视线遮挡，不给退票", "演唱会的座位被墙挡住，看不到舞台，原来这就叫墙根票",
		"话剧座位对着墙，这就是传说中的墙根票，舞台被挡了一半", "朋友抢的墙根票，看不到舞台还不让换座", "墙根票能不能退一半票款，求懂的人说说",
		"场馆两侧全是墙根票，座位图上一个字没写", "避雷这家场馆，墙根票太多", "原来墙根票比柱子票还惨，什么都看不见",
	} {
		id := fmt.Sprint("wall", i)
		posts = append(posts, vane.Post{
			ID: vane.NewPostID("test", id), Source: "test", Text: text, AuthorKey: vane.NewAuthorKey([]byte("test"), "test", id),
			PublishedAt: now.Add(-time.Duration(3*i) * time.Hour),
		})
	}
	words := emerged(t, unaware(t, "墙根票"), posts, now.Add(-48*time.Hour), now.Add(time.Hour))
	if w := proposed(t, words, "墙根票", wordsListed); w.Known || w.Posts != 12 || w.Before != 0 || w.Issue.Domain() != "ticketing" {
		t.Errorf("%+v", w)
	}
}

// On real complaints the estate beside the concrete plant emerges in the weeks of the
// plant.
func TestNewWordsOfRealComplaints(t *testing.T) {
	var posts []vane.Post
	for _, m := range complaints(t) {
		posts = append(posts, m.Post)
	}
	w, err := window("2019-11-15", "2019-12-31", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	analyzer, err := shippedApp(t).analyzer()
	if err != nil {
		t.Fatal(err)
	}
	proposed(t, emerged(t, analyzer, posts, w.From, w.To), "丽发新城小区", 3)
}

// An accept that failed half way can be repeated; a word of another issue is refused.
func TestAcceptAgain(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, vane.Configs()); err != nil {
		t.Fatal(err)
	}
	cfg, config := shippedApp(t).cfg, filepath.Join(dir, "vane.yaml")
	cfg.files = os.DirFS(dir)
	for _, c := range []struct{ issue, err string }{
		{"ticketing.wall_seat", ""}, {"ticketing.wall_seat", ""}, {"ticketing.pillar_seat", "a term of ticketing.wall_seat already"},
	} {
		file, err := cfg.accept(config, "靠墙号", c.issue)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %s, %v", c.issue, file, err)
		}
	}
	words, err := cfg.acceptedWords()
	if err != nil || !slices.Equal(words.Terms["ticketing.wall_seat"], []string{"靠墙号"}) {
		t.Errorf("accepted are %v, %v", words.Terms, err)
	}
}

// Words that were accepted before nlp.accepted was set are not left behind in silence.
func TestAcceptedMovesOn(t *testing.T) {
	dir := t.TempDir()
	cfg := shippedApp(t).cfg
	cfg.files, cfg.NLP.Accepted = os.DirFS(dir), filepath.Join(dir, "state", "words.yaml")
	if words, err := cfg.acceptedWords(); err != nil || len(words.Terms) > 0 {
		t.Errorf("none were accepted: %v, %v", words, err)
	}
	lay(t, filepath.Join(dir, acceptedFile), "terms: {ticketing.wall_seat: [靠墙号]}\n", personal)
	if _, err := cfg.acceptedWords(); err == nil || !strings.Contains(err.Error(), "move it there") {
		t.Errorf("they are elsewhere: %v", err)
	}
}

// Where the configuration may not be written, another file takes the words.
func TestAcceptedElsewhere(t *testing.T) {
	cfg := shippedApp(t).cfg
	if _, err := cfg.accept("", "靠墙号", "ticketing.wall_seat"); err == nil || !strings.Contains(err.Error(), "nlp.accepted") {
		t.Errorf("nowhere to write: %v", err)
	}
	cfg.NLP.Accepted = filepath.Join(t.TempDir(), "analysts.yaml")
	if file, err := cfg.accept("", "靠墙号", "ticketing.wall_seat"); err != nil || file != cfg.NLP.Accepted {
		t.Fatalf("%s, %v", file, err)
	}
	tax, err := cfg.taxonomy()
	if err != nil || !slices.ContainsFunc(tax, func(f nlp.TaxonomyFile) bool {
		return slices.ContainsFunc(f.Issues, func(i nlp.Issue) bool { return i.ID == "ticketing.wall_seat" && slices.Contains(i.Terms, "靠墙号") })
	}) {
		t.Errorf("it is no term: %v", err)
	}
}

func TestWordOf(t *testing.T) {
	for in, want := range map[string]string{" 墙根票 ": "墙根票", "牆根票": "墙根票", "票": "", "(A|B)+C": "", "两 个": "", strings.Repeat("长", 30): ""} {
		if got, err := wordOf(in); got != want || (err == nil) != (want != "") {
			t.Errorf("wordOf(%q) = %q, %v", in, got, err)
		}
	}
}
