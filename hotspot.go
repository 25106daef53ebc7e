package vane

import "time"

// Hotspot is an issue that is said more often than it should be, with the
// numbers that say so.
type Hotspot struct {
	Tag            Tag        `json:"tag"`
	Name           string     `json:"name"`            // of the tag, in Chinese
	From           time.Time  `json:"from"`            // start of the first hour over the level; with Tag, its identity
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

// State is where a hotspot stands in its life.
type State string

// The states, in the order of a life.
const (
	Emerging State = "爆发" // still rising
	Lasting  State = "持续" // over its level, past the peak
	Fading   State = "消退" // under its level for some hours, not yet closed
	Closed   State = "平息" // over
)

// Component is one reason for the heat, in words a reader can check.
type Component struct {
	Name   string  `json:"name"`   // volume, acceleration, sensitive, spread
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
	Sketches  []Sketch // the distinct ones, to merge near copies; none if there are too many
	Evidence  Evidence
}

// Evidence is what a hotspot rests on.
type Evidence struct {
	Posts    []EvidencePost `json:"posts"`    // a few, most telling first
	Words    []string       `json:"words"`    // most over-represented
	Channels []Share        `json:"channels"` // largest first
	Regions  []Share        `json:"regions"`  // largest first
	First    time.Time      `json:"first"`    // when the first post was published
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
