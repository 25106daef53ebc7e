package nlp

import (
	"slices"
	"strings"
	"testing"

	"vane"
)

func TestRegions(t *testing.T) {
	all := regions().all
	var provinces, cities int
	for i, r := range all {
		switch len(r.code) {
		case provinceCode:
			provinces++
		case cityCode:
			cities++
		}
		if p := all[regions().province(int32(i))]; !strings.HasPrefix(r.code, p.code) || len(p.code) != provinceCode {
			t.Errorf("%s lies in %s", r.full, p.full)
		}
	}
	if provinces != 34 || cities < 340 || len(all) < 3000 {
		t.Errorf("%d provinces, %d cities, %d regions", provinces, cities, len(all))
	}
	t.Logf("%d provinces, %d cities, %d regions", provinces, cities, len(all))
}

// TestPlaceListsNameRegions checks that what the lists say about regions is about some.
func TestPlaceListsNameRegions(t *testing.T) {
	names := map[string]bool{}
	for _, r := range regions().all {
		names[r.name], names[r.full] = true, true
	}
	lists := readLists(placesTable)
	for _, list := range []string{"guarded", "town"} {
		for _, name := range lists[list] {
			if !names[name] {
				t.Errorf("%s: no region is called %s", list, name)
			}
		}
	}
	for line := range strings.Lines(placesTable) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "alias" && !names[f[1]] {
			t.Errorf("alias: no region is called %s", f[1])
		}
	}
}

// TestRegionOfPost checks that a post without a region gets the province it names.
func TestRegionOfPost(t *testing.T) {
	a := sampleAnalyzer(t)
	region := func(given, text, want string) {
		t.Helper()
		if got := a.Analyze(vane.Post{Region: given, Text: text}).Region; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	region("", "深圳的商家不退款", "广东")
	region("", "广东省深圳市南山区", "广东")
	region("", "海淀区的培训班", "北京")
	region("", "深圳和广州都有", "广东")
	region("", "从上海到杭州", "")
	region("", "长沙臭豆腐", "")
	region("", "", "")
	region("东莞", "深圳的商家不退款", "东莞")
}

func TestEveryCityIsFound(t *testing.T) {
	a := sampleAnalyzer(t)
	for _, r := range regions().all {
		if len(r.code) > cityCode || r.full == r.name && slices.Contains(readLists(placesTable)["guarded"], r.name) {
			continue
		}
		text := "在" + r.full + "。"
		if got := a.AnalyzeText(text).Entities.Places; !slices.Contains(got, r.name) {
			t.Errorf("%s: %q, want %s", text, got, r.name)
		}
	}
}

func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"广东省深圳市南山区", "辽宁朝阳、长春朝阳区", "长沙臭豆腐", "北京", "北京路", "上海\xff", "京东北京东站"} {
		f.Add(s)
	}
	a, err := branded()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := a.AnalyzeText(s).Entities
		for _, list := range entityLists(e) {
			if len(list) > maxNamed {
				t.Errorf("%q: %d in one list", s, len(list))
			}
			for i, name := range list {
				if name == "" || slices.Contains(list[:i], name) {
					t.Errorf("%q: %q", s, list)
				}
			}
		}
	})
}
