package samplesite

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"vane"
)

// outlet is one of the five sites.
type outlet struct {
	source  string
	channel vane.Channel
	form    string // what stands behind @ in the headings of forms.txt
	nick    string // list of author names
	rhythm  rhythm
	exact   time.Duration // of the dates it shows
	firstID int
	path    string // %d is the id
}

// sites is the five sites of the sample.
func sites() []outlet {
	return []outlet{
		{"sample_forum", vane.Forum, "论坛", "昵称", leisure(), time.Minute, 418000, "/forum/thread-%d.html"},
		{"sample_complaint", vane.Website, "投诉站", "昵称", office(), time.Second, 17300000, "/complaint/show.asp?id=%d"},
		{"sample_tw", vane.Forum, "繁", "繁暱稱", leisure(), time.Minute, 25600, "/tw/post/%d"},
		{"sample_news", vane.App, "新闻", "媒体", office(), time.Second, 900100, "/news/article-%d.html"},
		{"sample_microblog", vane.Weibo, "微博", "昵称", evening(), time.Second, 5100000000, "/status/%d"},
	}
}

func siteOf(source string) outlet {
	for _, s := range sites() {
		if s.source == source || s.form == source {
			return s
		}
	}
	panic("samplesite: no site " + source) // a name in this package or in text/*.txt is wrong
}

func (o outlet) address(id int) (native, path string) {
	return strconv.Itoa(id), fmt.Sprintf(o.path, id)
}

// draft is a post before it is written.
type draft struct {
	site      outlet
	form      *block // how it is said
	subject   *block // what is said
	at        time.Time
	tags      []vane.Tag
	voice     vane.Voice
	sensitive bool
	burst     string
	trap      string
}

// kind is a sort of everyday post.
type kind struct {
	form    string // heading in forms.txt
	subject string // family of blocks it is about; "" is the issues
	weight  float64
	voice   vane.Voice
	bad     bool // a negative evaluation
}

// everyday is the mix of a usual day. A little over half is complaints; the rest is
// what a monitor must not take for one.
func everyday() []kind {
	return []kind{
		{"投诉@微博", "", 16, vane.Complaint, true},
		{"投诉@论坛", "", 15, vane.Complaint, true},
		{"投诉@投诉站", "", 16, vane.Complaint, true},
		{"投訴@繁", "繁 ", 4.5, vane.Complaint, true},
		{"讨论@微博", "", 3, vane.Discussion, false},
		{"讨论@论坛", "", 4, vane.Discussion, false},
		{"报道@新闻", "", 4, vane.Media, true},
		{"数据@新闻", "", 3, vane.Media, false},
		{"官方@微博", "", 1.5, vane.Official, false},
		{"官方@论坛", "", 1.5, vane.Official, false},
		{"官方@新闻", "", 2, vane.Official, false},
		{"好评@微博", "好评 ", 5, vane.Discussion, false},
		{"好评@论坛", "好评 ", 4, vane.Discussion, false},
		{"好评@投诉站", "好评 ", 1.5, vane.Discussion, false},
		{"闲聊@微博", "闲聊 ", 6, vane.Discussion, false},
		{"闲聊@论坛", "闲聊 ", 4, vane.Discussion, false},
		{"閒聊@繁", "繁閒 ", 1.5, vane.Discussion, false},
		{"广告@微博", "广告 ", 3, vane.Promotion, false},
		{"广告@论坛", "广告 ", 1.5, vane.Promotion, false},
		{"广告@新闻", "广告 ", 1.5, vane.Promotion, false},
		{"资讯@新闻", "资讯 ", 5, vane.Media, false},
		{"市政@论坛", "市政 ", 1.5, vane.Complaint, false},
		{"市政@投诉站", "市政 ", 1.5, vane.Complaint, false},
	}
}

