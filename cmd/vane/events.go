package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/dashboards/access"
	"vane/hotspot"
	"vane/storage"
	"vane/storage/engine"
)

func (a *app) eventsCommand() *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "events",
		Short: "posts put together by the thing that they are about",
		Long: `Events clusters the posts of the window into events: near copies first, then posts
that share rare words and names. Each has a title of one of its posts, its days, its
voices and candidates for 典型案例. They are stored and listed, those with
most independent voices first.
An event that is known reaches as far as its posts do, also beyond the window.
While another vane runs on the data directory, or finds events in the same store, what
that one found is listed.`,
		Example: `  vane events --from 2026-03-01 --to 2026-03-15
  vane events --json
  vane events merge 3f2a91c0 77d01be2
  vane events split 3f2a91c0 --posts 0a1b2c3d4e5f60718293a4b5c6d7e8f9`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := window(from, to, time.Now())
			if err != nil {
				return err
			}
			return a.events(cmd.Context(), w)
		},
	}
	f := cmd.Flags()
	f.StringVar(&from, "from", "", "first `TIME` (default: 30 days before the end)")
	f.StringVar(&to, "to", "", "last day, or `TIME` of the end (default: now)")
	cmd.AddCommand(a.eventsMergeCommand(), a.eventsSplitCommand())
	return cmd
}

// events finds and lists events, or lists what a running vane found.
func (a *app) events(ctx context.Context, w vane.Window) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openStore(ctx, &opened)
	if errors.Is(err, engine.ErrLocked) {
		if store, err = a.openReader(ctx, &opened); err != nil {
			return err
		}
		return a.listEvents(ctx, store, w, math.MaxInt)
	}
	if err != nil {
		return err
	}
	owner, err := a.owner()
	if err != nil {
		return err
	}
	mine, err := store.TakeTurn(ctx, eventsJob, owner, eventsTurn)
	if err != nil {
		return err
	}
	if mine {
		if _, err := findEvents(ctx, store, a.cfg.Events, w); err != nil {
			return err
		}
	}
	return a.listEvents(ctx, store, w, math.MaxInt)
}

// findEvents clusters the posts of a window, stores what it finds, and gives the
// clustering, to go on with. Posts outside the window are read as far as stored events
// reach that have posts in it: else these would be cut off where the window ends, and
// stored once more under the id of another post. Events outside the window are left as
// they are.
func findEvents(ctx context.Context, store *storage.Store, cfg hotspot.EventConfig, w vane.Window) (*eventFeed, error) {
	words, err := store.Corrections(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the corrections of events: %w", err)
	}
	span, err := store.EventsSpan(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("read how far stored events reach: %w", err)
	}
	feed := newEventFeed(cfg, words)
	learn := func(m vane.Mention) error { feed.events.Learn(m); return nil }
	if err := store.Each(ctx, "", span, learn); err != nil {
		return nil, fmt.Errorf("read posts to find events in: %w", err)
	}
	outside := func(e vane.Event) bool { return e.To.Before(w.From) || !e.From.Before(w.To) }
	var found []vane.Event
	err = eachSpan(ctx, store, span, func(mentions []vane.Mention) error {
		feed.add(mentions)
		changed := slices.DeleteFunc(feed.events.Changed(), outside)
		found = append(found, changed...)
		return saveEvents(ctx, store, feed.events, changed)
	})
	if err != nil {
		return nil, err
	}
	return feed, store.ForgetEvents(ctx, w, found)
}

// saveEvents stores what changed, and drops what is no event any more.
func saveEvents(ctx context.Context, store *storage.Store, events *hotspot.Events, changed []vane.Event) error {
	if err := store.SaveEvents(ctx, changed); err != nil {
		return err
	}
	return store.DropEvents(ctx, events.Gone())
}

// mostAtOnce is the number of posts of a day up to which it is read as a whole: they
// are held in memory.
const mostAtOnce = 20_000

// eachSpan reads the posts of a window in the order of publication, a day or, where
// there are many, an hour at a time.
func eachSpan(ctx context.Context, store *storage.Store, w vane.Window, f func([]vane.Mention) error) error {
	days, err := store.Trend(ctx, vane.TrendQuery{Window: w, Step: vane.Daily})
	if err != nil {
		return fmt.Errorf("count the posts to find events in: %w", err)
	}
	for _, day := range days[0].Points {
		span := vane.Window{From: later(day.At, w.From), To: earlier(day.At.Add(vane.Daily.Duration()), w.To)}
		parts := []time.Time{span.From}
		switch {
		case day.Posts == 0:
			continue
		case day.Posts > mostAtOnce:
			parts = vane.Hourly.Buckets(span)
		}
		for i, from := range parts {
			part := vane.Window{From: later(from, span.From), To: span.To}
			if i+1 < len(parts) {
				part.To = parts[i+1]
			}
			mentions, err := collect(ctx, store, part)
			if err != nil {
				return err
			}
			if err := f(mentions); err != nil {
				return err
			}
		}
	}
	return nil
}

