package nlp

import (
	"testing"

	"vane"
)

// TestGoldFeel measures sensitive and voice on labelled posts.
func TestGoldFeel(t *testing.T) {
	posts := readGold(t)
	a := shippedAnalyzer(t)
	confusion := map[[2]vane.Voice]int{}
	var s counts
	right, voices := 0, 0
	for _, p := range posts {
		m := a.AnalyzeText(p.Text)
		switch {
		case m.Sensitive && p.Sensitive:
			s.hit++
		case m.Sensitive:
			s.wrong++
		case p.Sensitive:
			s.missed++
		}
		if m.Sensitive == p.Sensitive {
			right++
		} else {
			t.Logf("sensitive %v, gold %v (voice %s, sentiment %.2f, %d tags, gold %v): %s: %.60s", m.Sensitive, p.Sensitive, m.Voice, m.Sentiment, len(m.Tags), p.Issues, p.ID, p.Text)
		}
		confusion[[2]vane.Voice{p.Voice, m.Voice}]++
		if m.Voice == p.Voice {
			voices++
		} else {
			t.Logf("voice %s, gold %s: %s: %.100s", m.Voice, p.Voice, p.ID, p.Text)
		}
	}
	for pair, n := range confusion {
		t.Logf("gold %-10s called %-10s %d", pair[0], pair[1], n)
	}
	t.Logf("sensitive: n %d  accuracy %.4f  precision %.4f  recall %.4f  F1 %.4f", len(posts), float64(right)/float64(len(posts)),
		float64(s.hit)/float64(max(1, s.hit+s.wrong)), float64(s.hit)/float64(max(1, s.hit+s.missed)), s.f1())
	t.Logf("voice: accuracy %.4f", float64(voices)/float64(len(posts)))
}
