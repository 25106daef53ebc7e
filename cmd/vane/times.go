package main

import (
	"time"

	"vane"
)

// instant reads a time that a user typed: RFC 3339, or a date with or without a
// clock, in Beijing time. day tells that it was a date alone.
func instant(s string) (t time.Time, day bool, err error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, vane.Beijing()); err == nil {
			return t.UTC(), layout == time.DateOnly, nil
		}
	}
	return time.Time{}, false, wrongUse("time %q is not read: write 2026-03-15, '2026-03-15 08:00' (Beijing time) or 2026-03-15T08:00:00+08:00", s)
}

// window reads --from and --to. A date alone as --to is the last day and belongs
// to the window, as in “3月1日至15日”; a time as --to is not in it. Without --to the
// window ends now, without --from it is the 30 days before its end.
func window(from, to string, now time.Time) (vane.Window, error) {
	const usual = 30 * 24 * time.Hour
	w := vane.Window{To: now.UTC()}
	if to != "" {
		t, day, err := instant(to)
		if err != nil {
			return w, err
		}
		if day {
			t = t.AddDate(0, 0, 1)
		}
		w.To = t
	}
	w.From = vane.Daily.Floor(w.To.Add(-usual))
	if from != "" {
		t, _, err := instant(from)
		if err != nil {
			return w, err
		}
		w.From = t
	}
	if err := w.Validate(); err != nil {
		return w, usageError{err}
	}
	return w, nil
}
