// Command hotspot measures who finds bursts, how soon, and at how many false alarms:
// Vane's detector of hours, and the rules of others, on the same series in the same
// run.
//
//	go run ./bench/hotspot [-seeds 4] [-first 1] DATA
//
// DATA holds nab/ (the Numenta Anomaly Benchmark's realTweets) and, if it is there,
// hot/*.csv.gz (a hot list by the minute). Bursts are planted into their rhythms, see
// the package burst. Rates are false alarms per series and week.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"vane"
	"vane/bench/hotspot/burst"
	"vane/bench/hotspot/nab"
	"vane/hotspot"
)

func main() {
	seeds := flag.Int("seeds", 4, "worlds that are measured together")
	first := flag.Uint64("first", 1, "seed of the first world")
	flag.Parse()
	if flag.NArg() != 1 || *seeds < 1 {
		fmt.Fprintln(os.Stderr, "use: go run ./bench/hotspot [-seeds 4] [-first 1] DATA")
		os.Exit(2)
	}
	if err := run(os.Stdout, flag.Arg(0), *first, *seeds); err != nil {
		fmt.Fprintln(os.Stderr, "bench/hotspot:", err)
		os.Exit(1)
	}
}

// contender is one that looks for bursts.
type contender struct {
	name   string
	detect burst.Detector
	voices bool // counts people, not posts
}

func contenders() []contender {
	return []contender{
		{"vane", vanes, true},
		{"vane, counting posts", vanes, false},
		{"trimmed scan, 12 hours", burst.TrimmedScan, false},
		{"mean + 3 deviations, 14 days", burst.ThreeSigma, false},
		{"ratio to the last hour", burst.RatioToLast, false},
		{"Kleinberg's automaton", burst.Kleinberg, false},
		{"EWMA (SigniTrend)", burst.SigniTrend, false},
		{"same hour, robust, 28 days", burst.RobustHour, false},
		{"Pearson 48 h / 14 days", burst.Pearson, false},
		{"ratio to yesterday's hour", burst.YesterdaysHour, false},
		{"volume", burst.Volume, false},
	}
}

// vanes is the detector of vane run.
func vanes(from time.Time, counts []float64) []float64 {
	w := vane.Window{From: from, To: from.Add(time.Duration(len(counts)) * time.Hour)}
	d, err := hotspot.NewDetector(hotspot.DefaultConfig(), hotspot.Calendar{}, w)
	if err != nil {
		panic(err) // no calendar, no mistake in it
	}
	return d.Scores(vane.Pulse{
		From: from, Posts: counts, Sensitive: make([]float64, len(counts)), Cohorts: []vane.Cohort{{Voices: counts}},
	})
}

// volumes are posts an hour that the rhythms are thinned to.
func volumes() []float64 { return []float64{1, 4, 16, 64} }

func run(out io.Writer, data string, first uint64, seeds int) error {
	tweets, lists, err := readRhythms(data)
	if err != nil {
		return err
	}
	for _, kind := range []struct {
		name  string
		shape burst.Shape
	}{
		{"smooth, 1 to 8 times the usual on top, rising in 1 to 12 hours, halving every 6 to 24", burst.Smooth},
		{"mixed, steps, ramps, fades and double waves of 2 to 48 hours, 1.5 to 10 times the usual on top", burst.Mixed},
	} {
		var both measured
		for _, of := range []struct {
			name    string
			rhythms []burst.Rhythm
		}{{"tweets", tweets}, {"hot list", lists}} {
			if len(of.rhythms) == 0 {
				continue
			}
			m := measure(of.rhythms, kind.shape, first, seeds)
			m.write(out, fmt.Sprintf("Rhythms of %s; bursts %s", of.name, kind.name), first)
			both = both.and(m)
		}
		if len(lists) > 0 {
			both.write(out, "Both rhythms, one threshold; bursts "+kind.name, first)
		}
	}
	return nil
}

func worlds(rhythms []burst.Rhythm, shape burst.Shape, decoys bool, first uint64, seeds int) []burst.World {
	all := make([]burst.World, seeds)
	for i := range all {
		all[i] = burst.NewWorld(rhythms, volumes(), shape, decoys, first+uint64(i))
	}
	return all
}

// measured is what everybody made of some worlds.
type measured struct {
	bursts, series int
	calm, misled   [][]burst.Run   // by contender; the worlds without and with waves of five accounts
	told           [][]burst.Point // who is told the shape, and who the whole series, too; by rate
}

