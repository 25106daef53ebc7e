package hotspot

import (
	"errors"
	"fmt"
	"time"

	"vane"
)

// Calendar names the days that are not what their weekday says. The zero value names
// none.
type Calendar struct {
	Holidays []Holiday  `yaml:"holidays"`
	Busy     []BusyDays `yaml:"busy"`
}

// Holiday is days off, and the weekend days that are worked for them. Dates are
// written 2026-10-01, days of Asia/Shanghai.
type Holiday struct {
	Name string   `yaml:"name"`
	From string   `yaml:"from"`
	To   string   `yaml:"to"`   // included
	Work []string `yaml:"work"` // 调休上班
}

// BusyDays are days of every year on which consumers speak more than usual. They are
// written 06-18.
type BusyDays struct {
	Name string `yaml:"name"`
	From string `yaml:"from"`
	To   string `yaml:"to"` // included
}

const (
	dateLayout = time.DateOnly
	dayLayout  = "01-02"
	// longestHoliday catches a mistyped year.
	longestHoliday = 31 * 24 * time.Hour
)

// Validate names every entry that can't be read.
func (c Calendar) Validate() error {
	_, err := c.days()
	return err
}

// dayKind is what a day is, besides its weekday.
type dayKind struct{ free, worked bool }

// days are the kinds of the days that have one, by number of the day, and the busy
// days by month and day.
type days struct {
	kinds map[int64]dayKind
	busy  map[string]bool
}

func (c Calendar) days() (days, error) {
	d := days{kinds: map[int64]dayKind{}, busy: map[string]bool{}}
	var errs []error
	for _, h := range c.Holidays {
		span, err := readSpan(dateLayout, h.From, h.To)
		if err != nil {
			errs = append(errs, fmt.Errorf("calendar: holidays: %s: %w", h.Name, err))
		}
		for _, day := range span {
			d.kinds[dayNumber(day)] = dayKind{free: true}
		}
		for _, work := range h.Work {
			day, err := time.ParseInLocation(dateLayout, work, vane.Beijing())
			if err != nil {
				errs = append(errs, fmt.Errorf("calendar: holidays: %s: work %q is not written like 2026-10-01", h.Name, work))
				continue
			}
			d.kinds[dayNumber(day)] = dayKind{worked: true}
		}
	}
	for _, b := range c.Busy {
		span, err := readSpan(dayLayout, b.From, b.To)
		if err != nil {
			errs = append(errs, fmt.Errorf("calendar: busy: %s: %w", b.Name, err))
		}
		for _, day := range span {
			d.busy[day.Format(dayLayout)] = true
		}
	}
	return d, errors.Join(errs...)
}

// readSpan lists the days from from to to.
func readSpan(layout, from, to string) ([]time.Time, error) {
	first, err := time.ParseInLocation(layout, from, vane.Beijing())
	if err != nil {
		return nil, fmt.Errorf("from %q is not written like %s", from, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Format(layout))
	}
	last, err := time.ParseInLocation(layout, to, vane.Beijing())
	if err != nil || last.Before(first) || last.Sub(first) > longestHoliday {
		return nil, fmt.Errorf("to %q is no day at most a month from %s on", to, from)
	}
	var span []time.Time
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		span = append(span, day)
	}
	return span, nil
}

// dayNumber counts the days of Asia/Shanghai.
func dayNumber(t time.Time) int64 {
	const beijing, day = 8 * 60 * 60, 24 * 60 * 60
	seconds := t.Unix() + beijing
	if seconds < 0 {
		seconds -= day - 1
	}
	return seconds / day
}

// slot is where an hour stands in the week.
type slot struct {
	hour     uint8 // of the day
	weekHour uint8 // Monday's first is 0
	free     bool  // weekend or holiday
	busy     bool
}

// slots are those of n hours from from on.
func (d days) slots(from time.Time, n int) []slot {
	slots := make([]slot, n)
	for i := range slots {
		slots[i] = d.slot(from.Add(time.Duration(i) * time.Hour))
	}
	return slots
}

func (d days) slot(at time.Time) slot {
	at = at.In(vane.Beijing())
	weekday := (int(at.Weekday()) + 6) % 7 // Monday first
	switch kind := d.kinds[dayNumber(at)]; {
	case kind.free:
		weekday = 6
	case kind.worked && weekday >= 5:
		weekday = 2 // no Friday: tomorrow is no day off
	}
	return slot{
		hour: uint8(at.Hour()), weekHour: uint8(weekday*24 + at.Hour()),
		free: weekday >= 5, busy: d.busy[at.Format(dayLayout)],
	}
}
