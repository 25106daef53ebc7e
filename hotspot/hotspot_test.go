package hotspot

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"vane"
)

// now is the end of every series here, a Monday noon.
var now = time.Date(2026, 3, 16, 4, 0, 0, 0, time.UTC)

// length is how many hours the pulses here have: eight weeks.
const length = 8 * hoursOfWeek

// span is the window of the pulses here.
func span() vane.Window { return vane.Window{From: now.Add(-length * time.Hour), To: now} }

// rhythm makes a pulse of eight weeks before now that counts about perDay voices a
// day, more by day than by night, and then adds extra to it.
func rhythm(tag vane.Tag, perDay float64, seed uint64, extra func(hoursBeforeNow int) float64) vane.Pulse {
	random := rand.New(rand.NewPCG(seed, 1))
	p := vane.Pulse{Node: vane.Node{Tag: tag}, From: span().From, Cohorts: make([]vane.Cohort, 1)}
	for i := range length {
		hour := p.From.Add(time.Duration(i) * time.Hour).In(vane.Beijing()).Hour()
		mean := perDay / 24 * (1 - 0.8*math.Cos(2*math.Pi*float64(hour-3)/24))
		if extra != nil {
			mean += extra(length - i)
		}
		count := float64(poisson(random, mean))
		p.Posts, p.Sensitive = append(p.Posts, count), append(p.Sensitive, count/2)
		p.Cohorts[0].Voices = append(p.Cohorts[0].Voices, count)
	}
	return p
}

func poisson(r *rand.Rand, mean float64) uint64 {
	var k uint64
	for p := r.Float64(); p > math.Exp(-mean); p *= r.Float64() {
		k++
	}
	return k
}

// between gives rate posts an hour from from to to hours before now.
func between(from, to int, rate float64) func(int) float64 {
	return func(hours int) float64 {
		if hours <= from && hours > to {
			return rate
		}
		return 0
	}
}

func detect(p vane.Pulse) []Episode {
	return detector(span()).Detect(p)
}

// detector is one that knows no calendar.
func detector(w vane.Window) *Detector {
	d, err := NewDetector(DefaultConfig(), Calendar{}, w)
	if err != nil {
		panic(err)
	}
	return d
}

func TestBurstIsFoundWithItsSpanAndState(t *testing.T) {
	for _, c := range []struct {
		name     string
		extra    func(int) float64
		from, to int // hours before now
		state    vane.State
	}{
		{"still rising", func(h int) float64 { return between(10, 0, 1)(h) * float64(11-h) }, 10, 0, vane.Emerging},
		{"over since two days", between(72, 48, 5), 72, 48, vane.Closed},
		{"past its peak", func(h int) float64 { return between(30, 12, 6)(h) + between(12, 0, 3)(h) }, 30, 0, vane.Lasting},
		{"just past", between(30, 8, 6), 30, 8, vane.Fading},
		{"back after a calm day", func(h int) float64 { return between(40, 30, 6)(h) + between(8, 0, 6)(h) }, 40, 0, vane.Recurring},
	} {
		episodes := detect(rhythm("ticketing.pillar_seat", 6, 7, c.extra))
		if len(episodes) != 1 {
			t.Errorf("%s: %d episodes: %+v", c.name, len(episodes), episodes)
			continue
		}
		e := episodes[0]
		near := func(got time.Time, hours int) bool {
			return math.Abs(got.Sub(now.Add(-time.Duration(hours)*time.Hour)).Hours()) <= 3
		}
		if !near(e.Window.From, c.from) || !near(e.Window.To, c.to) || e.State != c.state {
			t.Errorf("%s: found %s to %s, %s", c.name, e.Window.From, e.Window.To, e.State)
		}
	}
}

func TestUsualRhythmIsNoHotspot(t *testing.T) {
	found := 0
	for seed := range uint64(40) {
		for _, perDay := range []float64{0.2, 2, 20, 200} {
			found += len(detect(rhythm("food.safety", perDay, seed, nil)))
		}
	}
	t.Logf("%d chance episodes in 18 issue-years", found)
	// 160 series of six weeks after warm-up: 18 issue-years.
	if found > 3 {
		t.Errorf("%d chance episodes in 18 issue-years, more than one in six years", found)
	}
}

// Real series are full of single hours that jump: one must jump higher than those of
// late.
func TestOneHourSpikes(t *testing.T) {
	spikes := func(size float64) func(int) float64 {
		return func(hours int) float64 {
			if hours%50 == 20 && hours > 20 {
				return 25
			}
			return between(20, 19, size)(hours)
		}
	}
	for _, c := range []struct {
		name  string
		extra func(int) float64
		want  int // episodes of the last day
	}{
		{"an hour like never before", between(20, 19, 40), 1},
		{"an hour like every second day", spikes(25), 0},
		{"an hour five times as high as those", spikes(125), 1},
		{"six voices in a quiet hour", between(20, 19, 4), 0},
	} {
		got := 0
		for _, e := range detect(rhythm("food.safety", 10, 3, c.extra)) {
			if e.Window.To.After(now.AddDate(0, 0, -1)) {
				got++
			}
		}
		if got != c.want {
			t.Errorf("%s: %d episodes, want %d", c.name, got, c.want)
		}
	}
}

