package hotspot

import (
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
	var found []Episode
	spoken := 0
	for _, s := range series {
		if n := len(s.Points); n == 0 || recent(s) == 0 {
			continue
		}
		spoken++
		if e, ok := sudden(cfg, s); ok {
			found = append(found, e)
		}
	}
	if len(found) >= tideNodes && len(found)*tideShare > spoken {
		return nil
	}
	return found
}

// recent counts the posts of the time in which a rise can be latent.
func recent(s vane.Series) (posts uint64) {
	for _, p := range s.Points[max(0, len(s.Points)-int(latentFor/s.Step.Duration())):] {
		posts += p.Posts
	}
	return posts
}

// sudden finds the last alarm of a series, if it is not too long ago.
func sudden(cfg Config, s vane.Series) (e Episode, ok bool) {
	step := s.Step.Duration()
	end := s.Points[len(s.Points)-1].At.Add(step)
	shock := NewShock(step)
	warm := s.Points[0].At.Add(SuddenHistory / 2)
	for i, p := range s.Points {
		score := shock.Add(p.At, float64(p.Authors))
		if ok && p.Authors > 0 {
			e.Window.To = p.At.Add(step)
		}
		excess, expected := shock.Excess()
		if score < cfg.Shock || excess < float64(cfg.MinAuthors) || p.At.Before(warm) || end.Sub(p.At) > latentFor {
			continue
		}
		from := s.Points[max(0, i+1-int((shockShort+step-1)/step))].At
		ok, e = true, Episode{
			Node: vane.Node{Tag: vane.Tag(s.Key)}, Window: vane.Window{From: from, To: p.At.Add(step)}, Peak: p.At, State: vane.Latent,
			Burst:    burst{Score: score, Hours: int(shockLong / time.Hour), Count: excess + expected, Expected: expected},
			Expected: expected,
		}
	}
	return e, ok
}
