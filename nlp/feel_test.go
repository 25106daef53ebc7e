package nlp

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

// TestSentimentData measures the sentiment on labelled reviews.
func TestSentimentData(t *testing.T) {
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		t.Skip("VANE_DATA does not name the folder of the labelled reviews")
	}
	f, err := os.Open(filepath.Join(folder, "sentiment", "train.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type score struct{ n, right, falseGood, falseBad, none int }
	by := map[string]*score{}
	for _, row := range rows[1:] {
		feeling := feelingWords().Feel(Fold(row[3]).Text)
		for _, key := range []string{"", row[0] + " " + row[1]} {
			if by[key] == nil {
				by[key] = &score{}
			}
			s := by[key]
			s.n++
			switch good := row[2] == "1"; {
			case feeling == 0:
				s.none++
				if good { // no word is taken for good
					s.right++
				}
			case (feeling > 0) == good:
				s.right++
			case good:
				s.falseBad++
			default:
				s.falseGood++
			}
		}
	}
	for _, key := range sortedKeys(by) {
		s := by[key]
		t.Logf("%-16s n %5d  accuracy %.4f  called good %d, called bad %d, no word %d", key, s.n, float64(s.right)/float64(s.n), s.falseGood, s.falseBad, s.none)
	}
	if all := by[""]; float64(all.right)/float64(all.n) < 0.75 {
		t.Error("accuracy of the word lists is below 0.75")
	}
}

func TestFeelGolden(t *testing.T) {
	for _, p := range goldenPairs(t, "feel.txt") {
		want := p[1]
		if want == p[0] {
			want = "neutral"
		}
		if feeling := feelingWords().Feel(Fold(p[0]).Text); feeling.Label() != want {
			t.Errorf("%s: %s (%.2f), want %s", p[0], feeling.Label(), feeling, want)
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