func TestFourPeopleAreNoHotspot(t *testing.T) {
	s := rhythm("general.invoice", 0, 1, nil)
	for i := range 4 {
		s.Posts[length-2-i], s.Cohorts[0].Voices[length-2-i] = 30, 1
	}
	if e := detect(s); len(e) != 0 {
		t.Errorf("four voices became %+v", e)
	}
}

func TestOnlyThePastCounts(t *testing.T) {
	whole := rhythm("telecom.speed_cap", 12, 5, between(400, 360, 8))
	closed := func(es []Episode) (out []Episode) {
		for _, e := range es {
			if e.State == vane.Closed {
				out = append(out, e)
			}
		}
		return out
	}
	full := closed(detect(whole))
	cut := whole
	cut.Posts = whole.Posts[:length-200]
	if got := closed(detect(cut)); len(got) == 0 || !reflect.DeepEqual(got, full[:len(got)]) {
		t.Errorf("the prefix gives %+v, the whole series %+v", got, full)
	}
}

func TestEmptyAndZeroSeries(t *testing.T) {
	zeros := rhythm("pets.sick_pet", 0, 1, nil)
	short := zeros
	short.Posts = short.Posts[:3]
	for _, s := range []vane.Pulse{{}, {Node: vane.Node{Tag: "a"}}, zeros, short} {
		if e := detect(s); len(e) != 0 {
			t.Errorf("nothing became %+v", e)
		}
	}
}

func TestHeatIsTheSumOfItsComponents(t *testing.T) {
	e := detect(rhythm("ticketing.pillar_seat", 6, 7, between(30, 0, 8)))[0]
	f := vane.Facts{Posts: 200, Sensitive: 150, Authors: 180, Texts: 190, Sources: 4}
	h := Explain(e, "柱子票", f)
	if math.Abs(h.Heat-total(h.Components)) > 0.05 || h.Heat <= 40 || h.Heat > 100 {
		t.Errorf("heat %v, components %+v", h.Heat, h.Components)
	}
	for _, c := range h.Components {
		if c.Says == "" {
			t.Errorf("component %s says nothing", c.Name)
		}
	}
}

func TestCopiesAndFewAuthorsCoolAHotspot(t *testing.T) {
	e := detect(rhythm("ticketing.pillar_seat", 6, 7, between(30, 0, 8)))[0]
	real := Explain(e, "", vane.Facts{Posts: 100, Authors: 95, Texts: 98, Sources: 3}).Heat
	copied := Explain(e, "", vane.Facts{Posts: 100, Authors: 95, Texts: 2, Sources: 3}).Heat
	wave := Explain(e, "", vane.Facts{Posts: 100, Authors: 5, Texts: 2, Sources: 3}).Heat
	if !(wave < copied && copied < real/2) {
		t.Errorf("heat of a wave %v, of copies %v, of independent posts %v", wave, copied, real)
	}
}

func TestShownIsHottestFirstAndRecent(t *testing.T) {
	cfg := DefaultConfig()
	day := 24 * time.Hour
	hot := func(tag vane.Tag, heat float64, authors uint64, ago time.Duration) vane.Hotspot {
		return vane.Hotspot{Tag: tag, Heat: heat, Authors: authors, Texts: authors, To: now.Add(-ago)}
	}
	got := Shown(cfg, []vane.Hotspot{
		hot("warm", 40, 20, day), hot("old", 90, 20, 30*day), hot("cold", 3, 20, day),
		hot("few", 80, 2, day), hot("hot", 70, 20, day),
	}, now)
	if len(got) != 2 || got[0].Tag != "hot" || got[1].Tag != "warm" {
		t.Errorf("shown: %+v", got)
	}
}

func TestConfigValidate(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	if err := (Config{}).Validate(); err == nil {
		t.Error("an empty configuration was taken")
	}
}

// Twenty thousand series of four weeks of hours must take two seconds at most on one
// core: 100 µs a series.
func BenchmarkDetect(b *testing.B) {
	const weeks = 4
	w := vane.Window{From: now.Add(-weeks * hoursOfWeek * time.Hour), To: now}
	pulses := make([]vane.Pulse, 100)
	for i := range pulses {
		pulses[i] = rhythm("x", 12, uint64(i), nil)
	}
	d := detector(w)
	b.ReportAllocs()
	b.SetBytes(int64(len(pulses) * weeks * hoursOfWeek * 8))
	start := cpuTime()
	for b.Loop() {
		for _, p := range pulses {
			d.Detect(p)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1e3/float64(b.N)/float64(len(pulses)), "µs/series")
	b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/1e3/float64(b.N)/float64(len(pulses)), "cpu-µs/series")
}
