package vane

import (
	"strings"
	"testing"
	"time"
)

func TestBucketsOfBeijingTime(t *testing.T) {
	at := func(s string) time.Time {
		t.Helper()
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		step        Step
		moment, day string
	}{
		{Daily, "2026-03-01T15:59:59Z", "2026-03-01T00:00:00+08:00"},
		{TenMinutes, "2026-03-01T15:59:59Z", "2026-03-01T15:50:00Z"},
		{Daily, "2026-03-01T16:00:00Z", "2026-03-02T00:00:00+08:00"},
		{Hourly, "2026-03-01T16:59:59Z", "2026-03-01T16:00:00Z"},
		{Daily, "1969-12-31T23:00:00Z", "1970-01-01T00:00:00+08:00"},
	} {
		if got := c.step.Floor(at(c.moment)); !got.Equal(at(c.day)) {
			t.Errorf("%s of %s begins at %s, want %s", c.step, c.moment, got, c.day)
		}
	}
	w := Window{From: at("2026-03-01T10:00:00+08:00"), To: at("2026-03-03T00:00:00+08:00")}
	if got := Daily.Buckets(w); len(got) != 2 {
		t.Errorf("two days touch the window, got %v", got)
	}
	if w.Contains(w.To) || !w.Contains(w.From) {
		t.Error("a window is half-open")
	}
}

func TestDomain(t *testing.T) {
	for tag, domain := range map[Tag]Tag{"ticketing.pillar_seat": "ticketing", "ticketing": "ticketing", "": ""} {
		if got := tag.Domain(); got != domain {
			t.Errorf("domain of %q is %q", tag, got)
		}
	}
	if Tag("ticketing.pillar_seat").IsDomain() || !Tag("ticketing").IsDomain() || Tag("").IsDomain() {
		t.Error("only a tag without a dot is a domain")
	}
}

// An empty window is named as the analyst wrote it: in Beijing time.
func TestEmptyWindow(t *testing.T) {
	day := time.Date(2026, 3, 15, 0, 0, 0, 0, Beijing()).UTC()
	if err := (Window{From: day, To: day}).Validate(); err == nil || !strings.Contains(err.Error(), "from 2026-03-15T00:00:00+08:00") {
		t.Error(err)
	}
}
