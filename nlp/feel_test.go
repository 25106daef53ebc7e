package nlp

import "testing"

// TestFeelGolden: the sign must be right where a pair names one. Texts that feel
// nothing have no pair: the model has no neutral class.
func TestFeelGolden(t *testing.T) {
	feeler := sampleAnalyzer(t).feeler
	for _, p := range goldenPairs(t, "feel.txt") {
		feeling := feeler.Feel(Fold(p[0]).Text)
		if good := p[1] == "positive"; feeling == 0 || (feeling > 0) != good {
			t.Errorf("%s: %.2f, want %s", p[0], feeling, p[1])
		}
	}
}

func TestVoiceGolden(t *testing.T) {
	a := sampleAnalyzer(t)
	for _, p := range goldenPairs(t, "voice.txt") {
		m := a.AnalyzeText(p[0])
		got := string(m.Voice) + " calm"
		if m.Sensitive {
			got = string(m.Voice) + " sensitive"
		}
		if got != p[1] {
			t.Errorf("%s: %s (sentiment %.2f), want %s", p[0], got, m.Sentiment, p[1])
		}
	}
}

func TestCuesFit(t *testing.T) {
	if n := len(voiceCues().matcher.patterns); n > maxCues {
		t.Errorf("dict/voice.txt has %d cues, more than %d", n, maxCues)
	}
}
