package storage_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vane"
	"vane/crawler"
	"vane/storage"
	"vane/storage/storagetest"
)

// many are posts of a week that say different things, some of them edited since.
func many() (batch []vane.Mention) {
	says := []string{"柱子票退款", "墙根票不赔偿", "健身卡退費難", "柱子票转发抽奖", "别的话"}
	for i := range 60 {
		m := said(fmt.Sprint("many", i), says[i%len(says)], noon.Add(-time.Duration(i)*171*time.Minute))
		m.Channel, m.Engagement = vane.Channels()[i%3], vane.Engagement{Likes: uint64(i % 7)}
		batch = append(batch, m)
	}
	for i := range 10 {
		m := said(fmt.Sprint("many", 3*i), says[(i+1)%len(says)], batch[3*i].PublishedAt.Add(time.Duration(i%2)*time.Hour))
		m.CollectedAt = noon.Add(time.Second)
		batch = append(batch, m)
	}
	return batch
}

// TestTwoShardsAnswerAsOne gives a cluster, by both of its shards, and a single server
// the same posts: searches, facets, trends and exports are the same.
func TestTwoShardsAnswerAsOne(t *testing.T) {
	one := storagetest.New(t)
	shards := twoShards(t)
	stores := [2]*storage.Store{storagetest.Open(t, shards[0].DSN()), storagetest.Open(t, shards[1].DSN())}
	batch := many()
	insert(t, one, batch...)
	for at := 0; at < len(batch); at += 10 {
		insert(t, stores[at/10%2], batch[at:at+10]...)
	}
	w := vane.Window{From: noon.AddDate(0, 0, -8), To: noon.Add(time.Hour)}
	for _, x := range []string{"柱子票", "柱子票|墙根票 +退款|赔偿 -抽奖", "退费", "票", ""} {
		for _, sort := range []vane.SearchSort{vane.ByTime, vane.ByRelevance, vane.ByEngagement} {
			q := vane.SearchQuery{Expression: expression(x), Sort: sort, Limit: 9}
			want := names(pages(t, one, q, func() {}))
			for i, s := range stores {
				if diff := gocmp.Diff(want, names(pages(t, s, q, func() {}))); diff != "" {
					t.Errorf("%q by %s from shard %d (-one server +two shards)\n%s", x, sort, i, diff)
				}
			}
		}
		want, err := one.Facets(t.Context(), vane.SearchQuery{Expression: expression(x)})
		got, err2 := stores[1].Facets(t.Context(), vane.SearchQuery{Expression: expression(x)})
		if diff := gocmp.Diff(want, got); diff != "" || err != nil || err2 != nil {
			t.Errorf("facets of %q, %v, %v (-one server +two shards)\n%s", x, err, err2, diff)
		}
	}
	for _, by := range []vane.Dimension{vane.ByNothing, vane.ByTag, vane.ByChannel} {
		q := vane.TrendQuery{Window: w, Step: vane.Hourly, By: by}
		want, err := one.Trend(t.Context(), q)
		got, err2 := stores[0].Trend(t.Context(), q)
		if diff := gocmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" || err != nil || err2 != nil {
			t.Errorf("trend by %q, %v, %v (-one server +two shards)\n%s", by, err, err2, diff)
		}
	}
	if diff := gocmp.Diff(csvOf(t, one), csvOf(t, stores[1])); diff != "" {
		t.Errorf("export (-one server +two shards)\n%s", diff)
	}
}

func csvOf(t *testing.T, s *storage.Store) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := s.ExportPosts(t.Context(), &out, storage.ExportOptions{Format: storage.CSV}, expression("票"), vane.Filter{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// asIs understands of a post only that it can be searched.
type asIs struct{}

func (asIs) Analyze(p vane.Post) vane.Mention {
	return folded(vane.Mention{Post: p, Tags: []vane.TagMatch{{ID: "ticketing.pillar_seat"}}})
}

// TestShardDiesAndComesBack: while a shard is away inserts wait in the outbox, and
// when it is back every post is there, once.
func TestShardDiesAndComesBack(t *testing.T) {
	shards := twoShards(t)
	store := storagetest.Open(t, shards[0].DSN())
	outbox, err := crawler.OpenState(t.Context(), filepath.Join(t.TempDir(), "vane.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer outbox.Close()
	var posts []vane.Post
	for _, m := range many()[:60] {
		posts = append(posts, m.Post)
	}
	offer := func(posts []vane.Post) {
		t.Helper()
		if err := outbox.Offer(t.Context(), posts...); err != nil {
			t.Fatal(err)
		}
	}
	pending := func(want int) {
		t.Helper()
		batch, err := outbox.Lease(t.Context(), len(posts))
		if err == nil {
			err = outbox.Release(t.Context(), batch)
		}
		if n := len(batch.Keys); err != nil || n != want {
			t.Fatalf("%d posts wait, %v; want %d", n, err, want)
		}
	}
	ingest := vane.Ingest{Outbox: outbox, Analyzer: asIs{}, Store: store, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Patience: time.Nanosecond}
	offer(posts[:20])
	if err := ingest.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	pending(0)
	if err := shards[1].Close(); err != nil {
		t.Log(err) // how it ended is told by what is there afterwards
	}
	offer(posts[20:])
	if err := ingest.Drain(t.Context()); err == nil {
		t.Error("posts are stored on a shard that is not there")
	}
	pending(40)
	shards[1].start(t)
	if err := ingest.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	pending(0)
	for _, s := range []*storage.Store{store, storagetest.Open(t, shards[1].DSN())} {
		if found := pages(t, s, vane.SearchQuery{Limit: 25}, func() {}); len(found) != len(posts) {
			t.Errorf("%d posts are found, want %d", len(found), len(posts))
		}
		series, err := s.Trend(t.Context(), vane.TrendQuery{Window: vane.Window{From: noon.AddDate(0, 0, -9), To: noon.Add(time.Hour)}, Step: vane.Daily})
		if err != nil || series[0].Total() != uint64(len(posts)) {
			t.Errorf("%d posts are counted, %v; want %d", series[0].Total(), err, len(posts))
		}
	}
}