// draft is a post of the kind, about nothing yet.
func (k kind) draft(lib *library) draft {
	_, site, _ := strings.Cut(k.form, "@")
	return draft{site: siteOf(site), form: lib.byName[k.form], voice: k.voice, sensitive: k.bad}
}

// trapsEach is how often each trap is set in DefaultPosts posts.
const trapsEach = 7

// plan says what is posted where and when, before a word is written.
func plan(lib *library, now time.Time, seed uint64, posts int) []draft {
	rng := newRand(seed, 0)
	scale := float64(posts) / DefaultPosts
	clocks := newClocks(now, rng)
	drafts := planWaves(lib, now, rng, scale)
	for _, trap := range lib.family("陷阱 ") {
		for range scaled(trapsEach, scale) {
			drafts = append(drafts, trapDraft(trap, clocks, rng))
		}
	}
	kinds := everyday()
	subjects := newSubjects(lib, kinds)
	for len(drafts) < posts {
		k := kinds[subjects.kinds.pick(rng)]
		d := k.draft(lib)
		d.at = clocks.pick(d.site.rhythm, rng)
		d.subject, d.tags = subjects.pick(k, rng)
		drafts = append(drafts, d)
	}
	return drafts
}

func scaled(n int, scale float64) int { return max(1, int(float64(n)*scale+0.5)) }

// trapDraft sets one trap, on one of the sites its block names.
func trapDraft(trap *block, clocks clocks, rng *rand.Rand) draft {
	d := attributed(trap)
	places := strings.Split(trap.attrs["in"], ",")
	d.site = siteOf(places[rng.IntN(len(places))])
	d.at = clocks.pick(d.site.rhythm, rng)
	d.trap = strings.Fields(trap.name)[1]
	return d
}

// attributed is a draft of a block that is its own form and says the truth about
// itself.
func attributed(b *block) draft {
	return draft{form: b, subject: b, tags: tagsOf(b.attrs["tags"]), voice: vane.Voice(b.attrs["voice"]), sensitive: b.attrs["sensitive"] == "yes"}
}

func tagsOf(list string) []vane.Tag {
	var tags []vane.Tag
	for tag := range strings.SplitSeq(list, ",") {
		if tag != "" {
			tags = append(tags, vane.Tag(tag))
		}
	}
	slices.Sort(tags)
	return tags
}

// subjects chooses kinds of posts and what they are about, by weight.
type subjects struct {
	kinds    lottery
	families map[string][]*block
	weights  map[string]lottery
}

func newSubjects(lib *library, kinds []kind) subjects {
	s := subjects{families: map[string][]*block{}, weights: map[string]lottery{}}
	var shares []float64
	for _, k := range kinds {
		shares = append(shares, k.weight)
		if s.families[k.subject] == nil {
			s.add(k.subject, members(lib, k.subject))
		}
	}
	s.kinds = newLottery(shares)
	return s
}

// members is the blocks of a family; the issues are the blocks named as a tag is.
func members(lib *library, family string) []*block {
	if family != "" {
		return lib.family(family)
	}
	var issues []*block
	for _, b := range lib.order {
		if isTag(b.name) {
			issues = append(issues, b)
		}
	}
	return issues
}

func isTag(name string) bool { return strings.Contains(name, ".") && !strings.Contains(name, " ") }

func (s *subjects) add(family string, blocks []*block) {
	const usual = 2 // a weight of 1 is rare, 4 is common
	var weights []float64
	for _, b := range blocks {
		weight, err := strconv.ParseFloat(b.attrs["weight"], 64)
		if err != nil {
			weight = usual
		}
		weights = append(weights, weight)
	}
	s.families[family], s.weights[family] = blocks, newLottery(weights)
}

func (s *subjects) pick(k kind, rng *rand.Rand) (*block, []vane.Tag) {
	b := s.families[k.subject][s.weights[k.subject].pick(rng)]
	if name := strings.TrimPrefix(b.name, "繁 "); isTag(name) {
		return b, []vane.Tag{vane.Tag(name)}
	}
	return b, nil
}
