package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/dashboards/ask"
	"vane/dashboards/report"
	"vane/nlp"
)

// What cooled is kept for the next detection, and shown nowhere; what a detection
// stored is said to be that when a number of a report is explained.
func TestCooledHotspotsAreShownNowhere(t *testing.T) {
	cfg, err := loadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	a := &app{cfg: cfg, out: &out, log: slog.New(slog.DiscardHandler), dataDir: t.TempDir()}
	store := openForTest(t, cfg)
	now := time.Now().UTC().Truncate(time.Hour)
	hot := func(tag vane.Tag, heat float64, ago time.Duration) vane.Hotspot {
		return vane.Hotspot{Tag: tag, Name: string(tag), From: now.Add(-ago - time.Hour), To: now.Add(-ago), Peak: now.Add(-ago), Heat: heat, Posts: 50, Authors: 50, Texts: 50}
	}
	stored := []vane.Hotspot{hot("food.safety", 60, time.Hour), hot("telecom.speed_cap", 1, time.Hour), hot("ticketing.pillar_seat", 50, 20*24*time.Hour)}
	if err := store.SaveHotspots(t.Context(), now, stored); err != nil {
		t.Fatal(err)
	}
	desk := a.desk(store, map[vane.Tag]string{"food.safety": "食品安全"})
	list, err := desk.Hotspots(t.Context(), "", "")
	if err != nil || len(list.Hotspots) != 1 || list.Hotspots[0].Tag != "food.safety" {
		t.Errorf("the desk lists %+v, %v", list.Hotspots, err)
	}
	var opened stack
	defer func() {
		if opened.close(&err); err != nil {
			t.Error(err)
		}
	}()
	state, err := a.openState(t.Context(), &opened)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := a.board(&flow{store: store, state: state, hot: detection{cfg: cfg.Hotspot}}, desk, ask.NewGate(0, time.Now))
	if err != nil {
		t.Fatal(err)
	}
	for path, status := range map[string]int{"/hotspots/food.safety": http.StatusOK, "/hotspots/telecom.speed_cap": http.StatusNotFound} {
		page := httptest.NewRecorder()
		if pages.ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)); page.Code != status {
			t.Errorf("%s: %d", path, page.Code)
		}
	}

	// A report looks further back than the board.
	day := vane.Daily.Floor(now)
	request := report.Request{
		Kind: report.Top10, Window: vane.Window{From: day.AddDate(0, 0, -30), To: day.AddDate(0, 0, 1)}, Names: desk.Names, Natures: nlp.NatureNames(), Now: now,
	}
	document, err := report.Write(t.Context(), a.shown(store), request)
	_, old := document.Figure("hotspot.ticketing.pillar_seat")
	_, cooled := document.Figure("hotspot.telecom.speed_cap")
	if err != nil || !old || cooled {
		t.Errorf("the report has the old hotspot: %t, the cooled one: %t, %v", old, cooled, err)
	}
	e, err := explain(t.Context(), a.shown(store), request, "hotspot.food.safety")
	if err != nil || len(e.Statements) != 1 {
		t.Fatalf("%+v, %v", e, err)
	}
	if a.printExplanation(e); !strings.Contains(out.String(), "检测时的存档值，重新读取：50") {
		t.Errorf("the stored number is explained as\n%s", out.String())
	}
}
