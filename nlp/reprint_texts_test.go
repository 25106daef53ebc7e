package nlp

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// realLetters are the essences of real texts, each once: posts, then reviews.
func realLetters(tb testing.TB) (posts, reviews [][]rune) {
	tb.Helper()
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		tb.Skip("VANE_DATA does not name the folder with real texts")
	}
	seen := map[uint64]bool{}
	add := func(list *[][]rune, text string) {
		e := essence(Fold(text).Text, nil)
		if f := fingerprintOf(e); f != 0 && !seen[f] {
			seen[f] = true
			*list = append(*list, e)
		}
	}
	for _, name := range []string{"tipdm_complaints", "sun0769_complaints", "zhihu_questions"} {
		for _, text := range realBodies(tb, name) {
			add(&posts, text)
		}
	}
	f, err := os.Open(filepath.Join(folder, "sentiment", "train.csv"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(bufio.NewReader(f)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	for _, row := range rows[1:] {
		add(&reviews, row[3])
	}
	return posts, reviews
}

// realBodies are the bodies of one file of real posts, as they stand.
func realBodies(tb testing.TB, name string) []string {
	tb.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("VANE_DATA"), "posts", name+".jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var bodies []string
	for dec := json.NewDecoder(bufio.NewReader(f)); dec.More(); {
		var p struct{ Title, Text string }
		if err := dec.Decode(&p); err != nil {
			tb.Fatal(err)
		}
		bodies = append(bodies, p.Title+"\n"+p.Text)
	}
	return bodies
}

// edited changes a share of the letters: exchanged, put in, left out, or swapped with
// the next. New letters are drawn from the texts themselves.
func edited(letters []rune, share float64, from [][]rune, r *rand.Rand) []rune {
	out := append([]rune(nil), letters...)
	for range max(1, int(share*float64(len(letters))+0.5)) {
		other := from[r.IntN(len(from))]
		letter := other[r.IntN(len(other))]
		i := r.IntN(len(out))
		switch r.IntN(4) {
		case 0:
			out[i] = letter
		case 1:
			out = append(out[:i], append([]rune{letter}, out[i:]...)...)
		case 2:
			if len(out) > 1 {
				out = append(out[:i], out[i+1:]...)
			}
		default:
			if i+1 < len(out) {
				out[i], out[i+1] = out[i+1], out[i]
			}
		}
	}
	return out
}

// jaccard is the similarity that sketches estimate.
func jaccard(a, b []rune) float64 {
	set := func(letters []rune) map[[2]rune]bool {
		m := map[[2]rune]bool{}
		for i := 1; i < len(letters); i++ {
			m[[2]rune{letters[i-1], letters[i]}] = true
		}
		return m
	}
	sa, sb := set(a), set(b)
	both := 0
	for p := range sa {
		if sb[p] {
			both++
		}
	}
	if len(sa)+len(sb) == both {
		return 0
	}
	return float64(both) / float64(len(sa)+len(sb)-both)
}
