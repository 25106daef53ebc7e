package hotspot

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
)

// wordsOf finds words in texts of the window, each by an author of its own, among
// everyday posts before. known are the words of the dictionary.
func wordsOf(before, window []string, known ...string) []vane.EmergingWord {
	dictionary := strings.Join(known, " ") + " "
	w := NewWords(DefaultWordConfig(),
		func(s string) bool { return strings.Contains(dictionary, s+" ") },
		func(s string) bool { return s == "已知词" })
	for _, text := range before {
		w.Before(mentionOf(text, 0, known), text)
	}
	var mentions []*vane.Mention
	for i, text := range window {
		mentions = append(mentions, mentionOf(text, i+1, known))
		w.Count(mentions[i], text)
	}
	for i, text := range window {
		w.Examine(mentions[i], text)
	}
	for _, text := range before {
		w.Compare(mentionOf(text, 0, known), text)
	}
	return w.Emerging(100)
}

func mentionOf(text string, author int, known []string) *vane.Mention {
	m := said(fmt.Sprint("w", author), 0, "", text)
	for _, k := range known {
		if strings.Contains(text, k) {
			m.Words = append(m.Words, k)
		}
	}
	if strings.Contains(text, "看不见") {
		m.Tags = []vane.TagMatch{{ID: "ticketing.obstructed_view"}}
	}
	return &m
}

// everyday is texts without anything new.
func everyday(n int) (texts []string) {
	for _, m := range talk(n, 9) {
		texts = append(texts, m.Text)
	}
	return texts
}

// around puts a word between what differs each time.
func around(word string, n int) (texts []string) {
	for i := range n {
		texts = append(texts, string(rune(0x6000+7*i))+word+string(rune(0x6100+11*i))+"，看不见舞台")
	}
	return texts
}

func listWords(words []vane.EmergingWord) (list []string) {
	for _, w := range words {
		list = append(list, w.Word)
	}
	return list
}

