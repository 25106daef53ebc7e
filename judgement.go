package vane

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Judgement is what is held of a post: by the rules and models, or by an analyst.
type Judgement struct {
	Tags      []TagMatch `json:"tags"` // at most one per tag, ordered by tag
	Sentiment Sentiment  `json:"sentiment"`
	Sensitive bool       `json:"sensitive"`
}

// Judgement is what is held of the post of m.
func (m Mention) Judgement() Judgement {
	return Judgement{Tags: append([]TagMatch{}, m.Tags...), Sentiment: m.Sentiment, Sensitive: m.Sensitive}
}

// Digest is short for what a judgement says: equal for those that say the same, whatever
// their evidence. Who changes a judgement tells with it which one was seen.
func (j Judgement) Digest() string {
	const length = 8 // bytes: nobody gains by a collision
	sum := sha256.New()
	for _, t := range j.Tags {
		fmt.Fprintln(sum, t.ID) // a hash takes everything
	}
	fmt.Fprintln(sum, j.Sentiment.Label(), j.Sensitive)
	return hex.EncodeToString(sum.Sum(nil)[:length])
}

// ByAnalyst is the rule of a tag that an analyst gave and no rule sees.
const ByAnalyst = "人工修正"

// PostCorrection is an analyst's judgement of a post (修正). Of several of one text the
// last counts. It holds for the text that was judged: whatever tags the post anew, the
// judgement stays; while the post has another text, it is kept and rests.
type PostCorrection struct {
	Post        ID        `json:"post"`
	At          time.Time `json:"at"` // UTC
	User        string    `json:"user"`
	Fingerprint uint64    `json:"fingerprint,string"` // of the text that was judged
	Before      Judgement `json:"before"`
	After       Judgement `json:"after"`
	Latest      bool      `json:"latest"` // no later one of this post and text is stored
}

// Holds reports whether the correction is of this post and text.
func (c PostCorrection) Holds(m *Mention) bool {
	return c.Post == m.ID && c.Fingerprint == m.Fingerprint
}

// Apply gives m the analyst's judgement. A tag that a rule saw too keeps its evidence.
func (c PostCorrection) Apply(m *Mention) {
	tags := make([]TagMatch, 0, len(c.After.Tags))
	for _, tag := range c.After.Tags {
		if i := slices.IndexFunc(m.Tags, func(t TagMatch) bool { return t.ID == tag.ID }); i >= 0 {
			tag = m.Tags[i]
		} else {
			tag.Rule, tag.Span, tag.Text = ByAnalyst, Span{}, ""
		}
		tags = append(tags, tag)
	}
	slices.SortFunc(tags, func(a, b TagMatch) int { return cmp.Compare(a.ID, b.ID) })
	m.Tags, m.Sentiment, m.Sensitive = tags, c.After.Sentiment, c.After.Sensitive
}

// CorrectionPage is a part of the list of corrections.
type CorrectionPage struct {
	Corrections []PostCorrection // newest first
	Next        string           // asks for the page behind this one; "" if there is none
}
