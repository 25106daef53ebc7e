// Package samplesite is the bundled sample: a few thousand consumer posts, written
// by a seeded grammar, and the web sites that show them. The posts are about
// invented shops. What each post is really about is known, so that a demonstration
// and a test can compare what Vane made of it with the truth.
//
// The words are in text/*.txt, for people to edit; the pages in pages/*.html.
//
//	words ──▶ plan (what, where, when) ──▶ posts and their truth ──▶ five sites
package samplesite

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"vane"
)

const (
	// DefaultPosts gives about 60 posts a day.
	DefaultPosts = 3600
	// days is how far back the posts go: a detector of weekly rhythm needs some weeks.
	days = 60
)

// Planted is a post that was put on a site, and the truth about it.
type Planted struct {
	Source     string          // name of the source file, such as sample_forum
	Channel    vane.Channel    // of that source
	NativeID   string          // the site's own id
	Path       string          // where the post can be read, from the root of the site
	Title      string          // as shown; "" on the microblog
	Text       string          // as a reader of the page sees it, a paragraph a line
	Author     string          // as shown
	Region     string          // province, as shown; "" where the site shows none
	Published  time.Time       // UTC, whole seconds
	Precision  time.Duration   // of the date the site shows
	Engagement vane.Engagement // as shown: 12,345 views are shown as 1.2万, which is 12,000

	Tags      []vane.Tag // the issues it is about, sorted; often none
	Sensitive bool       // 吐槽类信息
	Voice     vane.Voice
	Burst     string // name of the burst or decoy it belongs to
	Trap      string // name of the trap it sets

	Petition Petition // what only the complaint site shows
}

// Burst is a planted hotspot, or a decoy.
type Burst struct {
	Tag   vane.Tag // what its posts are about; "" for a lottery
	Name  string
	From  time.Time // of the first post
	To    time.Time // of the last
	Posts int
}

// Petition is the form that the complaint site puts beside a text.
type Petition struct {
	Against, Demand, Amount, Place, Status string
}

// Site is the posts and the sites that show them. It is safe for concurrent use.
type Site struct {
	// Clock is what 3分钟前 is relative to. New makes it stand still at its now; a site
	// that is shown for longer should have time.Now, set before the first request.
	Clock func() time.Time

	posts    []Planted
	bySource map[string][]*Planted // newest first
	byPath   map[string]*Planted
	bursts   []Burst
	decoys   []Burst
	pages    pageSet
	requests atomic.Int64
	private  atomic.Int64
}

// New writes posts over the 60 days before now. The same now, seed and number give
// the same posts and the same bytes. With more posts the bursts grow in proportion.
func New(now time.Time, seed uint64, posts int) *Site {
	lib, err := readLibrary(textFiles, "text")
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them
	}
	now = now.UTC().Truncate(time.Second)
	drafts := plan(lib, now, seed, posts)
	s := &Site{Clock: func() time.Time { return now }}
	for i, d := range drafts {
		s.posts = append(s.posts, d.write(lib, newRand(seed, uint64(i)+2)))
	}
	finish(lib, s.posts, seed)
	s.index()
	s.pages = s.parsePages()
	return s
}

// Posts is every post with its truth, oldest first. The caller must not change it.
func (s *Site) Posts() []Planted { return s.posts }

// Bursts is the hotspots that were planted: a detector at now should find them.
func (s *Site) Bursts() []Burst { return s.bursts }

// Decoys is what looks like a hotspot and is none: one press release on many
// outlets, five accounts with one text, a lottery. A detector should not report
// them as complaints.
func (s *Site) Decoys() []Burst { return s.decoys }

// Requests is how many requests the sites answered, and how many of them asked for
// what robots.txt closes.
func (s *Site) Requests() (all, forbidden int64) { return s.requests.Load(), s.private.Load() }

// newRand is one of the independent streams of chance of a seed: 0 for the plan, 1
// for what depends on the order, and one for each post.
func newRand(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // the same chance every time is the point
}

// index sorts the posts to where the sites look for them, and measures the bursts.
func (s *Site) index() {
	s.bySource, s.byPath = map[string][]*Planted{}, map[string]*Planted{}
	for i := len(s.posts) - 1; i >= 0; i-- {
		p := &s.posts[i]
		s.bySource[p.Source] = append(s.bySource[p.Source], p)
		s.byPath[p.Path] = p
	}
	for _, w := range waves() {
		b := measure(w, s.posts)
		if w.decoy {
			s.decoys = append(s.decoys, b)
		} else {
			s.bursts = append(s.bursts, b)
		}
	}
}

// measure finds where a wave began and ended.
func measure(w wave, posts []Planted) Burst {
	b := Burst{Tag: w.tag, Name: w.name}
	for _, p := range posts { // oldest first
		if p.Burst != w.name {
			continue
		}
		if b.Posts == 0 {
			b.From = p.Published
		}
		b.To = p.Published
		b.Posts++
	}
	return b
}

// byTime orders posts by time, and by content where that is equal.
func byTime(a, b Planted) int {
	return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Text, b.Text))
}

// finish sorts the posts and gives them what depends on their order: ids and
// authors.
func finish(lib *library, posts []Planted, seed uint64) {
	slices.SortStableFunc(posts, byTime)
	rng := newRand(seed, 1)
	ids := map[string]int{}
	authors := newAuthors(lib, rng)
	for i := range posts {
		p := &posts[i]
		site := siteOf(p.Source)
		if ids[p.Source] == 0 {
			ids[p.Source] = site.firstID
		}
		ids[p.Source] += 1 + rng.IntN(9) // others write there too
		p.NativeID, p.Path = site.address(ids[p.Source])
		if p.Author == "" {
			p.Author = authors.next(site, p.Burst != "")
		}
	}
}
