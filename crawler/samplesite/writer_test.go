package samplesite

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
)

const fruit = `# a comment
[果 一] tags=food.safety weight=3
果
  苹果
  梨
一个
  只有这个
句
  我在{店}买了{果}，店里有{一个}
店
  小店
[果 二]
`

func testLibrary(t testing.TB, text string) *library {
	t.Helper()
	lib, err := readLibrary(fstest.MapFS{"text/a.txt": {Data: []byte(text)}}, "text")
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestExpand(t *testing.T) {
	b := testLibrary(t, fruit).byName["果 一"]
	write := func(template string, want ...string) {
		t.Helper()
		got := newWriter(rand.New(rand.NewPCG(1, 1)), b).expand(template)
		for _, w := range want {
			if got == w {
				return
			}
		}
		t.Errorf("%s\n got %q\nwant %q", template, got, want)
	}
	write("没有空格", "没有空格")
	write("{店}", "小店")
	write("{果}和{果}", "苹果和苹果", "梨和梨")
	write("{果*}和{果*}", "苹果和梨", "梨和苹果")
	write("{果*}{果*}{果*}。", "苹果梨。", "梨苹果。")
	write("{甲|乙}", "甲", "乙")
	write("{|乙{店}}", "", "乙小店")
	write("{3-3}", "3")
	write("{100-900/400}", "100", "500", "900")
	write("{句.本人}", "本人在小店买了苹果，店里有只有这个", "本人在小店买了梨，店里有只有这个")
	write("{句.头}", "我在小店买了苹果", "我在小店买了梨")
	write("{没有这个词}", "{没有这个词}")
	write("}没关上{", "}没关上{")
}

func TestReadLibrary(t *testing.T) {
	lib := testLibrary(t, fruit)
	if got := len(lib.family("果 ")); got != 2 {
		t.Errorf("family has %d blocks, want 2", got)
	}
	b := lib.byName["果 一"]
	if b.attrs["tags"] != "food.safety" || b.attrs["weight"] != "3" || len(b.lists["果"]) != 2 {
		t.Errorf("block is %+v", b)
	}
}

func TestReadLibraryRefuses(t *testing.T) {
	refuse := func(text, want string) {
		t.Helper()
		_, err := readLibrary(fstest.MapFS{"text/a.txt": {Data: []byte(text)}}, "text")
		if err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
	refuse("词\n", "text/a.txt:1: text before the first [heading]")
	refuse("[甲\n", "text/a.txt:1: the heading has no closing bracket")
	refuse("[甲]\n  没有名字\n", "text/a.txt:2: an indented line needs the name of a list above it")
	refuse("[甲]\n词\n  {没关\n", "text/a.txt:3: a brace is not closed")
}

// Every slot of the shipped files has to be filled: a name that is misspelled would
// stand on a page with its braces.
func TestShippedTextsAreWhole(t *testing.T) {
	for _, p := range New(testNow, 7, 6000).Posts() {
		for part, text := range map[string]string{
			"title": p.Title, "text": p.Text, "author": p.Author, "region": p.Region,
			"petition": p.Petition.Against + p.Petition.Demand + p.Petition.Amount + p.Petition.Place + p.Petition.Status,
		} {
			if strings.ContainsAny(text, "{}|¶") || strings.Contains(text, "。。") || strings.Contains(text, "，。") || strings.Contains(text, "，，") {
				t.Errorf("%s of %s%s: %q", part, p.Source, p.Path, text)
			}
		}
		if p.Text == "" || p.Author == "" || p.Title == "" && p.Source != "sample_microblog" {
			t.Errorf("%s%s lacks something: title %q, author %q, text %q", p.Source, p.Path, p.Title, p.Author, p.Text)
		}
	}
}

func TestIDNumberHasARightCheckDigit(t *testing.T) {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		id, sum := idNumber(rng), 0
		for i, c := range id {
			digit := 10
			if c != 'X' {
				digit = int(c - '0')
			}
			sum += digit * weights[i]
		}
		if len(id) != 18 || sum%11 != 1 {
			t.Errorf("%s has checksum %d, want 1", id, sum%11)
		}
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{"{果}", "{a|b}", "{1-3/0}", "{9-1}", "{", "}{", "{{果}}", "{-}", "{果*.她}", "{1-}"} {
		f.Add(s)
	}
	b := testLibrary(f, fruit).byName["果 一"]
	f.Fuzz(func(t *testing.T, template string) {
		newWriter(rand.New(rand.NewPCG(1, 1)), b).expand(template)
	})
}
