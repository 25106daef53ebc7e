package nlp

import (
	"slices"
	"strings"
	"testing"

	"vane"
)

// What the model adds is explained by pieces of the text, and can be told from what
// rules found.
func TestLearnedTagsAreExplained(t *testing.T) {
	a := shippedAnalyzer(t)
	learned := 0
	for _, p := range slices.Concat(readGold(t), readWrittenPosts(t)) {
		m := a.AnalyzeText(p.Text)
		for _, tag := range m.Tags {
			if !strings.HasPrefix(tag.Rule, "learned: ") {
				continue
			}
			learned++
			body := []rune(m.Body())
			if got := string(body[tag.Span[0]:tag.Span[1]]); got != tag.Text || got == "" {
				t.Errorf("%s: the span of %s is %q, its text %q", p.ID, tag.ID, got, tag.Text)
			}
		}
	}
	if learned == 0 {
		t.Error("the model adds no tag to any of the labelled posts")
	}
}

// A text that uses the name of an issue, and not only its words, is about it.
func TestNamedIssuesStay(t *testing.T) {
	a := shippedAnalyzer(t)
	for text, want := range map[string]vane.Tag{
		"演艺票务中的“跳票”":   "ticketing.skipped_show",
		"又见柱子票":        "ticketing.pillar_seat",
		"什么是霸王条款，举个例子": "general.unfair_terms",
	} {
		if !hasTag(a.AnalyzeText(text).Tags, want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
}

// The second opinion does not fall for what only names an issue.
func TestJudgeAndTraps(t *testing.T) {
	a := shippedAnalyzer(t)
	for _, text := range []string{
		"教育培训退费成功，感谢老师", "这次不是柱子票，视野很好", "健身卡已经全额退款，老板很爽快", "酒店早餐丰富，前台热情",
		"物业保安招聘信息", "市里召开创建食品安全城市动员会", "公交司机热心帮助老人，乘客点赞", "",
	} {
		if tags := a.AnalyzeText(text).Tags; len(tags) > 0 {
			t.Errorf("%s: got %v", text, tags)
		}
	}
}

func TestJudgeChangesTheVersion(t *testing.T) {
	a := shippedAnalyzer(t)
	if a.TaxonomyVersion() == a.WithJudge(nil).TaxonomyVersion() {
		t.Error("mentions tagged with and without a second opinion have one version")
	}
}

// A model serves a taxonomy that has issues it has not learnt, and lacks others.
func TestJudgeOfAnotherTaxonomy(t *testing.T) {
	model, err := ShippedJudge()
	if err != nil {
		t.Fatal(err)
	}
	a := sampleAnalyzer(t)
	b, found := a.WithJudge(model), 0
	for _, text := range []string{"演唱会买到柱子票", "商家跑路，预付卡退不了", "客服态度恶劣，打不通"} {
		for _, tag := range b.AnalyzeText(text).Tags {
			found++
			if !hasIssue(a, tag.ID) {
				t.Errorf("%s: got %s, which the taxonomy does not have", text, tag.ID)
			}
		}
	}
	if found == 0 {
		t.Error("nothing is tagged")
	}
}

func hasIssue(a *Analyzer, id vane.Tag) bool {
	for _, is := range a.Issues() {
		if is.ID == id {
			return true
		}
	}
	return false
}

func BenchmarkJudge(b *testing.B) {
	texts, bytes := benchTexts(b, true)
	a := benchAnalyzer(b)
	e := newEvaluation(a.rules, defaultMaxWords)
	var says []said
	var tokens [][]Token
	for _, s := range texts {
		says = append(says, say(reading{text: s, feeling: -1}))
		tokens = append(tokens, a.segmenter.Segment(s))
	}
	measure(b, bytes, func() {
		for i, s := range texts {
			e.begin(s, tokens[i], nil)
			a.second.opinion(e, e.tags(), says[i])
		}
	})
}
