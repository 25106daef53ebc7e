package nab

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// real is the benchmark's own folder, if the real data are beside the project.
func real(t *testing.T) []Series {
	t.Helper()
	data := os.Getenv("VANE_DATA")
	if data == "" {
		t.Skip("VANE_DATA does not name the folder of real data")
	}
	series, err := Read(os.DirFS(filepath.Join(data, "nab")))
	if err != nil {
		t.Fatal(err)
	}
	return series
}

// line is a series of n five-minute rows with windows.
func line(n int, windows ...Rows) Series {
	s := Series{Name: "a/b.csv", Step: 5 * time.Minute, Windows: windows, Values: make([]float64, n)}
	for i := range n {
		s.Times = append(s.Times, time.Date(2026, 3, 1, 0, 5*i, 0, 0, time.UTC))
	}
	return s
}

// alarms are scores of 1 at some rows.
func alarms(s Series, rows ...int) []float64 {
	scores := make([]float64, len(s.Values))
	for _, r := range rows {
		scores[r] = 1
	}
	return scores
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestKnownAnswers(t *testing.T) {
	s := line(1200, Rows{400, 499}, Rows{700, 799}) // rows before 180 are on probation
	half := sigmoid(-0.5) / sigmoid(-1)
	for _, c := range []struct {
		name string
		rows []int
		want float64
	}{
		{"perfect", []int{400, 700}, 100},
		{"silence", nil, 0},
		{"one of two", []int{700}, 50},
		{"the earliest of a window counts", []int{450, 460, 470, 700}, 50 + 25*(1+half)},
		{"probation is not judged", []int{0, 100, 179, 400, 700}, 100},
		{"before any window costs the full weight", []int{200, 400, 700}, 100 - 25*0.11},
		{"every row outside costs", []int{200, 201, 202, 400, 700}, 100 - 75*0.11},
		{"just behind a window costs little", []int{400, 500, 700}, 100 + 25*0.11*sigmoid(1.0/99)},
		{"far behind a window costs the full weight", []int{400, 700, 799 + 3*99 + 1}, 100 - 25*0.11},
	} {
		got := Score(Standard(), []Series{s}, [][]float64{alarms(s, c.rows...)}, 1)
		if !near(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestThresholdIsTheBestOfAll(t *testing.T) {
	s := line(1000, Rows{400, 499})
	scores := alarms(s, 410)
	scores[300], scores[410], scores[950] = 0.4, 0.7, 0.2
	if got := Best(Standard(), []Series{s}, [][]float64{scores}); got != 0.7 {
		t.Errorf("threshold %v, want 0.7", got)
	}
	if got := Best(Standard(), []Series{s}, [][]float64{alarms(s, 300)}); !math.IsInf(got, 1) {
		t.Errorf("threshold %v for a detector that is only wrong, want silence", got)
	}
}

func TestEvaluateCountsEpisodesAndDelays(t *testing.T) {
	s := line(1000, Rows{400, 500}, Rows{700, 800})
	r := Evaluate(Standard(), []Series{s}, [][]float64{alarms(s, 200, 205, 230, 438, 440, 762)})
	want := Result{Score: r.Score, ScoreLOSO: 0, Windows: 2, Hits: 2, FalseEpisodes: 2, MedianDelay: 0, Threshold: 1}
	if r != want { // −1 h and +1 h; 205 belongs to 200
		t.Errorf("got %+v, want %+v", r, want)
	}
}

// The shape of the real data, as the benchmark counts it.
func TestRealTweets(t *testing.T) {
	series := real(t)
	var windows, rows, inside, narrow, wide int
	narrow = math.MaxInt
	for _, s := range series {
		windows += len(s.Windows)
		rows += len(s.Values) - s.Probation()
		for _, w := range s.Windows {
			n := w.Last - max(w.First, s.Probation()) + 1
			inside += max(n, 0)
			narrow, wide = min(narrow, w.width()), max(wide, w.width())
		}
		if s.Step != 5*time.Minute {
			t.Errorf("%s: step %s", s.Name, s.Step)
		}
	}
	got := []int{len(series), windows, rows, inside, narrow, wide}
	if want := []int{10, 33, 151131, 15651, 317, 795}; !slices.Equal(got, want) {
		t.Errorf("series, windows, rows, rows in windows, narrowest, widest: %v, want %v", got, want)
	}
}

// perfect alarms on the first row of every window of the real data, and silence.
func TestRealPerfectAndNull(t *testing.T) {
	series := real(t)
	var perfect, null [][]float64
	for _, s := range series {
		one := make([]float64, len(s.Values))
		for _, w := range s.Windows {
			one[w.First] = 1
		}
		perfect, null = append(perfect, one), append(null, make([]float64, len(s.Values)))
	}
	if r := Evaluate(Standard(), series, perfect); !near(r.Score, 100) || !near(r.ScoreLOSO, 100) || r.FalseEpisodes != 0 || r.Hits != 33 {
		t.Errorf("perfect: %+v", r)
	}
	if r := Evaluate(Standard(), series, null); r.Score != 0 || r.ScoreLOSO != 0 || r.Hits != 0 {
		t.Errorf("silence: %+v", r)
	}
}

// gaussian is the benchmark's own detector windowedGaussian: the chance of a value
// under the mean and deviation of the last 6,400 rows, renewed every 100.
func gaussian(values []float64) []float64 {
	const window, step = 6400, 100
	scores := make([]float64, len(values))
	var seen, fresh []float64
	mean, deviation := 0.0, 1.0
	for i, v := range values {
		if len(seen) > 0 {
			p := 1 - math.Erfc((v-mean)/deviation/math.Sqrt2)/2
			scores[i] = math.Round(p*1e12) / 1e12 // as published: with twelve digits
		}
		if len(seen) < window {
			seen = append(seen, v)
			mean, deviation = moments(seen)
			continue
		}
		if fresh = append(fresh, v); len(fresh) == step {
			seen = append(seen[step:], fresh...)
			fresh = fresh[:0]
			mean, deviation = moments(seen)
		}
	}
	return scores
}

func moments(values []float64) (mean, deviation float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		deviation += (v - mean) * (v - mean) / float64(len(values))
	}
	return mean, max(math.Sqrt(deviation), 1e-6)
}

// The published scores of a published detector come out: the port is right.
func TestRealPublishedDetector(t *testing.T) {
	series := real(t)
	var scores [][]float64
	for _, s := range series {
		scores = append(scores, gaussian(s.Values))
	}
	r := Evaluate(Standard(), series, scores)
	t.Logf("%+v", r)
	if math.Abs(r.Score-51.4) > 0.05 || r.Hits != 30 {
		t.Errorf("windowedGaussian: %+v, published score 51.4 with 30 hits", r)
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	const head = "timestamp,value\n"
	good := head + "2026-03-01 00:00:00,1\n2026-03-01 00:05:00,2\n"
	for _, c := range []struct{ labels, csv, want string }{
		{"", good, "--gold"},
		{"{", good, "FOLDER/NAME.csv"},
		{`{"b/c.csv": []}`, good, "none of the 1"},
		{`{"../x.csv": []}`, good, "no FOLDER/NAME.csv"},
		{`{"a/b.csv": []}`, head + "yesterday,1\n", "line 2: time"},
		{`{"a/b.csv": []}`, head + "2026-03-01 00:00:00,-1\n", "line 2: value"},
		{`{"a/b.csv": []}`, head + "2026-03-01 00:00:00,NaN\n", "line 2: value"},
		{`{"a/b.csv": []}`, head + "2026-03-01 00:00:00,1\n", "1 rows"},
		{`{"a/b.csv": []}`, head + "2026-03-01 00:05:00,1\n2026-03-01 00:05:00,1\n", "line 3"},
		{`{"a/b.csv": [["2027-01-01 00:00:00", "2027-01-02 00:00:00"]]}`, good, "no row lies"},
	} {
		folder := fstest.MapFS{"a/b.csv": {Data: []byte(c.csv)}}
		if c.labels != "" {
			folder[Labels] = &fstest.MapFile{Data: []byte(c.labels)}
		}
		if _, err := Read(folder); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q: error %v, want one with %q", c.labels, c.csv, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"a/b.csv": [["2026-03-01 00:00:00.000000", "2026-03-01 00:05:00"]]}`, "timestamp,value\n2026-03-01 00:00:00,1\n2026-03-01 00:05:00,2\n")
	f.Fuzz(func(t *testing.T, labels, csv string) {
		series, err := Read(fstest.MapFS{"a/b.csv": {Data: []byte(csv)}, Labels: {Data: []byte(labels)}})
		if err != nil {
			return
		}
		for _, s := range series {
			r := Evaluate(Standard(), series, [][]float64{s.Values})
			if math.IsNaN(r.Score) || math.IsNaN(r.ScoreLOSO) {
				t.Errorf("%+v of %q, %q", r, labels, csv)
			}
		}
	})
}
