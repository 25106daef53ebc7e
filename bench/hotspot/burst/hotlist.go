package burst

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

const (
	// spanHours is how long the rhythms of a hot list are: as the other ones.
	spanHours = 55 * 24
	// smoothWeeks of the same hour are averaged: what stands on a hot list are bursts
	// already, and only the rhythm in which they come is wanted.
	smoothWeeks = 9
)

// FromHotList adds the minutes of a hot list up: how many topics of consumers stood on
// it, minute by minute, ts,rank,word,… rows in gzip. Each hour is the mean of the same
// hour of nine weeks, and the whole is cut into rhythms of 55 days.
func FromHotList(name string, in io.Reader) ([]Rhythm, error) {
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	rows := csv.NewReader(unzipped)
	rows.ReuseRecord = true
	counts := map[int64]float64{} // by hour
	var first, last int64
	for line := 1; ; line++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if line == 1 {
			continue
		}
		ts, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read %s: line %d: time %q is no number of seconds", name, line, row[0])
		}
		hour := ts / 3600
		if len(counts) == 0 {
			first = hour
		}
		last = max(last, hour)
		counts[hour]++
	}
	var rhythms []Rhythm
	const around = smoothWeeks / 2 * 7 * 24
	for from := first + around; from+spanHours+around <= last; from += spanHours {
		r := Rhythm{
			Name: fmt.Sprintf("%s/%d", name, len(rhythms)+1), From: time.Unix(from*3600, 0).UTC(),
			Hours: make([]float64, spanHours), Neutral: make([]bool, spanHours),
		}
		for i := range r.Hours {
			for week := -smoothWeeks / 2; week <= smoothWeeks/2; week++ {
				r.Hours[i] += counts[from+int64(i+week*7*24)] / smoothWeeks
			}
		}
		rhythms = append(rhythms, r)
	}
	return rhythms, nil
}
