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
	tables(out, "tweets", tweets, first, seeds)
	if len(lists) > 0 {
		tables(out, "hot list", lists, first, seeds)
	}
	return nil
}

func tables(out io.Writer, name string, rhythms []burst.Rhythm, first uint64, seeds int) {
	for _, kind := range []struct {
		name  string
		shape burst.Shape
	}{
		{"smooth, 1 to 8 times the usual on top, rising in 1 to 12 hours, halving every 6 to 24", burst.Smooth},
		{"mixed, steps, ramps, fades and double waves of 2 to 48 hours, 1.5 to 10 times the usual on top", burst.Mixed},
	} {
		calm, misled := worlds(rhythms, kind.shape, false, first, seeds), worlds(rhythms, kind.shape, true, first, seeds)
		planted := 0
		for _, w := range calm {
			planted += len(w.Bursts)
		}
		fmt.Fprintf(out, "Rhythms of %s; bursts %s\n%d bursts in %d series, seeds from %d\n\n", name, kind.name, planted, seeds*len(calm[0].Categories), first)
		table(out, calm, misled)
	}
}

func worlds(rhythms []burst.Rhythm, shape burst.Shape, decoys bool, first uint64, seeds int) []burst.World {
	all := make([]burst.World, seeds)
	for i := range all {
		all[i] = burst.NewWorld(rhythms, volumes(), shape, decoys, first+uint64(i))
	}
	return all
}

// table writes a row for each contender: how soon it finds bursts at several rates of
// false alarms, and how many bursts are among its top three, without and with waves
// of five accounts. Under them stands what can be found at all, by who is told the shape
// and size of what they look for.
func table(out io.Writer, calm, misled []burst.World) {
	rates := []float64{0.05, 0.1, 0.25, 0.5}
	fmt.Fprintf(out, "| %-28s | delay h @0.05 | @0.1 | @0.25 | @0.5 | found in 6 h @0.1 | in 24 h @0.1 | @0.5 | P@3 | with decoys |\n|%s|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
		"", "------------------------------")
	for _, c := range contenders() {
		runs := measure(c, calm)
		p := burst.Curve(runs, rates)
		writeRow(out, c.name, p, fmt.Sprintf("%.3f", burst.PrecisionAt3(runs)), fmt.Sprintf("%.3f", burst.PrecisionAt3(measure(c, misled))))
	}
	for _, told := range []struct {
		name  string
		whole bool
	}{{"told shape and size", false}, {"told what comes later, too", true}} {
		p := make([]burst.Point, len(rates))
		for i, rate := range rates {
			p[i] = burst.Oracle(calm, rate, told.whole)
		}
		writeRow(out, told.name, p, "–", "–")
	}
	fmt.Fprintln(out)
}

func writeRow(out io.Writer, name string, p []burst.Point, precision, misled string) {
	fmt.Fprintf(out, "| %-28s | %.1f | %.1f | %.1f | %.1f | %.2f | %.2f | %.2f | %s | %s |\n",
		name, p[0].Delay, p[1].Delay, p[2].Delay, p[3].Delay, p[1].Found6, p[1].Found, p[3].Found, precision, misled)
}

func measure(c contender, worlds []burst.World) []burst.Run {
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
