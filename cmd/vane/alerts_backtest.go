package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
)

func (a *app) alertsBacktestCommand() *cobra.Command {
	var from, to, confirmed string
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "what would have fired, by the rules as they are now",
		Long: `Backtest detects hotspots at every full hour of the window, each time knowing only
the posts published before, and carries them through the rules of alerts.yaml.
Nothing is sent and nothing is stored. Which sources have joined is known up to four
weeks too early, as posts are read four weeks at a time.

False is an alarm after which nothing followed: from the moment at which it fired, no
hour of its issue stood over the usual any more. With --confirmed, a CSV file with the
columns tag,from,to of what really happened, it is instead an alarm that none of them
explains, and one of them that no alarm told of is missed.`,
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

// backtested is the answer of backtest.
type backtested struct {
	Window             vane.Window  `json:"window"`
	Weeks              float64      `json:"weeks"`
	Alerts             []vane.Alert `json:"alerts"` // that fired, in order
	Short              int          `json:"short"`  // of them, over within two hours
	PerWeek            float64      `json:"per_week"`
	FalseIs            falseAlarm   `json:"false_is"` // what FalseAlarms counts
	FalseAlarms        int          `json:"false_alarms"`
	FalseAlarmsPerWeek float64      `json:"false_alarms_per_week"`
	Missed             *int         `json:"missed"` // confirmed events in the window without an alert; null without confirmed events
}

// falseAlarm is what counts as one.
type falseAlarm string

const (
	unfollowed  falseAlarm = "unfollowed"  // nothing of it stood over the usual after it had fired
	unconfirmed falseAlarm = "unconfirmed" // no confirmed event explains it
)

// followed reports whether the hotspot of an alert went on after it had fired. It is
// known as it was last seen to meet the rule.
func followed(a vane.Alert) bool { return a.Hotspot.To.After(a.Fired) }

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
	instants := vane.Hourly.Buckets(w)
	posts := newPast(hot, cfg.Rules, store, instants[len(instants)-1].Add(time.Hour))
	fired, err := a.replay(ctx, posts, instants)
	if err != nil {
		return err
	}
	return a.printBacktest(summary(w, fired, judged, truth))
}

// replay is the alerts that would have fired at the instants.
func (a *app) replay(ctx context.Context, posts *past, instants []time.Time) ([]vane.Alert, error) {
	bar := a.bar(int64(len(instants)), "回测")
	defer bar.Close()
	states := map[vane.AlertKey]vane.Alert{}
	for _, at := range instants {
		found, err := posts.at(ctx, at)
		if err != nil {
			return nil, err
		}
		var known []vane.Alert
		for _, s := range states {
			known = append(known, s)
		}
		for _, changed := range posts.rules.Evaluate(known, found, at) {
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
	return fired, posts.evidence(ctx, fired)
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
	b.FalseIs = unfollowed
	real := followed
	if judged {
		b.FalseIs = unconfirmed
		real = func(a vane.Alert) bool {
			return slices.ContainsFunc(truth, func(e realEvent) bool { return e.explains(a) })
		}
		missed := 0
		for _, e := range truth {
			if w.Contains(e.window.From) && !slices.ContainsFunc(fired, e.explains) {
				missed++
			}
		}
		b.Missed = &missed
	}
	for _, a := range fired {
		if !real(a) {
			b.FalseAlarms++
		}
	}
	b.FalseAlarmsPerWeek = float64(b.FalseAlarms) / b.Weeks
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
	if b.FalseIs == unfollowed {
		fmt.Fprintf(a.out, "误报 %d 次，每周 %.2f 次：触发之后再没有哪个小时高出平常的，算误报\n要对照已核实的事件计误报和漏报：--confirmed FILE（tag,from,to）\n",
			b.FalseAlarms, b.FalseAlarmsPerWeek)
		return nil
	}
	fmt.Fprintf(a.out, "误报 %d 次，每周 %.2f 次：没有已核实事件能解释的，算误报；漏报 %d 件\n", b.FalseAlarms, b.FalseAlarmsPerWeek, *b.Missed)
	return nil
}
