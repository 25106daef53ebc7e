package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
	"vane/alerts"
	"vane/dashboards/metrics"
	"vane/hotspot"
	"vane/storage"
	"vane/yamlfile"
)

// alertsFile is the file of rules and receivers.
const alertsFile = "alerts.yaml"

// alertConfig is configs/alerts.yaml.
type alertConfig struct {
	Rules         hotspot.AlertRules `yaml:"rules"`
	alerts.Config `yaml:",inline"`
}

// alerts reads the rules and receivers, and refuses rules about what is not there.
func (c Config) alerts() (alertConfig, error) {
	var cfg alertConfig
	if err := yamlfile.Read(c.files, alertsFile, &cfg); err != nil {
		return cfg, err
	}
	names, err := c.issueNames()
	if err != nil {
		return cfg, err
	}
	errs := []error{cfg.Rules.Validate(), cfg.Validate()}
	for _, r := range cfg.Rules {
		for _, receiver := range r.To {
			if !cfg.Has(receiver) {
				errs = append(errs, fmt.Errorf("rule %q: to names %q, which is not among the receivers", r.Name, receiver))
			}
		}
		for _, tag := range r.Tags {
			if names[vane.Tag(tag)] == "" {
				errs = append(errs, fmt.Errorf("rule %q: tags names %q, which is no issue or domain of the taxonomy", r.Name, tag))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return cfg, fmt.Errorf("%s: %w", alertsFile, err)
	}
	return cfg, nil
}

func (a *app) alertsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "who is told of which hotspots, and what was told",
		Long: `Alerts are hotspots that meet a rule of alerts.yaml. While vane run works, an alert
waits (pending) until its hotspot has held for some time, fires, is told to the
rule's receivers, and is resolved when the hotspot no longer meets the rule.`,
		Example: "  vane alerts list\n  vane alerts test 热点\n  vane alerts backtest --from 2026-03-01 --to 2026-03-15",
	}
	cmd.AddCommand(a.alertsListCommand(), a.alertsTestCommand(), a.alertsBacktestCommand())
	return cmd
}

func (a *app) alertsListCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "alerts that are open or were resolved in the last 30 days",
		Example: "  vane alerts list --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listAlerts(cmd.Context(), time.Now()) },
	}
}

func (a *app) listAlerts(ctx context.Context, now time.Time) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	list, err := store.Alerts(ctx, now.Add(-hotspot.AlertMemory))
	if err != nil {
		return err
	}
	return a.printAlerts(list)
}

func (a *app) printAlerts(list []vane.Alert) error {
	if a.json {
		if list == nil {
			list = []vane.Alert{}
		}
		return a.printJSON(list)
	}
	if len(list) == 0 {
		fmt.Fprintln(a.out, "没有报警。")
		return nil
	}
	t := newTable(table.Row{"规则", "问题", "状态", "起", "触发", "解除", "已告知", "热度", "信息量"}, 7)
	for _, al := range list {
		t.AppendRow(table.Row{
			al.Rule, al.Name, alertStateName(al), clock(al.Since), clockOrDash(al.Fired), clockOrDash(al.Resolved), len(al.Told),
			fmt.Sprintf("%.1f", al.PeakHeat), al.Hotspot.Posts,
		})
	}
	a.printTable(t)
	return nil
}

// alertStateName is an alert's state in the words of analysts.
func alertStateName(a vane.Alert) string {
	switch {
	case a.State == vane.AlertPending:
		return "观察中"
	case a.State == vane.AlertFiring:
		return "报警中"
	case a.Fired.IsZero():
		return "未触发"
	default:
		return "已解除"
	}
}

// clockOrDash is a moment that may not have come.
func clockOrDash(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return clock(t)
}

func (a *app) alertsTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test [RULE]",
		Short: "send a test message to the receivers of a rule, or of all rules",
		Long: `Test sends a message that says it is a test to every receiver that RULE names, or to
every receiver if no rule is named, and tells which of them took it.`,
		Example: "  vane alerts test\n  vane alerts test 热点",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.testAlerts(cmd.Context(), args)
		},
	}
}

