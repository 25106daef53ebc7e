package burst

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vane/bench/hotspot/nab"
)

var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a test's clock

// flat is a rhythm of n hours with the same count.
func flat(n int, count float64) Rhythm {
	r := Rhythm{Name: "flat", From: start, Hours: make([]float64, n), Neutral: make([]bool, n)}
	for i := range r.Hours {
		r.Hours[i] = count
	}
	return r
}

// run is one series with one planted burst and given scores.
func run(n int, burst Planted, scores map[int]float64) Run {
	r := Run{World: World{Categories: []Category{{From: start, Hours: make([]float64, n), Neutral: make([]bool, n)}}, Bursts: []Planted{burst}}}
	r.Scores = [][]float64{make([]float64, n)}
	for h, s := range scores {
		r.Scores[0][h] = s
	}
	return r
}

func TestFalseAlarms(t *testing.T) {
	on := func(spans ...[2]int) []float64 {
		scores := make([]float64, 400)
		for _, s := range spans {
			for h := s[0]; h < s[1]; h++ {
				scores[h] = 1
			}
		}
		return scores
	}
	excused := make([]bool, 400)
	mark(excused, 300, 350)
	for _, c := range []struct {
		name   string
		scores []float64
		want   int
	}{
		{"silence", on(), 0},
		{"one hour", on([2]int{10, 11}), 1},
		{"a break of half a day is none", on([2]int{10, 11}, [2]int{22, 23}), 1},
		{"a longer one is", on([2]int{10, 11}, [2]int{23, 24}), 2},
		{"each day that it stays", on([2]int{10, 10 + 72}), 3},
		{"what is excused", on([2]int{300, 350}), 0},
	} {
		if got, judged := falseAlarms(c.scores, excused, 1); got != c.want || judged != 350 {
			t.Errorf("%s: %d false alarms in %d hours, want %d in 350", c.name, got, judged, c.want)
		}
	}
}

