package crawler

import (
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"vane"
)

// drained leases and acknowledges what waits, and says how many posts that were.
func drained(t *testing.T, state *State) int {
	t.Helper()
	batch, err := state.Lease(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Ack(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	return len(batch.Posts)
}

// counted is what the outbox holds according to its bounds, and according to SQLite.
func counted(t *testing.T, state *State) (room, table [2]int64) {
	t.Helper()
	room = [2]int64{state.room.posts.Load(), state.room.bytes.Load()}
	err := state.db.QueryRowContext(t.Context(), `SELECT count(*), coalesce(sum(octet_length(post)), 0) FROM outbox`).Scan(&table[0], &table[1])
	if err != nil {
		t.Fatal(err)
	}
	return room, table
}

func TestOutboxIsBoundedInBytes(t *testing.T) {
	state := openTestState(t)
	cfg := testConfig()
	cfg.OutboxBytes = 1
	newTestCrawler(t, cfg, state)
	if why := state.Paused(); why != "" {
		t.Errorf("paused with nothing in the outbox: %s", why)
	}
	if err := state.Offer(t.Context(), testPost(0), testPost(1)); err != nil {
		t.Fatal(err)
	}
	if why := state.Paused(); !strings.Contains(why, "crawler.outbox_bytes") {
		t.Errorf("with two posts in the outbox: %q", why)
	}
	if room, table := counted(t, state); room != table {
		t.Errorf("counted %v, in the table are %v", room, table)
	}
	if err := state.Forget(t.Context(), []vane.ID{testPost(1).ID}); err != nil {
		t.Fatal(err)
	}
	if room, table := counted(t, state); room != table || room[0] != 1 {
		t.Errorf("after one was forgotten: counted %v, in the table are %v", room, table)
	}
	drained(t, state)
	if room, _ := counted(t, state); room != [2]int64{} || state.Paused() != "" {
		t.Errorf("an empty outbox holds %v, %q", room, state.Paused())
	}
}

// A disk that is nearly full has crawling wait and lose nothing, and an import fail.
func TestCrawlingPausesWhileTheDiskIsNearlyFull(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 30), 10)
	state := openTestState(t)
	var left atomic.Int64
	left.Store(3 << 30)
	state.room.free = func() (int64, error) { return left.Load(), nil }
	cfg := testConfig()
	cfg.MinFree = 1 << 30
	var logged strings.Builder
	c, err := New(cfg, state, slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := state.Offer(t.Context(), testPost(1)); err != nil {
		t.Fatal(err)
	}
	left.Store(5 << 20)
	const want = "disk is nearly full: 5 MB are left, less than 1024 MB (crawler.min_free_bytes): free some space"
	if err := state.Offer(t.Context(), testPost(2)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("offered on a full disk: %v", err)
	}
	ended := make(chan PassReport, 1)
	go func() {
		report, err := c.Pass(t.Context(), s.forumSource("forum"), PassOptions{})
		if err != nil {
			t.Error(err)
		}
		ended <- report
	}()
	for passes := 0; passes == 0; { // the pass has begun, and waits
		list, err := state.Passes(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		passes = len(list)
	}
	if h := healthOf(t, state, "forum"); h.Paused != want {
		t.Errorf("health says %q", h.Paused)
	}
	if n := drained(t, state); n != 1 { // what waits is stored meanwhile
		t.Errorf("%d posts are in the outbox", n)
	}
	left.Store(2 << 30)
	for waiting := true; waiting; drained(t, state) { // each has it look again
		select {
		case report := <-ended:
			waiting = false
			if report.New != 30 || report.Reason != Done {
				t.Errorf("%+v", report)
			}
		default:
		}
	}
	if n := strings.Count(logged.String(), "crawling pauses"); n != 1 || !strings.Contains(logged.String(), "crawling goes on") {
		t.Errorf("said %d times that it pauses:\n%s", n, logged.String())
	}
}

func TestDiskOfTheStateIsAsked(t *testing.T) {
	state := openTestState(t)
	if free, err := state.room.free(); err != nil || free <= 0 {
		t.Errorf("%d bytes are free, %v", free, err)
	}
	state.room.minFree.Store(1 << 62)
	if why := state.Paused(); !strings.Contains(why, "crawler.min_free_bytes") {
		t.Errorf("a disk without that much room: %q", why)
	}
	state.room.free = func() (int64, error) { return 0, errors.New("it is gone") }
	if why := state.Paused(); !strings.Contains(why, "it is gone") {
		t.Errorf("a disk that does not answer: %q", why)
	}
}
