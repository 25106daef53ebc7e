package nab

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"time"
)

// Labels is where a folder in the benchmark's layout keeps its windows.
const Labels = "labels/combined_windows.json"

// maxRows bounds a series: ten years of minutes.
const maxRows = 10 * 366 * 24 * 60

// Series is one file of the benchmark.
type Series struct {
	Name    string // FOLDER/NAME.csv
	Step    time.Duration
	Times   []time.Time
	Values  []float64
	Windows []Rows // in order of time, disjoint
}

// Rows are the rows from First to Last, both in it.
type Rows struct{ First, Last int }

// contains reports whether the row is one of them.
func (r Rows) contains(row int) bool { return r.First <= row && row <= r.Last }

func (r Rows) width() int { return r.Last - r.First + 1 }

// Probation is how many first rows are not scored: 15 % of them, 750 at most.
func (s Series) Probation() int { return min(len(s.Values)*15/100, 750) }

// Read reads every labelled series of a folder: the files that are there and have a
// key in the labels.
func Read(folder fs.FS) ([]Series, error) {
	data, err := fs.ReadFile(folder, Labels)
	if err != nil {
		return nil, fmt.Errorf("read the labels: %w; --gold names a folder with %s", err, Labels)
	}
	var labels map[string][][2]string
	if err := json.Unmarshal(data, &labels); err != nil {
		return nil, fmt.Errorf("read %s: %w; it maps FOLDER/NAME.csv to [[from, to], …]", Labels, err)
	}
	var all []Series
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		s, err := readSeries(folder, name, labels[name])
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("none of the %d labelled series is in the folder: put FOLDER/NAME.csv beside labels/", len(labels))
	}
	return all, nil
}

func readSeries(folder fs.FS, name string, windows [][2]string) (Series, error) {
	s := Series{Name: name}
	if !fs.ValidPath(name) || path.Ext(name) != ".csv" {
		return s, fmt.Errorf("read %s: %q is no FOLDER/NAME.csv", Labels, name)
	}
	f, err := folder.Open(name)
	if err != nil {
		return s, fmt.Errorf("read a series: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	if err := s.readRows(f); err != nil {
		return s, fmt.Errorf("read %s: %w", name, err)
	}
	for _, w := range windows {
		rows, err := s.rows(w)
		if err != nil {
			return s, fmt.Errorf("read the windows of %s: %w", name, err)
		}
		s.Windows = append(s.Windows, rows)
	}
	return s, nil
}

// readRows reads timestamp,value with a header line.
func (s *Series) readRows(in io.Reader) error {
	rows := csv.NewReader(in)
	rows.FieldsPerRecord = 2
	rows.ReuseRecord = true
	for line := 1; ; line++ {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return s.checkTimes()
		case err != nil:
			return err
		case line == 1:
			continue
		case line > maxRows:
			return fmt.Errorf("more than %d rows: use a coarser step", maxRows)
		}
		if err := s.add(row[0], row[1]); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func (s *Series) add(at, value string) error {
	t, err := parseTime(at)
	if err != nil {
		return err
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || !(v >= 0) || v > 1e15 {
		return fmt.Errorf("value %q is not a count", value)
	}
	s.Times, s.Values = append(s.Times, t), append(s.Values, v)
	return nil
}

// checkTimes finds the step. A few rows of real files stand closer or further than
// the others; they may, as long as time goes forward.
func (s *Series) checkTimes() error {
	if len(s.Times) < 2 {
		return fmt.Errorf("%d rows: a series has at least two", len(s.Times))
	}
	steps := make([]time.Duration, 0, len(s.Times))
	for i := 1; i < len(s.Times); i++ {
		step := s.Times[i].Sub(s.Times[i-1])
		if step <= 0 {
			return fmt.Errorf("line %d: %s is not after the row before it", i+2, s.Times[i].Format(time.DateTime))
		}
		steps = append(steps, step)
	}
	slices.Sort(steps)
	s.Step = steps[len(steps)/2]
	return nil
}

// rows are the rows that a window holds.
func (s *Series) rows(window [2]string) (Rows, error) {
	from, err := parseTime(window[0])
	if err != nil {
		return Rows{}, err
	}
	to, err := parseTime(window[1])
	if err != nil {
		return Rows{}, err
	}
	first, _ := slices.BinarySearchFunc(s.Times, from, time.Time.Compare)
	last, found := slices.BinarySearchFunc(s.Times, to, time.Time.Compare)
	if !found {
		last--
	}
	if first > last {
		return Rows{}, fmt.Errorf("no row lies from %s to %s", window[0], window[1])
	}
	if n := len(s.Windows); n > 0 && first <= s.Windows[n-1].Last {
		return Rows{}, fmt.Errorf("the window from %s begins before the one before it has ended", window[0])
	}
	return Rows{first, last}, nil
}

// parseTime reads 2015-02-26 21:42:53, with or without parts of a second.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		return t, fmt.Errorf("time %q is not written like 2015-02-26 21:42:53", s)
	}
	return t, nil
}
