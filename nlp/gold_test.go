package nlp

import (
	"testing"

	"vane"
)

// TestGoldFeel measures sensitive and voice on labelled posts.
func TestGoldFeel(t *testing.T) {
	gold := readGold(t)
	a := shippedAnalyzer(t)
	confusion := map[[2]vane.Voice]int{}
	voices := 0
	for _, l := range gold {
		m := a.AnalyzeText(l.Text)
		confusion[[2]vane.Voice{l.Voice, m.Voice}]++
		if m.Voice == l.Voice {
			voices++
		}
		if m.Sensitive != l.Sensitive || m.Voice != l.Voice {
			t.Logf("sensitive %v, gold %v; voice %s, gold %s; sentiment %.2f: %s: %.60s", m.Sensitive, l.Sensitive, m.Voice, l.Voice, m.Sentiment, l.ID, l.Text)
		}
	}
	for pair, n := range confusion {
		t.Logf("gold %-10s called %-10s %d", pair[0], pair[1], n)
	}
	s := a.ScoreSensitive(gold)
	t.Logf("sensitive: %+v", s)
	t.Logf("voice: accuracy %.4f", ratio(voices, len(gold)))
	if s.Accuracy < 0.82 || ratio(voices, len(gold)) < 0.80 {
		t.Error("sensitive or voice has become worse")
	}
}
