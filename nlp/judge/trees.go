package judge

import (
	"cmp"
	"math"
	"slices"
)

// forest is a sum of decision trees.
type forest struct {
	base  float32
	roots []uint16
	nodes []node
}

// node is a question (is the input at most so much?) or an answer.
type node struct {
	input       uint8   // isLeaf for an answer
	at          float32 // of the question; the value of an answer
	left, right uint16  // nodes for yes and no, behind this one
}

const isLeaf = 0xFF

func (f *forest) sum(x []float32) float64 {
	sum := f.base
	for _, root := range f.roots {
		n := &f.nodes[root]
		for n.input != isLeaf {
			next := n.right
			if x[n.input] <= n.at {
				next = n.left
			}
			n = &f.nodes[next]
		}
		sum += n.at
	}
	return float64(sum)
}

// valid reports whether every way through the trees ends, given how many inputs there are.
func (f *forest) valid(inputs int) bool {
	for i, n := range f.nodes {
		if n.input != isLeaf && (int(n.input) >= inputs || !behind(i, n.left, f) || !behind(i, n.right, f)) {
			return false
		}
	}
	return !slices.ContainsFunc(f.roots, func(root uint16) bool { return int(root) >= len(f.nodes) })
}

func behind(i int, next uint16, f *forest) bool { return int(next) > i && int(next) < len(f.nodes) }

// Settings of the boosting (as in Chen and Guestrin 2016); results depend little on them.
const (
	trees       = 80
	treeDepth   = 3
	treeRate    = 0.12
	leastCurve  = 4.0 // second derivatives that a side of a question needs: some ten rows that are unsure
	leafPenalty = 2.0 // L2
	leastGain   = 0.5
)

// row is one question to the trees, and its answer.
type row struct {
	x     []float32
	right bool
	fold  int // of the text
}

// grower grows trees on rows.
type grower struct {
	forest
	rows         []row
	slope, curve []float64 // by row: derivatives of the loss
}

// boost grows a forest on rows. Equal rows in equal order make equal trees.
func boost(rows []row) forest {
	g := grower{rows: rows, slope: make([]float64, len(rows)), curve: make([]float64, len(rows))}
	right := 1.0 // of two that no one has seen
	for _, r := range rows {
		right += float64(oneIf(r.right))
	}
	g.base = float32(math.Log(right / (float64(len(rows)) + 2 - right)))
	sums, all := make([]float64, len(rows)), make([]int, len(rows))
	for i := range rows {
		sums[i], all[i] = float64(g.base), i
	}
	for range trees {
		for i, r := range rows {
			p := sigmoid(sums[i])
			g.slope[i], g.curve[i] = p-float64(oneIf(r.right)), p*(1-p)
		}
		tree := forest{roots: []uint16{g.grow(all, treeDepth)}, nodes: g.nodes}
		g.roots = append(g.roots, tree.roots[0])
		for i, r := range rows {
			sums[i] += tree.sum(r.x)
		}
	}
	return g.forest
}

// grow adds a tree on some rows, and is its root.
func (g *grower) grow(rows []int, depth int) uint16 {
	slope, curve := g.total(rows)
	n := len(g.nodes)
	g.nodes = append(g.nodes, node{input: isLeaf, at: float32(-treeRate * slope / (curve + leafPenalty))})
	if depth == 0 || curve < 2*leastCurve {
		return uint16(n)
	}
	input, at := g.question(rows, slope, curve)
	if input < 0 {
		return uint16(n)
	}
	var yes, no []int
	for _, i := range rows {
		if g.rows[i].x[input] <= at {
			yes = append(yes, i)
		} else {
			no = append(no, i)
		}
	}
	left, right := g.grow(yes, depth-1), g.grow(no, depth-1)
	g.nodes[n] = node{uint8(input), at, left, right}
	return uint16(n)
}

func (g *grower) total(rows []int) (slope, curve float64) {
	for _, i := range rows {
		slope += g.slope[i]
		curve += g.curve[i]
	}
	return slope, curve
}

// question is the one that parts the rows best, or an input of -1.
func (g *grower) question(rows []int, slope, curve float64) (input int, at float32) {
	input, best := -1, leastGain+worth(slope, curve)
	order := slices.Clone(rows)
	for k := range g.rows[rows[0]].x {
		x := func(n int) float32 { return g.rows[order[n]].x[k] }
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(g.rows[a].x[k], g.rows[b].x[k]) })
		var leftSlope, leftCurve float64
		for n := range len(order) - 1 {
			leftSlope += g.slope[order[n]]
			leftCurve += g.curve[order[n]]
			if x(n) == x(n+1) || leftCurve < leastCurve || curve-leftCurve < leastCurve {
				continue
			}
			if w := worth(leftSlope, leftCurve) + worth(slope-leftSlope, curve-leftCurve); w > best {
				input, at, best = k, (x(n)+x(n+1))/2, w
			}
		}
	}
	return input, at
}

// worth is how much an answer for rows with these derivatives lowers the loss, twice.
func worth(slope, curve float64) float64 { return slope * slope / (curve + leafPenalty) }
