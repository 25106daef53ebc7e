package samplesite

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"vane"
)

// write makes the post of a draft. rng belongs to this post alone, so that a change
// of one text file changes only the posts that use it.
func (d draft) write(lib *library, rng *rand.Rand) Planted {
	w := newWriter(rng, d.subject, d.form)
	traditional := d.site.form == "繁"
	if traditional {
		w.scope = append(w.scope, lib.byName["繁詞"])
	}
	w.scope = append(w.scope, lib.byName["词表"], lib.byName["语气"])
	d.bind(w, traditional)
	p := Planted{
		Source: d.site.source, Channel: d.site.channel,
		Published: d.at, Precision: d.site.exact,
		Text: clean(w.expand(d.variant(rng, "正文"))),
		Tags: d.tags, Sensitive: d.sensitive, Voice: d.voice, Burst: d.burst, Trap: d.trap,
		Engagement: engagement(d.site.form, rng),
	}
	if d.site.form != "微博" {
		p.Title = clean(w.expand(d.variant(rng, "标题", "標題")))
	}
	if w.list("作者") != nil {
		p.Author = w.name("作者", false)
	}
	switch d.site.form {
	case "微博":
		p.Region = w.said["省份"]
	case "投诉站":
		p.Region, p.Petition = w.said["省份"], writePetition(w)
	}
	return p
}

// bind says what depends on the time and on numbers with a checksum.
func (d draft) bind(w *writer, traditional bool) {
	at := d.at.In(vane.Beijing())
	before := at
	if d.burst == "" {
		before = at.AddDate(0, 0, -1-w.rng.IntN(20))
	}
	w.said["日期"] = fmt.Sprintf("%d月%d日", before.Month(), before.Day())
	w.said["证件号"] = idNumber(w.rng)
	if !traditional {
		w.said["省份"], w.said["城市"], _ = strings.Cut(w.name("地区", true), " ")
	}
}

// variant is one text of the first of these lists that the form has.
func (d draft) variant(rng *rand.Rand, names ...string) string {
	for _, name := range names {
		if list := d.form.lists[name]; list != nil {
			return list[rng.IntN(len(list))]
		}
	}
	return ""
}

func writePetition(w *writer) Petition {
	p := Petition{
		Against: "有关部门", Place: w.said["省份"] + " " + w.said["城市"],
		Demand: w.name("诉求", false), Amount: w.name("金额", false), Status: w.name("处理状态", false),
	}
	if w.list("对象") != nil {
		p.Against = w.name("对象", false)
	}
	return p
}

// idNumber looks like an identity card's, with a right check digit, in a region
// that does not exist.
func idNumber(rng *rand.Rand) string {
	body := fmt.Sprintf("99%04d%d%02d%02d%03d", rng.IntN(10000), 1950+rng.IntN(55), 1+rng.IntN(12), 1+rng.IntN(28), rng.IntN(1000))
	sum, weight := 0, 1<<17%11
	for _, c := range body {
		sum += int(c-'0') * weight
		weight = weight * 6 % 11 // 6 is the inverse of 2 modulo 11
	}
	return body + "10X98765432"[sum%11:sum%11+1]
}

// engagement is how many people reacted, as a site shows it: most posts a few, one
// in a hundred thousands.
func engagement(form string, rng *rand.Rand) vane.Engagement {
	size := func(least uint64, median float64) uint64 {
		return asShown(least + uint64(median*math.Exp(1.6*rng.NormFloat64())))
	}
	switch form {
	case "论坛":
		return vane.Engagement{Views: size(9, 420), Comments: size(0, 6)}
	case "投诉站":
		return vane.Engagement{Views: size(3, 90)}
	case "繁":
		return vane.Engagement{Likes: size(0, 8), Comments: size(0, 5)}
	case "微博":
		return vane.Engagement{Likes: size(0, 12), Comments: size(0, 4), Shares: size(0, 2)}
	default:
		return vane.Engagement{}
	}
}

// asShown rounds down to what is left of a number shown as 1.2万.
func asShown(n uint64) uint64 {
	if n < 10_000 {
		return n
	}
	return n / 1000 * 1000
}

// authors names those who write: some often, most once.
type authors struct {
	lib  *library
	rng  *rand.Rand
	have map[string][]string // of each site
}

func newAuthors(lib *library, rng *rand.Rand) authors {
	return authors{lib, rng, map[string][]string{}}
}

// next is who writes the next post of a site. A burst is made of people who do not
// write otherwise.
func (a authors) next(site outlet, burst bool) string {
	again := 0.3 // of the everyday posts are by somebody who wrote before
	if burst {
		again = 0.02
	}
	if known := a.have[site.source]; len(known) > 0 && a.rng.Float64() < again {
		return known[a.rng.IntN(len(known))]
	}
	w := newWriter(a.rng, a.lib.byName["词表"], a.lib.byName["繁詞"])
	_, w.said["城市"], _ = strings.Cut(w.name("地区", true), " ")
	name := w.name(site.nick, false)
	a.have[site.source] = append(a.have[site.source], name)
	return name
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
