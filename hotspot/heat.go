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
	volumePoints       = 45.0
	accelerationPoints = 12.0
	sensitivePoints    = 13.0
	spreadPoints       = 10.0
	engagementPoints   = 10.0
	// NoveltyPoints is by how much a hotspot can be hotter than without Facts.Novelty,
	// which takes longest to find.
	NoveltyPoints = 10.0
)

// Explain turns an episode and what is stored about its node and window into a
// hotspot. The heat is
//
//	H = D · (45·s_volume + 12·s_acceleration + 13·s_sensitive + 10·s_spread + 10·s_engagement + 10·s_novelty)
//
//	s_volume       = (1 − e^−B) · log2((voices + 5)/(expected + 5)) / 4, of the largest burst
//	s_acceleration = doublings of the rise / 3
//	s_sensitive    = rise of the sensitive share over its usual value / 0.25
//	s_spread       = (log2(sources) + log2(regions)) / 6
//	s_engagement   = mean of ln(1 + likes + comments + shares + views/100) / 6
//	s_novelty      = rise of the share of posts with the most telling word / 0.5
//	D              = √(authors/posts) · √(texts/posts)
//
// each s clipped to [0, 1]. D is independence: copies and one-account waves cool a
// hotspot. Each part is a component with its sentence; their points sum to H. An
// issue on hot lists gets of what is missing to 100 up to a half,
// log10(views/1000) / 4 of it.
func Explain(e Episode, name string, f vane.Facts) vane.Hotspot {
	h := vane.Hotspot{
		Tag: e.Node.Tag, By: e.Node.By, Key: e.Node.Key, Name: name,
		From: e.Window.From, To: e.Window.To, Peak: e.Peak, State: e.State,
		Posts: f.Posts, Expected: round(e.Expected, 2), SensitiveShare: ratio(f.Sensitive, f.Posts),
		Authors: f.Authors, Texts: f.Texts, Sources: f.Sources, Evidence: f.Evidence,
	}
	h.Evidence.Hours = e.chain()
	h.Components = vane.Components{volume(e, f), rise(e), sensitive(e, f), spread(f), engagement(f), novelty(f)}
	h.Components = append(h.Components, independence(f, total(h.Components)))
	if e.Listing.Topics > 0 {
		h.Components = append(h.Components, listed(e.Listing, total(h.Components)))
	}
	h.Heat = round(total(h.Components), 1)
	return h
}

// Shown keeps the hotspots that are hot, many-voiced and recent enough to show at
// the instant at, hottest first.
func Shown(cfg Config, hotspots []vane.Hotspot, at time.Time) []vane.Hotspot {
	shown := slices.DeleteFunc(slices.Clone(hotspots), func(h vane.Hotspot) bool {
		onList := slices.ContainsFunc(h.Components, func(c vane.Component) bool { return c.Name == listedName })
		return h.Heat < cfg.MinHeat || !onList && independentVoices(h) < float64(cfg.MinAuthors) || h.To.Before(at.Add(-cfg.Lookback))
	})
	slices.SortFunc(shown, func(a, b vane.Hotspot) int {
		return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Key, b.Key), a.From.Compare(b.From))
	})
	return shown
}

// independentVoices are the posts of a hotspot by D, as heat counts them: eight people with
// two texts among them are four.
func independentVoices(h vane.Hotspot) float64 {
	return math.Sqrt(float64(h.Authors) * float64(h.Texts))
}

// maxChain bounds the hours that a hotspot is stored with: a week.
const maxChain = 7 * 24

// chain are the numbers from half a day before the episode to its end, the newest if
// they are too many.
func (e Episode) chain() []vane.HourCount {
	n := min(len(e.path), int(e.Window.To.Sub(e.start)/time.Hour))
	var hours []vane.HourCount
	for i := max(0, n-maxChain); i < n; i++ {
		low, high := e.path[i].band()
		hours = append(hours, vane.HourCount{
			At: e.start.Add(time.Duration(i) * time.Hour), Voices: e.path[i].count, Expected: round(e.path[i].mean, 2),
			Low: low, High: high,
		})
	}
	return hours
}

func volume(e Episode, f vane.Facts) vane.Component {
	const usual = 5 // voices added on both sides, so that small numbers make small ratios
	if e.Burst.Hours == 0 {
		return vane.Component{Name: "volume", Says: fmt.Sprintf("%s内 %d 条，信息量没有高于平常", hours(e.Window), f.Posts)}
	}
	return vane.Component{
		Name:   "volume",
		Points: volumePoints * -math.Expm1(-e.Burst.Score) * clamp(math.Log2((e.Burst.Count+usual)/(e.Burst.Expected+usual))/4, 0, 1),
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
	doublings := math.Log2(float64(max(f.Sources, 1))) + math.Log2(float64(max(f.Regions, 1)))
	return vane.Component{
		Name:   "spread",
		Points: spreadPoints * clamp(doublings/6, 0, 1),
		Says:   fmt.Sprintf("见于 %d 个来源、%d 个渠道、%d 个地区", f.Sources, len(f.Evidence.Channels), f.Regions),
	}
}

func engagement(f vane.Facts) vane.Component {
	mean := f.Reach / float64(max(f.Posts, 1))
	return vane.Component{
		Name:   "engagement",
		Points: engagementPoints * clamp(mean/6, 0, 1),
		Says:   fmt.Sprintf("平均每条约 %.0f 次互动（取对数平均，百次阅读计一次）", math.Expm1(mean)),
	}
}

func novelty(f vane.Facts) vane.Component {
	c := vane.Component{Name: "novelty", Points: NoveltyPoints * clamp(f.Novelty/0.5, 0, 1), Says: "没有突出的新词"}
	if len(f.Evidence.Words) > 0 {
		c.Says = fmt.Sprintf("“%s”在信息中的占比比此前四周高 %.0f 个百分点", f.Evidence.Words[0], 100*f.Novelty)
	}
	return c
}

// independence takes from the points what copies and repeats gave.
func independence(f vane.Facts, points float64) vane.Component {
	d := math.Sqrt(ratio(f.Authors, f.Posts) * ratio(f.Texts, f.Posts))
	c := vane.Component{
		Name:   "independence",
		Points: (min(d, 1) - 1) * points,
		Says:   fmt.Sprintf("%d 条出自 %d 人、%d 种不同文本", f.Posts, f.Authors, f.Texts),
	}
	if d < 0.5 {
		c.Says += "：多为转载或同一批账号所发，按独立声音折算"
	}
	return c
}

// listedName names the component of what stands on hot lists.
const listedName = "listed"

func listed(l vane.Listing, points float64) vane.Component {
	return vane.Component{
		Name:   listedName,
		Points: (100 - points) / 2 * clamp(math.Log10(float64(max(l.Views, 1))/1000)/4, 0, 1),
		Says:   fmt.Sprintf("登上热榜：%d 个话题，最高热度 %d", l.Topics, l.Views),
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
	if h < 1 {
		return fmt.Sprintf(" %.0f 分钟", w.To.Sub(w.From).Minutes())
	}
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
