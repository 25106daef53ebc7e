package feel

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestSumIsPlainAddition compares the packed addition of bytes with one by one, on a
// text long enough to flush and with spans covered.
func TestSumIsPlainAddition(t *testing.T) {
	m := shippedModel(t)
	s := newReading()
	s.read(strings.Repeat("没有一个菜是热的房间很干净服务热情", 40) + "，" + post)
	s.cover(10, 14)
	s.sum(m.table, m.known)
	for c, clause := range s.clauses {
		var want gramSum
		for i := clause.from; i < clause.to; i++ {
			if s.zone[i] {
				continue
			}
			hashes, n := grams(s.runes, i)
			for _, h := range hashes[:n] {
				if m.known.has(h) == 0 {
					continue
				}
				at := entry(h, m.table.entries()) * lanes
				for k := range lanes {
					want.lane[k] += int32(m.table[at+k]) - bias
				}
				want.n++
			}
		}
		if s.sums[c] != want {
			t.Errorf("clause %d: %+v, want %+v", c, s.sums[c], want)
		}
	}
}

func TestFilter(t *testing.T) {
	f := make(filter, 4)
	for _, h := range []uint64{0, 63, 64, 255, 1 << 40} {
		f.add(h)
		if f.has(h) != 1 {
			t.Errorf("%d is not in the filter", h)
		}
	}
	if f.has(1) == 1 || f.has(254) == 1 {
		t.Error("the filter has what was not added")
	}
}

// TestTelling keeps n-grams that are frequent and lean to one label.
func TestTelling(t *testing.T) {
	var samples []Sample
	for range 20 {
		samples = append(samples, Sample{Text: "真香", Good: true}, Sample{Text: "真臭"},
			Sample{Text: "快递", Good: true}, Sample{Text: "快递"})
	}
	samples = append(samples, Sample{Text: "难得"})
	known := telling(samples, 4, 1.5, 64)
	for text, want := range map[string]uint64{"真香": 1, "真臭": 1, "快递": 0, "难得": 0} {
		r := []rune(text)
		if got := known.has(gramHash(pack2(pack1(r[0]), r[1]))); got != want {
			t.Errorf("%s: known %d, want %d", text, got, want)
		}
	}
}

// tinyExample is two clauses of four n-grams.
func tinyExample() example {
	e := example{grams: []int32{1, 2, 3, 2}, clause: []int16{0, 0, 1, 1}, clauses: 2, good: true}
	e.lex[0], e.lex[5] = 0.5, -0.3
	return e
}

// TestSlopesAreRight compares the slopes of the network with differences of its loss:
// the slope is read from what one step of AdaGrad adds to the sum of squares.
func TestSlopesAreRight(t *testing.T) {
	e := tinyExample()
	const entries = 5
	loss := func(f *fit) float64 {
		z := float64(f.now.net.logit(f.gather(&e, nil)))
		p := sigmoid(z)
		return -(1-smoothing)*math.Log(p) - smoothing*math.Log(1-p)
	}
	whole := func() *fit { // a fit whose next step drops nothing
		for seed := uint64(1); ; seed++ {
			f, dry := newFit(entries, seed), newFit(entries, seed)
			if !slices.Contains(dry.drop(len(e.grams)), false) {
				return f
			}
		}
	}
	before, after := whole(), whole()
	after.step(&e)
	var numbers, past, start []*float32
	before.now.each(&before.now, func(a, _ *float32) { numbers = append(numbers, a) })
	before.past.each(&before.past, func(a, _ *float32) { start = append(start, a) })
	after.past.each(&after.past, func(a, _ *float32) { past = append(past, a) })
	const h = 1e-3
	checked := 0
	for i, x := range numbers {
		old := *x
		*x = old + h
		up := loss(before)
		*x = old - h
		down := loss(before)
		*x = old
		want := math.Abs(up-down) / (2 * h)
		got := math.Sqrt(float64(*past[i] - *start[i]))
		if i >= entries*embed && want < 3e-3 || i < entries*embed && i/embed == 2 {
			continue // too small for float32; or entry 2, which two clauses move one after the other
		}
		checked++
		if math.Abs(got-want) > 2e-3+0.08*want {
			t.Errorf("number %d: slope %.5f, differences say %.5f", i, got, want)
		}
	}
	if checked < 50 {
		t.Errorf("only %d slopes were large enough to compare", checked)
	}
}

