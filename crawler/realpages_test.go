package crawler

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"
)

// readReal reads a page of the data beside the project.
func readReal(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(realData(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// hotPages are the saved hot lists of one kind.
func hotPages(t testing.TB, pattern string, want int) []string {
	t.Helper()
	files, err := filepath.Glob(realData(t, "pages/weibo_hot_pages/"+pattern))
	if err != nil || len(files) != want {
		t.Fatalf("%d pages like %s (%v), want %d", len(files), pattern, err, want)
	}
	return files
}

// Every saved hot list gives its fifty topics, each with its heat, hottest first
// but for those that the site moves.
func TestSavedHotListsGiveTopicsWithHeat(t *testing.T) {
	for _, c := range []struct {
		source, pattern string
		pages           int
	}{{"weibo_hot.yaml", "m_weibo_cn_*.json", 11}, {"weibo_hotrank.yaml", "s_weibo_*.html", 8}} {
		src := shippedSource(t, c.source)
		for _, file := range hotPages(t, c.pattern, c.pages) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			records, err := ReadPages(src, []SavedPage{{URL: src.Start[0], Body: body}}, time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))
			if err != nil || len(records) != 50 {
				t.Fatalf("%s: %d topics, %v", file, len(records), err)
			}
			var ids []string
			for _, r := range records {
				ids = append(ids, r.ID)
				if r.Failed != "" || r.Title == "" || r.Views < 10_000 || !strings.HasSuffix(r.ID, " 2026-11-24") || strings.Contains(r.URL, "&") {
					t.Errorf("%s: %+v", filepath.Base(file), r)
				}
			}
			slices.Sort(ids)
			if n := len(slices.Compact(ids)); n != 50 {
				t.Errorf("%s: %d different topics", filepath.Base(file), n)
			}
			if records[0].Views < records[49].Views {
				t.Errorf("%s: heat goes from %d to %d", filepath.Base(file), records[0].Views, records[49].Views)
			}
		}
	}
}

// The pages of the visitor system are recorded as a block by both sources, and by a
// pass; nothing of them is stored, and the page is tried again later.
func TestSavedVisitorWallsAreBlocks(t *testing.T) {
	walls := hotPages(t, "sina_visitor_system_*.html", 2)
	for _, file := range walls {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"weibo_hot.yaml", "weibo_hotrank.yaml"} {
			src := shippedSource(t, name)
			records, err := ReadPages(src, []SavedPage{{URL: src.Start[0], Body: body}}, time.Now())
			if err != nil || len(records) != 1 || records[0].Failed != "blocked" {
				t.Errorf("%s, %s: %v, %v", file, name, records, err)
			}
		}
		s := newSite(t)
		src := shippedSource(t, "weibo_hotrank.yaml")
		src.Base, src.Delay = s.URL, 0
		s.page(src.Start[0], string(body))
		state := openTestState(t)
		report := mustPass(t, newTestCrawler(t, testConfig(), state), src, Blocked)
		if report.Posts != 0 || len(outboxPosts(t, state)) != 0 || report.Left != 1 {
			t.Errorf("%s: %+v", file, report)
		}
	}
}

// realArticle is a saved article page and what is known of it.
type realArticle struct {
	file, title, published string
	// begins and ends are where the article does; of those with an expected.html, what
	// is expected is compared whole.
	begins, ends string
}

func realArticles() []realArticle {
	return []realArticle{
		{file: "readability_cn/gmw/source.html", published: "2017-03-10"},
		{file: "readability_cn/pixnet/source.html"}, // Dec 28 Sat 2013 00:28: not read, so not guessed
		{file: "readability_cn/qq/source.html", published: "2016-10-14T07:17"},
		{file: "readability_cn/youth/source.html", published: "2017-03-10"},
		{"trafilatura_cn/archive.org.he.xinhuanet.com.25340717.html", "话剧《约定无期限》河北各市巡演结束", "2012-06-04", "一个约定，信守15年", "价值观。"},
		{"trafilatura_cn/banyuetan.org.1000200033136171577956287380194268_1.html", "益阳：“数字”是优长", "2020-01-02", "半月谈记者 史卫燕", "2019年第24期）"},
		{"trafilatura_cn/xinhuanet.com.c_1125597921.html", "武汉的声音：有英勇的你，才有英雄的城！", "2020-02-19", "“妈妈，为什么还不能出去？”", "（评论员 罗博 萧海川）"},
		{"newspaper_cn/chinese_article.html", "港特首梁振英就住宅违建事件道歉", "2012-12-10T17:24", "香港行政长官梁振英在各方压力下", "不信任动议。"},
		{"trafilatura_cn/baike.baidu.com.tanya.html", "蔡健雅", "", "目录", "人物"},
	}
}

// Articles of ten years and seven sites are read without a selector.
func TestSavedArticlesAreReadWithoutSelectors(t *testing.T) {
	src := shippedSource(t, "news_sitemap.yaml")
	src.ID = ""
	for _, a := range realArticles() {
		t.Run(a.file, func(t *testing.T) {
			page := readReal(t, "pages/"+a.file)
			records, err := ReadPages(src, []SavedPage{{URL: "/article", Body: page, Detail: true}}, time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))
			if err != nil || len(records) != 1 || records[0].Failed != "" {
				t.Fatalf("%v, %v", records, err)
			}
			got := records[0]
			if !strings.HasPrefix(got.Published, a.published) || a.published == "" && got.Published != "" {
				t.Errorf("published %q, want %q", got.Published, a.published)
			}
			if want, ok := expectedOf(t, a.file); ok {
				compareArticle(t, got, want)
				return
			}
			// A lead before the article, or a word under it, is no harm.
			before, rest, begun := strings.Cut(got.Text, a.begins)
			after := rest[strings.LastIndex(rest, a.ends)+len(a.ends):]
			if got.Title != a.title || !begun || !strings.Contains(rest, a.ends) || len(before) > 100 || len(after) > 100 {
				t.Errorf("title %q, text %.60q … %q", got.Title, got.Text, got.Text[max(0, len(got.Text)-90):])
			}
		})
	}
}

