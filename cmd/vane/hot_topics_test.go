package main

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"vane"
	"vane/nlp"
	"vane/storage"
)

// listedTopic is a topic on a hot list, as it was read every minute of one stay.
type listedTopic struct {
	word  string
	at    []time.Time
	views []uint64
}

// readTopics reads the minutes of a hot list: ts,rank,word,hot_value,tags in gzip. A
// topic that comes back after a day is another one, as the source counts them.
func readTopics(t *testing.T, file string) []*listedTopic {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows := csv.NewReader(unzipped)
	open := map[string]*listedTopic{}
	var topics []*listedTopic
	for line := 1; ; line++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return topics
		}
		if err != nil {
			t.Fatal(err)
		}
		if line == 1 {
			continue
		}
		seconds, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			t.Fatalf("%s:%d: %v", file, line, err)
		}
		views, _ := strconv.ParseUint(row[3], 10, 64) // a pinned topic shows none
		at := time.Unix(seconds, 0).UTC()
		topic := open[row[2]]
		if topic == nil || at.Sub(topic.at[len(topic.at)-1]) > 24*time.Hour {
			topic = &listedTopic{word: row[2]}
			open[row[2]], topics = topic, append(topics, topic)
		}
		topic.at, topic.views = append(topic.at, at), append(topic.views, views)
	}
}

// mention is the topic as the crawler would have read it up to an instant.
func (l *listedTopic) mention(analyzer *nlp.Analyzer, until time.Time) vane.Mention {
	i, _ := slices.BinarySearchFunc(l.at, until.Add(time.Second), time.Time.Compare)
	last := max(i-1, 0)
	return analyzer.Analyze(vane.Post{
		ID: vane.NewPostID("weibo_hot", l.word+l.at[0].String()), Source: "weibo_hot", Channel: vane.Weibo, URL: "https://s.weibo.test/" + l.word,
		Title: l.word, Engagement: vane.Engagement{Views: slices.Max(l.views[:last+1])},
		PublishedAt: l.at[0], CollectedAt: l.at[last],
	})
}

// testApp is a command with a configuration and a folder of its own.
func testApp(t *testing.T, cfg Config) *app {
	t.Helper()
	return &app{errOut: io.Discard, dataDir: t.TempDir(), cfg: cfg, log: slog.New(slog.DiscardHandler)}
}

// detecting is the detection as it is shipped, and an empty store for it.
func detecting(t *testing.T) (detection, *storage.Store) {
	t.Helper()
	cfg, err := loadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	d, err := cfg.detection()
	if err != nil {
		t.Fatal(err)
	}
	return d, openForTest(t, cfg)
}

// openForTest starts an engine of its own.
func openForTest(t *testing.T, cfg Config) *storage.Store {
	t.Helper()
	a := testApp(t, cfg)
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
	return store
}

// TestRealHotTopics replays a year of a real hot list through tagging, the store and
// detection: each topic that the rules mark must be a hotspot half an hour after it
// was first listed. Of the marked topics every eighth is asked for (-short: every
// 64th): a detection takes a second.
func TestRealHotTopics(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(os.Getenv("VANE_DATA"), "hot", "*.csv.gz"))
	if os.Getenv("VANE_DATA") == "" || err != nil || len(files) == 0 {
		t.Skip("VANE_DATA does not name the folder of real data")
	}
	every := 8
	if testing.Short() {
		every = 64
	}
	cfg, err := loadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	analyzer, err := testApp(t, cfg).analyzer()
	if err != nil {
		t.Fatal(err)
	}
	d, err := cfg.detection()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		store := openForTest(t, cfg)
		var marked, asked, raised int
		var pending []vane.Mention
		for _, topic := range readTopics(t, file) {
			m := topic.mention(analyzer, topic.at[0])
			if len(m.Tags) == 0 {
				continue
			}
			if marked++; marked%every != 1 {
				pending = append(pending, topic.mention(analyzer, topic.at[len(topic.at)-1]))
				continue
			}
			asked++
			delay, ok := 0, false
			for tick := vane.TenMinutes.Floor(topic.at[0]).Add(10 * time.Minute); !ok && tick.Sub(topic.at[0]) <= 30*time.Minute; tick = tick.Add(10 * time.Minute) {
				if err := store.Insert(t.Context(), append(pending, topic.mention(analyzer, tick))); err != nil {
					t.Fatal(err)
				}
				pending = nil
				hot, err := d.detect(t.Context(), store, tick)
				if err != nil {
					t.Fatal(err)
				}
				delay = int(tick.Sub(topic.at[0]).Minutes())
				ok = slices.ContainsFunc(hot, func(h vane.Hotspot) bool {
					return slices.ContainsFunc(m.Tags, func(tag vane.TagMatch) bool { return tag.ID == h.Tag }) && !h.To.Before(topic.at[0])
				})
			}
			if ok {
				raised++
				t.Logf("%s: %s after %d minutes", topic.word, m.Tags[0].Name, delay)
			} else {
				t.Errorf("%s (%s), first listed %s, is no hotspot after half an hour", topic.word, m.Tags[0].Name, topic.at[0])
			}
		}
		t.Logf("%s: %d topics marked, %d of them asked for, %d raised within 30 minutes", filepath.Base(file), marked, asked, raised)
	}
}
