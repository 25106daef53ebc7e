package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"vane"
	"vane/crawler/samplesite"
)

// The whole flow on real parts: every planted burst becomes a hotspot at its time,
// and what was planted to mislead does not.
func TestDemoFindsWhatWasPlanted(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run([]string{"demo", "--once", "--json", "--log-level", "error"}, nil, &out, &errOut); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	var found []vane.Hotspot
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	site := samplesite.New(time.Now().UTC(), sampleSeed, samplesite.DefaultPosts)
	for _, b := range site.Bursts() {
		i := slices.IndexFunc(found, func(h vane.Hotspot) bool {
			return h.Tag == b.Tag && h.From.Before(b.To) && h.To.After(b.From)
		})
		if i < 0 {
			t.Errorf("burst %s (%s, %s to %s, %d posts) was not found", b.Name, b.Tag, b.From, b.To, b.Posts)
			continue
		}
		checkExplained(t, found[i])
		if i >= 3 {
			t.Errorf("burst %s is number %d of the ranking", b.Name, i+1)
		}
	}
	for _, d := range site.Decoys() {
		if slices.ContainsFunc(found, func(h vane.Hotspot) bool { return h.Tag == d.Tag }) {
			t.Errorf("%s (%s) is only copies, and was taken for a hotspot", d.Name, d.Tag)
		}
	}
	for i := range found[1:] {
		if found[i].Heat < found[i+1].Heat {
			t.Errorf("%s stands before the hotter %s", found[i].Tag, found[i+1].Tag)
		}
	}
}

func checkExplained(t *testing.T, h vane.Hotspot) {
	t.Helper()
	var sum float64
	for _, c := range h.Components {
		sum += c.Points
	}
	if d := sum - h.Heat; d > 0.1 || d < -0.1 {
		t.Errorf("%s: components sum to %v, heat is %v", h.Tag, sum, h.Heat)
	}
	if h.Posts == 0 || float64(h.Posts) < 3*h.Expected || h.Authors == 0 || h.Sources == 0 ||
		len(h.Evidence.Posts) == 0 || len(h.Evidence.Events) == 0 || len(h.Evidence.Words) == 0 || h.Name == "" || h.State == "" {
		t.Errorf("%s is not explained: %+v", h.Tag, h)
	}
}
