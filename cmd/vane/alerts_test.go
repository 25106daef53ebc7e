package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vane"
	"vane/alerts"
	"vane/crawler/samplesite"
	"vane/hotspot"
	"vane/storage"
)

// openedStore is a store on an engine of its own.
func openedStore(t *testing.T) *storage.Store {
	t.Helper()
	store, _ := openedEngine(t)
	return store
}

// openedEngine is a store on an engine of its own, and what started it.
func openedEngine(t *testing.T) (*storage.Store, *app) {
	t.Helper()
	a := &app{errOut: t.Output(), log: slog.New(slog.NewTextHandler(t.Output(), nil)), cfg: defaultConfig(), dataDir: t.TempDir()}
	var opened stack
	t.Cleanup(func() {
		var err error
		if opened.close(&err); err != nil {
			t.Error(err)
		}
	})
	store, err := a.openStore(t.Context(), &opened)
	if err != nil {
		t.Fatal(err)
	}
	return store, a
}

// webhook is a receiver on loopback that keeps what it is told, or refuses it.
type webhook struct {
	*httptest.Server
	mu     sync.Mutex
	told   []string
	refuse bool
	took   func() // called as a message is taken
}

func newWebhook(t *testing.T) *webhook {
	t.Helper()
	h := &webhook{took: func() {}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.refuse {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		h.told = append(h.told, string(body))
		h.took()
	}))
	t.Cleanup(h.Close)
	return h
}

