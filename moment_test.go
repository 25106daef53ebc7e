package vane_test

import (
	"testing"
	"time"

	"vane"
)

func TestParseWindow(t *testing.T) {
	now := time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct{ from, to, want string }{
		{"2026-02-15", "2026-02-23", "2026-02-15 00:00 2026-02-24 00:00"}, // 共9天
		{"2026-03-01 08:00", "2026-03-01 09:30", "2026-03-01 08:00 2026-03-01 09:30"},
		{"2026-03-01T00:00:00Z", "2026-03-02T00:00:00+08:00", "2026-03-01 08:00 2026-03-02 00:00"},
		{"", "2026-03-10", "2026-02-09 00:00 2026-03-11 00:00"},
		{"2026-03-20", "", "2026-03-20 00:00 2026-03-20 20:00"},
	} {
		w, err := vane.ParseWindow(c.from, c.to, now)
		const layout = "2006-01-02 15:04"
		got := w.From.In(vane.Beijing()).Format(layout) + " " + w.To.In(vane.Beijing()).Format(layout)
		if err != nil || got != c.want {
			t.Errorf("ParseWindow(%q, %q) = %s, %v; want %s", c.from, c.to, got, err, c.want)
		}
	}
	for _, c := range []struct{ from, to string }{
		{"yesterday", ""}, {"", "15.3.2026"}, {"2026-03-15", "2026-03-01"}, {"2026-02-30", ""},
	} {
		if w, err := vane.ParseWindow(c.from, c.to, now); err == nil {
			t.Errorf("ParseWindow(%q, %q) = %v", c.from, c.to, w)
		}
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{"2026-03-15", "2026-03-15 08:00", "2026-03-15T08:00:00+08:00", "", "0000-00-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, day, err := vane.ParseMoment(s)
		if err != nil {
			return
		}
		if day && !vane.Daily.Floor(got).Equal(got) {
			t.Errorf("the date %q begins at %s", s, got)
		}
	})
}
