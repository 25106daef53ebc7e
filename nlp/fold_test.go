package nlp

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFoldGolden(t *testing.T) {
	for _, p := range goldenPairs(t, "fold.txt") {
		if got := Fold(p[0]).Text; got != p[1] {
			t.Errorf("Fold(%q)\n got %q\nwant %q", p[0], got, p[1])
		}
	}
}

func TestFoldKeepsWhatNeedsNothing(t *testing.T) {
	const text = "花八百块买到柱子票,整晚只能看柱子。"
	if f := Fold(text); f.runs != nil || f.Text != text {
		t.Errorf("Fold(%q) = %q with %d runs", text, f.Text, len(f.runs))
	}
	if n := testing.AllocsPerRun(100, func() { Fold(text) }); n != 0 {
		t.Errorf("folding a folded text allocates %v times", n)
	}
}

// span folds a text and says what of it stands where word is in the folded text.
func originalOf(t *testing.T, text, word string) string {
	t.Helper()
	f := Fold(text)
	i := strings.Index(f.Text, word)
	if i < 0 {
		t.Fatalf("Fold(%q) = %q has no %q", text, f.Text, word)
	}
	from, to := f.Span(i, i+len(word))
	return text[from:to]
}

func TestFoldedSpansLeadBack(t *testing.T) {
	for _, c := range []struct{ text, word, want string }{
		{"這是柱子票", "柱子票", "柱子票"},
		{"誘導消費者公升級套餐", "升级套餐", "升級套餐"},
		{"要求退.款，现在", "退款", "退.款"},
		{"送༵来༵不༵了", "送来不", "送༵来༵不"},
		{"ＡＢＣ，退款", "退款", "退款"},
		{"ＡＢＣ，退款", "abc", "ＡＢＣ"},
		{"\u200b退款\u200b", "退款", "退款"},
		{"簡訊轟炸", "短信", "簡訊"},
		{"網際網路服務", "互联网", "網際網路"},
		{"購物袋乙個", "一个", "乙個"},
		{"\xff退\xfe款\xfd", "退款", "退\xfe款"},
	} {
		if got := originalOf(t, c.text, c.word); got != c.want {
			t.Errorf("%q in %q is %q, want %q", c.word, c.text, got, c.want)
		}
	}
}

// checkFold checks what must hold of every text.
func checkFold(t interface{ Fatalf(string, ...any) }, s string) {
	f := Fold(s)
	if !utf8.ValidString(f.Text) {
		t.Fatalf("Fold(%q) = %q is not valid UTF-8", s, f.Text)
	}
	last := 0
	for i, r := range f.Text {
		from, to := f.Span(i, i+utf8.RuneLen(r))
		if from < last || to <= from || to > len(s) {
			t.Fatalf("Fold(%q) = %q: %q at %d is [%d, %d) of the original, after %d", s, f.Text, r, i, from, to, last)
		}
		last = from
	}
}

// foldTroubles are pieces that the fold treats in a special way.
func foldTroubles() []string {
	return []string{"退", "款", ".", "*", " ", "　", "公", "升級", "乙", "個", "著", "名", "急", "\u200b", "༵", "Ａ", "𝟏", "\xff", "\xe4\xb8", "網際網路", "一目瞭然", "乾", "隆", "１", "\r\n", "🎉", "\U000E0001", "壹"}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkFold(t, strings.Join(rapid.SliceOf(rapid.SampledFrom(foldTroubles())).Draw(t, "pieces"), ""))
	})
}

func FuzzFold(f *testing.F) {
	f.Add(strings.Join(foldTroubles(), ""))
	f.Add("電信行業誘導消費者公升級**、退.款")
	f.Fuzz(func(t *testing.T, s string) { checkFold(t, s) })
}

// TestFoldRoundTrip converts Simplified posts to Traditional with the tables of
// OpenCC, and folds them back.
func TestFoldRoundTrip(t *testing.T) {
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		t.Skip("VANE_DATA does not name the folder with the tables of OpenCC")
	}
	chars := openCC(t, filepath.Join(folder, "opencc", "STCharacters.txt"))
	phrases := openCC(t, filepath.Join(folder, "opencc", "STPhrases.txt"))
	total, wrong := 0, 0
	for _, p := range readGold(t) {
		want := Fold(p.Text).Text
		got := Fold(traditional(want, chars, phrases)).Text
		a, b := []rune(want), []rune(got)
		total += len(a)
		if len(a) != len(b) {
			wrong += len(a)
			continue
		}
		for i := range a {
			if a[i] != b[i] {
				wrong++
			}
		}
	}
	t.Logf("%d of %d characters come back: %.3f%%", total-wrong, total, 100*float64(total-wrong)/float64(total))
	if float64(wrong) > 0.002*float64(total) {
		t.Errorf("%d of %d characters do not come back", wrong, total)
	}
}

// openCC reads a table of OpenCC.
func openCC(t *testing.T, name string) map[string]string {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, values, ok := strings.Cut(lines.Text(), "\t"); ok {
			table[key], _, _ = strings.Cut(values, " ")
		}
	}
	return table
}

// traditional converts by the longest phrase, and by characters elsewhere.
func traditional(s string, chars, phrases map[string]string) string {
	const longest = 8 // characters
	var b strings.Builder
	for r := []rune(s); len(r) > 0; {
		n := min(longest, len(r))
		for n > 1 && phrases[string(r[:n])] == "" {
			n--
		}
		switch to := phrases[string(r[:n])]; {
		case to != "":
			b.WriteString(to)
		case chars[string(r[0])] != "":
			b.WriteString(chars[string(r[0])])
		default:
			b.WriteRune(r[0])
		}
		r = r[n:]
	}
	return b.String()
}
