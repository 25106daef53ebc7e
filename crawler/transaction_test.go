package crawler

import (
	"errors"
	"path/filepath"
	"testing"
)

// A file of the first version is brought up to date, with all that is in it.
func TestAnOlderStateIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crawl.db")
	first, err := schema.ReadFile("sql/001_state.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := openDB(path, "journal_mode(WAL)")
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		string(first), `PRAGMA user_version = 1`, `INSERT INTO outbox (post) VALUES ('{"title": "退款难"}')`,
		`INSERT INTO frontier (source, page, url, kind, depth, due) VALUES ('forum', 'x', 'http://127.0.0.1/x', 'list', 1, 0)`,
		`INSERT INTO passes (source, started) VALUES ('forum', 1700000000000)`,
	} {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	state, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	h := healthOf(t, state, "forum")
	if h.Waiting != 1 || h.Reason != Killed || h.Followed != 0 {
		t.Errorf("%+v, want the page and the pass of before", h)
	}
	if got := titles(outboxPosts(t, state)); len(got) != 1 || got[0] != "退款难" {
		t.Errorf("%q in the outbox", got)
	}
}

// A transaction that fails leaves nothing behind, prepared statements or not.
func TestATransactionThatFailsIsUndone(t *testing.T) {
	state := openTestState(t)
	for round := range 3 {
		err := state.tx(t.Context(), func(tx txn) error {
			for n := range oftenUsed {
				if _, err := putPost(t.Context(), tx, testPost(n)); err != nil {
					return err
				}
			}
			return errStop
		})
		if !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		if prepared := len(state.prepared); (round == 0) != (prepared == 0) && round < 2 {
			t.Errorf("round %d: %d statements are prepared", round, prepared)
		}
	}
	var n int
	if err := state.db.QueryRowContext(t.Context(), `SELECT count(*) FROM outbox`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d posts are left, %v", n, err)
	}
}
