package nlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// writtenLetters are the essences of the texts of testdata/reprints.txt, each once.
func writtenLetters(tb testing.TB) [][]rune {
	var list [][]rune
	seen := map[uint64]bool{}
	for _, p := range goldenPairs(tb, "reprints.txt") {
		for _, text := range strings.Split(strings.ReplaceAll(p[0], `\n`, "\n"), " || ") {
			e := essence(Fold(text).Text, nil)
			if f := fingerprintOf(e); !seen[f] && f != 0 {
				seen[f] = true
				list = append(list, e)
			}
		}
	}
	return list
}

// lengthClasses are the bounds, in letters, of the classes that recall is told for.
var lengthClasses = []int{fewestEdited, fewestCompared, 25, 49, 97, 281, math.MaxInt}

// recalls is the share of edited texts that are grouped with the text they come from,
// per class of length, and how many were tried.
func recalls(texts [][]rune, share float64, most int) (found [6]float64, tried [6]int) {
	r := rand.New(rand.NewPCG(uint64(share*100), 7))
	for _, k := range r.Perm(len(texts)) {
		class := -1
		for class+1 < len(lengthClasses) && len(texts[k]) >= lengthClasses[class+1] {
			class++
		}
		if class < 0 || tried[class] == most {
			continue
		}
		tried[class]++
		copied := edited(texts[k], share, texts, r)
		if GroupSketches([]Sketch{sketchOf(texts[k]), sketchOf(copied)}).Distinct() == 1 {
			found[class]++
		}
	}
	for c := range found {
		found[c] /= float64(max(1, tried[c]))
	}
	return found, tried
}

func logRecalls(t *testing.T, texts [][]rune, share float64, most int) (found [6]float64, tried [6]int) {
	found, tried = recalls(texts, share, most)
	line := ""
	for c, n := range tried {
		line += fmt.Sprintf("  from %d letters %.3f (n %d)", lengthClasses[c], found[c], n)
	}
	t.Logf("%2.0f%% of the letters edited:%s", 100*share, line)
	return found, tried
}

// TestRecallOfEdits measures how many copies are found of which a twentieth of the
// letters was changed at random, whatever that makes of the text.
func TestRecallOfEdits(t *testing.T) {
	check := func(texts [][]rune, most int, least float64) {
		t.Helper()
		found, tried := logRecalls(t, texts, 0.05, most)
		for c, n := range tried {
			if n > 0 && found[c] < least {
				t.Errorf("texts of %d letters and more: %.3f of the copies are found, want %.2f", lengthClasses[c], found[c], least)
			}
		}
		logRecalls(t, texts, 0.15, most)
	}
	var written [][]rune
	for range 20 {
		written = append(written, writtenLetters(t)...)
	}
	check(written, math.MaxInt, 0.88) // few texts, so what chance does to one of them shows
	posts, reviews := realLetters(t)
	check(append(posts, reviews...), 4000, 0.9)
}

// TestSketchEstimatesJaccard compares sketches with the sets they stand for.
func TestSketchEstimatesJaccard(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	texts := writtenLetters(t)
	sum, squares, n := 0.0, 0.0, 0
	for range 30 {
		for _, a := range texts {
			b := edited(a, 0.05+0.2*r.Float64(), texts, r)
			if len(a) < fewestCompared || len(b) < fewestCompared {
				continue
			}
			d := Similarity(sketchOf(a), sketchOf(b)) - jaccard(a, b)
			sum, squares, n = sum+d, squares+d*d, n+1
		}
	}
	mean := sum / float64(n)
	deviation := math.Sqrt(squares/float64(n) - mean*mean)
	t.Logf("%d pairs: mean error %+.4f, standard deviation %.4f", n, mean, deviation)
	if math.Abs(mean) > 0.005 || deviation > 0.045 {
		t.Errorf("the error has mean %+.4f and standard deviation %.4f", mean, deviation)
	}
}

