package vane

import (
	"fmt"
	"time"
)

// usualWindow is the span that is meant when only its end is given.
const usualWindow = 30 * 24 * time.Hour

// ParseMoment reads a time as people write it: RFC 3339, or a date with or without a
// clock, in Beijing time. day tells that it was a date alone.
func ParseMoment(s string) (t time.Time, day bool, err error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, Beijing()); err == nil {
			return t.UTC(), layout == time.DateOnly, nil
		}
	}
	return time.Time{}, false, fmt.Errorf("time %q is not read: write 2026-03-15, '2026-03-15 08:00' (Beijing time) or 2026-03-15T08:00:00+08:00", s)
}

// ParseEnd reads the time before which posts count. A date alone is the last day and
// belongs to what is asked for, as in “3月1日至15日”; "" is now.
func ParseEnd(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return now.UTC(), nil
	}
	t, day, err := ParseMoment(s)
	if day {
		t = t.AddDate(0, 0, 1)
	}
	return t, err
}

// ParseWindow reads the two ends of a window, as ParseMoment and ParseEnd do. Without
// from it is the 30 days before its end, from midnight.
func ParseWindow(from, to string, now time.Time) (Window, error) {
	var w Window
	var err error
	if w.To, err = ParseEnd(to, now); err != nil {
		return w, err
	}
	w.From = Daily.Floor(w.To.Add(-usualWindow))
	if from != "" {
		if w.From, _, err = ParseMoment(from); err != nil {
			return w, err
		}
	}
	return w, w.Validate()
}
