package mcp

import (
	"context"
	"time"

	"vane"
	"vane/dashboards/ask"
)

type eventsInput struct {
	From  string `json:"from,omitempty" jsonschema:"first day or moment of Beijing; 30 days before the end if empty"`
	To    string `json:"to,omitempty" jsonschema:"last day, or moment of the end; now if empty"`
	Limit int    `json:"limit,omitempty" jsonschema:"events, at most 20; 10 if 0"`
}

// eventsAnswer is a list of events, the words of strangers marked.
type eventsAnswer struct {
	Note   string           `json:"note"`
	Query  ask.EventsQuery  `json:"query"`
	Counts ask.EventsCounts `json:"counts"`
	Events []quotedEvent    `json:"events"`
}

type quotedEvent struct {
	ID        vane.ID      `json:"id"`
	Title     string       `json:"title"`
	From      time.Time    `json:"from"`
	To        time.Time    `json:"to"`
	Peak      time.Time    `json:"peak"`
	Posts     uint64       `json:"posts"`
	Authors   uint64       `json:"authors"`
	Texts     uint64       `json:"texts"`
	Sources   uint64       `json:"sources"`
	Sensitive float64      `json:"sensitive_share"`
	Tags      []vane.Share `json:"tags"`
	Regions   []vane.Share `json:"regions"`
	Words     []string     `json:"words"`
	Cases     []quotedPost `json:"cases"`
}

func (a *Assistant) events(ctx context.Context, in eventsInput, q quoter) (any, error) {
	if in.Limit == 0 {
		in.Limit = usualFound
	}
	if in.Limit < 1 || in.Limit > mostFound {
		return nil, ask.Mistake{Field: "limit", Says: "use 1 to 20"}
	}
	list, err := a.Desk.ListEvents(ctx, in.From, in.To, in.Limit)
	if err != nil {
		return nil, err
	}
	answer := eventsAnswer{Note: q.Note(), Query: list.Query, Counts: list.Counts, Events: []quotedEvent{}}
	for _, e := range list.Events {
		answer.Events = append(answer.Events, q.event(e))
	}
	return answer, nil
}

func (q quoter) event(e vane.Event) quotedEvent {
	out := quotedEvent{
		ID: e.ID, Title: q.quote(e.Title, quoteLength), From: e.From, To: e.To, Peak: e.Peak, Posts: e.Posts, Authors: e.Authors, Texts: e.Texts,
		Sources: e.Sources, Sensitive: e.SensitiveShare, Tags: shares(e.Tags), Regions: shares(e.Regions), Words: []string{}, Cases: []quotedPost{},
	}
	for _, w := range e.Words {
		out.Words = append(out.Words, word(w))
	}
	for _, c := range e.Cases[:min(mostCases, len(e.Cases))] {
		out.Cases = append(out.Cases, q.post(c))
	}
	return out
}

// mostCases of an event, which an assistant reads word by word.
const mostCases = 2