// tested is what came of a test message.
type tested struct {
	Receiver string `json:"receiver"`
	Took     bool   `json:"took"`
	Error    string `json:"error,omitempty"`
}

func (a *app) testAlerts(ctx context.Context, args []string) error {
	cfg, err := a.cfg.alerts()
	if err != nil {
		return err
	}
	rule, receivers, err := cfg.tried(args)
	if err != nil {
		return err
	}
	sender, err := alerts.New(cfg.Config, a.log)
	if err != nil {
		return err
	}
	var results []tested
	var errs []error
	for _, name := range receivers {
		m := alerts.Message{Test: true, Alert: vane.Alert{Rule: rule, Fired: time.Now()}}
		err := sender.Send(ctx, name, []alerts.Message{m}, func(int) error { return nil })
		result := tested{Receiver: name, Took: err == nil}
		if err != nil {
			result.Error = err.Error()
			errs = append(errs, err)
		}
		results = append(results, result)
	}
	if err := a.printTested(results); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// tried lists the receivers of a test.
func (c alertConfig) tried(args []string) (rule string, receivers []string, err error) {
	if len(args) == 0 {
		for _, r := range c.Receivers {
			receivers = append(receivers, r.Name)
		}
		if len(receivers) == 0 {
			return "", nil, errors.New("alerts.yaml names no receivers: add some, and name them in the rules' to")
		}
		return "全部", receivers, nil
	}
	r, ok := c.Rules.Named(args[0])
	if !ok {
		var known []string
		for _, r := range c.Rules {
			known = append(known, r.Name)
		}
		return "", nil, wrongUse("no rule %q; the rules are: %v", args[0], known)
	}
	if len(r.To) == 0 {
		return "", nil, fmt.Errorf("rule %q tells nobody: name receivers in its to", r.Name)
	}
	return r.Name, r.To, nil
}

func (a *app) printTested(results []tested) error {
	if a.json {
		return a.printJSON(results)
	}
	for _, r := range results {
		if r.Took {
			fmt.Fprintf(a.out, "%s：已送达\n", r.Receiver)
			continue
		}
		fmt.Fprintf(a.out, "%s：未送达\n", r.Receiver)
	}
	return nil
}

// alarm tells people of what a detection found. States are read from the store and
// written back around every step, so that a restart goes on where this ended.
type alarm struct {
	rules  hotspot.AlertRules
	sender *alerts.Sender
	store  *storage.Store
	owner  string        // of the turn: one process tells
	turn   time.Duration // for how long it keeps others from telling
	now    func() time.Time
	// unsaved is what receivers were told and the store does not know yet: if it is away
	// just then, they must not be told again.
	unsaved map[vane.AlertKey]vane.Alert

	metrics *metrics.Metrics // may be nil
}

const (
	// alertGrace is for how long, beyond two detections, a process that tells keeps others
	// from telling: a second process takes over when the first has been gone so long.
	alertGrace = 5 * time.Minute
	alertJob   = "alerts"
)

// newAlarm prepares the configured rules and receivers.
func (a *app) newAlarm(store *storage.Store) (*alarm, error) {
	cfg, err := a.cfg.alerts()
	if err != nil {
		return nil, err
	}
	sender, err := alerts.New(cfg.Config, a.log)
	if err != nil {
		return nil, err
	}
	owner, err := a.owner()
	if err != nil {
		return nil, err
	}
	return &alarm{rules: cfg.Rules, sender: sender, store: store, owner: owner, turn: 2*a.cfg.Hotspot.Every + alertGrace, now: time.Now, unsaved: map[vane.AlertKey]vane.Alert{}}, nil
}

// owner names this installation where processes take turns: two that run at one time
// can't have the host, folder and port in common.
func (a *app) owner() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("find the host's name: %w", err)
	}
	dir, err := filepath.Abs(a.dataDir)
	if err != nil {
		return "", fmt.Errorf("find the data directory: %w", err)
	}
	return host + ":" + dir + " " + a.cfg.Web.Listen, nil
}

