package crawler

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// frontierOf is what a state is still to fetch and has seen, in an order that is its own.
func frontierOf(t *testing.T, s *State) (rows []string) {
	t.Helper()
	for _, query := range []string{
		`SELECT 'page', source || page || kind || due || attempts FROM frontier`,
		`SELECT 'seen', hex(post) || hex(content) FROM seen`,
		`SELECT 'outbox', key || post FROM outbox`,
		`SELECT 'pass', source || started || reason FROM passes`,
		`SELECT 'version', user_version FROM pragma_user_version`,
	} {
		rows = append(rows, queried(t, s, query)...)
	}
	slices.Sort(rows)
	return rows
}

func queried(t *testing.T, s *State, query string) (rows []string) {
	t.Helper()
	result, err := s.db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	for result.Next() {
		var kind, text string
		if err := result.Scan(&kind, &text); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, kind+" "+text)
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// A snapshot that is taken beside the process that has the state is the state.
func TestSnapshot(t *testing.T) {
	dir := t.TempDir()
	state, err := OpenState(t.Context(), filepath.Join(dir, "vane.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	s := newSite(t)
	s.forum(numbers(1, 9), 3)
	src := s.forumSource("forum")
	src.Limits.Pages = 5 // the others stay in the frontier
	mustPass(t, newTestCrawler(t, testConfig(), state), src, Budget)

	beside, err := ReadState(t.Context(), filepath.Join(dir, "vane.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "copy.sqlite")
	if err := beside.Snapshot(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := beside.Snapshot(t.Context(), copied); err == nil {
		t.Error("a snapshot replaced a file")
	}
	if _, err := beside.db.ExecContext(t.Context(), `DELETE FROM seen`); err == nil {
		t.Error("who only reads may write after a snapshot")
	}
	if err := beside.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	again, err := OpenState(t.Context(), copied)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if want, got := frontierOf(t, state), frontierOf(t, again); !slices.Equal(got, want) || len(want) < 10 {
		t.Errorf("the copy holds %d rows, not the same %d", len(got), len(want))
	}
}
