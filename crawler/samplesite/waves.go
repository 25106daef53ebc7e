package samplesite

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"vane"
)

// wave is many posts about one thing within hours or days.
type wave struct {
	name   string
	tag    vane.Tag
	decoy  bool
	posts  int                                  // of DefaultPosts
	blocks map[string]float64                   // what is said, with its share; of a decoy one block
	starts func(now time.Time) time.Time        // when it begins
	grows  func(age, all time.Duration) float64 // density at an age, all being the age at now
}

// waves is the planted hotspots, then the decoys. All of them reach to a day before
// now or nearer.
func waves() []wave {
	return []wave{
		{"周屿演唱会柱子票", "ticketing.pillar_seat", false, 120, map[string]float64{"热点 柱子票": 1},
			clockAgo(20, 36*time.Hour), burst(3*time.Hour, 16*time.Hour)},
		{"华讯通信限速套餐", "telecom.speed_cap", false, 70, map[string]float64{"热点 限速套餐": 1},
			ago(24 * time.Hour), rising},
		{"星河健身闭店", "prepaid.store_closed", false, 90, map[string]float64{"热点 健身房闭店": 0.7, "热点 健身房退卡": 0.3},
			clockAgo(10, 108*time.Hour), burst(5*time.Hour, 36*time.Hour)},
		{"先涨后降通稿", "ecommerce.price_trick", true, 45, map[string]float64{"反例 通稿": 1},
			clockAgo(9, 24*time.Hour), burst(time.Hour, 5*time.Hour)},
		{"茶小鹿水军", "food.safety", true, 40, map[string]float64{"反例 水军": 1},
			clockAgo(14, 14*time.Hour), spell(6 * time.Hour)},
		{"极光X9抽奖", "", true, 30, map[string]float64{"反例 抽奖刷屏": 1},
			ago(48 * time.Hour), spell(48 * time.Hour)},
	}
}

// waveForms is how people speak in a burst: mostly complaints, on all simplified
// sites, and some news.
func waveForms() map[string]float64 {
	return map[string]float64{"投诉@微博": 46, "投诉@论坛": 22, "投诉@投诉站": 18, "讨论@微博": 4, "讨论@论坛": 3, "报道@新闻": 7}
}

// ago begins d before now.
func ago(d time.Duration) func(time.Time) time.Time {
	return func(now time.Time) time.Time { return now.Add(-d) }
}

// clockAgo begins at the last full hour of Beijing's clock that is at least d ago:
// a concert is at eight in the evening, a shop finds its door locked in the morning.
func clockAgo(hour int, d time.Duration) func(time.Time) time.Time {
	return func(now time.Time) time.Time {
		latest := now.Add(-d).In(vane.Beijing())
		at := time.Date(latest.Year(), latest.Month(), latest.Day(), hour, 0, 0, 0, vane.Beijing())
		if at.After(latest) {
			at = at.AddDate(0, 0, -1)
		}
		return at.UTC()
	}
}

// burst rises within hours and then halves in every half-life.
func burst(rise, half time.Duration) func(age, all time.Duration) float64 {
	return func(age, _ time.Duration) float64 {
		return (1 - math.Exp(-age.Hours()/rise.Hours())) * math.Exp2(-age.Hours()/half.Hours())
	}
}

// rising grows until now.
func rising(age, all time.Duration) float64 { return math.Pow(age.Hours()/all.Hours(), 1.5) }

// spell is even for a time and then over.
func spell(d time.Duration) func(age, all time.Duration) float64 {
	return func(age, _ time.Duration) float64 {
		if age > d {
			return 0
		}
		return 1
	}
}

// planWaves drafts every wave.
func planWaves(lib *library, now time.Time, rng *rand.Rand, scale float64) []draft {
	var drafts []draft
	for _, w := range waves() {
		timeline := w.timeline(now)
		for range scaled(w.posts, scale) {
			d := w.draft(lib, rng)
			d.at, d.burst = timeline.pick(rng), w.name
			drafts = append(drafts, d)
		}
	}
	return drafts
}

// timeline is when the posts of a wave come. People sleep in a burst too, but less.
func (w wave) timeline(now time.Time) timeline {
	const slot = 10 * time.Minute
	from := w.starts(now)
	all := now.Sub(from)
	return newTimeline(from, now, slot, func(t time.Time) float64 {
		if t.Before(from) {
			return 0
		}
		return w.grows(t.Sub(from), all) * math.Sqrt(evening().at(t))
	})
}

func (w wave) draft(lib *library, rng *rand.Rand) draft {
	b := lib.byName[draw(w.blocks, rng)]
	if w.decoy {
		return w.decoyDraft(b, rng)
	}
	form := draw(waveForms(), rng)
	for _, k := range everyday() {
		if k.form == form {
			d := k.draft(lib)
			d.subject, d.tags = b, tagsOf(b.attrs["tags"])
			return d
		}
	}
	panic("samplesite: no kind of post is written as " + form)
}

// decoyDraft is a post of a decoy: its first site has most of them.
func (w wave) decoyDraft(b *block, rng *rand.Rand) draft {
	const first = 0.7
	d := attributed(b)
	places := strings.Split(b.attrs["in"], ",")
	d.site = siteOf(places[0])
	if rng.Float64() > first {
		d.site = siteOf(places[rng.IntN(len(places))])
	}
	_, d.trap, _ = strings.Cut(b.name, " ")
	return d
}

// draw is a key by weight, the same for the same rng.
func draw(shares map[string]float64, rng *rand.Rand) string {
	keys := sortedKeys(shares)
	weights := make([]float64, len(keys))
	for i, k := range keys {
		weights[i] = shares[k]
	}
	return keys[newLottery(weights).pick(rng)]
}
