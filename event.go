package vane

import (
	"errors"
	"time"
)

// ErrNoEvent says that no such event is stored.
var ErrNoEvent = errors.New("no such event; vane events lists them")

// Event is posts about one thing that happened: the same estate's concrete plant, the
// same concert's pillar seats. It is found by what the posts say, whatever their tags.
type Event struct {
	ID             ID             `json:"id"`    // of its first post
	Title          string         `json:"title"` // of one of its posts
	From           time.Time      `json:"from"`  // first post
	To             time.Time      `json:"to"`    // last post
	Peak           time.Time      `json:"peak"`  // start of the busiest day
	Posts          uint64         `json:"posts"`
	Authors        uint64         `json:"authors"` // independent voices: distinct; a post without author counts as one more
	Texts          uint64         `json:"texts"`   // distinct; near copies count once
	Sources        uint64         `json:"sources"`
	SensitiveShare float64        `json:"sensitive_share"` // of Posts, 0 to 1
	Tags           []Share        `json:"tags"`            // most frequent first
	Regions        []Share        `json:"regions"`         // likewise
	Voices         []Share        `json:"voices"`          // likewise
	Words          []string       `json:"words"`           // that most of its posts use and few others
	Timeline       []EventDay     `json:"timeline"`        // days with posts, in order
	Cases          []EvidencePost `json:"cases"`           // 典型案例 candidates, best first
	Members        []ID           `json:"members"`         // its posts in the order in which they came, at most MaxEventMembers
}

// EventDay counts the posts of an event on one day of Asia/Shanghai.
type EventDay struct {
	At        time.Time `json:"at"` // start of the day
	Posts     uint64    `json:"posts"`
	Sensitive uint64    `json:"sensitive"` // of them 吐槽类信息
}

// MaxEventMembers bounds the posts that an event lists. All are counted.
const MaxEventMembers = 10_000

// Correction is an analyst's word on two posts: that they are about one event, or that
// they are not. It outlasts every clustering.
type Correction struct {
	A        ID        `json:"a"`
	B        ID        `json:"b"`
	Together bool      `json:"together"`
	At       time.Time `json:"at"` // of two words on the same posts the later counts
}
