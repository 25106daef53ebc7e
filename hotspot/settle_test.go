package hotspot

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"vane"
)

// part is a pulse of a part of an issue.
func part(tag vane.Tag, by vane.Dimension, key string, perDay float64, seed uint64, extra func(int) float64) vane.Pulse {
	p := rhythm(tag, perDay, seed, extra)
	p.Node.By, p.Node.Key = by, key
	return p
}

// sum adds pulses up to the pulse of the whole.
func sum(tag vane.Tag, parts ...vane.Pulse) vane.Pulse {
	whole := rhythm(tag, 0, 1, nil)
	for _, p := range parts {
		for i := range p.Posts {
			whole.Posts[i] += p.Posts[i]
			whole.Sensitive[i] += p.Sensitive[i]
			whole.Cohorts[0].Voices[i] += p.Cohorts[0].Voices[i]
		}
	}
	return whole
}

// names are the nodes of episodes that stand for something, in order.
func names(pulses ...vane.Pulse) []string {
	d := detector(span())
	var all []Episode
	for _, p := range pulses {
		all = append(all, d.Detect(p)...)
	}
	var names []string
	for _, e := range Settle(DefaultConfig(), all, Family{Whole: len(pulses)}) {
		name := string(e.Node.Tag)
		if e.Node.Key != "" {
			name += " " + e.Node.Key
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestSpecificNodeWins(t *testing.T) {
	burst := between(20, 0, 8)
	north := part("food.safety", vane.ByRegion, "北京", 12, 1, nil)
	south := part("food.safety", vane.ByRegion, "广东", 12, 2, burst)
	west := part("food.safety", vane.ByRegion, "四川", 12, 3, burst)
	price := rhythm("food.price", 12, 4, nil)
	for _, c := range []struct {
		name   string
		pulses []vane.Pulse
		want   []string
	}{
		{"one region explains the issue", []vane.Pulse{north, south, sum("food.safety", north, south)}, []string{"food.safety 广东"}},
		{"two regions are the issue", []vane.Pulse{south, west, sum("food.safety", south, west)}, []string{"food.safety"}},
		{"the one channel of an issue says nothing", []vane.Pulse{part("food.safety", vane.ByChannel, "论坛", 12, 2, burst), sum("food.safety", south)}, []string{"food.safety"}},
		{"one issue explains its domain", []vane.Pulse{west, south, sum("food.safety", south, west), price, sum("food", south, west, price)}, []string{"food.safety"}},
		{"another domain's issue is no part of it", []vane.Pulse{sum("food", south), rhythm("foods.safety", 12, 2, burst)}, []string{"food", "foods.safety"}},
	} {
		if got := names(c.pulses...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Five thousand series of the size that parts have: hardly one may stand over its
// baseline by chance.
func TestThousandsOfSeries(t *testing.T) {
	d := detector(span())
	var all []Episode
	const n = 5000
	for seed := range uint64(n) {
		all = append(all, d.Detect(rhythm("a.b", 0.3*math.Exp2(float64(seed%8)), seed, nil))...)
	}
	kept := Settle(DefaultConfig(), all, Family{Whole: n})
	t.Logf("%d chance episodes in %d series of six weeks, %d before the correction", len(kept), n, len(all))
	if len(kept) > 6 {
		t.Errorf("%d chance episodes in %d series of six weeks, more than one a week", len(kept), n)
	}
}

// When everything is said more, nothing is a hotspot; what rises more than the rest
// still is.
func TestTideIsNoHotspot(t *testing.T) {
	d := detector(span())
	var pulses []vane.Pulse
	tide := func(more float64) func(int) float64 {
		return func(hours int) float64 {
			hour := now.Add(-time.Duration(hours) * time.Hour).In(vane.Beijing()).Hour()
			return between(30, 0, more*(1-0.8*math.Cos(2*math.Pi*float64(hour-3)/24)))(hours)
		}
	}
	for i := range uint64(9) {
		pulses = append(pulses, rhythm("a.b", 24, i, tide(2)))
	}
	real := rhythm("a.real", 24, 10, func(h int) float64 { return tide(2)(h) + between(20, 0, 12)(h) })
	count := func(p vane.Pulse) int { return len(d.Detect(p)) }
	before := 0
	for _, p := range pulses {
		before += count(p)
	}
	d.Tide(append(pulses, real))
	after := 0
	for _, p := range pulses {
		after += count(p)
	}
	if before < 8 || after > 1 || count(real) == 0 {
		t.Errorf("episodes: %d of 9 without knowing the tide, %d with it; %d of what is real", before, after, count(real))
	}
}

// A source that joins adds its posts to every issue it speaks of, and is no hotspot;
// nor is one that stops and comes back.
func TestSourcesComeAndGo(t *testing.T) {
	old := rhythm("a.b", 24, 1, nil)
	for _, weeks := range []int{1, 3, 5, 6} {
		joined := rhythm("a.b", 96, 2, nil)
		p := sum("a.b", old)
		c := vane.Cohort{Start: weeks * hoursOfWeek, Voices: make([]float64, length)}
		for i := c.Start; i < length; i++ {
			c.Voices[i] = joined.Posts[i]
			p.Posts[i] += joined.Posts[i]
		}
		p.Cohorts = append(p.Cohorts, c)
		if e := detect(p); len(e) != 0 {
			t.Errorf("a source that joined in week %d became %+v", weeks, e[0].Window)
		}
		plain := sum("a.b", old)
		for i := c.Start; i < length; i++ {
			plain.Posts[i] += joined.Posts[i]
			plain.Cohorts[0].Voices[i] += joined.Posts[i]
		}
		if e := detect(plain); weeks > 1 && len(e) == 0 {
			t.Errorf("the same posts from old sources, from week %d on, are no hotspot", weeks)
		}
	}
}

func TestCalendarDaysAreUsual(t *testing.T) {
	// Three weeks before now one region has a holiday's rhythm on two workdays: a Sunday
	// has half of what a workday has.
	w := span()
	holiday := now.AddDate(0, 0, -4).In(vane.Beijing()).Format(time.DateOnly)
	calendar := Calendar{Holidays: []Holiday{{Name: "假", From: holiday, To: now.In(vane.Beijing()).Format(time.DateOnly)}}}
	p := rhythm("a.b", 0, 1, nil)
	days, err := calendar.days()
	if err != nil {
		t.Fatal(err)
	}
	for i := range length {
		at := w.From.Add(time.Duration(i) * time.Hour)
		x := 2.0
		if days.slot(at).free {
			x = 5 // people complain when they are free
		}
		p.Posts[i], p.Cohorts[0].Voices[i] = x, x
	}
	if e := detect(p); len(e) == 0 {
		t.Error("without a calendar the long holiday is no episode: the test shows nothing")
	}
	d, err := NewDetector(DefaultConfig(), calendar, w)
	if err != nil {
		t.Fatal(err)
	}
	if e := d.Detect(p); len(e) != 0 {
		t.Errorf("a holiday became %+v", e[0].Window)
	}
}

func TestKeep(t *testing.T) {
	at := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	episode := func(tag vane.Tag, from, to int, state vane.State) Episode {
		return Episode{Node: vane.Node{Tag: tag}, Window: vane.Window{From: at(from), To: at(to)}, State: state}
	}
	hot := func(tag vane.Tag, from, to int, state vane.State) vane.Hotspot {
		return vane.Hotspot{Tag: tag, From: at(from), To: at(to), State: state}
	}
	for _, c := range []struct {
		name  string
		found Episode
		known vane.Hotspot
		from  int // of what is kept
		ended bool
	}{
		{"late posts moved the start", episode("a", -9, -1, vane.Lasting), hot("a", -10, -3, vane.Emerging), -10, false},
		{"it goes on after a pause", episode("a", -5, -1, vane.Emerging), hot("a", -40, -20, vane.Fading), -40, false},
		{"it was over: this is another", episode("a", -5, -1, vane.Emerging), hot("a", -40, -20, vane.Closed), -5, false},
		{"of another issue", episode("a", -5, -1, vane.Emerging), hot("b", -6, -1, vane.Emerging), -5, true},
	} {
		kept, ended := Keep([]Episode{c.found}, []vane.Hotspot{c.known})
		if !kept[0].Window.From.Equal(at(c.from)) || (len(ended) == 1) != c.ended {
			t.Errorf("%s: from %s, ended %v", c.name, kept[0].Window.From, ended)
		}
		for _, h := range ended {
			if h.State != vane.Closed {
				t.Errorf("%s: ended as %s", c.name, h.State)
			}
		}
	}
}

// A sudden episode has no hours to count again: what was usual stays what it was.
func TestKeepWhatASuddenOneExpected(t *testing.T) {
	found := Episode{Node: vane.Node{Tag: "a"}, Window: vane.Window{From: now.Add(-time.Hour), To: now}, State: vane.Latent, Expected: 3.5}
	kept, _ := Keep([]Episode{found}, []vane.Hotspot{{Tag: "a", From: now.Add(-2 * time.Hour), To: now.Add(-time.Hour / 2), State: vane.Latent}})
	if e := kept[0]; e.Expected != 3.5 || !e.Window.From.Equal(now.Add(-2*time.Hour)) {
		t.Errorf("from %s, expected %v", e.Window.From, e.Expected)
	}
}

// Of two hotspots that turn out to be one, the earlier goes on and the other ends, in
// whatever order they are known, and detection after detection.
func TestKeepEndsTheSecondOfTwo(t *testing.T) {
	at := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	found := []Episode{{Node: vane.Node{Tag: "a"}, Window: vane.Window{From: at(-20), To: at(0)}, State: vane.Lasting}}
	first := vane.Hotspot{Tag: "a", From: at(-20), To: at(-12), State: vane.Lasting}
	second := vane.Hotspot{Tag: "a", From: at(-8), To: at(-1), State: vane.Emerging}
	over := second
	over.State = vane.Closed
	for _, c := range []struct {
		known []vane.Hotspot
		ended []vane.Hotspot
	}{
		{[]vane.Hotspot{first, second}, []vane.Hotspot{over}},
		{[]vane.Hotspot{second, first}, []vane.Hotspot{over}},
		{[]vane.Hotspot{over, first}, nil},
	} {
		kept, ended := Keep(found, c.known)
		if !kept[0].Window.From.Equal(first.From) || !reflect.DeepEqual(ended, c.ended) {
			t.Errorf("of %v goes on from %s, ended %v", c.known, kept[0].Window.From, ended)
		}
	}
}

func TestWhatCooledIsStoredAsOver(t *testing.T) {
	hot := func(tag vane.Tag, heat float64, state vane.State) vane.Hotspot {
		return vane.Hotspot{Tag: tag, From: now, Heat: heat, State: state}
	}
	shown := []vane.Hotspot{hot("shown", 50, vane.Lasting)}
	found := append(shown, hot("cooled", 5, vane.Lasting), hot("never", 5, vane.Emerging), hot("long over", 5, vane.Closed))
	known := []vane.Hotspot{hot("shown", 60, vane.Emerging), hot("cooled", 40, vane.Emerging), hot("long over", 5, vane.Closed)}
	stored := ToStore(found, shown, known)
	if len(stored) != 2 || stored[0].Tag != "shown" || stored[1].Tag != "cooled" || stored[1].State != vane.Closed {
		t.Errorf("stored %+v", stored)
	}
}
