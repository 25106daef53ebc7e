package main

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/hotspot"
)

// complaints are the real complaints to a city, analysed, in the order of publication.
// Their ids are those of the file.
func complaints(t *testing.T) []vane.Mention {
	t.Helper()
	dir := os.Getenv("VANE_DATA")
	if dir == "" {
		t.Skip("VANE_DATA does not name the folder of real posts")
	}
	f, err := os.Open(filepath.Join(dir, "posts", "tipdm_complaints.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	analyzer, err := shippedApp(t).analyzer()
	if err != nil {
		t.Fatal(err)
	}
	var mentions []vane.Mention
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p struct {
			ID     string `json:"id"`
			Title  string `json:"title"`
			Text   string `json:"text"`
			Author string `json:"author"`
			At     string `json:"published_at"`
		}
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		at, err := time.ParseInLocation("2006-1-2 15:04:05", strings.ReplaceAll(p.At, "/", "-"), vane.Beijing())
		if err != nil {
			t.Fatal(err)
		}
		mentions = append(mentions, analyzer.Analyze(vane.Post{
			ID: complaintID(p.ID), Source: "12345", Title: p.Title, Text: p.Text, PublishedAt: at.UTC(),
			AuthorKey: vane.NewAuthorKey([]byte("test"), "12345", p.Author),
		}))
	}
	return mentions
}

// shippedApp is vane as it is shipped.
func shippedApp(t *testing.T) *app {
	t.Helper()
	cfg := defaultConfig()
	cfg.files = vane.Configs()
	return &app{cfg: cfg, log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

func complaintID(native string) vane.ID { return vane.NewPostID("12345", native) }

// clustered is the events of posts.
func clustered(mentions []vane.Mention, words []vane.Correction) []vane.Event {
	feed := newEventFeed(hotspot.DefaultEventConfig(), words)
	for _, m := range mentions {
		feed.events.Learn(m)
	}
	feed.add(slices.Clone(mentions))
	return feed.events.Changed()
}

// judgedPair is two complaints and whether a reader found them to be about one thing.
type judgedPair struct {
	same bool
	a, b vane.ID
}

func judgedPairs(t *testing.T) (pairs []judgedPair) {
	t.Helper()
	data, err := os.ReadFile("testdata/event_pairs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); f[0] != "#" {
			pairs = append(pairs, judgedPair{f[0] == "same", complaintID(f[1]), complaintID(f[2])})
		}
	}
	return pairs
}

// TestEventsOfRealComplaints: what is put together belongs together, and the known
// recurring problems come out, each as one event.
func TestEventsOfRealComplaints(t *testing.T) {
	mentions := complaints(t)
	events := clustered(mentions, nil)
	of := map[vane.ID]vane.ID{}
	for _, e := range events {
		for _, id := range e.Members {
			of[id] = e.ID
		}
	}
	together := func(p judgedPair) bool { return !of[p.a].IsZero() && of[p.a] == of[p.b] }
	var right, wrong, lost int
	for _, p := range judgedPairs(t) {
		switch {
		case together(p) && p.same:
			right++
		case together(p):
			wrong++
		case p.same:
			lost++
		}
	}
	precision := float64(right) / float64(right+wrong)
	t.Logf("%d events of %d posts; judged pairs together: %d, precision %.3f; apart though the same: %d",
		len(events), len(of), right+wrong, precision, lost)
	if right+wrong < 200 || precision < 0.9 {
		t.Errorf("precision %.3f on %d pairs, want 0.9 on 200", precision, right+wrong)
	}
	for _, c := range []struct {
		words string // that a complaint about it has
		least int    // of them in one event
	}{
		{"丽发新城 搅拌", 50}, {"伊景园 车位", 40}, {"魅力之城 油烟", 10}, {"凉塘路 旧城改造", 8},
		{"月亮岛 高压", 6}, {"未来实验学校 学费", 4}, {"辉煌国际城", 9}, {"中茂城 购房资金", 4}, {"奥克斯缔壹城", 4},
	} {
		if largest, all := largestEvent(mentions, of, strings.Fields(c.words)); largest < c.least {
			t.Errorf("%s: %d of %d complaints in one event, want %d", c.words, largest, all, c.least)
		}
	}
}

// largestEvent is how many of the posts with all the words are in one event.
func largestEvent(mentions []vane.Mention, of map[vane.ID]vane.ID, words []string) (largest, all int) {
	in := map[vane.ID]int{}
	for _, m := range mentions {
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(m.Title+m.Text, w) }) {
			continue
		}
		all++
		if e := of[m.ID]; !e.IsZero() {
			in[e]++
			largest = max(largest, in[e])
		}
	}
	return largest, all
}