// expectedArticle is what stands beside a saved page.
type expectedArticle struct {
	Title string `json:"title"`
	text  string
}

func expectedOf(t *testing.T, file string) (want expectedArticle, ok bool) {
	dir := filepath.Dir(filepath.FromSlash(realData(t, "pages/"+file)))
	said, err := os.ReadFile(filepath.Join(dir, "expected-metadata.json"))
	if err != nil {
		return want, false
	}
	if err := json.Unmarshal(said, &want); err != nil {
		t.Fatal(err)
	}
	page, err := os.Open(filepath.Join(dir, "expected.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	doc, err := html.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	want.text = textOf(doc)
	return want, true
}

// compareArticle compares with what is expected: nearly nothing may be found that is
// not, and nearly nothing be missing.
func compareArticle(t *testing.T, got Record, want expectedArticle) {
	t.Helper()
	if !strings.HasPrefix(want.Title, got.Title) || len([]rune(got.Title)) < 8 {
		t.Errorf("title %q, want the headline of %q", got.Title, want.Title)
	}
	recall, precision := overlap(want.text, got.Text), overlap(got.Text, want.text)
	t.Logf("recall %.3f, precision %.3f", recall, precision)
	if recall < 0.99 || precision < 0.99 {
		t.Errorf("recall %.3f, precision %.3f of the text:\n%s", recall, precision, got.Text)
	}
}

// overlap is how much of a is in b, by pieces of eight letters.
func overlap(a, b string) float64 {
	pieces := func(s string) map[string]bool {
		letters := slices.DeleteFunc([]rune(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		set := map[string]bool{}
		for i := 0; i+8 <= len(letters); i++ {
			set[string(letters[i:i+8])] = true
		}
		return set
	}
	in, n := pieces(b), 0
	of := pieces(a)
	for piece := range of {
		if in[piece] {
			n++
		}
	}
	return float64(n) / float64(max(len(of), 1))
}

// The dates that stand in pages which are no articles are not taken for theirs.
func TestDatesOfPagesWithoutSelectors(t *testing.T) {
	day := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d`)
	for page, want := range map[string]string{
		article("标题一二三四", "2026-11-20 12:30", paragraphs(2)):                           "2026-11-20T12:30",
		article("标题一二三四", "2026年11月20日", paragraphs(2)):                                "2026-11-20T00:00",
		article("标题一二三四", "2026年11月20日 08时", paragraphs(2)):                            "2026-11-20T00:00",
		article("标题一二三四", "", paragraphs(2)+"<ul><li>2026-11-19 10:00 相关新闻</li></ul>"): "",
		article("标题一二三四", "", "<p>他说，2026年11月18日那天，他和家人一起去了某商场的健身房，当时工作人员向他推荐了年卡，并承诺随时可以退，"+strings.Repeat("后来", 30)+"</p>"+paragraphs(2)):           "",
		`<meta name="PubDate" content="2026-11-20 07:08">` + article("标题一二三四", "2026-11-21 12:30", paragraphs(2)):                                    "2026-11-20T07:08",
		`<meta name="publishdate" content="2026-11-20">` + article("标题一二三四", "2026-11-20 12:30", paragraphs(2)):                                      "2026-11-20T12:30",
		`<meta name="publishdate" content="2026-11-20">` + article("标题一二三四", "2026-11-22 12:30", paragraphs(2)):                                      "2026-11-20T00:00",
		`<script type="application/ld+json">{"datePublished":"2026-11-20T09:00:00+08:00"}</script>` + article("标题一二三四", "2026-11-21", paragraphs(2)): "2026-11-20T09:00",
		article("标题一二三四", "2031-11-20 12:30", paragraphs(2)):                                                                                         "",
	} {
		src := shippedSource(t, "news_sitemap.yaml")
		records, err := ReadPages(src, []SavedPage{{URL: "/x", Body: []byte(page), Detail: true}}, time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))
		if err != nil || len(records) != 1 || records[0].Failed != "" {
			t.Fatalf("%v, %v", records, err)
		}
		if got := day.FindString(records[0].Published); got != want {
			t.Errorf("published %q, want %q, of %.300s", got, want, page)
		}
	}
}

func BenchmarkMainText(b *testing.B) {
	page := []byte(article("标题", "2026-11-20 12:30", paragraphs(60)))
	src := DefaultSource()
	src.Name, src.Title, src.Kind, src.Detail, src.Start = "x", "x", Map, &Detail{}, []string{"http://example.com/"}
	b.ReportAllocs()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if r, err := ReadPages(src, []SavedPage{{URL: "http://example.com/a", Body: page, Detail: true}}, time.Now()); err != nil || r[0].Failed != "" {
			b.Fatal(fmt.Sprint(r, err))
		}
	}
}
