package judge

import (
	"math/rand/v2"
	"testing"
)

// grove are rows in which the answer is a xor b, which no sum of inputs tells, and an
// input that says nothing.
func grove(n int) []row {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // no secret depends on it
	var rows []row
	for range n {
		a, b := random.Float32(), random.Float32()
		rows = append(rows, row{x: []float32{a, b, random.Float32()}, right: (a > 0.5) != (b > 0.3)})
	}
	return rows
}

func TestTreesLearnWhatNoSumTells(t *testing.T) {
	f := boost(grove(2000))
	if !f.valid(3) {
		t.Fatal("the forest is not valid")
	}
	wrong := 0
	for _, r := range grove(3000)[2000:] {
		if (f.sum(r.x) > 0) != r.right {
			wrong++
		}
	}
	if wrong > 30 {
		t.Errorf("%d of 1000 wrong", wrong)
	}
}

func TestForestOfNothing(t *testing.T) {
	for _, rows := range [][]row{nil, {{x: []float32{1}, right: true}}} {
		if f := boost(rows); !f.valid(1) || f.sum([]float32{1}) < 0 {
			t.Errorf("%d rows: %+v", len(rows), f)
		}
	}
}

func TestForestFile(t *testing.T) {
	f := boost(grove(500))
	data := f.append(nil)
	again, rest, ok := readForest(append(data, 7), 3)
	if !ok || len(rest) != 1 || again.sum([]float32{0.1, 0.9, 0}) != f.sum([]float32{0.1, 0.9, 0}) {
		t.Error("a forest is not what was written")
	}
	if _, _, ok := readForest(data[:len(data)-1], 3); ok {
		t.Error("a forest that is cut off was read")
	}
	if _, _, ok := readForest(data, 1); ok {
		t.Error("a forest that asks for an input that is not there was read")
	}
	looped := forest{roots: []uint16{0}, nodes: []node{{input: 0, left: 0, right: 0}}}
	if _, _, ok := readForest(looped.append(nil), 3); ok {
		t.Error("a tree without end was read")
	}
}
