package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/crawler"
	"vane/storage"
)

// damageable is an installation whose files a test may break between two starts.
func damageable(t *testing.T) *app {
	t.Helper()
	return &app{errOut: t.Output(), log: slog.New(slog.NewTextHandler(t.Output(), nil)), cfg: defaultConfig(), dataDir: t.TempDir()}
}

// opened runs f with the store, and closes everything.
func (a *app) opened(ctx context.Context, f func(*storage.Store) error) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openStore(ctx, &opened)
	if err != nil {
		return err
	}
	return f(store)
}

// someParts stores posts of one hour by some inserts, each of which makes a part.
func someParts(t *testing.T, a *app, inserts int) {
	t.Helper()
	at := time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC)
	err := a.opened(t.Context(), func(store *storage.Store) error {
		for n := range inserts {
			post := vane.Post{ID: vane.NewPostID("test", fmt.Sprint(n)), Source: "test", Text: "柱子票", PublishedAt: at, CollectedAt: at}
			if err := store.Insert(t.Context(), []vane.Mention{{Post: post}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// parts are the folders of the parts of posts, by a pattern of their names.
func parts(t *testing.T, a *app, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(a.engineDir(), "data", "store", "*", "*", pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no parts %s, %v", pattern, err)
	}
	return found
}

func TestDamagedPartIsNotPassedOver(t *testing.T) {
	a := damageable(t)
	someParts(t, a, 1)
	part := parts(t, a, "202603_*")[0]
	if err := os.Truncate(filepath.Join(part, "columns.txt"), 3); err != nil {
		t.Fatal(err)
	}
	nothing := func(*storage.Store) error { return nil }
	for range 2 { // it does not become right by trying again
		err := a.opened(t.Context(), nothing)
		if !errors.Is(err, storage.ErrDamaged) || !strings.Contains(err.Error(), "restore a backup; or stop vane, delete that folder") {
			t.Fatalf("with a damaged part: %v", err)
		}
	}
	aside := parts(t, a, "detached/broken-on-start_*")[0]
	if err := os.RemoveAll(aside); err != nil {
		t.Fatal(err)
	}
	if err := a.opened(t.Context(), nothing); err != nil {
		t.Errorf("after the repair: %v", err)
	}
}

func TestDamagedCountsAreCountedAgain(t *testing.T) {
	a := damageable(t)
	someParts(t, a, 3)
	window := vane.Window{From: time.Date(2026, 3, 13, 16, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 14, 16, 0, 0, 0, time.UTC)}
	total := func(store *storage.Store) (n uint64, err error) {
		series, err := store.Trend(t.Context(), vane.TrendQuery{Window: window, Step: vane.Hourly})
		for _, s := range series {
			n += s.Total()
		}
		return n, err
	}
	err := a.opened(t.Context(), func(store *storage.Store) error {
		_, err := store.Rollup(t.Context(), time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts(t, a, strings.Repeat("[0-9a-f]", 32)+"_*") { // of counts: its partitions are named by a hash
		if err := os.Truncate(filepath.Join(part, "columns.txt"), 3); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		err = a.opened(t.Context(), func(store *storage.Store) error {
			n, err := total(store)
			if n != 3 {
				t.Errorf("%d posts are counted, want 3", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// A file that SQLite can't trust is refused at the start, before anything is made of it.
func TestDamagedStateIsRefused(t *testing.T) {
	a := damageable(t)
	var opened stack
	state, err := a.openState(t.Context(), &opened)
	if err != nil {
		t.Fatal(err)
	}
	var posts []vane.Post
	for n := range 2000 {
		posts = append(posts, vane.Post{ID: vane.NewPostID("test", fmt.Sprint(n)), Source: "test", Text: strings.Repeat("柱子票", 50)})
	}
	if err := state.Offer(t.Context(), posts...); err != nil {
		t.Fatal(err)
	}
	if opened.close(&err); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(a.stateFile(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	if _, err := file.WriteAt([]byte(strings.Repeat("damage", page/6)), 40*page); err != nil {
		t.Fatal(err)
	}
	file.Close()
	if _, err := crawler.OpenState(t.Context(), a.stateFile()); err == nil || !strings.Contains(err.Error(), "the file is damaged: move it away") {
		t.Errorf("a damaged file: %v", err)
	}
}

// optimized merges the parts of a table, as ClickHouse does in its own time.
func optimized(ctx context.Context, a *app) error {
	access := a.engine.ReadOnly()
	password, err := os.ReadFile(filepath.Join(a.engineDir(), "writer.password"))
	if err != nil {
		return err
	}
	address := fmt.Sprintf("http://%s:%d/", access.Host, access.HTTPPort)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("OPTIMIZE TABLE vane.posts FINAL"))
	if err != nil {
		return err
	}
	request.SetBasicAuth("vane", string(password))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// A power cut may break a part that was just merged; those it was made of are still
// there, so that nothing is lost and nobody has to do anything.
func TestBrokenMergeHeals(t *testing.T) {
	a := damageable(t)
	someParts(t, a, 3)
	if err := a.opened(t.Context(), func(*storage.Store) error { return optimized(t.Context(), a) }); err != nil {
		t.Fatal(err)
	}
	merged := parts(t, a, "202603_*_*_[1-9]*")[0]
	if err := os.Truncate(filepath.Join(merged, "columns.txt"), 3); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		err := a.opened(t.Context(), func(store *storage.Store) error {
			stats, err := store.Stats(t.Context())
			if stats.Posts != 3 {
				t.Errorf("%d posts are stored, want 3", stats.Posts)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(a.engineDir(), "data", "store", "*", "*", "detached", "broken*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
}
