package hotspot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/yamlfile"
)

// shipped is the calendar of configs.
func shipped(t testing.TB) Calendar {
	t.Helper()
	var c Calendar
	if err := yamlfile.Read(vane.Configs(), "calendar.yaml", &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCalendar(t *testing.T) {
	days, err := shipped(t).days()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		day        string
		what       string
		free, busy bool
	}{
		{"2026-03-16", "a Monday", false, false},
		{"2026-03-14", "a Saturday", true, false},
		{"2026-02-14", "a Saturday before 春节 that is worked", false, false},
		{"2026-02-15", "the first day of 春节", true, false},
		{"2026-02-23", "the last day of 春节, a Monday", true, false},
		{"2026-02-24", "the day after it", false, false},
		{"2020-01-31", "the holiday that was made longer", true, false},
		{"2022-12-31", "a New Year's holiday of the old year", true, false},
		{"2023-10-08", "a Sunday that is worked", false, false},
		{"2026-03-15", "a Sunday, 消费者权益日", true, true},
		{"2025-11-11", "双十一", false, true},
		{"2031-06-18", "六一八 of a year without holidays here", false, true},
	} {
		at, err := time.ParseInLocation(time.DateOnly, c.day, vane.Beijing())
		if err != nil {
			t.Fatal(err)
		}
		for _, hour := range []int{0, 23} {
			got := days.slot(at.Add(time.Duration(hour) * time.Hour))
			if got.free != c.free || got.busy != c.busy || int(got.hour) != hour {
				t.Errorf("%s (%s), hour %d: %+v", c.day, c.what, hour, got)
			}
		}
	}
}

// The table is complete: seven holidays a year (two that meet are one entry), no day
// twice, and what is worked for them are Saturdays and Sundays.
func TestCalendarIsComplete(t *testing.T) {
	names := map[string]string{} // holidays by year of their last day
	taken := map[string]string{}
	for _, h := range shipped(t).Holidays {
		span, err := readSpan(dateLayout, h.From, h.To)
		if err != nil {
			t.Fatal(err)
		}
		names[h.To[:4]] += h.Name
		for _, day := range span {
			taken[day.Format(dateLayout)] += h.Name
		}
		for _, work := range h.Work {
			day, err := time.Parse(dateLayout, work)
			if err != nil || day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
				t.Errorf("%s: %s is no weekend day that could be worked", h.Name, work)
			}
			taken[work] += h.Name + "调休"
		}
	}
	for day, by := range taken {
		if strings.Count(by, "节")+strings.Count(by, "元旦") > 2 || strings.Contains(by, "调休") && !strings.HasSuffix(by, "调休") {
			t.Errorf("%s is taken by %s", day, by)
		}
	}
	for year := 2022; year <= 2027; year++ {
		for _, name := range []string{"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"} {
			if !strings.Contains(names[fmt.Sprint(year)], name) {
				t.Errorf("%d has no %s", year, name)
			}
		}
	}
}

func TestCalendarSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		calendar Calendar
		want     string
	}{
		{Calendar{Holidays: []Holiday{{Name: "元旦", From: "1.1."}}}, `元旦: from "1.1."`},
		{Calendar{Holidays: []Holiday{{Name: "元旦", From: "2026-01-02", To: "2026-01-01"}}}, `元旦: to "2026-01-01"`},
		{Calendar{Holidays: []Holiday{{Name: "元旦", From: "2026-01-02", To: "2027-01-02"}}}, `元旦: to "2027-01-02"`},
		{Calendar{Holidays: []Holiday{{Name: "元旦", From: "2026-01-01", To: "2026-01-01", Work: []string{"?"}}}}, `元旦: work "?"`},
		{Calendar{Busy: []BusyDays{{Name: "双十一", From: "2026-11-11", To: "11-11"}}}, `双十一: from "2026-11-11" is not written like 10-01`},
	} {
		if err := c.calendar.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want an error with %s", c.calendar, err, c.want)
		}
	}
}
