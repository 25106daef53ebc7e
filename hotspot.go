package vane

import (
	"math"
	"time"
)

// Node is what can become a hotspot: an issue or a whole domain, or the part of its
// posts that name one brand, come from one region or stand in one channel.
type Node struct {
	Tag Tag
	By  Dimension // ByBrand, ByRegion or ByChannel; ByNothing: all posts of the tag
	Key string    // value of By
}

// Pulse is how a node was spoken of, hour by hour.
type Pulse struct {
	Node      Node
	From      time.Time // start of the first hour
	Posts     []float64 // of each hour
	Sensitive []float64 // of them 吐槽类信息
	Cohorts   []Cohort
}

// Cohort is the voices from the sources that were first heard in the same week. It
// keeps a source that joins from looking like a rise of what people say.
type Cohort struct {
	Start  int       // index of the hour in which they were first heard
	Voices []float64 // of each hour: people who had not yet spoken of the node that day
}

// Listing is what the public hot lists show of a tag.
type Listing struct {
	Tag    Tag
	Topics uint64 // distinct posts of the lists
	Views  uint64 // the most that one of them shows, the list's own measure of heat
	First  time.Time
	Last   time.Time // when one was last seen on a list
}

// Hotspot is an issue that is said more often than it should be, with the
// numbers that say so.
type Hotspot struct {
	Tag            Tag        `json:"tag"`
	By             Dimension  `json:"by,omitempty"`    // of the node, if it is a part of the tag's posts
	Key            string     `json:"key,omitempty"`   // value of By
	Name           string     `json:"name"`            // of the node, in Chinese
	From           time.Time  `json:"from"`            // start of the first hour over the level; with the node, its identity
	To             time.Time  `json:"to"`              // end of the last hour over the level
	Peak           time.Time  `json:"peak"`            // busiest hour
	State          State      `json:"state"`           // as of the detection that wrote it
	Heat           float64    `json:"heat"`            // 0 to 100, the sum of the components' points
	Posts          uint64     `json:"posts"`           // in [From, To)
	Expected       float64    `json:"expected"`        // posts of a usual [From, To)
	SensitiveShare float64    `json:"sensitive_share"` // of Posts, 0 to 1
	Authors        uint64     `json:"authors"`         // distinct
	Texts          uint64     `json:"texts"`           // distinct; reprints count once
	Sources        uint64     `json:"sources"`         // distinct
	Components     Components `json:"components"`
	Evidence       Evidence   `json:"evidence"`
}

// Node is what the hotspot is about.
func (h Hotspot) Node() Node { return Node{Tag: h.Tag, By: h.By, Key: h.Key} }

// Sensitive is how many of the posts are 吐槽类信息.
func (h Hotspot) Sensitive() uint64 { return uint64(math.Round(h.SensitiveShare * float64(h.Posts))) }

// State is where a hotspot stands in its life.
type State string

// The states, in the order of a life.
const (
	Latent    State = "潜伏" // heard within minutes, not yet confirmed by the hours
	Emerging  State = "爆发" // still rising
	Lasting   State = "持续" // over its level, past the peak
	Fading    State = "消退" // under its level for some hours, not yet closed
	Recurring State = "反复" // over its level again after it faded
	Closed    State = "平息" // over
)

// Component is one reason for the heat, in words a reader can check.
type Component struct {
	Name   string  `json:"name"`   // volume, acceleration, sensitive, spread, engagement, novelty, independence
	Points float64 `json:"points"` // of the heat
	Says   string  `json:"says"`   // one Chinese sentence with the numbers
}

// Components explain a hotspot's heat; their points sum to it.
type Components []Component

// Facts is what is stored about one tag in one window: the numbers that a series
// can't give because they don't add up over hours, and the evidence.
type Facts struct {
	Posts     uint64
	Sensitive uint64
	Authors   uint64   // distinct; a post without author counts as one more
	Texts     uint64   // distinct fingerprints, or fewer where near copies were merged
	Sources   uint64   // distinct
	Regions   uint64   // distinct, of the posts that name one
	Reach     float64  // sum of Engagement.Damped
	Novelty   float64  // of Evidence.Words the first: its share of posts less that of the days before, 0 to 1
	Sketches  []Sketch // the distinct ones, to merge near copies; none if there are too many
	Evidence  Evidence
}

// Evidence is what a hotspot rests on.
type Evidence struct {
	Posts    []EvidencePost `json:"posts"`    // a few, most telling first
	Words    []string       `json:"words"`    // most over-represented
	Channels []Share        `json:"channels"` // largest first
	Regions  []Share        `json:"regions"`  // largest first
	Brands   []Share        `json:"brands"`   // largest first
	Demands  []Share        `json:"demands"`  // 诉求, largest first
	First    time.Time      `json:"first"`    // when the first post was published
	Hours    []HourCount    `json:"hours"`    // the chain of numbers: voices of each hour, from before it to its end
}

// HourCount is one hour of a hotspot.
type HourCount struct {
	At       time.Time `json:"at"`       // start
	Voices   float64   `json:"voices"`   // people who had not yet spoken that day
	Expected float64   `json:"expected"` // of a usual such hour
	Spread   float64   `json:"spread"`   // standard deviation around Expected: what lies further out is unusual
}

// EvidencePost is a stored post that shows what a hotspot is about.
type EvidencePost struct {
	ID          ID        `json:"id"`
	URL         string    `json:"url"`
	Source      string    `json:"source"`
	Title       string    `json:"title"`
	Text        string    `json:"text"`
	PublishedAt time.Time `json:"published_at"`
}

// Share is a part of a whole.
type Share struct {
	Key   string `json:"key"`
	Posts uint64 `json:"posts"`
}
