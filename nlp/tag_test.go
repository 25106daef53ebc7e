package nlp

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"vane"
)

// sample is the analyzer of testdata/taxonomy.
var sample = sync.OnceValues(func() (*Analyzer, error) {
	tax, err := readTaxonomy(os.DirFS("testdata"))
	if err != nil {
		return nil, err
	}
	return New(tax, DefaultConfig())
})

func sampleAnalyzer(t testing.TB) *Analyzer {
	t.Helper()
	a, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func tagNames(tags []vane.TagMatch) string {
	var names []string
	for _, m := range tags {
		names = append(names, string(m.ID))
	}
	if len(names) == 0 {
		return "-"
	}
	return strings.Join(names, " ")
}

func TestTagGolden(t *testing.T) {
	a := sampleAnalyzer(t)
	for _, p := range goldenPairs(t, "tags.txt") {
		if got := tagNames(a.AnalyzeText(p[0]).Tags); got != p[1] {
			t.Errorf("%s\n got %s\nwant %s", p[0], got, p[1])
		}
	}
}

func TestSampleTaxonomyPassesItsChecks(t *testing.T) {
	for _, f := range sampleAnalyzer(t).Check() {
		t.Error(f)
	}
}

// TestEvidence checks what a match says about itself.
func TestEvidence(t *testing.T) {
	a := sampleAnalyzer(t)
	shows := func(post vane.Post, want ...vane.TagMatch) {
		t.Helper()
		if got := a.Analyze(post).Tags; !slices.Equal(got, want) {
			t.Errorf("%q\n got %v\nwant %v", post.Body(), got, want)
		}
	}
	shows(vane.Post{Text: "又买到柱子票"},
		vane.TagMatch{ID: "ticketing.pillar_seat", Name: "柱子票", Nature: "contract", Rule: "柱子票", Span: vane.Span{3, 6}, Text: "柱子票"})
	shows(vane.Post{Title: "求助", Text: "演唱會一根柱子擋住舞台"},
		vane.TagMatch{ID: "ticketing.pillar_seat", Name: "柱子票", Nature: "contract", Rule: "$演出~(柱子|立柱)~(挡|看不见|看了)", Span: vane.Span{3, 11}, Text: "演唱會一根柱子擋"})
	shows(vane.Post{Text: "话剧还行。主办方退.款慢，演唱会，临时延期？演唱会取消"},
		vane.TagMatch{ID: "ticketing.skipped_show", Name: "跳票", Nature: "contract", Rule: "$演出>(取消|延期)", Span: vane.Span{22, 27}, Text: "演唱会取消"})
	shows(vane.Post{Text: "打13800138000说柱子票"},
		vane.TagMatch{ID: "ticketing.pillar_seat", Name: "柱子票", Nature: "contract", Rule: "柱子票", Span: vane.Span{6, 9}, Text: "柱子票"})
}

func TestCheckNamesWhatFails(t *testing.T) {
	a := sampleAnalyzer(t)
	issue := a.taxonomy[1].Issues[0]
	broken := Issue{ID: issue.ID, Examples: []string{"没有这种票", "柱子票"}, Counter: []string{"真是柱子票"}}
	failures := a.checkIssue("telecom.yaml", broken)
	var got []string
	for _, f := range failures {
		got = append(got, f.String())
	}
	want := []string{
		"telecom.yaml: " + issue.ID + ": example lacks the tag: 没有这种票 (got: )",
		"telecom.yaml: " + issue.ID + ": example lacks the tag: 柱子票 (got: ticketing.pillar_seat by 柱子票 at \"柱子票\")",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestVersionFollowsTheRules(t *testing.T) {
	tax := sampleAnalyzer(t).taxonomy
	version := func(change func(*Issue)) uint32 {
		changed := slices.Clone(tax)
		changed[1].Issues = slices.Clone(changed[1].Issues)
		change(&changed[1].Issues[0])
		return changed.version()
	}
	same := version(func(*Issue) {})
	if same != tax.version() {
		t.Error("the version of equal rules differs")
	}
	if version(func(i *Issue) { i.Rules = append(slices.Clone(i.Rules), "新词") }) == same {
		t.Error("a new rule does not change the version")
	}
	if version(func(i *Issue) { i.Examples = nil }) != same {
		t.Error("examples change the version, but not the tags")
	}
}

func FuzzTag(f *testing.F) {
	f.Add("演唱会一根柱子挡住舞台，没买到柱子票。宽带退不了！APP卡")
	f.Add(strings.Repeat("演唱会柱子挡", 500))
	a, err := sample()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := a.AnalyzeText(s)
		if !utf8.ValidString(m.Body()) {
			t.Fatalf("%q is not valid UTF-8", m.Body())
		}
		body := []rune(m.Body())
		for _, tag := range m.Tags {
			if tag.Span[0] < 0 || tag.Span[0] >= tag.Span[1] || tag.Span[1] > len(body) {
				t.Fatalf("span %v in %d characters", tag.Span, len(body))
			}
			if string(body[tag.Span[0]:tag.Span[1]]) != tag.Text {
				t.Fatalf("span %v is %q, not %q", tag.Span, string(body[tag.Span[0]:tag.Span[1]]), tag.Text)
			}
		}
	})
}
