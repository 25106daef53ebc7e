package nlp

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vane"
)

// sketched is the sketch of a text as it is written.
func sketched(text string) Sketch { return NewSketch(Fold(text).Text) }

func TestReprintsGolden(t *testing.T) {
	for _, p := range goldenPairs(t, "reprints.txt") {
		a, b, ok := strings.Cut(strings.ReplaceAll(p[0], `\n`, "\n"), " || ")
		if !ok || p[1] != "same" && p[1] != "different" {
			t.Errorf("%q is no pair of texts", p[0])
			continue
		}
		if got := SameText(sketched(a), sketched(b)); got != (p[1] == "same") {
			t.Errorf("%s\n%s\nare not %s: similarity %.2f\n %s\n %s", a, b, p[1], Similarity(sketched(a), sketched(b)),
				string(essence(Fold(a).Text, nil)), string(essence(Fold(b).Text, nil)))
		}
		if got := Groups([]string{b, a}).Distinct() == 1; got != (p[1] == "same") {
			t.Errorf("%s\n%s\nare grouped otherwise than %s", a, b, p[1])
		}
	}
}

func TestGroupsNameTheirFirst(t *testing.T) {
	groups := func(want []int, texts ...string) {
		t.Helper()
		if got := Groups(texts); !slices.Equal(got, want) {
			t.Errorf("Groups(%q) = %v, want %v", texts, got, want)
		}
	}
	const notice, changed, other = "某品牌奶粉被检出香兰素，企业称已经启动召回", "某品牌奶粉被检出香兰素，企业称已启动召回了", "我的宽带限速了，客服说是套餐到期，不肯退钱"
	groups([]int{})
	groups([]int{0}, notice)
	groups([]int{0, 1, 0, 0, 1}, notice, other, changed, "【召回】"+notice, other+"！")
	groups([]int{0, 1, 2, 0}, changed, "", other, notice)

	g := Groups([]string{other, notice, changed, notice, "退款"})
	first, texts := g.Largest()
	if g.Distinct() != 3 || first != 1 || texts != 3 {
		t.Errorf("%v has %d groups, the largest from %d with %d texts", g, g.Distinct(), first, texts)
	}
	if first, texts = (Grouping{}).Largest(); first != 0 || texts != 0 {
		t.Errorf("the largest group of nothing is %d with %d texts", first, texts)
	}
}

// somePosts draws texts of a window: written ones, and copies with some letters edited.
func somePosts(t *rapid.T, written [][]rune) []Sketch {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	var sketches []Sketch
	for range rapid.IntRange(0, 60).Draw(t, "posts") {
		letters := written[r.IntN(min(len(written), 12))]
		for range r.IntN(4) {
			letters = edited(letters, 0.05, written, r)
		}
		sketches = append(sketches, sketchOf(letters))
	}
	return sketches
}

// TestGroupsDoNotDependOnOrder checks it, and that groups are what SameText connects.
func TestGroupsDoNotDependOnOrder(t *testing.T) {
	written := writtenLetters(t)
	rapid.Check(t, func(t *rapid.T) {
		sketches := somePosts(t, written)
		g := GroupSketches(sketches)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 2)).Perm(len(sketches))
		shuffled := make([]Sketch, len(sketches))
		for to, from := range order {
			shuffled[to] = sketches[from]
		}
		h := GroupSketches(shuffled)
		for a := range order {
			for b := range a {
				if (h[a] == h[b]) != (g[order[a]] == g[order[b]]) {
					t.Fatalf("texts %d and %d are together in one order only", order[a], order[b])
				}
			}
		}
		for i, first := range g {
			if first > i || g[first] != first {
				t.Fatalf("%v: %d is not the first of a group", g, first)
			}
			if first != i && !slices.ContainsFunc(g.members(first, i), func(j int) bool { return SameText(sketches[i], sketches[j]) }) {
				t.Fatalf("%v: %d is a copy of none in its group", g, i)
			}
		}
	})
}

// members of the group of first, without one of them.
func (g Grouping) members(first, without int) (list []int) {
	for i, f := range g {
		if f == first && i != without {
			list = append(list, i)
		}
	}
	return list
}

// numbered is the id of the n-th text.
func numbered(n int) (id vane.ID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
	return id
}

func TestReprintsTellTheFirst(t *testing.T) {
	r := NewReprints(100)
	for n, c := range []struct {
		text  string
		first int
	}{
		{"某品牌奶粉被检出香兰素，企业称已经启动召回", 0},
		{"我的宽带限速了，客服说是套餐到期，不肯退钱", 1},
		{"转发微博//@晚报:某品牌奶粉被检出香兰素，企业称已启动召回", 0},
		{"我的宽带限速了，客服说是套餐到期，不肯退款", 1},
		{"退款", 4},
		{"退货", 5},
		{"退款！", 4},
		{"送餐员态度很好", 7},
		{"送餐员态度挺好", 7},
		{"", 9},
		{"🎉", 9},
	} {
		if got := r.Add(numbered(n), sketched(c.text)); got != numbered(c.first) {
			t.Errorf("%q is a copy of %v, want %v", c.text, got, numbered(c.first))
		}
	}
}

