package crawler

import (
	"strings"
	"testing"
	"time"
)

// timed is the plan of a source with some of its times changed.
func timed(t *testing.T, change func(*Source)) *plan {
	t.Helper()
	src := DefaultSource()
	src.Name, src.Title, src.Kind, src.Start = "forum", "论坛", Feed, []string{"https://forum.example.com/rss"}
	change(&src)
	p, err := compile(src)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheNextPass(t *testing.T) {
	now, _ := testNow(t) // Monday 10:00
	small := time.Minute // spread
	for name, c := range map[string]struct {
		change       func(*Source)
		last         time.Duration // before now; 0: never
		after, until time.Duration // from now
	}{
		"ten minutes after a pass": {func(s *Source) {}, 10 * time.Minute, 20 * time.Minute, 20 * time.Minute},
		"long after a pass":        {func(s *Source) {}, 5 * time.Hour, 0, small},
		"never passed over":        {func(s *Source) {}, 0, 0, small},
		"often":                    {func(s *Source) { s.Every = time.Second }, 0, 0, time.Second},
		"by cron":                  {func(s *Source) { s.Cron = "30 * * * *" }, 10 * time.Minute, 30 * time.Minute, 30*time.Minute + small},
		"by cron, never":           {func(s *Source) { s.Cron = "0 8 * * *" }, 0, 22 * time.Hour, 22*time.Hour + small},
		"by cron in another zone":  {func(s *Source) { s.Cron, s.Zone = "0 12 * * *", "+09:00" }, 0, time.Hour, time.Hour + small},
		"by cron on Fridays":       {func(s *Source) { s.Cron = "0 10 * * 5" }, 0, 96 * time.Hour, 96*time.Hour + small},
		"in quiet hours":           {func(s *Source) { s.Quiet = "09:00-12:00" }, time.Hour, 2 * time.Hour, 2*time.Hour + small},
		"when quiet hours begin":   {func(s *Source) { s.Quiet = "10:20-12:00" }, 10 * time.Minute, 2 * time.Hour, 2*time.Hour + small},
		"over midnight":            {func(s *Source) { s.Quiet, s.Every = "22:00-06:00", 13*time.Hour }, time.Minute, 20 * time.Hour, 20*time.Hour + small},
		"before quiet hours":       {func(s *Source) { s.Quiet = "22:00-06:00" }, time.Minute, 29 * time.Minute, 29 * time.Minute},
		"cron and quiet":           {func(s *Source) { s.Cron, s.Quiet = "0 * * * *", "11:00-13:30" }, 0, 210 * time.Minute, 210*time.Minute + small},
	} {
		p := timed(t, c.change)
		last := time.Time{}
		if c.last > 0 {
			last = now.Add(-c.last)
		}
		next := p.next(last, p.interval(nil, 0), now)
		if d := next.Sub(now); d < c.after || d > c.until {
			t.Errorf("%s: next pass in %v, want %v to %v", name, d, c.after, c.until)
		}
		if again := p.next(last, p.interval(nil, 0), now); !again.Equal(next) {
			t.Errorf("%s: %v, then %v: not the same for the same name", name, next, again)
		}
	}
}

// Sources that are due at once are spread evenly.
func TestPassesAreSpread(t *testing.T) {
	const sources = 600
	perTenth := [10]int{}
	for n := range sources {
		perTenth[spread("source-"+time.Duration(n).String(), time.Minute)*10/time.Minute]++
	}
	for i, n := range perTenth {
		if n < sources/20 || n > sources/5 {
			t.Errorf("%d of %d sources begin in tenth %d of the minute", n, sources, i)
		}
	}
}

func TestQuietHours(t *testing.T) {
	now, zone := testNow(t)
	at := func(clock string) time.Time {
		c, err := time.Parse("15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		return time.Date(now.Year(), now.Month(), now.Day(), c.Hour(), c.Minute(), 0, 0, zone)
	}
	for _, c := range []struct{ quiet, at, until string }{
		{"01:00-06:00", "00:59", "00:59"},
		{"01:00-06:00", "01:00", "06:00"},
		{"01:00-06:00", "05:59", "06:00"},
		{"01:00-06:00", "06:00", "06:00"},
		{"22:00-06:00", "03:00", "06:00"},
		{"22:00-06:00", "12:00", "12:00"},
		{"", "12:00", "12:00"},
	} {
		q, err := parseQuiet(c.quiet, zone)
		if got := q.until(at(c.at)); err != nil || !got.Equal(at(c.until)) {
			t.Errorf("%s at %s: until %v, %v, want %s", c.quiet, c.at, got, err, c.until)
		}
	}
	q, _ := parseQuiet("22:00-06:00", zone)
	if got := q.until(at("23:30")).Sub(at("23:30")); got != 6*time.Hour+30*time.Minute {
		t.Errorf("at 23:30 quiet for %v more", got)
	}
	if got := q.next(at("12:00")).Sub(at("12:00")); got != 10*time.Hour {
		t.Errorf("at 12:00 quiet in %v", got)
	}
}

// history is passes an interval apart, the newest first, that found so many posts.
func history(now time.Time, every time.Duration, found ...int) []PassReport {
	var passes []PassReport
	for i, n := range found {
		passes = append(passes, PassReport{Started: now.Add(-time.Duration(i) * every), New: n})
	}
	return passes
}

func TestAnIntervalAdapts(t *testing.T) {
	now, _ := testNow(t)
	p := timed(t, func(s *Source) { s.Every, s.Adapt = time.Hour, &Adapt{Min: 10 * time.Minute, Max: 12 * time.Hour} })
	for name, c := range map[string]struct {
		passes []PassReport
		before time.Duration
		want   time.Duration
	}{
		"no pass yet":               {nil, 0, time.Hour},
		"one pass":                  {history(now, time.Hour, 20), time.Hour, time.Hour},
		"five in an hour":           {history(now, time.Hour, 5, 5, 5, 5, 5, 5, 5, 100), time.Hour, 59 * time.Minute},
		"ten in an hour":            {history(now, time.Hour, 10, 10, 10, 10, 10, 10, 10, 100), time.Hour, 30 * time.Minute},
		"a hundred: half at a time": {history(now, time.Hour, 100, 100, 100), time.Hour, 30 * time.Minute},
		"a hundred, at the least":   {history(now, 10*time.Minute, 100, 100, 100), 10 * time.Minute, 10 * time.Minute},
		"nothing: twice":            {history(now, time.Hour, 0, 0, 0, 0), time.Hour, 2 * time.Hour},
		"nothing, at the most":      {history(now, 10*time.Hour, 0, 0, 0, 0), 10 * time.Hour, 12 * time.Hour},
	} {
		got := p.interval(c.passes, c.before)
		if d := got - c.want; d < -time.Minute || d > time.Minute {
			t.Errorf("%s: every %v, want about %v", name, got, c.want)
		}
	}
}

func TestTimesAreValidated(t *testing.T) {
	for want, spoil := range map[string]func(*Source){
		"cron: \"61 * * * *\"":          func(s *Source) { s.Cron = "61 * * * *" },
		"cron: \"often\"":               func(s *Source) { s.Cron = "often" },
		"cron: \"TZ=UTC * * * * *\"":    func(s *Source) { s.Cron = "TZ=UTC * * * * *" },
		"adapt: goes from 0s to 1h0m0s": func(s *Source) { s.Adapt = &Adapt{Max: time.Hour} },
		"adapt: goes from 2h0m0s":       func(s *Source) { s.Adapt = &Adapt{Min: 2 * time.Hour, Max: time.Hour} },
		"adapt: stands beside cron":     func(s *Source) { s.Adapt, s.Cron = &Adapt{Min: 1, Max: 2}, "0 * * * *" },
		"quiet: \"at night\"":           func(s *Source) { s.Quiet = "at night" },
		"quiet: \"06:00-06:00\"":        func(s *Source) { s.Quiet = "06:00-06:00" },
		"quiet: \"25:00-06:00\"":        func(s *Source) { s.Quiet = "25:00-06:00" },
		"limits.time: is -1s":           func(s *Source) { s.Limits.Time = -time.Second },
		"follow: is for 0s":             func(s *Source) { s.Follow = &Follow{Every: time.Hour} },
		"follow: needs detail":          func(s *Source) { s.Follow = &Follow{For: time.Hour, Every: time.Hour} },
	} {
		src := DefaultSource()
		src.Name, src.Title, src.Kind, src.Start = "forum", "论坛", Feed, []string{"https://forum.example.com/rss"}
		spoil(&src)
		if err := src.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
