package hotspot

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"vane"
)

// monday is a Monday, 10:00 in Beijing.
var monday = time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)

func usualRule() AlertRule {
	return AlertRule{Name: "热点", Heat: 40, MinPosts: 20, Hold: 20 * time.Minute, CoolDown: 6 * time.Hour, Weekends: true, TellResolved: true, To: []string{"值班群"}}
}

// hot is a hotspot that meets the usual rule at that moment.
func hot(tag vane.Tag, at time.Time) vane.Hotspot {
	return vane.Hotspot{Tag: tag, Name: string(tag), From: monday.Add(-time.Hour), To: at, State: vane.Emerging, Heat: 50, Posts: 60, SensitiveShare: 0.8}
}

func TestWhichHotspotsMeetARule(t *testing.T) {
	for _, c := range []struct {
		name   string
		rule   func(*AlertRule)
		change func(*vane.Hotspot)
		meets  bool
	}{
		{"as it is", nil, nil, true},
		{"its issue", func(r *AlertRule) { r.Tags = []string{"ticketing.pillar_seat"} }, nil, true},
		{"its domain", func(r *AlertRule) { r.Tags = []string{"telecom", "ticketing"} }, nil, true},
		{"another domain", func(r *AlertRule) { r.Tags = []string{"telecom"} }, nil, false},
		{"too cool", nil, func(h *vane.Hotspot) { h.Heat = 39.9 }, false},
		{"too few posts", nil, func(h *vane.Hotspot) { h.Posts = 19 }, false},
		{"little 吐槽", func(r *AlertRule) { r.SensitiveShare = 0.5 }, func(h *vane.Hotspot) { h.SensitiveShare = 0.4 }, false},
		{"over", nil, func(h *vane.Hotspot) { h.State = vane.Closed }, false},
		{"backfilled: months ago, whatever its state", nil, func(h *vane.Hotspot) { h.To = monday.AddDate(0, -2, 0) }, false},
		{"from the future", nil, func(h *vane.Hotspot) { h.From = monday.Add(time.Hour) }, false},
	} {
		r, h := usualRule(), hot("ticketing.pillar_seat", monday)
		if c.rule != nil {
			c.rule(&r)
		}
		if c.change != nil {
			c.change(&h)
		}
		if got := r.meets(h, monday); got != c.meets {
			t.Errorf("%s: meets %v, want %v", c.name, got, c.meets)
		}
	}
}

// TestLifeOfAnAlert walks along minutes after monday: at each the hotspot is there
// (+) or not (-), and the alert is in that state.
func TestLifeOfAnAlert(t *testing.T) {
	const pending, firing, resolved, none = vane.AlertPending, vane.AlertFiring, vane.AlertResolved, vane.AlertState("")
	type step struct {
		minute int
		there  string
		want   vane.AlertState // of the newest alert
	}
	for _, c := range []struct {
		name  string
		steps []step
		fired int
	}{
		{"nothing", []step{{0, "-", none}}, 0},
		{"holds and ends", []step{{0, "+", pending}, {10, "+", pending}, {20, "+", firing}, {30, "+", firing}, {40, "-", firing}, {50, "-", resolved}}, 1},
		{"does not hold", []step{{0, "+", pending}, {10, "-", resolved}, {20, "-", resolved}}, 0},
		{"flickers", []step{{0, "+", pending}, {20, "+", firing}, {30, "-", firing}, {40, "+", firing}, {50, "-", firing}, {60, "+", firing}}, 1},
		{"comes again within the cool-down", []step{{0, "+", pending}, {20, "+", firing}, {40, "-", resolved}, {50, "+", pending}, {120, "+", pending}, {190, "+", pending}, {260, "+", pending}, {330, "+", pending}, {399, "+", pending}, {400, "+", firing}}, 2},
		{"vane was off", []step{{0, "+", pending}, {300, "+", pending}, {320, "+", firing}, {3000, "-", resolved}}, 1},
		{"the clock jumps back", []step{{0, "+", pending}, {20, "+", firing}, {-600, "-", firing}, {30, "+", firing}}, 1},
	} {
		rules := AlertRules{usualRule()}
		known := map[vane.AlertKey]vane.Alert{}
		for _, s := range c.steps {
			at := monday.Add(time.Duration(s.minute) * time.Minute)
			var found []vane.Hotspot
			if s.there == "+" {
				found = append(found, hot("ticketing.pillar_seat", at))
			}
			for _, a := range rules.Evaluate(everyAlert(known), found, at) {
				known[a.Key()] = a
			}
			var newest vane.Alert
			for _, a := range known {
				if !a.Since.Before(newest.Since) {
					newest = a
				}
			}
			if newest.State != s.want {
				t.Errorf("%s: %q after %d minutes, want %q", c.name, newest.State, s.minute, s.want)
			}
		}
		fired := 0
		for _, a := range known {
			if !a.Fired.IsZero() {
				fired++
			}
		}
		if fired != c.fired {
			t.Errorf("%s: fired %d times, want %d", c.name, fired, c.fired)
		}
	}
}

