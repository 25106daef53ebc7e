package hotspot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"vane"
)

// Points that each component can give; they sum to 100.
const (
	volumePoints       = 60.0
	accelerationPoints = 15.0
	sensitivePoints    = 15.0
	spreadPoints       = 10.0
)

// Explain turns an episode and what is stored about its tag and window into a
// hotspot. The heat is
//
//	H = D · (60·s_volume + 15·s_acceleration + 15·s_sensitive + 10·s_spread)
//
//	s_volume       = 1 − e^(−√(2B)/4), B the burst in nats
//	s_acceleration = doublings of the rise / 3
//	s_sensitive    = rise of the sensitive share over its usual value / 0.25
//	s_spread       = log2(sources) / 3
//	D              = √(authors/posts) · √(texts/posts)
//
// each s clipped to [0, 1]. D is independence: copies and one-account waves cool a
// hotspot. Each part is a component with its sentence; their points sum to H.
func Explain(e Episode, name string, f vane.Facts) vane.Hotspot {
	h := vane.Hotspot{
		Tag: e.Tag, Name: name, From: e.Window.From, To: e.Window.To, Peak: e.Peak, State: e.State,
		Posts: f.Posts, Expected: round(e.Expected, 2), SensitiveShare: ratio(f.Sensitive, f.Posts),
		Authors: f.Authors, Texts: f.Texts, Sources: f.Sources, Evidence: f.Evidence,
	}
	h.Components = vane.Components{volume(e, f), rise(e), sensitive(e, f), spread(f)}
	h.Components = append(h.Components, independence(f, total(h.Components)))
	h.Heat = round(total(h.Components), 1)
	return h
}

// Shown keeps the hotspots that are hot, many-voiced and recent enough to show at
// the instant at, hottest first.
func Shown(cfg Config, hotspots []vane.Hotspot, at time.Time) []vane.Hotspot {
	shown := slices.DeleteFunc(slices.Clone(hotspots), func(h vane.Hotspot) bool {
		return h.Heat < cfg.MinHeat || h.Authors < uint64(cfg.MinAuthors) || h.To.Before(at.Add(-cfg.Lookback))
	})
	slices.SortFunc(shown, func(a, b vane.Hotspot) int {
		return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(a.Tag, b.Tag), a.From.Compare(b.From))
	})
	return shown
}

func volume(e Episode, f vane.Facts) vane.Component {
	return vane.Component{
		Name:   "volume",
		Points: volumePoints * (1 - math.Exp(-math.Sqrt(2*e.Burst.Score)/4)),
		Says: fmt.Sprintf("%s内 %d 条，平常约 %.1f 条；其中最突出的 %d 小时里 %.0f 人次发声，平常约 %.1f 人次",
			hours(e.Window), f.Posts, e.Expected, e.Burst.Hours, e.Burst.Count, e.Burst.Expected),
	}
}

func rise(e Episode) vane.Component {
	return vane.Component{
		Name:   "acceleration",
		Points: accelerationPoints * clamp(e.Rise/3, 0, 1),
		Says:   fmt.Sprintf("最热时后半程是前半程的 %.1f 倍（已扣除时段因素）", math.Exp2(e.Rise)),
	}
}

func sensitive(e Episode, f vane.Facts) vane.Component {
	const calm = 20 // posts of usual feeling added, so that two angry posts are no shift
	share := (float64(f.Sensitive) + calm*e.Usual) / (float64(f.Posts) + calm)
	return vane.Component{
		Name:   "sensitive",
		Points: sensitivePoints * clamp((share-e.Usual)/0.25, 0, 1),
		Says: fmt.Sprintf("吐槽类信息占 %.1f%%，平常 %.1f%%",
			100*ratio(f.Sensitive, f.Posts), 100*e.Usual),
	}
}

func spread(f vane.Facts) vane.Component {
	return vane.Component{
		Name:   "spread",
		Points: spreadPoints * clamp(math.Log2(float64(max(f.Sources, 1)))/3, 0, 1),
		Says:   fmt.Sprintf("见于 %d 个来源、%d 个渠道", f.Sources, len(f.Evidence.Channels)),
	}
}

// independence takes from the points what copies and repeats gave.
func independence(f vane.Facts, points float64) vane.Component {
	d := math.Sqrt(ratio(f.Authors, f.Posts) * ratio(f.Texts, f.Posts))
	return vane.Component{
		Name:   "independence",
		Points: (min(d, 1) - 1) * points,
		Says:   fmt.Sprintf("%d 条出自 %d 人、%d 种不同文本", f.Posts, f.Authors, f.Texts),
	}
}

func total(cs vane.Components) float64 {
	var sum float64
	for _, c := range cs {
		sum += c.Points
	}
	return sum
}

// hours says how long a window is, in Chinese.
func hours(w vane.Window) string {
	h := int(w.To.Sub(w.From).Hours())
	if h < 48 {
		return fmt.Sprintf(" %d 小时", h)
	}
	return fmt.Sprintf(" %.1f 天", float64(h)/24)
}

func ratio(part, whole uint64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func round(x float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(x*p) / p
}
