package crawler

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vane"
)

// A post that was forgotten is gone from the disk, and no pass or import brings it
// back, whatever its site does.
func TestForgottenPostsDoNotComeBack(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	src := s.forumSource("forum")
	src.Follow = &Follow{For: 100 * 365 * day, Every: time.Millisecond}
	path := filepath.Join(t.TempDir(), "crawl.db")
	state, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	c := newTestCrawler(t, testConfig(), state)
	mustPass(t, c, src, Done)
	gone, never := vane.NewPostID("forum", "2"), vane.NewPostID("forum", "4")
	if err := state.Forget(t.Context(), []vane.ID{gone, never}); err != nil {
		t.Fatal(err)
	}
	if files := filesWith(t, path, "第一行 2"); len(files) > 0 {
		t.Errorf("the text is still in %q", files)
	}
	if n, err := state.Pending(t.Context()); n != 2 || err != nil {
		t.Errorf("%d posts wait, %v, want the other 2", n, err)
	}
	if got := strings.Join(titles(outboxPosts(t, state)), " "); got != "帖子 1 帖子 3" {
		t.Errorf("%q in the outbox", got)
	}

	// The list shows another row for it, its page another text, and 4 is new.
	s.requests()
	s.page("/list", `<li><a href="/post/2">帖子 2 改</a></li><li><a href="/post/4">帖子 4</a></li><li><a href="/post/5">帖子 5</a></li>`)
	s.page("/post/2", `<h1>帖子 2</h1><div class="text">又来了</div>`)
	s.page("/post/4", `<h1>帖子 4</h1><div class="text">从未见过</div>`)
	s.page("/post/5", `<h1>帖子 5</h1><div class="text">新的</div>`)
	mustPass(t, c, src, Done)
	for _, asked := range s.requests() {
		if asked == "/post/2" || asked == "/post/4" {
			t.Errorf("%s was fetched", asked)
		}
	}
	if err := state.Offer(t.Context(), vane.Post{ID: gone, Title: "帖子 2"}, vane.Post{ID: vane.NewPostID("a", "b"), Title: "导入"}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(titles(outboxPosts(t, state)), " "); got != "导入 帖子 5" {
		t.Errorf("%q in the outbox", got)
	}
	if n, _ := state.Pending(t.Context()); n != 0 {
		t.Errorf("%d posts are counted as waiting", n)
	}
}

// A row that is a post itself is not taken again either.
func TestForgottenRowsDoNotComeBack(t *testing.T) {
	s := newSite(t)
	s.page("/list", `<li><a href="/post/1">退款难</a></li><li><a href="/post/2">发货慢</a></li>`)
	src := s.forumSource("forum")
	src.Detail = nil
	state := openTestState(t)
	if err := state.Forget(t.Context(), []vane.ID{vane.NewPostID("forum", "1")}); err != nil {
		t.Fatal(err)
	}
	if r := mustPass(t, newTestCrawler(t, testConfig(), state), src, Done); r.New != 1 {
		t.Errorf("%d new posts, want 1", r.New)
	}
	if got := titles(outboxPosts(t, state)); len(got) != 1 || got[0] != "发货慢" {
		t.Errorf("%q in the outbox", got)
	}
}

// The report of a pass does not keep the address of a forgotten post.
func TestForgottenAddressesLeaveReports(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 2), 10)
	s.handle("/post/2", status(418)) // it is given up
	path := filepath.Join(t.TempDir(), "crawl.db")
	state, err := OpenState(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	mustPass(t, newTestCrawler(t, testConfig(), state), s.forumSource("forum"), Done)
	if len(filesWith(t, path, "/post/2")) == 0 {
		t.Error("the address is nowhere even before")
	}
	if err := state.Forget(t.Context(), []vane.ID{vane.NewPostID("forum", "2")}); err != nil {
		t.Fatal(err)
	}
	if files := filesWith(t, path, "/post/2"); len(files) > 0 {
		t.Errorf("the address is still in %q", files)
	}
	if passes, err := state.Passes(t.Context(), 1); err != nil || len(passes) != 1 || passes[0].Errors != 1 || len(passes[0].Failed) != 0 {
		t.Errorf("the passes are %+v, %v", passes, err)
	}
}

func TestForgetWaitsForPostsOnTheirWay(t *testing.T) {
	state := openTestState(t)
	post := testPost(1)
	if err := state.Offer(t.Context(), post); err != nil {
		t.Fatal(err)
	}
	batch := lease(t, state, 1)
	if err := state.Forget(t.Context(), []vane.ID{post.ID}); !errors.Is(err, ErrOnLease) {
		t.Errorf("%v, want that it is being stored", err)
	}
	if err := state.Release(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it may be repeated
		if err := state.Forget(t.Context(), []vane.ID{post.ID}); err != nil {
			t.Error(err)
		}
	}
	if got := lease(t, state, 1); len(got.Posts) != 0 {
		t.Errorf("%q can be leased", titles(got.Posts))
	}
}

// filesWith are the files of a state that hold a text.
func filesWith(t *testing.T, path, text string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), text) {
			names = append(names, filepath.Base(file))
		}
	}
	return names
}