// rates of false alarms that a row tells of.
func rates() []float64 { return []float64{0.05, 0.1, 0.25, 0.5} }

func measure(rhythms []burst.Rhythm, shape burst.Shape, first uint64, seeds int) (m measured) {
	calm, misled := worlds(rhythms, shape, false, first, seeds), worlds(rhythms, shape, true, first, seeds)
	for _, w := range calm {
		m.bursts += len(w.Bursts)
		m.series += len(w.Categories)
	}
	for _, c := range contenders() {
		m.calm = append(m.calm, c.runs(calm))
		m.misled = append(m.misled, c.runs(misled))
	}
	for _, whole := range []bool{false, true} {
		m.told = append(m.told, burst.Oracle(calm, rates(), whole))
	}
	return m
}

// and is what was made of both. The told have a threshold for each burst, so that their
// shares add up.
func (m measured) and(o measured) measured {
	if m.bursts == 0 {
		return o
	}
	sum := measured{bursts: m.bursts + o.bursts, series: m.series + o.series}
	for i := range m.calm {
		sum.calm = append(sum.calm, slices.Concat(m.calm[i], o.calm[i]))
		sum.misled = append(sum.misled, slices.Concat(m.misled[i], o.misled[i]))
	}
	part := float64(m.bursts) / float64(sum.bursts)
	for i := range m.told {
		var points []burst.Point
		for k, a := range m.told[i] {
			b := o.told[i][k]
			points = append(points, burst.Point{
				FalseAlarms: a.FalseAlarms, Delay: part*a.Delay + (1-part)*b.Delay,
				Found: part*a.Found + (1-part)*b.Found, Found6: part*a.Found6 + (1-part)*b.Found6,
			})
		}
		sum.told = append(sum.told, points)
	}
	return sum
}

// write tells, a row for each contender, how soon it finds bursts at several rates of
// false alarms, and how many bursts are among its top three, without and with waves of
// five accounts. Under them stands what can be found at all, by who is told the shape
// and size of what they look for.
func (m measured) write(out io.Writer, title string, first uint64) {
	fmt.Fprintf(out, "%s\n%d bursts in %d series, seeds from %d\n\n", title, m.bursts, m.series, first)
	fmt.Fprintf(out, "| %-28s | delay h @0.05 | @0.1 | @0.25 | @0.5 | found in 6 h @0.1 | in 24 h @0.1 | @0.5 | P@3 | with decoys |\n|%s|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
		"", "------------------------------")
	for i, c := range contenders() {
		writeRow(out, c.name, burst.Curve(m.calm[i], rates()),
			fmt.Sprintf("%.3f", burst.PrecisionAt3(m.calm[i])), fmt.Sprintf("%.3f", burst.PrecisionAt3(m.misled[i])))
	}
	writeRow(out, "told shape and size", m.told[0], "–", "–")
	writeRow(out, "told what comes later, too", m.told[1], "–", "–")
	fmt.Fprintln(out)
}

func writeRow(out io.Writer, name string, p []burst.Point, precision, misled string) {
	fmt.Fprintf(out, "| %-28s | %.1f | %.1f | %.1f | %.1f | %.2f | %.2f | %.2f | %s | %s |\n",
		name, p[0].Delay, p[1].Delay, p[2].Delay, p[3].Delay, p[1].Found6, p[1].Found, p[3].Found, precision, misled)
}

func (c contender) runs(worlds []burst.World) []burst.Run {
	runs := make([]burst.Run, len(worlds))
	for i, w := range worlds {
		counts := w.Posts
		if c.voices {
			counts = w.Voices
		}
		runs[i] = burst.Run{World: w, Scores: burst.Scores(c.detect, w, counts)}
	}
	return runs
}

func readRhythms(data string) (tweets, lists []burst.Rhythm, err error) {
	series, err := nab.Read(os.DirFS(filepath.Join(data, "nab")))
	if err != nil {
		return nil, nil, err
	}
	for _, s := range series {
		tweets = append(tweets, burst.FromNAB(s))
	}
	names, err := filepath.Glob(filepath.Join(data, "hot", "*.csv.gz"))
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		more, err := readHotList(name)
		if err != nil {
			return nil, nil, err
		}
		lists = append(lists, more...)
	}
	return tweets, lists, nil
}

func readHotList(name string) ([]burst.Rhythm, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read a hot list: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	return burst.FromHotList(filepath.Base(name), f)
}
