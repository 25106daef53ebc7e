package nlp

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
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
	return New(tax, DefaultConfig())
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

// goldPost is a labelled post.
type goldPost struct {
	ID        string     `json:"id"`
	Text      string     `json:"text"`
	Issues    []vane.Tag `json:"issues"`
	Sensitive bool       `json:"sensitive"`
	Voice     vane.Voice `json:"voice"`
}

func readGold(t testing.TB) []goldPost {
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
	var posts []goldPost
	for dec := json.NewDecoder(bufio.NewReader(f)); dec.More(); {
		var p goldPost
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		posts = append(posts, p)
	}
	return posts
}

// counts are the confusion counts of one tag.
type counts struct{ hit, wrong, missed int }

func (c counts) f1() float64 {
	if c.hit == 0 {
		return 0
	}
	return 2 * float64(c.hit) / float64(2*c.hit+c.wrong+c.missed)
}

func TestGoldTags(t *testing.T) {
	posts := readGold(t)
	a := shippedAnalyzer(t)
	byTag := map[vane.Tag]*counts{}
	count := func(tag vane.Tag) *counts {
		if byTag[tag] == nil {
			byTag[tag] = &counts{}
		}
		return byTag[tag]
	}
	for _, p := range posts {
		got := a.AnalyzeText(p.Text).Tags
		for _, m := range got {
			if slices.Contains(p.Issues, m.ID) {
				count(m.ID).hit++
				continue
			}
			count(m.ID).wrong++
			listError(t, m.ID, fmt.Sprintf("WRONG  %s by %s at %q, gold %v", m.ID, m.Rule, m.Text, p.Issues), p)
		}
		for _, want := range p.Issues {
			if !hasTag(got, want) {
				count(want).missed++
				listError(t, want, fmt.Sprintf("MISSED %s", want), p)
			}
		}
	}
	reportGold(t, len(posts), byTag)
}

func listError(t *testing.T, tag vane.Tag, what string, p goldPost) {
	if *goldDomains == "" || slices.Contains(strings.Split(*goldDomains, ","), string(tag.Domain())) {
		t.Logf("%s\n    %s: %s", what, p.ID, p.Text)
	}
}

func reportGold(t *testing.T, n int, byTag map[vane.Tag]*counts) {
	var sum counts
	var macro float64
	for _, tag := range sortedKeys(byTag) {
		c := *byTag[tag]
		sum = counts{sum.hit + c.hit, sum.wrong + c.wrong, sum.missed + c.missed}
		macro += c.f1()
		t.Logf("%-34s hit %3d  wrong %3d  missed %3d  F1 %.3f", tag, c.hit, c.wrong, c.missed, c.f1())
	}
	t.Logf("n %d  precision %.4f  recall %.4f  micro-F1 %.4f  macro-F1 %.4f (over %d tags seen)", n,
		float64(sum.hit)/float64(max(1, sum.hit+sum.wrong)), float64(sum.hit)/float64(max(1, sum.hit+sum.missed)),
		sum.f1(), macro/float64(max(1, len(byTag))), len(byTag))
}
