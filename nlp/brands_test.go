package nlp

import (
	"slices"
	"strings"
	"testing"

	"vane"
)

// sampleBrands are enough to see every rule.
func sampleBrands() Brands {
	return Brands{
		Name:   "brands.yaml",
		Kinds:  []string{"电商", "手机"},
		Groups: map[string][]string{"手机": {"手机", "充電"}},
		Brands: []Brand{
			{Name: "京东", Kind: "电商", Aliases: []string{"某东", "JD"}, Exclude: []string{"京东方", "某东西"}},
			{Name: "小米", Kind: "手机", Unsure: []string{"小米"}, Needs: []string{"$手机", "雷军"}, Exclude: []string{"小米粥"}},
			{Name: "1688", Kind: "电商"},
		},
	}
}

func TestBrands(t *testing.T) {
	plain := sampleAnalyzer(t)
	a, err := plain.WithBrands(sampleBrands())
	if err != nil {
		t.Fatal(err)
	}
	finds := func(text, want string) {
		t.Helper()
		if got := strings.Join(a.AnalyzeText(text).Entities.Brands, " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	finds("在京東買的，某东不管，ＪＤ自营也一样", "京东")
	finds("某东西坏了，京东方的屏幕", "")
	finds("小米充电慢", "小米")
	finds("小米好吃", "")
	finds("小米粥里有手机", "")
	finds("小米"+strings.Repeat("很好", 30)+"手机", "")
	finds("小米"+strings.Repeat("很好", 15)+"手机", "小米")
	finds("1688上买的", "1688")
	finds("花了1688元", "")
	finds("见jd.com", "")
	finds("ajdb", "")
	if got := plain.AnalyzeText("在京东买的").Entities.Brands; len(got) != 0 {
		t.Errorf("the analyzer without brands finds %q", got)
	}
}

// TestBrandMistakesAreNamed checks that every mistake is reported, with the file, the
// entry and what is wrong.
func TestBrandMistakesAreNamed(t *testing.T) {
	b := sampleBrands()
	if err := b.Validate(); err != nil {
		t.Fatal(err)
	}
	b.Brands = append(b.Brands,
		Brand{Name: " ", Kind: "电商"},
		Brand{Name: "甲", Kind: "电南"},
		Brand{Name: "乙", Kind: "电商", Aliases: []string{"某東", "！"}},
		Brand{Name: "丙", Kind: "电商", Unsure: []string{"丙"}},
		Brand{Name: "丁", Kind: "电商", Needs: []string{"$手表"}, Exclude: []string{"丁", "某戊"}},
	)
	_, err := sampleAnalyzer(t).WithBrands(b)
	if err == nil {
		t.Fatal("mistakes are accepted")
	}
	want := `brands.yaml: brand 4, " ": it has no name
brands.yaml: brand 4, " ": word " " has no letter or digit
brands.yaml: brand 5, "甲": kind "电南" is none of kinds
brands.yaml: brand 6, "乙": word "某東" is one of "京东" as well
brands.yaml: brand 6, "乙": word "！" has no letter or digit
brands.yaml: brand 7, "丙": unsure words need needs, or they never count
brands.yaml: brand 8, "丁": group "手表" of needs is not in groups
brands.yaml: brand 8, "丁": exclude "丁" holds none of its words
brands.yaml: brand 8, "丁": exclude "某戊" holds none of its words`
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// TestShippedBrands checks that every word of the shipped list finds its brand, and no
// excluded word does.
func TestShippedBrands(t *testing.T) {
	b, err := readBrands()
	if err != nil {
		t.Fatal(err)
	}
	a := brandedAnalyzer(t)
	found := func(text string) []string { return a.AnalyzeText(text).Entities.Brands }
	words := 0
	for _, brand := range b.Brands {
		for _, w := range append([]string{brand.Name}, brand.Aliases...) {
			words++
			if !slices.Contains(brand.Unsure, w) && !slices.Contains(found(w+"。"), brand.Name) {
				t.Errorf("%s is not found as %s, but %q", w, brand.Name, found(w+"。"))
			}
		}
		for _, w := range brand.Unsure {
			words++
			if text := w + "，" + b.needs(brand)[0]; !slices.Contains(found(text), brand.Name) {
				t.Errorf("%s is not found as %s, but %q", text, brand.Name, found(text))
			}
		}
		for _, w := range brand.Exclude {
			if slices.Contains(found(w+"。"), brand.Name) {
				t.Errorf("%s is found as %s", w, brand.Name)
			}
		}
	}
	if len(b.Brands) < 350 {
		t.Errorf("%d brands", len(b.Brands))
	}
	t.Logf("%d brands, %d words", len(b.Brands), words)
}

func BenchmarkEntities(b *testing.B) {
	texts, _ := benchTexts(b, true)
	a, err := branded()
	if err != nil {
		b.Fatal(err)
	}
	tokens := map[string][]Token{}
	limits := map[string]*scopes{}
	for _, s := range texts {
		tokens[s] = a.segmenter.Segment(s)
		limits[s] = &scopes{}
		limits[s].scan(s)
	}
	var sink vane.Entities
	benchEach(b, texts, func(s string) { sink, _ = a.gazetteer.entities(s, tokens[s], limits[s]) })
	_ = sink
}

func BenchmarkAmounts(b *testing.B) {
	texts, _ := benchTexts(b, true)
	benchEach(b, texts, func(s string) { amountsOf(s) })
}

func BenchmarkGazetteerFind(b *testing.B) {
	texts, _ := benchTexts(b, true)
	a, err := branded()
	if err != nil {
		b.Fatal(err)
	}
	var hits []hit
	benchEach(b, texts, func(s string) { hits = a.gazetteer.matcher.find(s, hits[:0]) })
}

func BenchmarkWithBrands(b *testing.B) {
	list, err := readBrands()
	if err != nil {
		b.Fatal(err)
	}
	a := shippedAnalyzer(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.WithBrands(list); err != nil {
			b.Fatal(err)
		}
	}
}