func TestFound(t *testing.T) {
	b := Planted{Start: 500, End: 520}
	for _, c := range []struct {
		name   string
		scores map[int]float64
		delay  float64
		found  float64
	}{
		{"in its first hour", map[int]float64{500: 1}, 1, 1},
		{"after five", map[int]float64{505: 1, 506: 1}, 6, 1},
		{"before it: a false alarm, no finding", map[int]float64{499: 1}, Patience, 0},
		{"in the last hour of patience: too late", map[int]float64{523: 1}, Patience, 0},
		{"never", nil, Patience, 0},
	} {
		if p := Found([]Run{run(1000, b, c.scores)}, 1); p.Delay != c.delay || p.Found != c.found {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestCurveKeepsTheRate(t *testing.T) {
	// Ten false alarms of falling scores, days apart, in two weeks that are judged; the burst scores 5.
	scores := map[int]float64{1000: 5}
	for i := range 10 {
		scores[WarmUp+30*i+1] = float64(10 - i)
	}
	r := run(1200, Planted{Start: 1000, End: 1010}, scores)
	points := Curve([]Run{r}, []float64{0.1, 10})
	if points[0].Found != 0 || points[1].Found != 1 || points[1].Threshold > 5 {
		t.Errorf("%+v", points)
	}
}

func TestPrecisionAt3(t *testing.T) {
	var r Run
	for i := range 5 {
		c := Category{From: start, Hours: make([]float64, 400), Neutral: make([]bool, 400)}
		scores := make([]float64, 400)
		for h := range scores {
			scores[h] = float64(5 - i) // the first category first, always
		}
		r.Categories, r.Scores = append(r.Categories, c), append(r.Scores, scores)
	}
	for _, i := range []int{0, 1, 4} {
		r.Bursts = append(r.Bursts, Planted{Category: i, Start: 350, End: 370})
	}
	if got := PrecisionAt3([]Run{r}); math.Abs(got-2.0/3) > 1e-9 {
		t.Errorf("precision %v, want two of three", got)
	}
}

// Worlds hold what they say: bursts apart from each other and from what is labelled,
// more posts in them, the same ones for the same seed.
func TestWorld(t *testing.T) {
	r := flat(1320, 64)
	mark(r.Neutral, 600, 800)
	for _, shape := range []Shape{Smooth, Mixed} {
		w := NewWorld([]Rhythm{r}, []float64{4, 64}, shape, false, 1)
		again := NewWorld([]Rhythm{r}, []float64{4, 64}, shape, false, 1)
		if len(w.Bursts) != 2*perCategory || !slices.Equal(w.Posts[0], again.Posts[0]) || !slices.Equal(w.Bursts, again.Bursts) {
			t.Fatalf("%d bursts; the same again: %v", len(w.Bursts), slices.Equal(w.Bursts, again.Bursts))
		}
		for i, b := range w.Bursts {
			if b.Start < WarmUp || b.End > 1320 || b.Start < 800 && b.End > 600 {
				t.Errorf("burst %+v lies where none may", b)
			}
			for _, o := range w.Bursts[:i] {
				if o.Category == b.Category && o.Start < b.End+apart && b.Start < o.End+apart {
					t.Errorf("bursts %+v and %+v are too near", o, b)
				}
			}
			if meant := w.Extra[i]; len(meant) < b.End-b.Start || meant[0] < 0 {
				t.Errorf("burst %+v is meant to add %v", b, meant)
			}
			extra := sum(w.Posts[b.Category][b.Start:b.End]) - sum(w.Categories[b.Category].Hours[b.Start:b.End])
			if extra <= 0 {
				t.Errorf("burst %+v adds %v posts", b, extra)
			}
		}
	}
}

// Who is told what to look for finds at once what is large, and never what is hidden in
// the chance of a usual hour.
func TestOracle(t *testing.T) {
	for _, c := range []struct {
		name  string
		extra float64 // of ten hours, over some sixteen
		least float64 // found
		most  float64
		delay float64 // at most
	}{
		{"ten times the usual", 160, 1, 1, 1},
		{"the usual once more", 16, 0.9, 1, 6},
		{"one post in a hundred", 0.16, 0, 0.5, Patience},
	} {
		var worlds []World
		for seed := range uint64(20) {
			w := NewWorld([]Rhythm{flat(1320, 16)}, []float64{16}, Smooth, false, seed)
			random := rand.New(rand.NewPCG(seed, 7))
			w.Posts[0] = slices.Clone(w.Categories[0].Hours)
			extra := make([]float64, 10)
			for i := range extra {
				extra[i] = c.extra
				w.Posts[0][800+i] += poisson(random, c.extra)
			}
			w.Bursts, w.Extra = []Planted{{Start: 800, End: 810}}, [][]float64{extra}
			worlds = append(worlds, w)
		}
		for _, whole := range []bool{false, true} {
			if p := Oracle(worlds, []float64{0.1}, whole)[0]; p.Found < c.least || p.Found > c.most || p.Delay > c.delay {
				t.Errorf("%s, told the whole series: %v: %+v", c.name, whole, p)
			}
		}
	}
}

func TestThinKeepsTheVolume(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, per := range []float64{1, 16, 200} {
		c := flat(2000, 64).thin(per, random)
		if mean := sum(c.Hours) / 2000; math.Abs(mean-per) > 0.1*per {
			t.Errorf("thinned to %v: %v an hour", per, mean)
		}
	}
}

// Decoys are many posts of few voices.
func TestDecoys(t *testing.T) {
	calm, misled := NewWorld([]Rhythm{flat(1320, 16)}, []float64{16}, Smooth, false, 3), NewWorld([]Rhythm{flat(1320, 16)}, []float64{16}, Smooth, true, 3)
	posts, voices := sum(misled.Posts[0])-sum(calm.Posts[0]), sum(misled.Voices[0])-sum(calm.Voices[0])
	if posts < decoysPerCategory*decoyHours*50 || voices < decoysPerCategory*decoyAccounts || voices > 2*decoysPerCategory*decoyAccounts {
		t.Errorf("%v posts of %v voices", posts, voices)
	}
}

// Every rule sees a burst of a hundred times the usual, and none looks ahead.
func TestPeers(t *testing.T) {
	counts := NewWorld([]Rhythm{flat(1320, 16)}, []float64{16}, Smooth, false, 4).Categories[0].Hours
	for h := 1200; h < 1230; h++ {
		counts[h] = 1600
	}
	for name, d := range map[string]Detector{
		"volume": Volume, "three sigma": ThreeSigma, "ratio": RatioToLast, "signitrend": SigniTrend, "kleinberg": Kleinberg,
		"trimmed scan": TrimmedScan, "yesterday": YesterdaysHour, "pearson": Pearson, "robust": RobustHour,
	} {
		scores := d(start, counts)
		if before, in := slices.Max(scores[WarmUp:1200]), slices.Max(scores[1200:1210]); in <= before {
			t.Errorf("%s: %v in the burst, %v before it", name, in, before)
		}
		if !slices.Equal(d(start, counts[:1000]), scores[:1000]) {
			t.Errorf("%s looks ahead", name)
		}
	}
}

func TestFromNAB(t *testing.T) {
	s := nab.Series{Name: "x", Step: 5 * time.Minute, Windows: []nab.Rows{{First: 12 * 30, Last: 12 * 31}}}
	for i := range 12 * 100 {
		s.Times, s.Values = append(s.Times, start.Add(time.Duration(5*i)*time.Minute)), append(s.Values, 2)
	}
	r := FromNAB(s)
	if len(r.Hours) != 100 || r.Hours[7] != 24 || r.Neutral[5] || !r.Neutral[6] || !r.Neutral[55] || r.Neutral[56] {
		t.Errorf("%d hours, %v in one, neutral %v", len(r.Hours), r.Hours[7], r.Neutral)
	}
}

func TestFromHotList(t *testing.T) {
	zip := func(text string) *bytes.Buffer {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(text)); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		return &b
	}
	var rows strings.Builder
	rows.WriteString("ts,rank,word,hot_value,tags\n")
	for h := range 24 * 7 * 20 {
		fmt.Fprintf(&rows, "%d,1,某词,5,\n%d,2,某词,5,\n", start.Unix()+int64(h)*3600, start.Unix()+int64(h)*3600+60)
	}
	got, err := FromHotList("list", zip(rows.String()))
	if err != nil || len(got) != 1 || math.Abs(got[0].Hours[100]-2) > 1e-9 {
		t.Errorf("%d rhythms, %v", len(got), err)
	}
	if _, err := FromHotList("list", zip("ts,rank\nnow,1\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
	if _, err := FromHotList("list", strings.NewReader("no gzip")); err == nil {
		t.Error("what is no gzip was read")
	}
}