// TestReprintsForgetTheOldest fills the memory with other texts.
func TestReprintsForgetTheOldest(t *testing.T) {
	const capacity = 8
	r := NewReprints(capacity)
	n := 0
	add := func(text string) vane.ID {
		n++
		return r.Add(numbered(n-1), sketched(text))
	}
	others := func(count int) {
		for range count {
			add(fmt.Sprintf("第%d位用户说他买的东西是%x%x", n, n*7919, n*104729))
		}
	}
	const notice = "某品牌奶粉被检出香兰素，企业称已经启动召回"
	add(notice)
	others(capacity - 1)
	if got := add(notice); got != numbered(0) {
		t.Errorf("a text that is remembered is a copy of %v", got)
	}
	others(capacity - 1) // forgets the first, but not the copy
	if got := add(notice); got != numbered(0) {
		t.Errorf("a text whose copy is remembered is a copy of %v", got)
	}
	others(capacity)
	if got := add(notice); got != numbered(n-1) {
		t.Errorf("a forgotten text is a copy of %v", got)
	}
}

// TestReprintsAreCopies adds the texts of windows one after the other.
func TestReprintsAreCopies(t *testing.T) {
	written := writtenLetters(t)
	rapid.Check(t, func(t *rapid.T) {
		sketches := somePosts(t, written)
		r, again, g := NewReprints(1000), NewReprints(1000), Grouping{}
		for i, s := range sketches {
			first := r.Add(numbered(i), s)
			if first != again.Add(numbered(i), s) {
				t.Fatalf("%d has another first in the second run", i)
			}
			n := int(binary.BigEndian.Uint64(first[8:])) - 1
			g = append(g, n)
			if n != i && !slices.ContainsFunc(g.members(n, i), func(j int) bool { return SameText(s, sketches[j]) }) {
				t.Fatalf("%d is a copy of none in its group: %v", i, g)
			}
		}
	})
}

// TestReprintsTakeNoMoreMemory adds far more texts than are remembered.
func TestReprintsTakeNoMoreMemory(t *testing.T) {
	const capacity, promised = 5000, 360
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := NewReprints(capacity)
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / capacity; each > promised {
		t.Errorf("a remembered text takes %d bytes", each)
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	written := writtenLetters(t)
	n := 0
	add := func() {
		s := sketchOf(written[rnd.IntN(len(written))])
		for i := sketchHeader; i < SketchSize; i += 1 + rnd.IntN(20) {
			s[i] ^= byte(rnd.Uint32())
		}
		r.Add(numbered(n), s)
		n++
	}
	for range 4 * capacity {
		add()
	}
	if allocs := testing.AllocsPerRun(2*capacity, add); allocs != 0 {
		t.Errorf("a text more allocates %v times", allocs)
	}
}

// TestCopiesCostNoSquare groups texts that were written to have the same keys.
func TestCopiesCostNoSquare(t *testing.T) {
	letters := writtenLetters(t)[0]
	var sketches []Sketch
	for n := range 20000 {
		copied := append(slices.Clone(letters), []rune(fmt.Sprint(n))...)
		sketches = append(sketches, sketchOf(copied))
	}
	if got := GroupSketches(sketches).Distinct(); got != 1 {
		t.Errorf("%d groups", got)
	}
}

func FuzzSketch(f *testing.F) {
	f.Add("转发微博//@晚报:【召回】某品牌奶粉被检出香兰素#食品安全#（来源：晚报）", "退款")
	f.Add("#@[(http://www.回复@//@://@\n【】来源:", "【\n#")
	f.Add(strings.Repeat("好", 40), strings.Repeat("//@a:", 20))
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := sketched(a), sketched(b)
		fa, fb := fingerprint(Fold(a).Text), fingerprint(Fold(b).Text)
		if fa == fb && x != y {
			t.Fatalf("%q and %q have one fingerprint and two sketches", a, b)
		}
		if s := Similarity(x, y); s < 0 || s > 1 || s != Similarity(y, x) {
			t.Fatalf("%q and %q have similarity %v and %v", a, b, s, Similarity(y, x))
		}
		if SameText(x, y) != SameText(y, x) || !SameText(x, x) {
			t.Fatalf("%q and %q: being a copy is not mutual", a, b)
		}
		if again := sketched(a + " "); again != x && !strings.ContainsAny(a, "#@") {
			t.Fatalf("a space behind %q changes its sketch", a)
		}
		r := NewReprints(2)
		r.Add(numbered(0), x)
		together := r.Add(numbered(1), y) == numbered(0)
		if grouped := Groups([]string{a, b}).Distinct() == 1; grouped && !together || together && !SameText(x, y) {
			t.Fatalf("%q and %q: copies %v, by groups %v, by reprints %v", a, b, SameText(x, y), grouped, together)
		}
	})
}
