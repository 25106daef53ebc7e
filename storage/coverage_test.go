package storage_test

import (
	"strings"
	"testing"
	"time"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

func TestCoverage(t *testing.T) {
	s := storagetest.New(t)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	insert(t, s, mention("a", at(10)), mention("b", at(20)), mention("c", at(190)))
	var passes []storage.Pass
	for minutes, reason := range map[int]string{-90: "blocked", 30: "done", 70: "error", 80: "seen", 130: "blocked", 250: "budget"} {
		passes = append(passes, storage.Pass{Source: "forum-a", Started: at(minutes), Ended: at(minutes + 5), Reason: reason})
	}
	passes = append(passes, storage.Pass{Source: "weibo-b", Started: at(-200), Ended: at(-190), Reason: "robots"})
	passes = append(passes, storage.Pass{Source: "xiaohongshu-c", Started: at(-200), Ended: at(-190), Reason: "error", Posts: 3}) // one of its lists
	if err := s.SavePasses(t.Context(), passes); err != nil {
		t.Fatal(err)
	}
	coverage, err := s.Coverage(t.Context(), vane.Window{From: at(-60), To: at(300)})
	if err != nil {
		t.Fatal(err)
	}
	// posts, passes, and an x where the source is out
	want := map[string]string{"forum-a": "0/0x 2/1 0/2 0/1x 1/0x 0/1", "weibo-b": "0/0x 0/0x 0/0x 0/0x 0/0x 0/0x", "xiaohongshu-c": "0/0 0/0 0/0 0/0 0/0 0/0"}
	for _, c := range coverage {
		var hours []string
		for _, h := range c.Hours {
			text := string(rune('0'+h.Posts)) + "/" + string(rune('0'+h.Passes))
			if h.Out {
				text += "x"
			}
			hours = append(hours, text)
		}
		if got := strings.Join(hours, " "); got != want[c.Source] {
			t.Errorf("%s\n got %s\nwant %s", c.Source, got, want[c.Source])
		}
	}
	if len(coverage) != 3 {
		t.Errorf("%d sources", len(coverage))
	}
}

func TestSteadyAndCollected(t *testing.T) {
	s := storagetest.New(t)
	day := vane.Daily.Floor(noon)
	w := vane.Window{From: day, To: day.AddDate(0, 0, 2)}
	late, other := mention("late", day.Add(30*time.Hour)), mention("other", day.Add(30*time.Hour))
	late.Source, late.Channel = "new", vane.Weibo
	other.Tags = nil
	insert(t, s, mention("a", day), mention("b", day.Add(24*time.Hour)), late, other)
	q := vane.TrendQuery{Tag: "ticketing", Window: w, Step: vane.Daily, Collected: true}
	for range 2 {
		series, err := s.Trend(t.Context(), q)
		if err != nil || series[0].Points[1].Posts != 2 || series[0].Points[1].Collected != 3 || series[0].Points[1].Share() != 2./3 {
			t.Errorf("the second day is %+v, %v", series[0].Points[1], err)
		}
		steady := q
		steady.Steady = true
		series, err = s.Trend(t.Context(), steady)
		if err != nil || series[0].Points[1].Posts != 1 || series[0].Points[1].Collected != 2 {
			t.Errorf("without the new source the second day is %+v, %v", series[0].Points[1], err)
		}
		split := q
		split.By = vane.ByChannel
		series, err = s.Trend(t.Context(), split)
		if err != nil || len(series) != 2 || series[1].Key != "微博" || series[1].Points[1].Collected != 1 {
			t.Errorf("by channel it is %+v, %v", series, err)
		}
		if _, err := s.Rollup(t.Context(), w.To); err != nil { // and again, from what is counted
			t.Fatal(err)
		}
	}
}
