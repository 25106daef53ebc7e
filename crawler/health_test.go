package crawler

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// healthOf is how one source does.
func healthOf(t *testing.T, state *State, source string) SourceHealth {
	t.Helper()
	list, err := state.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(h SourceHealth) bool { return h.Source == source })
	if i < 0 {
		t.Fatalf("%s is not in %+v", source, list)
	}
	return list[i]
}

func TestHealthTellsHowSourcesDo(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 25), 10)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src := s.forumSource("forum")
	mustPass(t, c, src, Done)
	report := mustPass(t, c, src, Seen)
	broken := s.forumSource("broken")
	broken.Start = []string{"/nothing"}
	mustPass(t, c, broken, Failed)
	failed := mustPass(t, c, broken, Failed)
	next := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	if err := state.recordSchedule(t.Context(), "coming", next, time.Hour); err != nil {
		t.Fatal(err)
	}
	got, err := state.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []SourceHealth{
		{Source: "broken", Started: failed.Started, Ended: failed.Ended, Reason: Failed, Detail: failed.Detail, Errors: 1, Failing: 2, Buried: 1},
		{Source: "coming", Next: next, Every: time.Hour},
		{Source: "forum", Started: report.Started, Ended: report.Ended, Reason: Seen, Today: 25},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("health differs (-want +got):\n%s", diff)
	}
	tomorrow, err := state.health(t.Context(), time.Now().Add(24*time.Hour))
	if err != nil || tomorrow[2].Today != 0 {
		t.Errorf("tomorrow: %+v, %v, want no posts yet", tomorrow, err)
	}
}

// A site that changes its pages does not answer with an error: the source is flagged
// after three passes that came to nothing, and is well again when a post is read.
func TestASourceThatGivesNothingIsFlagged(t *testing.T) {
	for name, spoil := range map[string]func(*site, *Source){
		"the list's selector": func(_ *site, src *Source) { src.List.Item = "tr.row" },
		"the rows' selectors": func(_ *site, src *Source) { src.List.Fields.URL = Field{{Select: "em", Attr: "href"}} },
		"the posts' selectors": func(_ *site, src *Source) {
			src.Detail.Fields.Title, src.Detail.Fields.Text = Field{{Select: "h5"}}, Field{{Select: "h6"}}
		},
		"dates in another form": func(_ *site, src *Source) { src.Detail.Fields.Published = Field{{Select: ".text"}} },
		"a feed without items": func(s *site, src *Source) {
			src.Kind, src.List, src.Detail = Feed, nil, nil
			s.page("/list", `<rss version="2.0"><channel><title>x</title></channel></rss>`)
		},
		"an empty answer": func(s *site, src *Source) {
			src.Kind, src.List, src.Detail = JSON, nil, nil
			src.JSON = &JSONList{Items: "data", Fields: Fields{ID: Field{{Select: "id"}}, Title: Field{{Select: "title"}}}}
			s.page("/list", `{"data": []}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.forum(numbers(1, 5), 10)
			right := s.forumSource("forum")
			src := s.forumSource("forum")
			spoil(s, &src)
			state := openTestState(t)
			var logged strings.Builder
			c, err := New(testConfig(), state, slog.New(slog.NewTextHandler(&logged, nil)))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Close)
			for n := 1; n <= 4; n++ {
				s.forumPost(100 + n) // something new to read, or not
				report, err := c.Pass(t.Context(), src, PassOptions{})
				if err != nil || report.New != 0 || !report.Empty {
					t.Fatal(report, err)
				}
				if h := healthOf(t, state, "forum"); h.Empty != n || h.Flagged != (n >= 3) {
					t.Errorf("after %d passes: %+v", n, h)
				}
			}
			if got := strings.Count(logged.String(), "gives nothing"); got != 1 {
				t.Errorf("said %d times that the source gives nothing, want once", got)
			}
			s.forum(numbers(1, 5), 10)
			if _, err := c.Pass(t.Context(), right, PassOptions{}); err != nil {
				t.Fatal(err)
			}
			if h := healthOf(t, state, "forum"); h.Empty != 0 || h.Flagged {
				t.Errorf("corrected: %+v", h)
			}
		})
	}
}

// forumPost puts a further post on the first page of a forum, if there is one.
func (s *site) forumPost(n int) {
	if list := recordOf(s, "/list"); strings.HasPrefix(list, "<ul>") {
		s.forum(append([]string{time.Duration(n).String()}, numbers(1, 5)...), 10)
	}
}

// One selector that gives nothing any more, while the others do, is seen too.
func TestASelectorThatMatchesNothingIsNamed(t *testing.T) {
	s := newSite(t)
	src := s.forumSource("forum")
	src.Detail.Fields.Region = Field{{Select: ".region"}}
	src.List.Fields.Comments = Field{{Select: "em"}}
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	for n := 1; n <= 4; n++ {
		s.forum(numbers(1, 5*n), 50)
		report, err := c.Pass(t.Context(), src, PassOptions{})
		if err != nil || report.New != 5 {
			t.Fatal(report, err)
		}
		h := healthOf(t, state, "forum")
		want := []string{"detail.fields.region", "list.fields.comments"}
		if n < 3 {
			want = nil
		}
		if !slices.Equal(h.Unmatched, want) || h.Flagged != (n >= 3) {
			t.Errorf("after %d passes: %+v, want %q", n, h, want)
		}
	}
}

func TestAnUnchangedSourceIsNotFlagged(t *testing.T) {
	s, _, src := versionedForum(t)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	mustPass(t, c, src, Done)
	for range 4 {
		mustPass(t, c, src, Seen)
	}
	s.handle("/list", status(http.StatusBadRequest))
	src.Limits.Depth = 2 // another plan
	mustPass(t, c, src, Failed)
	if h := healthOf(t, state, "forum"); h.Empty != 0 || h.Flagged || h.Failing != 1 {
		t.Errorf("%+v, want a source that is well, and failing once", h)
	}
}

func TestRunRecordsWhatIsNext(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 3), 10)
	state := openTestState(t)
	c := newTestCrawler(t, testConfig(), state)
	src := s.forumSource("forum")
	src.Every, src.Adapt = 200*time.Millisecond, &Adapt{Min: 150 * time.Millisecond, Max: time.Hour}
	cron := s.forumSource("cron")
	cron.Cron = "0 0 1 1 *" // on New Year's Day
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, []Source{src, cron}) }()
	soon(t, func() bool {
		passes, err := state.passesOf(t.Context(), "forum", 10)
		return err != nil || len(passes) >= 3
	})
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	h := healthOf(t, state, "forum")
	if h.Next.IsZero() || h.Next.Before(h.Started.Add(-time.Second)) {
		t.Errorf("%+v, want to know of the next pass", h)
	}
	if h.Every <= src.Every {
		t.Errorf("every %v although nothing is new, want it to grow", h.Every)
	}
	if h := healthOf(t, state, "cron"); !h.Started.IsZero() || h.Next.Before(time.Now()) {
		t.Errorf("%+v, want no pass before New Year", h)
	}
}
