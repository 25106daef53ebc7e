package hotspot

import (
	"slices"
	"time"

	"vane"
)

const (
	// SuddenHistory is how long the series of minutes should be that Sudden is given:
	// two weeks teach the time of day.
	SuddenHistory = 15 * 24 * time.Hour
	// latentFor is how long a sudden rise may wait for the hours to confirm it.
	latentFor = 12 * time.Hour
	// When more than one in tideShare of the issues that are spoken of rise at once, it is
	// the collecting that changed, or the day.
	tideShare = 3
)

// Sudden finds the issues that have risen within minutes and lately, in series of
// ten minutes up to now, one an issue, whose key is the tag. Such an episode is
// latent (潜伏): whether it is more than a flash, the hours tell.
func Sudden(cfg Config, series []vane.Series) []Episode {
	w := NewSuddenWatch(cfg, series)
	var end time.Time
	for _, s := range series {
		if n := len(s.Points); n > 0 {
			end = later(end, s.Points[n-1].At.Add(s.Step.Duration()))
		}
	}
	return w.At(end)
}

// SuddenWatch is Sudden at one instant after the other.
type SuddenWatch struct{ rises []*rising }

// NewSuddenWatch will look at the series as far as they had come at each instant.
func NewSuddenWatch(cfg Config, series []vane.Series) *SuddenWatch {
	w := &SuddenWatch{}
	for _, s := range series {
		if len(s.Points) > 0 {
			w.rises = append(w.rises, &rising{
				cfg: cfg, series: s, shock: NewShock(s.Step.Duration()), warm: s.Points[0].At.Add(SuddenHistory / 2),
			})
		}
	}
	return w
}

// At is what Sudden finds in the points before the instant. Instants come in order.
func (w *SuddenWatch) At(at time.Time) []Episode {
	var found []Episode
	spoken := 0
	for _, r := range w.rises {
		r.until(at)
		if !r.spoken() {
			continue
		}
		spoken++
		if r.alarmed && at.Sub(r.alarm.Peak) <= latentFor {
			found = append(found, r.alarm)
		}
	}
	if len(found) >= tideNodes && len(found)*tideShare > spoken {
		return nil
	}
	return found
}

// rising is one issue's way through its minutes.
type rising struct {
	cfg     Config
	series  vane.Series
	shock   *Shock
	warm    time.Time // before, too little is known to alarm
	next    int       // point to look at
	alarmed bool
	alarm   Episode // the last one
}

// until looks at the points that are complete at the instant.
func (r *rising) until(at time.Time) {
	step := r.series.Step.Duration()
	for r.next < len(r.series.Points) && !r.series.Points[r.next].At.Add(step).After(at) {
		r.look(r.series.Points[r.next], step)
		r.next++
	}
}

func (r *rising) look(p vane.Point, step time.Duration) {
	score := r.shock.Add(p.At, float64(p.Authors))
	if r.alarmed && p.Authors > 0 {
		r.alarm.Window.To = p.At.Add(step)
	}
	excess, expected := r.shock.Excess()
	if score < r.cfg.Shock || excess < float64(r.cfg.MinAuthors) || p.At.Before(r.warm) {
		return
	}
	from := r.series.Points[max(0, r.next+1-int((shockShort+step-1)/step))].At
	r.alarmed, r.alarm = true, Episode{
		Node: vane.Node{Tag: vane.Tag(r.series.Key)}, Window: vane.Window{From: from, To: p.At.Add(step)}, Peak: p.At, State: vane.Latent,
		Burst:    burst{Score: score, Hours: int(shockLong / time.Hour), Count: excess + expected, Expected: expected},
		Expected: expected,
	}
}

// spoken reports whether anybody spoke of it in the time in which a rise can be latent.
func (r *rising) spoken() bool {
	first := max(0, r.next-int(latentFor/r.series.Step.Duration()))
	return slices.ContainsFunc(r.series.Points[first:r.next], func(p vane.Point) bool { return p.Posts > 0 })
}
