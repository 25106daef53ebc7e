package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/hotspot"
	"vane/storage"
)

func (a *app) alertsBacktestCommand() *cobra.Command {
	var from, to, confirmed string
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "what would have fired, by the rules as they are now",
		Long: `Backtest detects hotspots at every full hour of the window, each time knowing only
the posts published before, and carries them through the rules of alerts.yaml.
Nothing is sent and nothing is stored. With --confirmed, a CSV file with the columns
tag,from,to of what really happened, an alert that none of them explains is a false
alarm, and one of them that no alert told of is missed.`,
		Example: `  vane alerts backtest --from 2026-03-01 --to 2026-03-15
  vane alerts backtest --from 2026-03-01 --to 2026-03-15 --confirmed 核实.csv --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := window(from, to, time.Now())
			if err != nil {
				return err
			}
			truth, err := readConfirmed(confirmed)
			if err != nil {
				return err
			}
			return a.backtest(cmd.Context(), w, confirmed != "", truth)
		},
	}
	f := cmd.Flags()
	f.StringVar(&from, "from", "", "first `TIME` (default: 30 days before the end)")
	f.StringVar(&to, "to", "", "last day, or `TIME` of the end (default: now)")
	f.StringVar(&confirmed, "confirmed", "", "`FILE` with tag,from,to of real events")
	return cmd
}

// realEvent is something that happened, as an analyst confirmed it. The tag of a
// domain stands for each of its issues.
type realEvent struct {
	tag    vane.Tag
	window vane.Window
}

// explains reports whether an alert is about the event: it fired while the event
// lasted, or within the day after its end.
func (e realEvent) explains(a vane.Alert) bool {
	const after = 24 * time.Hour
	return (e.tag == a.Tag || e.tag == a.Tag.Domain()) && !a.Fired.Before(e.window.From) && a.Fired.Before(e.window.To.Add(after))
}

func readConfirmed(file string) ([]realEvent, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read confirmed events: %w", err)
	}
	defer f.Close()
	return parseConfirmed(file, f)
}

// parseConfirmed reads the rows behind the header tag,from,to.
func parseConfirmed(file string, in io.Reader) ([]realEvent, error) {
	rows := csv.NewReader(in)
	rows.FieldsPerRecord = 3
	var events []realEvent
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w; write tag,from,to in every line", file, err)
		}
		if n == 0 {
			if header := strings.TrimPrefix(strings.Join(row, ","), "\ufeff"); header != "tag,from,to" {
				return nil, fmt.Errorf("%s: the first line is %q, not tag,from,to", file, header)
			}
			continue
		}
		w, err := window(row[1], row[2], time.Time{})
		if err != nil || row[1] == "" || row[2] == "" {
			line, _ := rows.FieldPos(1)
			return nil, fmt.Errorf("%s:%d: %q to %q is no window of time: write 2026-03-01 or '2026-03-01 08:00'", file, line, row[1], row[2])
		}
		events = append(events, realEvent{vane.Tag(row[0]), w})
	}
}

// backtested is the answer of backtest. What needs confirmed events is null without.
type backtested struct {
	Window             vane.Window  `json:"window"`
	Weeks              float64      `json:"weeks"`
	Alerts             []vane.Alert `json:"alerts"` // that fired, in order
	Short              int          `json:"short"`  // of them, over within two hours
	PerWeek            float64      `json:"per_week"`
	FalseAlarms        *int         `json:"false_alarms"`
	FalseAlarmsPerWeek *float64     `json:"false_alarms_per_week"`
	Missed             *int         `json:"missed"` // confirmed events in the window without an alert
}

func (a *app) backtest(ctx context.Context, w vane.Window, judged bool, truth []realEvent) (err error) {
	var opened stack
	defer opened.close(&err)
	cfg, err := a.cfg.alerts()
	if err != nil {
		return err
	}
	hot, err := a.cfg.detection()
	if err != nil {
		return err
	}
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	fired, err := a.replay(ctx, &past{detection: hot, store: store, facts: map[factsKey]vane.Facts{}}, cfg.Rules, w)
	if err != nil {
		return err
	}
	return a.printBacktest(summary(w, fired, judged, truth))
}

// replay is the alerts that would have fired in the window.
func (a *app) replay(ctx context.Context, posts *past, rules hotspot.AlertRules, w vane.Window) ([]vane.Alert, error) {
	hours := vane.Hourly.Buckets(w)
	bar := a.bar(int64(len(hours)), "回测")
	defer bar.Close()
	states := map[vane.AlertKey]vane.Alert{}
	for _, at := range hours {
		found, err := posts.at(ctx, at)
		if err != nil {
			return nil, err
		}
		var known []vane.Alert
		for _, s := range states {
			known = append(known, s)
		}
		for _, changed := range rules.Evaluate(known, found, at) {
			states[changed.Key()] = changed
		}
		bar.Add(1)
	}
	fired := []vane.Alert{}
	for _, s := range states {
		if !s.Fired.IsZero() {
			fired = append(fired, s)
		}
	}
	slices.SortFunc(fired, func(a, b vane.Alert) int {
		if c := a.Fired.Compare(b.Fired); c != 0 {
			return c
		}
		return strings.Compare(a.Rule+"\x00"+string(a.Tag), b.Rule+"\x00"+string(b.Tag))
	})
	return fired, nil
}

// past is detection at one hour after the other: what was known at each is what was
// found until then, and what is stored about a window is asked for once.
type past struct {
	detection
	store *storage.Store
	known []vane.Hotspot
	facts map[factsKey]vane.Facts
}

type factsKey struct {
	node     vane.Node
	from, to int64
}

// at finds the hotspots to show as of an instant, as [detection.detect] does, without
// storing them.
func (p *past) at(ctx context.Context, at time.Time) ([]vane.Hotspot, error) {
	found, err := p.find(ctx, p.store, p.factsOnce, p.known, at)
	if err != nil {
		return nil, err
	}
	shown := hotspot.Shown(p.cfg, found, at)
	p.keep(hotspot.ToStore(found, shown, p.known), at)
	return shown, nil
}

// keep makes what was found known, as the store would, and lets go of what is too long
// ago to be asked for again.
func (p *past) keep(hotspots []vane.Hotspot, at time.Time) {
	for _, h := range hotspots {
		i := slices.IndexFunc(p.known, func(k vane.Hotspot) bool { return k.Node() == h.Node() && k.From.Equal(h.From) })
		if i < 0 {
			p.known = append(p.known, h)
			continue
		}
		p.known[i] = h
	}
	over := at.Add(-p.cfg.Lookback)
	p.known = slices.DeleteFunc(p.known, func(h vane.Hotspot) bool { return !h.To.After(over) })
	maps.DeleteFunc(p.facts, func(k factsKey, _ vane.Facts) bool { return k.to < over.UnixMilli() })
}

func (p *past) factsOnce(ctx context.Context, node vane.Node, w vane.Window) (vane.Facts, error) {
	key := factsKey{node, w.From.UnixMilli(), w.To.UnixMilli()}
	if f, ok := p.facts[key]; ok {
		return f, nil
	}
	f, err := p.store.Facts(ctx, node, w)
	if err != nil {
		return f, err
	}
	p.facts[key] = grouped(f)
	return p.facts[key], nil
}

// summary counts what fired against what really happened.
func summary(w vane.Window, fired []vane.Alert, judged bool, truth []realEvent) backtested {
	const short, week = 2 * time.Hour, 7 * 24 * time.Hour
	b := backtested{Window: w, Weeks: float64(w.To.Sub(w.From)) / float64(week), Alerts: fired}
	for _, a := range fired {
		if a.State == vane.AlertResolved && a.Resolved.Sub(a.Fired) <= short {
			b.Short++
		}
	}
	b.PerWeek = float64(len(fired)) / b.Weeks
	if !judged {
		return b
	}
	var wrong, missed int
	for _, a := range fired {
		if !slices.ContainsFunc(truth, func(e realEvent) bool { return e.explains(a) }) {
			wrong++
		}
	}
	for _, e := range truth {
		if w.Contains(e.window.From) && !slices.ContainsFunc(fired, e.explains) {
			missed++
		}
	}
	perWeek := float64(wrong) / b.Weeks
	b.FalseAlarms, b.FalseAlarmsPerWeek, b.Missed = &wrong, &perWeek, &missed
	return b
}

func (a *app) printBacktest(b backtested) error {
	if a.json {
		return a.printJSON(b)
	}
	if len(b.Alerts) > 0 {
		t := newTable(table.Row{"规则", "问题", "触发", "解除", "最高热度", "信息量"}, 4)
		for _, al := range b.Alerts {
			t.AppendRow(table.Row{al.Rule, al.Name, clock(al.Fired), clockOrDash(al.Resolved), fmt.Sprintf("%.1f", al.PeakHeat), al.Hotspot.Posts})
		}
		a.printTable(t)
	}
	fmt.Fprintf(a.out, "%s 至 %s（%.1f 周）：触发 %d 次，每周 %.2f 次，其中 %d 次在 2 小时内解除\n",
		clock(b.Window.From), clock(b.Window.To), b.Weeks, len(b.Alerts), b.PerWeek, b.Short)
	if b.FalseAlarms == nil {
		fmt.Fprintln(a.out, "误报须对照已核实的事件：--confirmed FILE（tag,from,to）")
		return nil
	}
	fmt.Fprintf(a.out, "误报 %d 次，每周 %.2f 次；漏报 %d 件\n", *b.FalseAlarms, *b.FalseAlarmsPerWeek, *b.Missed)
	return nil
}