func everyAlert(known map[vane.AlertKey]vane.Alert) (all []vane.Alert) {
	for _, a := range known {
		all = append(all, a)
	}
	return all
}

func TestAMovedStartIsTheSameAlert(t *testing.T) {
	rules := AlertRules{usualRule()}
	first := rules.Evaluate(nil, []vane.Hotspot{hot("a.b", monday)}, monday)
	moved, cooler := hot("a.b", monday), hot("a.b", monday)
	moved.From, cooler.Heat = moved.From.Add(-time.Hour), 41
	next := rules.Evaluate(first, []vane.Hotspot{moved, cooler}, monday.Add(20*time.Minute))
	if len(next) != 1 || next[0].Key() != first[0].Key() || next[0].State != vane.AlertFiring || !next[0].Hotspot.From.Equal(moved.From) {
		t.Errorf("%+v", next)
	}
}

func TestARuleThatIsGoneResolvesItsAlerts(t *testing.T) {
	open := AlertRules{usualRule()}.Evaluate(nil, []vane.Hotspot{hot("a.b", monday)}, monday)
	got := AlertRules{}.Evaluate(open, []vane.Hotspot{hot("a.b", monday)}, monday.Add(time.Hour))
	if len(got) != 1 || got[0].State != vane.AlertResolved {
		t.Errorf("%+v", got)
	}
}

