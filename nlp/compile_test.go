package nlp

import (
	"slices"
	"strings"
	"testing"
)

// oneIssue is a taxonomy of one issue, changed by change.
func oneIssue(change func(*TaxonomyFile, *Issue)) Taxonomy {
	file := TaxonomyFile{Name: "ticketing.yaml", Domain: "ticketing", Zh: "演出票务"}
	is := Issue{ID: "ticketing.pillar_seat", Zh: "柱子票", Nature: "contract", Terms: []string{"柱子票"}}
	change(&file, &is)
	file.Issues = append([]Issue{is}, file.Issues...)
	return Taxonomy{{Name: "_common.yaml", Groups: map[string][]string{"挡": {"挡", "遮"}}}, file}
}

func TestCompileNamesEveryMistake(t *testing.T) {
	refuse := func(change func(*TaxonomyFile, *Issue), want ...string) {
		t.Helper()
		err := CheckTaxonomy(oneIssue(change))
		if err == nil {
			t.Errorf("accepted; want %q", want)
			return
		}
		got := strings.Split(strings.TrimPrefix(err.Error(), "compile taxonomy: "), "\n")
		if !slices.Equal(got, want) {
			t.Errorf("\n got %q\nwant %q", got, want)
		}
	}
	rule := func(text string) func(*TaxonomyFile, *Issue) {
		return func(_ *TaxonomyFile, is *Issue) { is.Rules = []string{text} }
	}
	refuse(rule("柱子+(挡|"), `ticketing.yaml: ticketing.pillar_seat: rule "柱子+(挡|", column 7: the expression ends where a word should be`)
	refuse(rule("柱子~$遮"), `ticketing.yaml: ticketing.pillar_seat: rule "柱子~$遮", column 4: there is no group 遮`)
	refuse(func(f *TaxonomyFile, is *Issue) {
		f.Groups = map[string][]string{"甲": {"$乙"}, "乙": {"$甲", "词"}}
	}, `ticketing.yaml: group 乙 includes itself (乙 → 甲 → 乙)`)
	refuse(func(f *TaxonomyFile, is *Issue) { f.Groups = map[string][]string{"甲": nil} },
		`ticketing.yaml: group 甲 is empty`)
	refuse(func(f *TaxonomyFile, is *Issue) { f.Groups = map[string][]string{"甲": {"不>"}} },
		`ticketing.yaml: group 甲, word "不>", column 3: the expression ends where a word should be`)
	refuse(func(f *TaxonomyFile, is *Issue) { f.Groups = map[string][]string{"甲": {"$无"}} },
		`ticketing.yaml: group 甲, word "$无", column 1: there is no group 无`)
	refuse(func(f *TaxonomyFile, is *Issue) { is.ID = "telecom.pillar_seat" },
		`ticketing.yaml: telecom.pillar_seat: the id of an issue of this file is ticketing.NAME, not "telecom.pillar_seat"`)
	refuse(func(f *TaxonomyFile, is *Issue) { f.Issues = []Issue{*is} },
		`ticketing.yaml: ticketing.pillar_seat: the id is used twice`)
	refuse(func(f *TaxonomyFile, is *Issue) { is.Nature = "seat"; is.Zh = "" },
		`ticketing.yaml: ticketing.pillar_seat: the issue has no Chinese name (zh)`,
		`ticketing.yaml: ticketing.pillar_seat: nature "seat" is none of after_sales, contract, counterfeit, dignity, false_advertising, measurement, other, price, quality, safety`)
	refuse(func(f *TaxonomyFile, is *Issue) { is.Terms = nil },
		`ticketing.yaml: ticketing.pillar_seat: the issue has neither terms nor rules`)
	refuse(func(f *TaxonomyFile, is *Issue) { is.Terms = []string{"柱子票", " "}; is.Exclude = []string{""} },
		`ticketing.yaml: ticketing.pillar_seat: exclude "" is empty`,
		`ticketing.yaml: ticketing.pillar_seat: term " " is empty`)
	refuse(func(f *TaxonomyFile, is *Issue) { is.Unless = []string{"ticketing.wall", "food.*", "nothing"} },
		`ticketing.yaml: ticketing.pillar_seat: unless names "ticketing.wall", which is no issue, DOMAIN.* or *`,
		`ticketing.yaml: ticketing.pillar_seat: unless names "nothing", which is no issue, DOMAIN.* or *`)
	refuse(rule("\u200b+柱子"), `ticketing.yaml: ticketing.pillar_seat: rule "\u200b+柱子", column 1: nothing is left of the word "\u200b" when it is folded`)
}

func TestCommonGroups(t *testing.T) {
	tax := oneIssue(func(f *TaxonomyFile, is *Issue) {
		f.Groups = map[string][]string{"看": {"看", "$挡"}}
		is.Rules = []string{"柱子~$看"}
	})
	r, err := compile(tax)
	if err != nil {
		t.Fatal(err)
	}
	e := newEvaluation(r, defaultMaxWords)
	for text, want := range map[string]int{"柱子遮了": 1, "柱子挡了": 1, "看柱子": 1, "柱子": 0} {
		e.begin(text, nil, nil)
		if got := len(e.tags()); got != want {
			t.Errorf("%s: %d tags, want %d", text, got, want)
		}
	}
	if err := CheckTaxonomy(append(tax, TaxonomyFile{Name: "_more.yaml", Groups: tax[0].Groups})); err == nil {
		t.Error("a common group in two files is accepted")
	}
}

func TestIssuesAreListed(t *testing.T) {
	got := sampleAnalyzer(t).Issues()
	want := IssueInfo{ID: "ticketing.pillar_seat", Zh: "柱子票", Domain: "ticketing", DomainZh: "演出票务", Nature: "contract", NatureZh: "合同", Means: "座位被场馆的柱子挡住视线"}
	if !slices.Contains(got, want) {
		t.Errorf("got %v, want %v among them", got, want)
	}
}
