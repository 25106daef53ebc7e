package nlp

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// reference is gse with the words of the program's own taxonomy.
var reference = sync.OnceValues(func() (Segmenter, error) {
	a, err := shipped()
	if err != nil {
		return nil, err
	}
	return NewReferenceSegmenter(a.rules.userWords())
})

func referenceSegmenter(t testing.TB) Segmenter {
	t.Helper()
	seg, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	return seg
}

// sameWords checks that the dictionary cuts a text as gse does.
func sameWords(t interface {
	Helper()
	Fatalf(string, ...any)
}, d, gse Segmenter, text string) {
	t.Helper()
	if got, want := d.Segment(text), gse.Segment(text); !slices.Equal(got, want) {
		t.Fatalf("%q\n got %v\nwant %v", text, got, want)
	}
}

func TestDictionaryCutsAsGse(t *testing.T) {
	d, gse := shippedAnalyzer(t).segmenter, referenceSegmenter(t)
	n, bytes := 0, 0
	for text := range realTexts(t) {
		sameWords(t, d, gse, text)
		sameWords(t, d, gse, Fold(text).Text)
		n++
		bytes += len(text)
	}
	t.Logf("%d texts, %d bytes", n, bytes)
}

// TestDictionaryCutsOddTexts has what folded posts don't have: the segmenter must not
// depend on them being folded.
func TestDictionaryCutsOddTexts(t *testing.T) {
	d, gse := shippedAnalyzer(t).segmenter, referenceSegmenter(t)
	for _, text := range oddTexts {
		sameWords(t, d, gse, text)
	}
}

var oddTexts = []string{
	"", "a", "柱", "柱子票", "花八百块买到柱子票,整晚只能看柱子。",
	"IPHONE15与iPhone 15", "4S店4s店x4s店", "ktv卡拉ok", "江南STYLE", "c++和C#", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"ÀÉé²½ж字ф", "ⅣⅤ①２", "🎉退款🎉🎉", "𩽾𩾌𫓧", "👨\u200d👩\u200d👧家庭",
	"\x00中\x00国\x00", "\xff\xfe退\xe4款\xe4\xb8", "\xf0\x9f退款", "\xed\xa0\x80退款", "\xc0\x80",
	"\u3000退\u00a0款\ufffd", "꙳ᠠཀ한국어ひらがなカタカナ",
}

func FuzzDictionaryCutsAsGse(f *testing.F) {
	d, gse := shippedAnalyzer(f).segmenter, referenceSegmenter(f)
	for _, text := range oddTexts {
		f.Add(text)
	}
	for _, p := range goldenPairs(f, "redact.txt") {
		f.Add(p[0])
	}
	f.Fuzz(func(t *testing.T, text string) { sameWords(t, d, gse, text) })
}

// TestDictionaryCutsMixtures puts words of the dictionary, and parts of them, side by
// side in any order.
func TestDictionaryCutsMixtures(t *testing.T) {
	d, gse := shippedAnalyzer(t).segmenter, referenceSegmenter(t)
	words, err := gseWords()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "words") {
			w := []rune(words.word(rapid.IntRange(0, len(words.ends)-1).Draw(t, "word")))
			text.WriteString(string(w[:rapid.IntRange(1, len(w)).Draw(t, "length")]))
		}
		sameWords(t, d, gse, text.String())
	})
}

func TestAppendTokensKeepsWhatIsThere(t *testing.T) {
	for name, seg := range map[string]Segmenter{"dictionary": shippedAnalyzer(t).segmenter, "gse": referenceSegmenter(t)} {
		room := make([]Token, 1, 64)
		room[0] = Token{7, 8, 9}
		got := seg.AppendTokens(room, "退款难")
		if got[0] != room[0] || !slices.Equal(got[1:], seg.Segment("退款难")) || &got[0] != &room[0] {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// A few long words make many more nodes than words.
func TestDictionaryOfLongWords(t *testing.T) {
	long := "消费者权益保护委员会投诉举报中心"
	d, err := newDictionary(&Words{text: long, ends: []int32{int32(len(long))}, freqs: []float64{100}}, []string{"国家企业信用信息公示系统", "退"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Segment(long), []Token{{0, len(long), 100}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestDictionaryOfWords checks that words of rules do not take the frequency from
// words of the dictionary, and that what can't be a word is none.
func TestDictionaryOfWords(t *testing.T) {
	base := &Words{text: "退款退", ends: []int32{6, 9}, freqs: []float64{100, 2}}
	d, err := newDictionary(base, []string{"退款", "退款难", "", "难", "\xff\xff", "5G套餐"})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]Token{
		"退款":   {{0, 6, 100}},
		"退款难":  {{0, 9, userWordFreq}},
		"退难":   {{0, 3, 2}, {3, 6, 1}},
		"5g套餐": {{0, 8, userWordFreq}},
		"15g套": {{0, 3, 1}, {3, 6, 1}},
	} {
		if got := d.Segment(text); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

// realTexts are all posts, reviews and topics beside the project.
func realTexts(t testing.TB) func(yield func(string) bool) {
	t.Helper()
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		t.Skip("VANE_DATA does not name the folder of the real posts")
	}
	files, err := filepath.Glob(filepath.Join(folder, "posts", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no posts in %s: %v", folder, err)
	}
	return func(yield func(string) bool) {
		for _, file := range files {
			for _, text := range postsIn(t, file) {
				if !yield(text) {
					return
				}
			}
		}
		for _, file := range []string{"sentiment/train.csv", "hot/topics_2022.csv"} {
			for _, row := range rowsIn(t, filepath.Join(folder, file)) {
				if !yield(strings.Join(row, "\n")) {
					return
				}
			}
		}
	}
}

func postsIn(t testing.TB, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var texts []string
	for dec := json.NewDecoder(bufio.NewReader(f)); dec.More(); {
		var p struct{ Title, Text string }
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, p.Title+"\n"+p.Text)
	}
	return texts
}

func rowsIn(t testing.TB, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
