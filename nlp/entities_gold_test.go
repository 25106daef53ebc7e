package nlp

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"vane"
	"vane/yamlfile"
)

// readBrands reads the shipped brands.
func readBrands() (Brands, error) {
	b := Brands{Name: "brands.yaml"}
	return b, yamlfile.Read(vane.Configs(), "brands.yaml", &b)
}

// branded is the shipped analyzer with the shipped brands.
var branded = sync.OnceValues(func() (*Analyzer, error) {
	a, err := shipped()
	if err != nil {
		return nil, err
	}
	b, err := readBrands()
	if err != nil {
		return nil, err
	}
	return a.WithBrands(b)
})

func brandedAnalyzer(t testing.TB) *Analyzer {
	t.Helper()
	a, err := branded()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// entityLists are the four lists of entities as the gold writes them.
func entityLists(e vane.Entities) [4][]string {
	return [4][]string{e.Brands, e.Places, showAmounts(e.Amounts), e.Demands}
}

// TestGoldEntities measures precision and recall on the gold, and lists every error.
func TestGoldEntities(t *testing.T) {
	const least = 0.95
	a := brandedAnalyzer(t)
	var found, right, all [4]int
	for _, p := range goldenPairs(t, "entities_gold.txt") {
		got := entityLists(a.AnalyzeText(p[0]).Entities)
		for i, column := range strings.Split(p[1], " | ") {
			var want []string
			if column != "-" {
				want = strings.Fields(column)
			}
			found[i] += len(got[i])
			all[i] += len(want)
			for _, w := range want {
				if slices.Contains(got[i], w) {
					right[i]++
				}
			}
			if !slices.Equal(got[i], want) {
				t.Logf("%s\n got %s\nwant %s", p[0], got[i], want)
			}
		}
	}
	for i, name := range []string{"brands", "places", "amounts", "demands"} {
		precision := float64(right[i]) / float64(max(1, found[i]))
		recall := float64(right[i]) / float64(max(1, all[i]))
		t.Logf("%-8s n %3d  precision %.4f  recall %.4f", name, all[i], precision, recall)
		if precision < least || recall < least {
			t.Errorf("%s: precision %.4f, recall %.4f: both must be at least %.2f", name, precision, recall, least)
		}
	}
}