// pairsWithKey calls f with every two texts that have a key in common, once.
func pairsWithKey(sketches []Sketch, f func(i, j int)) {
	var keyed []uint64
	var buf [sketchKeys]uint32
	for n := range sketches {
		for _, key := range keysOf(&sketches[n], &buf) {
			keyed = append(keyed, uint64(key)<<32|uint64(n))
		}
	}
	slices.Sort(keyed)
	keyed = slices.Compact(keyed)
	seen := map[[2]int]bool{}
	for at := range keyed {
		for back := at - 1; back >= 0 && keyed[back]>>32 == keyed[at]>>32; back-- {
			pair := [2]int{int(uint32(keyed[back])), int(uint32(keyed[at]))}
			if !seen[pair] {
				seen[pair] = true
				f(pair[0], pair[1])
			}
		}
	}
}

// TestFalseMerges counts which real texts are taken for copies. No post is a copy of a
// review; of two posts or two reviews many are, so that their count is a bound only.
func TestFalseMerges(t *testing.T) {
	posts, reviews := realLetters(t)
	var sketches []Sketch
	for _, letters := range append(posts, reviews...) {
		sketches = append(sketches, sketchOf(letters))
	}
	candidates, all, across := 0, 0, 0
	pairsWithKey(sketches, func(i, j int) {
		candidates++
		if !SameText(sketches[i], sketches[j]) {
			return
		}
		all++
		if (i < len(posts)) != (j < len(posts)) {
			across++
		}
	})
	n := float64(len(sketches))
	pairs, pairsAcross := n*(n-1)/2, float64(len(posts))*float64(len(reviews))
	t.Logf("%d distinct texts, %.2e pairs: %d compared (%.2f per text), %d copies, %.1e of all pairs, real copies included",
		len(sketches), pairs, candidates, float64(candidates)/n, all, float64(all)/pairs)
	t.Logf("a post and a review, %.2e pairs: %d copies, %.1e", pairsAcross, across, float64(across)/pairsAcross)
	if pairs < 2e8 || float64(all)/pairs > 1e-5 || float64(across)/pairsAcross > 1e-7 {
		t.Error("too many texts are taken for copies")
	}
}

// TestKeysMissFewCopies compares every pair of a sample, to see which copies have no
// key in common.
func TestKeysMissFewCopies(t *testing.T) {
	posts, reviews := realLetters(t)
	var sketches []Sketch
	for _, letters := range append(posts, reviews[:2000]...) {
		sketches = append(sketches, sketchOf(letters))
	}
	same, found := 0, 0
	for j := range sketches {
		for i := range j {
			if SameText(sketches[i], sketches[j]) {
				same++
			}
		}
	}
	pairsWithKey(sketches, func(i, j int) {
		if SameText(sketches[i], sketches[j]) {
			found++
		}
	})
	n := len(sketches)
	t.Logf("%d pairs: %d copies, %d of them have a key in common", n*(n-1)/2, same, found)
	if float64(found) < 0.97*float64(same) {
		t.Errorf("%d of %d copies have a key in common", found, same)
	}
}

// TestRealReprints tells how the posts of each source repeat each other.
func TestRealReprints(t *testing.T) {
	realLetters(t) // skips without the posts
	for _, name := range []string{"tipdm_complaints", "sun0769_complaints", "zhihu_questions"} {
		texts := realBodies(t, name)
		g := Groups(texts)
		exact := map[uint64]bool{}
		sizes := map[int]int{}
		near := 0 // members that are copies of the first of their group, not only of another member
		for i, first := range g {
			exact[fingerprint(Fold(texts[i]).Text)] = true
			sizes[first]++
			if SameText(sketched(texts[i]), sketched(texts[first])) {
				near++
			}
		}
		var largest []int
		repeated, copies := 0, 0
		for _, n := range sizes {
			largest = append(largest, n)
			if n > 1 {
				repeated, copies = repeated+1, copies+n-1
			}
		}
		slices.SortFunc(largest, func(a, b int) int { return b - a })
		t.Logf("%s: %d posts, %d distinct fingerprints, %d groups; %d texts were posted again, %d times; largest %v; %d members are copies of their first directly",
			name, len(texts), len(exact), g.Distinct(), repeated, copies, largest[:10], near)
		if g.Distinct() > len(exact) {
			t.Errorf("%s: %d groups of %d fingerprints", name, g.Distinct(), len(exact))
		}
	}
}
