package hotspot

import (
	"time"

	"vane"
)

const (
	// listedAnew is how long a listed issue is breaking out, listedGone how long ago it may
	// have been seen on a list to be on it still: lists are read every few minutes.
	listedAnew, listedGone = 6 * time.Hour, time.Hour
)

// Listed adds to the episodes what stands on hot lists at the instant at: such an
// issue is widely heard whether or not the posts that are collected say so. An
// episode of the same whole issue at the time takes the listing; else the listing is
// an episode.
func Listed(episodes []Episode, listings []vane.Listing, at time.Time) []Episode {
	for _, l := range listings {
		w := vane.Window{From: l.First, To: l.Last.Add(time.Minute)}
		taken := false
		for i := range episodes {
			if e := &episodes[i]; e.Node == (vane.Node{Tag: l.Tag}) && overlap(e.Window, w) {
				e.Listing, taken = l, true
			}
		}
		if !taken {
			episodes = append(episodes, Episode{
				Node: vane.Node{Tag: l.Tag}, Window: w, Peak: l.First, State: listedState(l, at), Listing: l,
			})
		}
	}
	return episodes
}

func listedState(l vane.Listing, at time.Time) vane.State {
	switch gone := at.Sub(l.Last); {
	case gone > closesAfter*time.Hour:
		return vane.Closed
	case gone > listedGone:
		return vane.Fading
	case at.Sub(l.First) < listedAnew:
		return vane.Emerging
	default:
		return vane.Lasting
	}
}
