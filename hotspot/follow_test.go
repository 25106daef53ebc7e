package hotspot

import (
	"reflect"
	"testing"
	"time"

	"vane"
)

// What is followed through a year is at every hour what would have been detected then.
func TestFollowKnowsAtEachHourWhatDetectFinds(t *testing.T) {
	whole := rhythm("telecom.speed_cap", 12, 5, func(h int) float64 { return between(400, 360, 8)(h) + between(80, 40, 6)(h) })
	const first = length - 420
	followed := map[int][]Episode{}
	detector(span()).Follow(whole, first, func(hour int, episodes []Episode) { followed[hour] = episodes })
	seen := 0
	for i := first; i < length; i++ {
		cut := whole
		cut.Posts = whole.Posts[:i+1]
		if want := detect(cut); !reflect.DeepEqual(followed[i], want) {
			t.Fatalf("after hour %d: followed %+v, detected %+v", i, followed[i], want)
		}
		seen += len(followed[i])
	}
	if seen < 100 {
		t.Errorf("%d times an episode in the %d hours, want bursts to have been followed", seen, length-first)
	}
	if _, early := followed[first-1]; early {
		t.Error("an hour before the first is told of")
	}
}

// One watch at many instants finds what Sudden finds in the series up to each.
func TestSuddenWatchKnowsAtEachInstantWhatSuddenFinds(t *testing.T) {
	series := []vane.Series{tenMinutes("a.a", 1, 8, 20*time.Hour), tenMinutes("a.b", 0, 20, 10*time.Minute), tenMinutes("a.c", 2, 0, 0), {Key: "empty"}}
	watch := NewSuddenWatch(DefaultConfig(), series)
	found := 0
	for at := now.Add(-24 * time.Hour); !at.After(now); at = at.Add(10 * time.Minute) {
		var until []vane.Series
		for _, s := range series {
			for len(s.Points) > 0 && !s.Points[len(s.Points)-1].At.Before(at) {
				s.Points = s.Points[:len(s.Points)-1]
			}
			until = append(until, s)
		}
		got, want := watch.At(at), Sudden(DefaultConfig(), until)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("at %s: %+v, want %+v", at, got, want)
		}
		found += len(got)
	}
	if found == 0 {
		t.Error("nothing rose")
	}
}