// From detection to the receiver, through the real store: each firing is told once,
// whatever is restarted, refused or running beside it.
func TestAlarmTellsOnce(t *testing.T) {
	store, hook := openedStore(t), newWebhook(t)
	sender, err := alerts.New(alerts.Config{Receivers: []alerts.Receiver{{Name: "值班群", URL: "generic+" + hook.URL}}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	rules := hotspot.AlertRules{{Name: "热点", Heat: 40, Hold: 20 * time.Minute, Weekends: true, TellResolved: true, To: []string{"值班群"}}}
	process := func(owner string) *alarm {
		return &alarm{rules: rules, sender: sender, store: store, owner: owner, turn: time.Hour, now: time.Now, unsaved: map[vane.AlertKey]vane.Alert{}}
	}
	start := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	hot := []vane.Hotspot{{Tag: "ticketing.pillar_seat", Name: "柱子票", From: start.Add(-time.Hour), To: at(60), State: vane.Emerging, Heat: 60, Posts: 50}}
	for _, c := range []struct {
		name     string
		owner    string
		minute   int
		hotspots []vane.Hotspot
		refuse   bool
		told     int // in all
	}{
		{"pending", "a", 0, hot, false, 0},
		{"fires, and is refused", "a", 20, hot, true, 0},
		{"told at the next detection", "a", 30, hot, false, 1},
		{"still there", "a", 40, hot, false, 1},
		{"another process", "b", 40, hot, false, 1},
		{"started again", "a", 50, hot, false, 1},
		{"gone", "a", 60, nil, false, 1},
		{"over", "a", 70, nil, false, 2},
		{"stays over", "a", 80, nil, false, 2},
	} {
		hook.refuse = c.refuse
		err := process(c.owner).tell(t.Context(), c.hotspots, at(c.minute))
		if (err != nil) != c.refuse || len(hook.told) != c.told {
			t.Fatalf("%s: %v, told %q", c.name, err, hook.told)
		}
	}
	if !strings.HasPrefix(hook.told[0], "【报警】柱子票") || !strings.HasPrefix(hook.told[1], "【解除】柱子票") {
		t.Errorf("told %q", hook.told)
	}
	if err := process("a").tell(cancelled(t), hot, at(200)); err == nil {
		t.Error("a cancelled round reports success")
	}
}

// A store that goes away between an alert's delivery and its note does not have the
// receiver told again.
func TestAlarmRemembersWhileTheStoreIsAway(t *testing.T) {
	store, a := openedEngine(t)
	hook := newWebhook(t)
	sender, err := alerts.New(alerts.Config{Receivers: []alerts.Receiver{{Name: "值班群", URL: "generic+" + hook.URL}}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	leaves, err := storage.Open(t.Context(), storage.Config{DSN: a.engine.DSN()}, a.log)
	if err != nil {
		t.Fatal(err)
	}
	hook.took = func() { leaves.Close() }
	start := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	hot := []vane.Hotspot{{Tag: "ticketing.pillar_seat", Name: "柱子票", From: start.Add(-time.Hour), To: start, State: vane.Emerging, Heat: 60, Posts: 50}}
	al := &alarm{
		rules: hotspot.AlertRules{{Name: "热点", Heat: 40, Weekends: true, To: []string{"值班群"}}}, sender: sender,
		store: leaves, owner: "a", turn: time.Hour, now: time.Now, unsaved: map[vane.AlertKey]vane.Alert{},
	}
	if err := al.tell(t.Context(), hot, start); err == nil {
		t.Fatal("the store went away, and nobody noticed")
	}
	al.store = store
	for minute := range 3 {
		if err := al.tell(t.Context(), hot, start.Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if len(hook.told) != 1 {
		t.Errorf("told %q", hook.told)
	}
}

// What one process remembers of an alert does not undo what another did with it since.
func TestAlarmRemembersOnlyWhoWasTold(t *testing.T) {
	store, _ := openedEngine(t)
	at := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	now := vane.Alert{Rule: "热点", Tag: "ticketing.pillar_seat", Name: "柱子票", Since: at.Add(-time.Hour), Fired: at.Add(-time.Hour), Resolved: at, State: vane.AlertResolved, To: []string{"值班群"}}
	before := now
	before.State, before.Resolved = vane.AlertFiring, time.Time{}
	before.Told = []vane.Told{{Receiver: "值班群", Of: vane.AlertFiring, At: at}}
	if err := store.SaveAlerts(t.Context(), []vane.Alert{now}); err != nil {
		t.Fatal(err)
	}
	al := &alarm{store: store, now: time.Now, unsaved: map[vane.AlertKey]vane.Alert{before.Key(): before}}
	states, err := store.Alerts(t.Context(), at.Add(-time.Hour))
	if err == nil {
		err = al.recall(t.Context(), states)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.Alerts(t.Context(), at.Add(-time.Hour))
	if err != nil || len(got) != 1 || got[0].State != vane.AlertResolved || !got[0].Knows("值班群", vane.AlertFiring) || len(al.unsaved) != 0 {
		t.Errorf("%+v, %v; %d unsaved", got, err, len(al.unsaved))
	}
}

func cancelled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// The backtest over the day of a planted burst fires for it, and for nothing else.
func TestBacktestOfTheSampleSite(t *testing.T) {
	data := t.TempDir()
	now := time.Now().UTC()
	var out, errOut bytes.Buffer
	if code := run([]string{"demo", "--once", "--json", "--data-dir", data, "--log-level", "error"}, nil, &out, &errOut); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	bursts := samplesite.New(now, sampleSeed, samplesite.DefaultPosts).Bursts()
	rows := "tag,from,to\n"
	for _, b := range bursts {
		rows += string(b.Tag) + "," + b.From.Format(time.RFC3339) + "," + b.To.Format(time.RFC3339) + "\n"
	}
	burst := bursts[0]
	truth := filepath.Join(data, "confirmed.csv")
	write(t, truth, rows)
	out.Reset()
	code := run([]string{
		"alerts", "backtest", "--json", "--data-dir", filepath.Join(data, "demo"), "--log-level", "error", "--confirmed", truth,
		"--from", burst.From.Add(-6 * time.Hour).Format(time.RFC3339), "--to", burst.From.Add(18 * time.Hour).Format(time.RFC3339),
	}, nil, &out, &errOut)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	var got backtested
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if got.FalseIs != unconfirmed || got.FalseAlarms != 0 || got.Missed == nil || *got.Missed != 0 {
		t.Errorf("%+v", got)
	}
	if !slices.ContainsFunc(got.Alerts, func(a vane.Alert) bool { return a.Tag == burst.Tag && a.Fired.After(burst.From) }) {
		t.Errorf("no alert for %s", burst.Tag)
	}
}

// What a backtest remembers of a window is numbers, and only of the days that it still
// looks at.
func TestBacktestMemoryIsBounded(t *testing.T) {
	store := openedStore(t)
	from := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	w := vane.Window{From: from, To: from.Add(time.Hour)}
	analyzer, err := shippedApp(t).analyzer()
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"花八百块买到柱子票，只能看柱子，看不到舞台，要求退票", "花八百块买到柱子票，只能看柱子，看不到舞台，要求退票！"} {
		m := analyzer.Analyze(vane.Post{ID: vane.NewPostID("test", fmt.Sprint(i)), Source: "test", Text: text, PublishedAt: from, CollectedAt: from})
		if err := store.Insert(t.Context(), []vane.Mention{m}); err != nil {
			t.Fatal(err)
		}
	}
	p := newPast(detection{cfg: hotspot.DefaultConfig()}, hotspot.AlertRules{{Name: "热点"}}, store, from.Add(time.Hour))
	for range 2 {
		f, err := p.factsOnce(t.Context(), hotspot.Episode{Node: vane.Node{Tag: "ticketing.pillar_seat"}, Window: w})
		if err != nil || f.Posts != 2 || f.Texts != 1 || f.Sketches != nil || len(p.facts) != 1 {
			t.Fatalf("%d posts, %d texts, %d sketches, %d windows, %v", f.Posts, f.Texts, len(f.Sketches), len(p.facts), err)
		}
	}
	p.keep(nil, w.To.Add(p.cfg.Lookback))
	if len(p.facts) != 1 {
		t.Error("a window that is still looked at is forgotten")
	}
	if p.keep(nil, w.To.Add(p.cfg.Lookback+time.Hour)); len(p.facts) != 0 {
		t.Errorf("%d windows are remembered for ever", len(p.facts))
	}
}

func TestConfirmedEventsExplainAlerts(t *testing.T) {
	events, err := parseConfirmed("核实.csv", strings.NewReader("\ufefftag,from,to\nticketing,2026-03-01,2026-03-02\n"))
	if err != nil || len(events) != 1 {
		t.Fatalf("%v, %v", events, err)
	}
	alert := func(tag vane.Tag, fired string) vane.Alert {
		at, _, err := vane.ParseMoment(fired)
		if err != nil {
			t.Fatal(err)
		}
		return vane.Alert{Tag: tag, Fired: at}
	}
	for _, c := range []struct {
		alert vane.Alert
		want  bool
	}{
		{alert("ticketing.pillar_seat", "2026-03-01 08:00"), true},
		{alert("ticketing", "2026-03-03 23:00"), true}, // within the day after
		{alert("ticketing.pillar_seat", "2026-03-04 00:00"), false},
		{alert("ticketing.pillar_seat", "2026-02-28 23:59"), false},
		{alert("telecom.speed_cap", "2026-03-01 08:00"), false},
	} {
		if got := events[0].explains(c.alert); got != c.want {
			t.Errorf("%s at %s: %v", c.alert.Tag, c.alert.Fired, got)
		}
	}
}

// Without confirmed events an alarm is false if nothing followed.
func TestFalseIsWhatNothingFollowed(t *testing.T) {
	at := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	alert := func(rule string, hours int) vane.Alert {
		return vane.Alert{Rule: rule, Fired: at, Resolved: at.Add(9 * time.Hour), State: vane.AlertResolved, Hotspot: vane.Hotspot{To: at.Add(time.Duration(hours) * time.Hour)}}
	}
	w := vane.Window{From: at.AddDate(0, 0, -7), To: at.AddDate(0, 0, 7)}
	b := summary(w, []vane.Alert{alert("it went on", 6), alert("over when it was told", 0), alert("long over", -5)}, false, nil)
	if b.FalseIs != unfollowed || b.FalseAlarms != 2 || b.FalseAlarmsPerWeek != 1 || b.PerWeek != 1.5 || b.Missed != nil {
		t.Errorf("%+v", b)
	}
}

// FuzzConfirmed: a file that is none is refused and not half read.
func FuzzConfirmed(f *testing.F) {
	f.Add("tag,from,to\na.b,2026-03-01,2026-03-02\n")
	f.Add("tag,from,to\n\"a,b\n")
	f.Fuzz(func(t *testing.T, text string) {
		events, err := parseConfirmed("f", strings.NewReader(text))
		for _, e := range events {
			if err == nil && e.window.Validate() != nil {
				t.Errorf("%+v", e)
			}
		}
	})
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