func TestEmergingWords(t *testing.T) {
	for _, c := range []struct {
		name           string
		before, window []string
		known          []string
		want           []string
	}{
		{"a new word", everyday(200), append(around("墙根票", 12), everyday(50)...), nil, []string{"墙根票"}},
		{"a known one in burst", everyday(200), append(around("柱子", 12), everyday(50)...), []string{"柱子"}, []string{"柱子"}},
		{"as usual", append(around("墙根票", 48), everyday(200)...), append(around("墙根票", 12), everyday(50)...), nil, nil},
		{"too few", everyday(200), append(around("墙根票", 4), everyday(50)...), nil, nil},
		{"rejected, or the taxonomy's", everyday(200), append(around("已知词", 12), everyday(50)...), nil, nil},
		{"nothing to compare with", nil, around("墙根票", 12), nil, nil},
		{"nothing", nil, nil, nil, nil},
	} {
		got := listWords(wordsOf(c.before, c.window, c.known...))
		got = keep(got, func(s string) bool { return !strings.Contains("看不见舞台", s) })
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

func keep(list []string, f func(string) bool) (kept []string) {
	for _, s := range list {
		if f(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

func TestAWordIsShownWithItsIssueAndUse(t *testing.T) {
	window := append(around("墙根票", 12), everyday(50)...)
	for _, w := range wordsOf(everyday(200), window) {
		if w.Word != "墙根票" {
			continue
		}
		if w.Known || w.Posts != 12 || w.Before != 0 || w.Authors != 12 || w.Issue != "ticketing.obstructed_view" || w.Share != 1 ||
			len(w.Samples) != samplesShown || w.Cohesion < 3 || w.Freedom < 2 || w.First.IsZero() {
			t.Errorf("%+v", w)
		}
		return
	}
	t.Error("墙根票 is not proposed")
}

// What was written before is counted exactly, also where strings share a counter.
func TestBeforeIsExact(t *testing.T) {
	before := append(everyday(400), around("墙根票", 2)...)
	before = append(before, "墙根票墙根票墙根票") // one post
	window := append(around("墙根票", 40), everyday(50)...)
	dictionary := func(string) bool { return false }
	w := NewWords(DefaultWordConfig(), dictionary, dictionary)
	for _, text := range before {
		w.Before(mentionOf(text, 0, nil), text)
	}
	w.before[stringHash("墙根票")%wordTable] += 3 // of another string
	var mentions []*vane.Mention
	for i, text := range window {
		mentions = append(mentions, mentionOf(text, i+1, nil))
		w.Count(mentions[i], text)
	}
	for i, text := range window {
		w.Examine(mentions[i], text)
	}
	for _, text := range before {
		w.Compare(mentionOf(text, 0, nil), text)
	}
	for _, word := range w.Emerging(100) {
		if word.Word == "墙根票" {
			if word.Before != 3 {
				t.Errorf("%d posts before, want 3", word.Before)
			}
			return
		}
	}
	t.Error("墙根票 is not proposed")
}

// Whatever a post holds, words are found in the others.
func TestWordsOfBadInput(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"empty", ""}, {"no letters", "!?。…🎉🎉\u200b"}, {"invalid UTF-8", "墙\xff根\xfe票\xe5"}, {"a control character in each gap", "墙\x00根\x1b票"},
		{"one character for ever", strings.Repeat("哈", 200_000)}, {"Latin only", strings.Repeat("free gift ", 1000)},
	} {
		bad := make([]string, 30)
		for i := range bad {
			bad[i] = c.text
		}
		words := wordsOf(append(everyday(200), bad...), append(append(around("墙根票", 12), everyday(50)...), bad...))
		if !strings.Contains(strings.Join(listWords(words), " "), "墙根票") {
			t.Errorf("%s: found %v", c.name, listWords(words))
		}
	}
}

// One person who writes a word in every post proposes nothing.
func TestOnePersonsWordIsNone(t *testing.T) {
	w := NewWords(DefaultWordConfig(), func(string) bool { return false }, func(string) bool { return false })
	for _, text := range everyday(200) {
		w.Before(mentionOf(text, 0, nil), text)
	}
	spam := around("加群券", 1000)
	for _, text := range spam {
		w.Count(mentionOf(text, 1, nil), text)
	}
	for _, text := range spam {
		w.Examine(mentionOf(text, 1, nil), text)
	}
	if got := w.Emerging(10); len(got) != 0 {
		t.Errorf("%v", listWords(got))
	}
}

// Known answers of the score: equal rates give 0, and 10 against 0 of as many posts
// √(2·10·ln 2).
func TestWordScore(t *testing.T) {
	w := &Words{posts: 100, past: 100}
	for _, c := range []struct{ now, before, want float64 }{
		{10, 10, 0}, {5, 10, 0}, {10, 0, math.Sqrt(20 * math.Ln2)}, {0, 0, 0},
	} {
		if got := w.score(c.now, c.before); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("score(%v, %v) = %v, want %v", c.now, c.before, got, c.want)
		}
	}
}

func FuzzEachString(f *testing.F) {
	f.Add("墙根票a票\xff根")
	f.Fuzz(func(t *testing.T, text string) {
		eachString(text, func(from, to int, hash uint32) {
			s := text[from:to]
			if n := len([]rune(s)); n < 1 || n > longestNew || stringHash(s) != hash {
				t.Errorf("%q at %d with hash %x", s, from, hash)
			}
		})
	})
}

func TestWordConfigValidate(t *testing.T) {
	if err := DefaultWordConfig().Validate(); err != nil {
		t.Error(err)
	}
	if err := (WordConfig{Score: -1}).Validate(); err == nil || !strings.Contains(err.Error(), "words.score") {
		t.Error(err)
	}
}

func BenchmarkWords(b *testing.B) {
	texts := everyday(2000)
	mentions := make([]*vane.Mention, len(texts))
	var bytes int64
	for i, text := range texts {
		mentions[i] = mentionOf(text, i, nil)
		mentions[i].PublishedAt = monday.Add(time.Duration(i) * time.Minute)
		bytes += int64(len(text))
	}
	w := NewWords(DefaultWordConfig(), func(string) bool { return false }, func(string) bool { return false })
	b.ReportAllocs()
	b.SetBytes(bytes)
	for b.Loop() {
		for i, text := range texts {
			w.Before(mentions[i], text)
			w.Count(mentions[i], text)
			w.Examine(mentions[i], text)
		}
	}
}
