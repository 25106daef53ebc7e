package hotspot

import (
	"math"
	"strings"
	"unicode/utf8"

	"vane"
)

// A case tells what happened to somebody: it is long enough to hold a course of events
// and short enough to be printed.
const (
	shortestCase, longestCase = 60, 900
	goodCase                  = 150
)

// firstPerson are words by which people speak of themselves.
func firstPerson() []string { return []string{"我", "本人", "俺", "咱", "楼主"} }

// caseScore is how well a post serves as a 典型案例, 0 for not at all. It must be
// somebody's own complaint; what, where, how much and what is asked for count.
// Personal data was redacted before the post was stored.
func caseScore(m *vane.Mention) float64 {
	n := utf8.RuneCountInString(m.Text)
	if n < shortestCase || n > longestCase || m.Voice == vane.Promotion || m.Voice == vane.Media || m.Voice == vane.Official {
		return 0
	}
	speaks := 0
	for _, w := range firstPerson() {
		speaks += strings.Count(m.Text, w)
	}
	if speaks == 0 {
		return 0
	}
	score := 1 + min(float64(speaks), 4)/4
	if m.Voice == vane.Complaint {
		score++
	}
	if m.Sensitive {
		score++
	}
	for _, holds := range []bool{len(m.Entities.Amounts) > 0, len(m.Entities.Demands) > 0, len(m.Entities.Brands) > 0, len(m.Entities.Places) > 0 || m.Region != "", len(m.Tags) > 0} {
		if holds {
			score += 0.5
		}
	}
	score *= math.Min(1, float64(n)/goodCase)
	return score + math.Log1p(float64(m.Engagement.Likes))/20 // breaks ties; a liked post must not outrank a telling one
}
