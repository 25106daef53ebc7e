package ask

import (
	"context"
	"time"

	"vane"
)

// WordKeeper finds emerging words and keeps what analysts decide about them; the command
// that joins nlp, hotspot and storage implements it.
type WordKeeper interface {
	// Queue is what waits for a decision, and what was decided.
	Queue(ctx context.Context) (WordQueue, error)
	// Accept makes a word a term of an issue, and tags stored posts anew if asked to. What
	// can't be accepted is a [Mistake].
	Accept(ctx context.Context, word string, issue vane.Tag, retag bool) error
	// Reject keeps a word from being proposed again.
	Reject(ctx context.Context, word string) error
}

// WordQueue is words that wait for a decision.
type WordQueue struct {
	Window    vane.Window         // that was looked through
	At        time.Time           // when; zero: it is being looked through for the first time
	Words     []vane.EmergingWord // most telling first
	Decided   []vane.WordVerdict  // newest first
	Retagging bool                // stored posts are being tagged anew
}

// Words is the answer of [Desk.EmergingWords].
type Words struct {
	Query     EventsQuery         `json:"query"`
	At        time.Time           `json:"at,omitzero" doc:"when the words were looked for, which is now and then; absent: they are being looked for"`
	Counts    WordsCounts         `json:"counts"`
	Words     []vane.EmergingWord `json:"words" nullable:"false" doc:"that wait for a decision, most telling first"`
	Decided   []vane.WordVerdict  `json:"decided" nullable:"false" doc:"the last decisions, newest first"`
	Retagging bool                `json:"retagging" doc:"stored posts are being tagged anew, after a word was accepted"`
}

// WordsCounts counts the words of a list.
type WordsCounts struct {
	Words   int `json:"words" doc:"that wait"`
	Shown   int `json:"shown"`
	Decided int `json:"decided" doc:"so far"`
}

const (
	// sampleLength bounds what one post says around a word, in characters.
	sampleLength = 200
	// shownDecisions are the last ones.
	shownDecisions = 50
)

// EmergingWords lists the words that wait for a decision; limit 0 is 20.
func (d *Desk) EmergingWords(ctx context.Context, limit int) (Words, error) {
	if limit == 0 {
		limit = usualPosts
	}
	if limit < 1 || limit > mostPosts {
		return Words{}, mistake("limit", "%d words: use 1 to %d", limit, mostPosts)
	}
	var q WordQueue
	if d.Words != nil { // beside a running vane nobody looks for words
		var err error
		if q, err = d.Words.Queue(ctx); err != nil {
			return Words{}, err
		}
	}
	a := Words{
		Query: EventsQuery{q.Window}, At: q.At, Retagging: q.Retagging, Words: []vane.EmergingWord{},
		Decided: append([]vane.WordVerdict{}, q.Decided[:min(shownDecisions, len(q.Decided))]...),
	}
	for _, w := range q.Words[:min(limit, len(q.Words))] {
		w.Samples = append([]vane.EvidencePost{}, w.Samples...)
		for i, s := range w.Samples {
			w.Samples[i].Title, w.Samples[i].Text = Cut(s.Title, sampleLength), Cut(s.Text, sampleLength)
		}
		a.Words = append(a.Words, w)
	}
	a.Counts = WordsCounts{Words: len(q.Words), Shown: len(a.Words), Decided: len(q.Decided)}
	return a, nil
}

// AcceptWord makes a word a term of an issue.
func (d *Desk) AcceptWord(ctx context.Context, word, issue string, retag bool) error {
	tag, err := d.tag(issue)
	if err != nil || issue == "" || tag.IsDomain() {
		return mistake("issue", "%q is no issue of the taxonomy: write domain.issue", Cut(issue, 80))
	}
	return d.Words.Accept(ctx, word, tag, retag)
}

// RejectWord keeps a word from being proposed again.
func (d *Desk) RejectWord(ctx context.Context, word string) error { return d.Words.Reject(ctx, word) }
