package vane

import "time"

// EmergingWord is a word that is written much more often than before: a new one, which
// neither the dictionary nor the taxonomy has, or a known one in burst.
type EmergingWord struct {
	Word     string         `json:"word"`
	Known    bool           `json:"known"`   // in the dictionary
	Posts    uint64         `json:"posts"`   // of the window that have it; near copies count once
	Before   uint64         `json:"before"`  // posts of the days before that do
	Authors  uint64         `json:"authors"` // distinct; a post without author counts as one more
	Score    float64        `json:"score"`   // by how many standard errors it is more frequent than before
	Cohesion float64        `json:"cohesion,omitempty"`
	Freedom  float64        `json:"freedom,omitempty"`
	Issue    Tag            `json:"issue"` // that its posts carry most beyond chance, or ""
	Share    float64        `json:"share"` // of its posts that carry the issue, 0 to 1
	First    time.Time      `json:"first"` // when it was first written in the window
	Samples  []EvidencePost `json:"samples"`
}

// WordVerdict is what an analyst decided about an emerging word.
type WordVerdict struct {
	Word     string    `json:"word"`
	Accepted bool      `json:"accepted"` // or rejected
	Issue    Tag       `json:"issue,omitempty"`
	At       time.Time `json:"at"`
}
