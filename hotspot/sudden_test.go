package hotspot

import (
	"testing"
	"time"

	"vane"
)

// tenMinutes is a series of fifteen days before now, with usual voices in every step
// and extra ones in the steps from at before now on.
func tenMinutes(tag string, usual, extra uint64, at time.Duration) vane.Series {
	s := vane.Series{Key: tag, Step: vane.TenMinutes}
	for t := now.Add(-SuddenHistory); t.Before(now); t = t.Add(10 * time.Minute) {
		p := vane.Point{At: t, Posts: usual, Authors: usual}
		if !t.Before(now.Add(-at)) {
			p.Posts, p.Authors = usual+extra, usual+extra
		}
		s.Points = append(s.Points, p)
	}
	return s
}

func TestSudden(t *testing.T) {
	for _, c := range []struct {
		name         string
		usual, extra uint64
		at           time.Duration
		found        bool
	}{
		{"twenty voices in the last ten minutes", 0, 20, 10 * time.Minute, true},
		{"on top of a usual one", 2, 10, 20 * time.Minute, true},
		{"two hours ago", 1, 8, 2 * time.Hour, true},
		{"a day ago: the hours know by now", 1, 8, 24 * time.Hour, false},
		{"four voices", 0, 4, 10 * time.Minute, false},
		{"the usual", 3, 0, 10 * time.Minute, false},
	} {
		found := Sudden(DefaultConfig(), []vane.Series{tenMinutes("a.b", c.usual, c.extra, c.at), {Key: "empty"}})
		if (len(found) == 1) != c.found {
			t.Errorf("%s: found %+v", c.name, found)
			continue
		}
		if c.found && (found[0].State != vane.Latent || found[0].Window.From.Before(now.Add(-c.at-20*time.Minute)) || !found[0].Window.To.Equal(now)) {
			t.Errorf("%s: %s, %+v", c.name, found[0].State, found[0].Window)
		}
	}
}

// When most issues rise in the same minutes, a source has caught up.
func TestSuddenTide(t *testing.T) {
	var series []vane.Series
	for _, tag := range []string{"a.a", "a.b", "a.c", "a.d", "a.e", "a.f"} {
		series = append(series, tenMinutes(tag, 1, 20, 10*time.Minute))
	}
	if found := Sudden(DefaultConfig(), series); len(found) != 0 {
		t.Errorf("%d sudden rises of 6 issues at once", len(found))
	}
	if found := Sudden(DefaultConfig(), series[:4]); len(found) != 4 {
		t.Errorf("%d sudden rises of 4 issues, want all: they are too few to be a tide", len(found))
	}
}

func TestHoursConfirm(t *testing.T) {
	sudden := Sudden(DefaultConfig(), []vane.Series{tenMinutes("a.b", 0, 20, 20*time.Minute)})
	hour := Episode{Node: vane.Node{Tag: "a.b"}, Window: vane.Window{From: now.Add(-3 * time.Hour), To: now.Add(-time.Hour)}, State: vane.Emerging}
	if all := Unconfirmed([]Episode{hour}, sudden); len(all) != 1 {
		t.Errorf("%d episodes where the hours know of it", len(all))
	}
	hour.Node.Tag = "a.c"
	if all := Unconfirmed([]Episode{hour}, sudden); len(all) != 2 {
		t.Errorf("%d episodes of two issues", len(all))
	}
}

func TestListed(t *testing.T) {
	listing := func(first, last time.Duration, views uint64) vane.Listing {
		return vane.Listing{Tag: "a.b", Topics: 1, Views: views, First: now.Add(-first), Last: now.Add(-last)}
	}
	for _, c := range []struct {
		name    string
		listing vane.Listing
		state   vane.State
		shown   bool
	}{
		{"just listed", listing(0, 0, 130_000), vane.Emerging, true},
		{"low on the list", listing(0, 0, 5_700), vane.Emerging, true},
		{"listed all day", listing(20*time.Hour, 5*time.Minute, 1_000_000), vane.Lasting, true},
		{"gone for hours", listing(20*time.Hour, 5*time.Hour, 1_000_000), vane.Fading, true},
		{"gone for days", listing(70*time.Hour, 50*time.Hour, 1_000_000), vane.Closed, true},
		{"hardly read", listing(0, 0, 500), vane.Emerging, false},
	} {
		e := Listed(nil, []vane.Listing{c.listing}, now)[0]
		reach := vane.Engagement{Views: c.listing.Views}.Damped()
		h := Explain(e, "某问题", vane.Facts{Posts: 1, Authors: 1, Texts: 1, Sources: 1, Reach: reach})
		if e.State != c.state || len(Shown(DefaultConfig(), []vane.Hotspot{h}, now)) == 1 != c.shown {
			t.Errorf("%s: %s, heat %v", c.name, e.State, h.Heat)
		}
		if h.Heat > 100 {
			t.Errorf("%s: heat %v", c.name, h.Heat)
		}
	}
	hour := Episode{Node: vane.Node{Tag: "a.b"}, Window: vane.Window{From: now.Add(-3 * time.Hour), To: now}, State: vane.Lasting}
	if all := Listed([]Episode{hour}, []vane.Listing{listing(time.Hour, 0, 1_000)}, now); len(all) != 1 || all[0].Listing.Views != 1_000 {
		t.Errorf("the listing of a hot issue: %+v", all)
	}
}
