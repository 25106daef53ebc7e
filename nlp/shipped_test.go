package nlp

import (
	"flag"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"vane"
	"vane/yamlfile"
)

// readTaxonomy reads the files of the folder taxonomy, in order of their names.
func readTaxonomy(fsys fs.FS) (Taxonomy, error) {
	names, err := fs.Glob(fsys, "taxonomy/*.yaml")
	if err != nil {
		return nil, err
	}
	var tax Taxonomy
	for _, name := range names {
		f := TaxonomyFile{Name: path.Base(name)}
		if err := yamlfile.Read(fsys, name, &f); err != nil {
			return nil, err
		}
		tax = append(tax, f)
	}
	return tax, nil
}

// shipped is the analyzer of the program's own taxonomy.
var shipped = sync.OnceValues(func() (*Analyzer, error) {
	tax, err := readTaxonomy(vane.Configs())
	if err != nil {
		return nil, err
	}
	a, err := New(tax, DefaultConfig())
	if err != nil {
		return nil, err
	}
	model, err := ShippedJudge()
	if err != nil {
		return nil, err
	}
	return a.WithJudge(model), nil
})

func shippedAnalyzer(t testing.TB) *Analyzer {
	t.Helper()
	a, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestShippedTaxonomy(t *testing.T) {
	a := shippedAnalyzer(t)
	examples := 0
	for _, file := range a.taxonomy {
		for _, is := range file.Issues {
			examples += len(is.Examples) + len(is.Counter)
			if len(is.Examples) < 3 || len(is.Counter) < 2 {
				t.Errorf("%s: %s has %d examples and %d counter-examples: 3 and 2 are the least", file.Name, is.ID, len(is.Examples), len(is.Counter))
			}
		}
	}
	for _, f := range a.Check() {
		t.Error(f)
	}
	t.Logf("%d issues, %d rules, %d words, %d examples", len(a.Issues()), len(a.rules.rules), len(a.rules.matcher.patterns), examples)
}

var goldDomains = flag.String("gold-domains", "", "comma-separated domains whose errors TestGoldTags lists; default all")

// readGold reads the labelled posts beside the project.
func readGold(t testing.TB) []Labelled {
	t.Helper()
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		t.Skip("VANE_DATA does not name the folder of the labelled posts")
	}
	f, err := os.Open(filepath.Join(folder, "gold", "tags_dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	posts, err := ReadLabelled(f)
	if err != nil {
		t.Fatal(err)
	}
	return posts
}

// The rules are worth having: on real posts they beat the same terms as substrings,
// which is what keyword tools do.
func TestGoldTags(t *testing.T) {
	gold := readGold(t)
	a := shippedAnalyzer(t)
	rules := ScoreTags(gold, func(text string) []vane.TagMatch { return a.AnalyzeText(text).Tags })
	substrings := ScoreTags(gold, a.taxonomy.SubstringTags)
	for _, e := range rules.Errors {
		if *goldDomains == "" || slices.Contains(strings.Split(*goldDomains, ","), string(e.Tag.Domain())) {
			t.Logf("%s missed %v by %q at %q\n    %s: %s", e.Tag, e.Missed, e.Rule, e.Found, e.ID, e.Text)
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(rules.Tags)) {
		t.Logf("%-34s %+v", tag, rules.Tags[tag])
	}
	t.Logf("n %d  precision %.4f  recall %.4f  micro-F1 %.4f  macro-F1 %.4f", rules.N, rules.Precision, rules.Recall, rules.MicroF1, rules.MacroF1)
	t.Logf("substrings: precision %.4f  recall %.4f  micro-F1 %.4f", substrings.Precision, substrings.Recall, substrings.MicroF1)
	if rules.MicroF1 < 0.90 || rules.Precision < 0.82 || rules.MicroF1 <= substrings.MicroF1 {
		t.Error("the rules have become worse")
	}
}