func TestFittingLowersTheLoss(t *testing.T) {
	good, bad := tinyExample(), tinyExample()
	bad.good, bad.grams = false, []int32{4, 4, 0, 0}
	data := slices.Repeat([]example{good, bad}, 100)
	p := fitNetwork(data, 5, 1, func(int) {})
	f := newFit(5, 1)
	f.now = p
	if g, b := p.net.logit(f.gather(&good, nil)), p.net.logit(f.gather(&bad, nil)); g < 1 || b > -1 {
		t.Errorf("logits %.2f and %.2f", g, b)
	}
}

func TestBayesWeights(t *testing.T) {
	var data []sparse
	for range 50 {
		data = append(data,
			sparse{entry: []int32{0, 1}, value: []float32{0.7, 0.7}, y: 1},
			sparse{entry: []int32{0, 2}, value: []float32{0.7, 0.7}, y: -1})
	}
	w := bayesWeights(data, 4, 3, 10)
	if w[1] < 0.5 || w[2] > -0.5 || abs(w[0]) > 0.1 || w[3] != 0 {
		t.Errorf("weights %.3f: want about none, good, bad, none", w)
	}
}

// TestFitLine finds the line that made the labels: at logit 2 three of four are yes.
func TestFitLine(t *testing.T) {
	var data []marked
	for i := range 4000 {
		data = append(data, marked{2, i%4 != 0, 1}, marked{-2, i%4 == 0, 1})
	}
	l := fitLine(data)
	if got := l.at(2); math.Abs(got-0.75) > 0.01 {
		t.Errorf("probability %.3f at logit 2, want 0.75", got)
	}
	if got := fitLine([]marked{{1e6, true, 1}, {-1e6, false, 1}}); math.IsNaN(float64(got.A)) {
		t.Errorf("huge logits made %+v", got)
	}
}

// TestPackKeepsTheOrder: bytes are near the numbers that they stand for.
func TestPackKeepsTheOrder(t *testing.T) {
	m, err := newModel()
	if err != nil {
		t.Fatal(err)
	}
	p := parameters{table: [][embed]float32{{1, -2, 0, 3}, {-1, 2, 0.5, -3}}}
	m.pack(&p, []float32{0.25, -0.5})
	if m.table.entries() != 2 {
		t.Fatalf("%d entries", m.table.entries())
	}
	for g, row := range p.table {
		for d, want := range row {
			lane := laneEmbed + d
			got := float32(int(m.table[g*lanes+lane])-bias) * m.scale[lane]
			if abs(got-want) > m.scale[lane] {
				t.Errorf("entry %d lane %d: %.3f, want %.3f", g, lane, got, want)
			}
		}
	}
}

func TestExpIsNearEnough(t *testing.T) {
	for x := float32(-8); x <= 8; x += 0.5 {
		got, want := float64(exp(x)), math.Exp(float64(x))
		if got/want < 0.85 || got/want > 1.01 {
			t.Errorf("exp(%.1f) is %.5f, want about %.5f", x, got, want)
		}
	}
}

// TestCuesAreCounted: the groups of cues in a text.
func TestCuesAreCounted(t *testing.T) {
	cases := []struct {
		text string
		want []cue
	}{
		{"商家拒绝退款，我要投诉", []cue{trade, harm, claim, self}},
		{"村委会不管噪音扰民", []cue{civic}},
		{"如何看待演唱会抢票", []cue{trade, news, ask}},
		{"蓝色的杯子", nil},
	}
	l := shippedLexicon(t)
	for _, c := range cases {
		s := newReading()
		s.read(c.text)
		s.find(l)
		counts := countCues(s)
		var got []cue
		for k := cue(1); k < cueEnd; k++ {
			if counts.all[k] > 0 {
				got = append(got, k)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: cues %v, want %v", c.text, got, c.want)
		}
	}
}