// A rule that gets another name goes on with what it has told; what was held back when
// its rule was deleted is told, too.
func TestRenamedAndDeletedRules(t *testing.T) {
	old, renamed, other := usualRule(), usualRule(), usualRule()
	renamed.Name, other.Name, other.To = "热点（新）", "别的", []string{"邮箱"}
	both := usualRule()
	both.Name, both.Heat = "早就有的", 101
	night := monday.Add(14 * time.Hour) // 00:00 in Beijing
	quiet := renamed
	quiet.QuietHours = "22:00-08:00"
	for _, c := range []struct {
		name  string
		rules AlertRules
		told  bool // of the firing, before
		at    time.Time
		want  []string // told next
	}{
		{"renamed, told before", AlertRules{renamed}, true, monday, nil},
		{"renamed, held before", AlertRules{renamed}, false, monday, []string{"值班群 firing 热点（新）"}},
		{"deleted, told before", AlertRules{other}, true, monday, nil},
		{"deleted, held before, its receiver told by another rule", AlertRules{both}, false, monday, []string{"值班群 resolved 热点"}},
		{"deleted, held before, its receiver told by none", AlertRules{other}, false, monday, nil},
		{"renamed, held, at night", AlertRules{quiet}, false, night, nil},
	} {
		a := vane.Alert{
			Rule: old.Name, Tag: "a.b", State: vane.AlertFiring, Since: c.at.Add(-2 * time.Hour), Seen: c.at.Add(-10 * time.Minute),
			Fired: c.at.Add(-time.Hour), To: old.To, Hotspot: hot("a.b", c.at),
		}
		if c.told {
			a.Told = []vane.Told{{Receiver: "值班群", Of: vane.AlertFiring}}
		}
		known := map[vane.AlertKey]vane.Alert{a.Key(): a}
		for _, next := range c.rules.Evaluate(everyAlert(known), []vane.Hotspot{hot("a.b", c.at)}, c.at) {
			known[next.Key()] = next
		}
		if known[a.Key()].State != vane.AlertResolved {
			t.Errorf("%s: the alert of the old name is %s", c.name, known[a.Key()].State)
		}
		var got []string
		for _, n := range c.rules.Due(everyAlert(known), c.at) {
			got = append(got, n.Receiver+" "+string(n.Of)+" "+n.Alert.Rule)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestQuietHoursAndWeekends(t *testing.T) {
	for _, c := range []struct {
		quiet    string
		weekends bool
		at       string // in Beijing
		hushed   bool
	}{
		{"", true, "2026-03-16 03:00", false},
		{"22:00-08:00", true, "2026-03-16 21:59", false},
		{"22:00-08:00", true, "2026-03-16 22:00", true},
		{"22:00-08:00", true, "2026-03-17 07:59", true},
		{"22:00-08:00", true, "2026-03-17 08:00", false},
		{"12:00-14:00", true, "2026-03-16 13:00", true},
		{"12:00-14:00", true, "2026-03-16 14:00", false},
		{"", false, "2026-03-20 23:59", false}, // Friday
		{"", false, "2026-03-21 00:00", true},
		{"", false, "2026-03-22 23:59", true},
		{"", false, "2026-03-23 00:00", false},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, vane.Beijing())
		if err != nil {
			t.Fatal(err)
		}
		r := AlertRule{QuietHours: c.quiet, Weekends: c.weekends}
		if got := r.hushed(at.UTC()); got != c.hushed {
			t.Errorf("quiet %q, weekends %v, at %s: hushed %v", c.quiet, c.weekends, c.at, got)
		}
	}
}

// What fires at night is told in the morning, even if it is over by then.
func TestNothingIsDroppedAtNight(t *testing.T) {
	r := usualRule()
	r.QuietHours, r.TellResolved = "22:00-08:00", false
	rules := AlertRules{r}
	night, morning := monday.Add(16*time.Hour), monday.Add(22*time.Hour) // 02:00 and 08:00
	over := vane.Alert{Rule: "热点", Tag: "a.b", State: vane.AlertResolved, Fired: night, To: r.To, Resolved: night.Add(time.Hour)}
	still := vane.Alert{Rule: "热点", Tag: "a.c", State: vane.AlertFiring, Fired: night.Add(time.Minute), To: r.To}
	old := vane.Alert{Rule: "热点", Tag: "a.d", State: vane.AlertResolved, Fired: night, Resolved: night} // the receiver was named later
	if due := rules.Due([]vane.Alert{still, over}, night); len(due) != 0 {
		t.Errorf("told at night: %+v", due)
	}
	got := rules.Due([]vane.Alert{still, over, old}, morning)
	want := []Notice{{"值班群", vane.AlertResolved, over}, {"值班群", vane.AlertFiring, still}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got[0].Alert = got[0].Tell(over, morning)
	got[1].Alert = got[1].Tell(still, morning)
	if due := rules.Due([]vane.Alert{got[0].Alert, got[1].Alert}, morning); len(due) != 0 {
		t.Errorf("told twice: %+v", due)
	}
}

func TestAlertRulesValidate(t *testing.T) {
	err := AlertRules{{Name: ""}, {Name: "a", Heat: 101, QuietHours: "22-8"}, {Name: "a", SensitiveShare: 2, Hold: -1, CoolDown: 1000 * time.Hour}}.Validate()
	for _, want := range []string{"rules[0].name is empty", `"a" is taken`, "heat must be", "quiet_hours must be", "sensitive_share must be", "hold must be", "cool_down must be"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
	if err := (AlertRules{usualRule()}).Validate(); err != nil {
		t.Error(err)
	}
}

// TestEveryFiringIsToldOnce drives random hotspots, deliveries that fail, and
// restarts that lose everything but what was stored, through evaluation and telling.
// Whatever happens: each alert that fired is told to each receiver, each state at
// most once, and alerts only ever go forward.
func TestEveryFiringIsToldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := usualRule()
		r.To = []string{"群", "邮箱"}
		r.TellResolved = rapid.Bool().Draw(t, "tell resolved")
		r.QuietHours = rapid.SampledFrom([]string{"", "22:00-08:00"}).Draw(t, "quiet")
		r.Hold = rapid.SampledFrom([]time.Duration{0, 20 * time.Minute, time.Hour}).Draw(t, "hold")
		rules := AlertRules{r}
		stored := map[vane.AlertKey]vane.Alert{}
		at := monday
		for range rapid.IntRange(1, 60).Draw(t, "rounds") {
			at = at.Add(time.Duration(rapid.SampledFrom([]int{10, 10, 10, 60, 500}).Draw(t, "minutes")) * time.Minute)
			var found []vane.Hotspot
			for _, tag := range []vane.Tag{"a.b", "a.c"} {
				if rapid.Bool().Draw(t, "there") {
					found = append(found, hot(tag, at))
				}
			}
			for _, a := range rules.Evaluate(everyAlert(stored), found, at) {
				forward(t, stored[a.Key()], a)
				stored[a.Key()] = a
			}
			tell(t, rules, stored, at, func() bool { return rapid.Bool().Draw(t, "delivered") })
		}
		day := at.Add(24 * time.Hour).Truncate(24 * time.Hour).Add(4 * time.Hour) // noon, when nobody is asleep
		tell(t, rules, stored, day, func() bool { return true })
		for _, a := range stored {
			for _, receiver := range r.To {
				if !a.Fired.IsZero() && !a.Knows(receiver, vane.AlertFiring) && !a.Knows(receiver, vane.AlertResolved) {
					t.Fatalf("%s was never told of %+v", receiver, a)
				}
			}
			if a.Fired.IsZero() && len(a.Told) > 0 {
				t.Fatalf("told of what never fired: %+v", a)
			}
		}
	})
}

// tell delivers what is due, as far as deliveries succeed.
func tell(t *rapid.T, rules AlertRules, stored map[vane.AlertKey]vane.Alert, at time.Time, delivered func() bool) {
	for _, n := range rules.Due(everyAlert(stored), at) {
		if a := stored[n.Alert.Key()]; a.Knows(n.Receiver, n.Of) {
			t.Fatalf("%s is told again that %s is %s", n.Receiver, a.Tag, n.Of)
		}
		if delivered() {
			stored[n.Alert.Key()] = n.Tell(stored[n.Alert.Key()], at)
		}
	}
}

func forward(t *rapid.T, before, after vane.Alert) {
	rank := map[vane.AlertState]int{"": 0, vane.AlertPending: 1, vane.AlertFiring: 2, vane.AlertResolved: 3}
	if rank[after.State] < rank[before.State] {
		t.Fatalf("from %+v to %+v", before, after)
	}
	if diff := cmp.Diff(before.Told, after.Told, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("an evaluation changed who was told: %s", diff)
	}
}
