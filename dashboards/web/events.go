package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"vane"
	"vane/dashboards/ask"
)

const (
	// listedEvents is how many events a page lists, and eventDays for which days unless
	// it is told.
	listedEvents = 50
	eventDays    = 14
	// listedMembers is how many posts of an event its page lists.
	listedMembers = 50
	// mostDays bounds the curve of an event that goes on for years.
	mostDays = 400
)

// eventsPage is what templates/events.html shows.
type eventsPage struct {
	ask.Events
	From, To string // days
	Problem  string // with them
	List     []listedEvent
	May      bool // merge and split
}

// listedEvent is an event as lists show it.
type listedEvent struct {
	vane.Event
	Spark Chart
}

// Sensitive is how many of its posts are 吐槽类信息.
func (e listedEvent) Sensitive() uint64 {
	var n uint64
	for _, d := range e.Timeline {
		n += d.Sensitive
	}
	return n
}

// days are the days of an event, those without posts too.
func (e listedEvent) days() []vane.Series {
	if len(e.Timeline) == 0 {
		return nil
	}
	first, last := e.Timeline[0].At, e.Timeline[len(e.Timeline)-1].At
	if start := last.AddDate(0, 0, -mostDays); first.Before(start) {
		first = start
	}
	s := vane.Series{Step: vane.Daily}
	for at := first; !at.After(last); at = at.AddDate(0, 0, 1) {
		p := vane.Point{At: at}
		if i := slices.IndexFunc(e.Timeline, func(d vane.EventDay) bool { return d.At.Equal(at) }); i >= 0 {
			p.Posts, p.Sensitive = e.Timeline[i].Posts, e.Timeline[i].Sensitive
		}
		s.Points = append(s.Points, p)
	}
	return []vane.Series{s}
}

func (b *Board) events(ctx context.Context, r *http.Request) (any, error) {
	page := eventsPage{From: r.FormValue("from"), To: r.FormValue("to"), May: mayChange(r)}
	if b.Desk == nil || b.Desk.Events == nil {
		return page, nil
	}
	if page.From == "" && page.To == "" {
		page.From = b.Now().In(vane.Beijing()).AddDate(0, 0, -eventDays).Format(time.DateOnly)
	}
	list, err := b.Desk.ListEvents(ctx, page.From, page.To, listedEvents)
	var mistake ask.Mistake
	if errors.As(err, &mistake) {
		page.Problem = languageOf(r).mistake(mistake)
		return page, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	page.Events, page.From, page.To = list, firstDay(list.Query.Window), lastDay(list.Query.Window)
	for _, e := range list.Events {
		event := listedEvent{Event: e}
		if days := event.days(); len(days) > 0 && len(days[0].Points) > 1 {
			event.Spark = sparkline(days, e.From, e.From)
		}
		page.List = append(page.List, event)
	}
	return page, nil
}

// eventPage is what templates/event.html shows.
type eventPage struct {
	listedEvent
	Trend                 Chart
	Issues, Where, Voices []rankedShare
	Told                  []shownPost // cases
	Posts                 []shownPost // its first members
	All                   uint64      // posts
	May                   bool
}

func (b *Board) event(ctx context.Context, r *http.Request) (any, error) {
	if b.Desk == nil || b.Desk.Events == nil {
		return nil, errNoPage
	}
	e, err := b.Desk.Event(ctx, r.PathValue("id"))
	var mistake ask.Mistake
	if errors.As(err, &mistake) || errors.Is(err, vane.ErrNoEvent) {
		return nil, errNoPage
	}
	if err != nil {
		return nil, fmt.Errorf("read the event: %w", err)
	}
	page := eventPage{listedEvent: listedEvent{Event: e}, All: e.Posts, May: mayChange(r) && b.Desk.Merging != nil}
	page.Trend = dailyChart(e.Title, page.days(), languageOf(r))
	l := phrases(languageOf(r))
	page.Issues = ranked(renamed(e.Tags, func(key string) string { return b.name(vane.Tag(key)) }), e.Posts)
	page.Where, page.Voices = ranked(e.Regions, e.Posts), ranked(renamed(e.Voices, func(key string) string { return l(voiceName(vane.Voice(key))) }), e.Posts)
	return page, b.loadMembers(ctx, r, &page)
}

// renamed are shares under other names.
func renamed(shares []vane.Share, name func(string) string) []vane.Share {
	out := make([]vane.Share, len(shares))
	for i, s := range shares {
		out[i] = vane.Share{Key: name(s.Key), Posts: s.Posts}
	}
	return out
}

// loadMembers puts the cases and the first posts of an event on its page.
func (b *Board) loadMembers(ctx context.Context, r *http.Request, page *eventPage) error {
	cases, err := b.evidence(ctx, page.Cases)
	if err != nil {
		return err
	}
	if page.Told, err = b.shown(ctx, r, cases[:min(shownCases, len(cases))], caseText); err != nil {
		return err
	}
	for i := range page.Told {
		page.Told[i].Facts, page.Told[i].Back = facts(page.Told[i].Mention), ""
	}
	stored, err := b.Desk.MentionsByID(ctx, page.Members[:min(listedMembers, len(page.Members))])
	if err != nil {
		return fmt.Errorf("read the posts of the event: %w", err)
	}
	var members []vane.Mention
	for _, m := range stored {
		members = append(members, m)
	}
	slices.SortFunc(members, func(x, y vane.Mention) int {
		return cmp.Or(x.PublishedAt.Compare(y.PublishedAt), cmp.Compare(x.ID.String(), y.ID.String()))
	})
	page.Posts, err = b.shown(ctx, r, members, func(m vane.Mention) template.HTML { return quoted("", quoteWidth)(m) })
	return err
}

// mergeEvents says that the events of a form are one.
func (b *Board) mergeEvents(ctx context.Context, r *http.Request) (next string, err error) {
	return r.PostForm.Get("back") + "#kept", b.Desk.Merging.Merge(ctx, r.PostForm["event"])
}

// splitEvent says that the posts of a form are no part of an event.
func (b *Board) splitEvent(ctx context.Context, r *http.Request) (next string, err error) {
	id := r.PathValue("id")
	return "/events/" + id + "#kept", b.Desk.Merging.Split(ctx, id, r.PostForm["post"])
}
