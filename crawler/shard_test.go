package crawler

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// Every host belongs to exactly one of the processes, and each has its share.
func TestShardsDivideTheHosts(t *testing.T) {
	const hosts, parts = 3000, 5
	counts := make([]int, parts)
	for n := range hosts {
		host := fmt.Sprintf("www.site-%d.example.com", n)
		owners := 0
		for i := range parts {
			s, err := parseShard(fmt.Sprintf("%d/%d", i+1, parts))
			if err != nil {
				t.Fatal(err)
			}
			if s.owns(host) {
				owners++
				counts[i]++
				if !s.owns(strings.ToUpper(host)) {
					t.Errorf("%s in capitals is another's", host)
				}
			}
		}
		if owners != 1 {
			t.Fatalf("%s has %d owners", host, owners)
		}
	}
	for i, n := range counts {
		if n < hosts/parts*3/4 || n > hosts/parts*5/4 {
			t.Errorf("shard %d has %d of %d hosts", i+1, n, hosts)
		}
	}
}

func TestParseShard(t *testing.T) {
	for s, ok := range map[string]bool{"": true, "1/1": true, "3/3": true, "0/3": false, "4/3": false, "1": false, "1/": false, "a/b": false, "-1/3": false, "1/3/5": false} {
		if _, err := parseShard(s); (err == nil) != ok {
			t.Errorf("parseShard(%q): %v", s, err)
		}
		cfg := DefaultConfig()
		cfg.Shard = s
		if err := cfg.Validate(); (err == nil) != ok {
			t.Errorf("shard %q: %v", s, err)
		}
	}
}

// Two processes, a source on two hosts and one on one of them.
func TestProcessesShareTheSources(t *testing.T) {
	a, b := newSite(t), newSite(t)
	a.forum(numbers(1, 5), 10)
	b.forum(numbers(6, 9), 10)
	aURL := strings.Replace(a.URL, "127.0.0.1", "localhost", 1)
	parts := 2
	for mustShard(t, fmt.Sprintf("1/%d", parts)).owns("localhost") == mustShard(t, fmt.Sprintf("1/%d", parts)).owns("127.0.0.1") {
		parts++ // until the two are not in one
	}
	src := a.forumSource("both")
	src.Start = []string{aURL + "/list", b.URL + "/list"}
	only := a.forumSource("only")
	only.Start = []string{aURL + "/list"}
	total, refused := 0, 0
	for i := range parts {
		cfg := testConfig()
		cfg.Shard = fmt.Sprintf("%d/%d", i+1, parts)
		c := newTestCrawler(t, cfg, openTestState(t))
		if report, err := c.Pass(t.Context(), src, PassOptions{}); err == nil {
			if report.Reason != Done || report.New != 5 && report.New != 4 {
				t.Errorf("shard %s: %+v, want the posts of one host", cfg.Shard, report)
			}
			total += report.New
		}
		if _, err := c.Pass(t.Context(), only, PassOptions{}); err != nil {
			refused++
			if !strings.Contains(err.Error(), "another process") {
				t.Error(err)
			}
		}
	}
	if total != 9 || refused != parts-1 {
		t.Errorf("%d posts, want 9; %d of %d processes refuse, want all but one", total, refused, parts)
	}
}

func mustShard(t *testing.T, s string) shard {
	t.Helper()
	part, err := parseShard(s)
	if err != nil {
		t.Fatal(err)
	}
	return part
}

// Run leaves out what is another's.
func TestRunLeavesOutOtherShards(t *testing.T) {
	s := newSite(t)
	state := openTestState(t)
	cfg := testConfig()
	cfg.Shard = "1/2"
	if mustShard(t, cfg.Shard).owns("127.0.0.1") {
		cfg.Shard = "2/2"
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newTestCrawler(t, cfg, state).Run(ctx, []Source{s.forumSource("forum")}); err != nil {
		t.Error(err)
	}
	if list, err := state.Health(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v, want nothing scheduled", list, err)
	}
}