func collect(ctx context.Context, store *storage.Store, w vane.Window) (mentions []vane.Mention, err error) {
	err = store.Each(ctx, "", w, func(m vane.Mention) error {
		mentions = append(mentions, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read posts to find events in: %w", err)
	}
	return mentions, nil
}

// listEvents writes the events of a window, at most that many.
func (a *app) listEvents(ctx context.Context, store *storage.Store, w vane.Window, most int) error {
	events, err := store.Events(ctx, w)
	if err != nil {
		return err
	}
	events = events[:min(len(events), most)]
	if a.json {
		return a.printJSON(events)
	}
	if len(events) == 0 {
		fmt.Fprintln(a.out, "这段时间没有聚成事件的信息。")
		return nil
	}
	t := newTable(table.Row{"编号", "事件", "起", "止", "信息量", "人数", "不同文本", "来源", "吐槽占比"}, 4)
	for _, e := range events {
		t.AppendRow(table.Row{
			e.ID.String()[:shownID], oneLine(e.Title, 40), clock(e.From), clock(e.To), e.Posts, e.Authors, e.Texts, e.Sources,
			fmt.Sprintf("%.2f%%", 100*e.SensitiveShare),
		})
	}
	a.printTable(t)
	return nil
}

// shownID is how many digits of an event's id are listed: enough to name it.
const shownID = 12

func (a *app) eventsMergeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "merge EVENT EVENT...",
		Short: "say that events are one",
		Long: `Merge keeps that events are one, whatever later clusterings find. An event is named
by the first digits of its id. It takes effect at the next vane events, or within the
hour if vane runs.`,
		Example: "  vane events merge 3f2a91c0 77d01be2",
		Args:    cobra.MinimumNArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.mergeEvents(cmd.Context(), args) },
	}
}

func (a *app) mergeEvents(ctx context.Context, ids []string) error {
	return a.correct(ctx, func(store *storage.Store) ([]vane.Correction, error) { return mergeWords(ctx, store, ids) })
}

// mergeWords are the words that make one event of several.
func mergeWords(ctx context.Context, store *storage.Store, ids []string) ([]vane.Correction, error) {
	if len(ids) < 2 {
		return nil, wrongUse("one event can't be merged: name two or more")
	}
	first, err := store.Event(ctx, strings.ToLower(ids[0]))
	if err != nil {
		return nil, err
	}
	var words []vane.Correction
	for _, id := range ids[1:] {
		other, err := store.Event(ctx, strings.ToLower(id))
		if err != nil {
			return nil, err
		}
		if other.ID == first.ID {
			return nil, wrongUse("%s and %s are the same event", ids[0], id)
		}
		words = append(words, hotspot.Merge(first, other)...)
	}
	return words, nil
}

func (a *app) eventsSplitCommand() *cobra.Command {
	var posts []string
	cmd := &cobra.Command{
		Use:   "split EVENT --posts ID,ID...",
		Short: "say that posts are not about an event, but about one of their own",
		Long: `Split keeps that posts are not about the event, and are about one thing among
themselves, whatever later clusterings find. The first post of an event gives it its
id and stays. The ids are those of vane events --json.`,
		Example: "  vane events split 3f2a91c0 --posts 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.splitEvent(cmd.Context(), args[0], posts) },
	}
	cmd.Flags().StringSliceVar(&posts, "posts", nil, "`IDS` of the posts that leave")
	return cmd
}

func (a *app) splitEvent(ctx context.Context, id string, posts []string) error {
	if len(posts) == 0 {
		return wrongUse("--posts names no posts: give the ids of those that leave the event")
	}
	return a.correct(ctx, func(store *storage.Store) ([]vane.Correction, error) { return splitWords(ctx, store, id, posts) })
}

// errNotSplit says that posts can't leave an event.
var errNotSplit = errors.New("it can't leave the event")

// splitWords are the words that take posts out of an event.
func splitWords(ctx context.Context, store *storage.Store, id string, posts []string) ([]vane.Correction, error) {
	if len(posts) == 0 {
		return nil, wrongUse("no posts are named that leave the event")
	}
	ids := make([]vane.ID, len(posts))
	for i, p := range posts {
		var err error
		if ids[i], err = vane.ParseID(strings.ToLower(p)); err != nil {
			return nil, wrongUse("--posts: %v", err)
		}
	}
	e, err := store.Event(ctx, strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	for _, post := range ids {
		if !slices.Contains(e.Members, post) {
			return nil, fmt.Errorf("post %s is not of event %s: %w", post, id, errNotSplit)
		}
		if post == e.ID {
			return nil, fmt.Errorf("post %s is the first of event %s and can't leave it: split off the others: %w", post, id, errNotSplit)
		}
	}
	return hotspot.Split(e, ids), nil
}

// correct keeps the words that are found with the store, beside a running vane too: it
// reads them within the hour.
func (a *app) correct(ctx context.Context, find func(*storage.Store) ([]vane.Correction, error)) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	words, err := find(store)
	if err != nil {
		return err
	}
	object := stamped(words, time.Now().UTC())
	if err := a.record(ctx, access.Corrected, object); err != nil {
		return err
	}
	if err := store.SaveCorrections(ctx, words); err != nil {
		return err
	}
	fmt.Fprintln(a.errOut, "已记录，下次聚类起生效。")
	return nil
}

// stamped gives words their moment, and tells what they say as the audit log has it.
func stamped(words []vane.Correction, at time.Time) string {
	var object strings.Builder
	for i := range words {
		fmt.Fprintf(&object, "event %s %s together=%t ", words[i].A, words[i].B, words[i].Together)
		words[i].At = at
	}
	return strings.TrimSpace(object.String())
}
