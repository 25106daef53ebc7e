package storage_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/storage/storagetest"
)

// TestFacts tells one story: people talk about tickets all month, and today about
// pillar seats.
func TestFacts(t *testing.T) {
	s := storagetest.New(t)
	today := vane.Window{From: noon, To: noon.Add(24 * time.Hour)}
	var all []vane.Mention
	say := func(name string, at time.Time, words ...string) *vane.Mention {
		m := mention(name, at)
		m.Words, m.Voice, m.Engagement, m.Fingerprint = words, vane.Discussion, vane.Engagement{}, uint64(len(all))
		all = append(all, m)
		return &all[len(all)-1]
	}
	for i := range 60 {
		before := noon.Add(-time.Duration(i+1) * 10 * time.Hour)
		say(fmt.Sprint("tickets", i), before, "演唱会", "门票", "开票")
		other := say(fmt.Sprint("phones", i), before, "流量", "套餐", "柱子")
		other.Tags = []vane.TagMatch{{ID: "telecom.speed_cap"}}
	}
	for i := range 10 {
		m := say(fmt.Sprint("pillar", i), noon.Add(time.Duration(i)*time.Hour), "演唱会", "门票", "柱子", "视线")
		m.Fingerprint = 1000 + uint64(i/2) // every text twice
		m.AuthorKey = vane.NewAuthorKey([]byte("key"), "forum-a", fmt.Sprint(i/5))
	}
	set := func(i int, edit func(*vane.Mention)) { edit(&all[len(all)-10+i]) }
	set(1, func(m *vane.Mention) { m.AuthorKey, m.Region, m.Channel = vane.ID{}, "", vane.Weibo })
	set(3, func(m *vane.Mention) { m.AuthorKey = vane.ID{}; m.Engagement.Likes = 100 })
	set(6, func(m *vane.Mention) { m.Engagement.Likes = 1_000_000 })
	set(8, func(m *vane.Mention) { m.Voice, m.Sensitive = vane.Complaint, false })
	insert(t, s, all...)

	got, err := s.Facts(t.Context(), vane.Node{Tag: "ticketing.pillar_seat"}, today)
	if err != nil {
		t.Fatal(err)
	}
	var posts []string
	for _, p := range got.Evidence.Posts {
		posts = append(posts, p.URL)
	}
	// The complaint, then by magnitude of reactions, then the earlier; one per text.
	if diff := cmp.Diff([]string{
		"http://forum.test/pillar8", "http://forum.test/pillar6", "http://forum.test/pillar3", "http://forum.test/pillar0", "http://forum.test/pillar4",
	}, posts); diff != "" {
		t.Errorf("telling posts (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"视线", "柱子"}, got.Evidence.Words[:2]); diff != "" || slices.Contains(got.Evidence.Words, "门票") {
		t.Errorf("telling words %v: want 视线 and 柱子, without 门票, which is always said", got.Evidence.Words)
	}
	if want := math.Log1p(100) + math.Log1p(1_000_000); math.Abs(got.Reach-want) > 1e-9 {
		t.Errorf("reach %v, want %v", got.Reach, want)
	}
	got.Evidence.Posts, got.Evidence.Words, got.Reach = nil, nil, 0
	if diff := cmp.Diff(vane.Facts{Posts: 10, Sensitive: 9, Authors: 4, Texts: 5, Sources: 1, Regions: 1, Novelty: 1, Sketches: []vane.Sketch{{1, 255, 0, 3}}, Evidence: vane.Evidence{
		Channels: []vane.Share{{Key: "论坛", Posts: 9}, {Key: "微博", Posts: 1}},
		Regions:  []vane.Share{{Key: "上海", Posts: 9}},
		Brands:   []vane.Share{{Key: "大麦", Posts: 10}},
		Demands:  []vane.Share{{Key: "退款", Posts: 10}},
		First:    noon,
	}}, got); diff != "" {
		t.Errorf("facts (-want +got)\n%s", diff)
	}
}

func TestFactsOfSilence(t *testing.T) {
	s := storagetest.New(t)
	got, err := s.Facts(t.Context(), vane.Node{Tag: "ticketing"}, around(noon))
	if diff := cmp.Diff(vane.Facts{}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Posts != 0 || !stats.First.IsZero() || !stats.Last.IsZero() {
		t.Errorf("stats of nothing: %+v, %v", stats, err)
	}
}

// TestFirstWordsOfATag has no earlier posts of the tag to compare with: then all
// posts are what its words stand out from.
func TestFirstWordsOfATag(t *testing.T) {
	s := storagetest.New(t)
	var all []vane.Mention
	for i := range 50 {
		m := mention(fmt.Sprint("other", i), noon.Add(-time.Duration(i+1)*time.Hour))
		m.Tags, m.Words = nil, []string{"今天", "天气", fmt.Sprint("词", i)}
		all = append(all, m)
	}
	for i := range 5 {
		m := mention(fmt.Sprint("new", i), noon)
		m.Words = []string{"今天", "柱子", fmt.Sprint("一次", i)}
		all = append(all, m)
	}
	insert(t, s, all...)
	got, err := s.Facts(t.Context(), vane.Node{Tag: "ticketing"}, around(noon.Add(time.Hour)))
	if diff := cmp.Diff([]string{"柱子"}, got.Evidence.Words); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func TestPostsNewestFirst(t *testing.T) {
	s := storagetest.New(t)
	for i := range 5 {
		insert(t, s, mention(fmt.Sprint(i), noon.Add(time.Duration(i)*time.Minute)))
	}
	list := func(tag vane.Tag, w vane.Window, limit int) (urls []string) {
		t.Helper()
		found, err := s.Posts(t.Context(), tag, w, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			urls = append(urls, m.URL[len("http://forum.test/"):])
		}
		return urls
	}
	check := func(got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	check(list("", around(noon), 10), "4", "3", "2", "1", "0")
	check(list("ticketing", around(noon), 2), "4", "3")
	check(list("telecom", around(noon), 10))
	check(list("", around(noon), 0))
	check(list("", around(noon), -1))
	check(list("", vane.Window{From: noon.Add(time.Minute), To: noon.Add(3 * time.Minute)}, 10), "2", "1")
	n, stop := 0, fmt.Errorf("enough")
	err := s.Each(t.Context(), "", around(noon), func(vane.Mention) error {
		n++
		return stop
	})
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("each went on to %d posts, %v", n, err)
	}
}