// tell carries all alerts to the instant at and tells who is due to be told.
func (al *alarm) tell(ctx context.Context, hotspots []vane.Hotspot, at time.Time) error {
	mine, err := al.store.TakeTurn(ctx, alertJob, al.owner, al.turn)
	if err != nil || !mine {
		return err
	}
	states, err := al.store.Alerts(ctx, at.Add(-hotspot.AlertMemory))
	if err != nil {
		return fmt.Errorf("read the states of alerts: %w", err)
	}
	if err := al.recall(ctx, states); err != nil {
		return fmt.Errorf("remember who was told while the store was away: %w", err)
	}
	changed := al.rules.Evaluate(states, hotspots, at)
	if err := al.store.SaveAlerts(ctx, changed); err != nil {
		return err
	}
	all := merged(states, changed)
	al.count(all)
	return al.deliver(ctx, all, at)
}

// count counts the alerts that are open.
func (al *alarm) count(all map[vane.AlertKey]vane.Alert) {
	if al.metrics == nil {
		return
	}
	open := slices.DeleteFunc(slices.Collect(maps.Values(all)), func(a vane.Alert) bool { return a.State == vane.AlertResolved })
	al.metrics.Alerts(stateCounts(open, func(a vane.Alert) string { return string(a.State) }))
}

// merged is the alerts with those that changed in place of what they were.
func merged(states, changed []vane.Alert) map[vane.AlertKey]vane.Alert {
	all := map[vane.AlertKey]vane.Alert{}
	for _, a := range slices.Concat(states, changed) {
		all[a.Key()] = a
	}
	return all
}

// deliver tells each receiver of everything it is due, in as few messages as
// possible. A receiver that can't be reached is due again at the next detection,
// and keeps nobody else from being told.
func (al *alarm) deliver(ctx context.Context, all map[vane.AlertKey]vane.Alert, at time.Time) error {
	var list []vane.Alert
	for _, a := range all {
		list = append(list, a)
	}
	due := map[string][]hotspot.Notice{}
	var receivers []string
	for _, n := range al.rules.Due(list, at) {
		if due[n.Receiver] == nil {
			receivers = append(receivers, n.Receiver)
		}
		due[n.Receiver] = append(due[n.Receiver], n)
	}
	var errs []error
	for _, receiver := range receivers {
		err := al.deliverTo(ctx, receiver, due[receiver], all)
		if al.metrics != nil {
			al.metrics.Delivered(receiver, err)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (al *alarm) deliverTo(ctx context.Context, receiver string, notices []hotspot.Notice, all map[vane.AlertKey]vane.Alert) error {
	messages := make([]alerts.Message, len(notices))
	for i, n := range notices {
		messages[i] = alerts.MessageOf(n.Alert, n.Of, receiver)
	}
	told := 0
	return al.sender.Send(ctx, receiver, messages, func(n int) error {
		for _, notice := range notices[told:n] {
			key := notice.Alert.Key()
			all[key] = notice.Tell(all[key], al.now().UTC())
			al.unsaved[key] = all[key]
		}
		told = n
		// What was delivered is remembered even if the process is asked to end.
		return al.remember(context.WithoutCancel(ctx))
	})
}

// recall gives alerts what receivers were told while the store was away, and saves it.
// Only that: another process may have gone on with them since.
func (al *alarm) recall(ctx context.Context, states []vane.Alert) error {
	for i, a := range states {
		mine, ok := al.unsaved[a.Key()]
		if !ok {
			continue
		}
		for _, told := range mine.Told {
			if !a.Knows(told.Receiver, told.Of) {
				states[i].Told = append(slices.Clone(states[i].Told), told)
			}
		}
		al.unsaved[a.Key()] = states[i]
	}
	return al.remember(ctx)
}

// remember saves what receivers were told.
func (al *alarm) remember(ctx context.Context) error {
	if err := al.store.SaveAlerts(ctx, slices.Collect(maps.Values(al.unsaved))); err != nil {
		return err
	}
	clear(al.unsaved)
	return nil
}
