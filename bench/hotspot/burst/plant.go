package burst

import (
	"math"
	"math/rand/v2"
)

const (
	// WarmUp is how many hours teach before anything is planted or judged.
	WarmUp = 14 * 24
	// perCategory is how many bursts each series gets.
	perCategory = 3
	// apart is the least distance of a burst from whatever else is unusual, in hours.
	apart = 24
	// Patience is how long a burst may go unnoticed before it counts as missed.
	Patience = 24
)

// Planted is a burst in a series.
type Planted struct {
	Category   int
	Start, End int     // hours, half-open; at End less than a quarter of the peak is left
	Ratio      float64 // posts of the busiest hour over those of a usual one, less one
	Rise       int     // hours until the peak
}

// World is what detectors are measured on.
type World struct {
	Categories []Category
	Bursts     []Planted
	Extra      [][]float64 // posts that each burst is meant to add, hour by hour
	Posts      [][]float64 // of each category and hour, with bursts and, if any, decoys
	Voices     [][]float64 // of them the authors who had not spoken that day
}

// Shape draws the extra posts per hour of a burst, as shares of its peak.
type Shape func(random *rand.Rand) (shares []float64, ratio float64, rise int)

// Smooth bursts rise in 1 to 12 hours and then halve every 6 to 24.
func Smooth(random *rand.Rand) (shares []float64, ratio float64, rise int) {
	ratio = one(random, 1, 2, 4, 8)
	rise = int(one(random, 1, 3, 6, 12))
	half := one(random, 6, 12, 24)
	for i := 0; i < rise; i++ {
		shares = append(shares, float64(i+1)/float64(rise))
	}
	for i := 1; i <= int(3*half); i++ {
		shares = append(shares, math.Exp2(-float64(i)/half))
	}
	return shares, ratio, rise
}

// Mixed bursts last 2 to 48 hours, at 1.5 to 10 times the usual volume over it:
// steps, ramps that break off, rises that fade, and two waves.
func Mixed(random *rand.Rand) (shares []float64, ratio float64, rise int) {
	ratio = math.Exp(uniform(random, math.Log(1.5), math.Log(10)))
	n := int(math.Round(math.Exp(uniform(random, math.Log(2), math.Log(48)))))
	shares = make([]float64, n)
	kind := random.IntN(4)
	for i := range shares {
		x := (float64(i) + 0.5) / float64(n)
		switch kind {
		case 0:
			shares[i] = 1
		case 1:
			shares[i] = x
		case 2:
			shares[i] = min(1, 4*x) * math.Exp2(-3*max(0, x-0.25))
		case 3:
			shares[i] = math.Pow(math.Sin(2*math.Pi*x), 2)
		}
	}
	return shares, ratio, n / 4
}

func one(random *rand.Rand, values ...float64) float64 { return values[random.IntN(len(values))] }

func uniform(random *rand.Rand, low, high float64) float64 {
	return low + (high-low)*random.Float64()
}

// NewWorld thins every rhythm to every volume (posts an hour) and plants bursts.
func NewWorld(rhythms []Rhythm, volumes []float64, shape Shape, decoys bool, seed uint64) World {
	random := rand.New(rand.NewPCG(seed, 2026)) //nolint:gosec // the same world for the same seed
	var w World
	for _, r := range rhythms {
		for _, v := range volumes {
			w.add(r.thin(v, random), shape, random)
		}
	}
	if decoys {
		w.mislead(rand.New(rand.NewPCG(seed, 5))) //nolint:gosec // likewise
	}
	return w
}

// add plants bursts into a category.
func (w *World) add(c Category, shape Shape, random *rand.Rand) {
	counts := append([]float64(nil), c.Hours...)
	taken := append([]bool(nil), c.Neutral...)
	for range perCategory {
		shares, ratio, rise := shape(random)
		start, ok := place(taken, len(shares), random)
		if !ok {
			continue
		}
		extra := make([]float64, len(shares))
		for i, share := range shares {
			extra[i] = share * (ratio*c.usual(start+i) + 2)
			counts[start+i] += poisson(random, extra[i])
		}
		w.Extra = append(w.Extra, extra)
		w.Bursts = append(w.Bursts, Planted{
			Category: len(w.Categories), Start: start, End: start + lasting(shares), Ratio: ratio, Rise: rise,
		})
		mark(taken, start, start+len(shares))
	}
	w.Categories = append(w.Categories, c)
	w.Posts = append(w.Posts, counts)
	w.Voices = append(w.Voices, append([]float64(nil), counts...))
}

// lasting is how many hours a burst has before it stays under a quarter of its peak.
func lasting(shares []float64) int {
	n := len(shares)
	for n > 1 && shares[n-1] < 0.25 {
		n--
	}
	return n
}

// place finds a random free start for n hours; they may run over the end of what is
// free only if they would fit nowhere.
func place(taken []bool, n int, random *rand.Rand) (start int, ok bool) {
	for range 200 {
		start = WarmUp + random.IntN(len(taken)-WarmUp)
		if free(taken, start-apart, start+n+apart) {
			return start, true
		}
	}
	return 0, false
}

func free(taken []bool, from, to int) bool {
	if to > len(taken) {
		return false
	}
	for h := max(from, 0); h < to; h++ {
		if taken[h] {
			return false
		}
	}
	return true
}

func mark(taken []bool, from, to int) {
	for h := from; h < to; h++ {
		taken[h] = true
	}
}

const (
	decoysPerCategory = 2
	decoyAccounts     = 5
	decoyHours        = 12
)

// mislead adds waves of posts by five accounts: about six times the usual volume for
// half a day. They are nothing to be found.
func (w *World) mislead(random *rand.Rand) {
	for i, c := range w.Categories {
		for range decoysPerCategory {
			start := WarmUp + random.IntN(len(c.Hours)-WarmUp-decoyHours)
			for h := start; h < start+decoyHours; h++ {
				w.Posts[i][h] += poisson(random, 6*c.usual(h)+8)
				at := c.From.Add(hours(h))
				if h == start || at.In(beijing()).Hour() == 0 { // their first words of the day
					w.Voices[i][h] += decoyAccounts
				}
			}
		}
	}
}
