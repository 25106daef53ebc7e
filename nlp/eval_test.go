package nlp

import (
	"math"
	"strings"
	"testing"

	"vane"
)

func TestScoreTags(t *testing.T) {
	gold := []Labelled{
		{ID: "1", Text: "甲", Issues: []vane.Tag{"a.x", "a.y"}},
		{ID: "2", Text: "乙", Issues: []vane.Tag{"a.x"}},
		{ID: "3", Text: "丙"},
	}
	answers := map[string][]vane.TagMatch{"甲": {{ID: "a.x"}}, "乙": {{ID: "a.x"}}, "丙": {{ID: "b.z", Rule: "坏"}}}
	s := ScoreTags(gold, func(text string) []vane.TagMatch { return answers[text] })
	// a.x: 2 hits; a.y: 1 missed; b.z: 1 wrong.
	if s.N != 3 || s.Precision != 2./3 || s.Recall != 2./3 || s.MicroF1 != 2./3 || s.MacroF1 != 1./3 {
		t.Errorf("score is %+v", s)
	}
	if len(s.Errors) != 2 || s.Errors[0].Tag != "a.y" || !s.Errors[0].Missed || s.Errors[1].Rule != "坏" {
		t.Errorf("errors are %+v", s.Errors)
	}
}

func TestScoreClass(t *testing.T) {
	s := ScoreClass([]string{"a", "a", "b", "b"}, []bool{true, false, true, false}, []bool{true, false, false, false})
	if s.Accuracy != 0.75 || s.ByCategory["a"].Accuracy != 1 || s.ByCategory["b"].Accuracy != 0.5 {
		t.Errorf("score is %+v", s)
	}
	if want := (2./3 + 0.8) / 2; math.Abs(s.MacroF1-want) > 1e-9 {
		t.Errorf("macro F1 is %v, want %v", s.MacroF1, want)
	}
	if s := ScoreClass(nil, nil, nil); s.Accuracy != 0 || s.MacroF1 != 0 {
		t.Errorf("score of nothing is %+v", s)
	}
}

func TestReadLabelledNamesTheLine(t *testing.T) {
	good := `{"id":"1","text":"甲","issues":["a.x"],"sensitive":true}` + "\n\n" + `{"id":"2","text":"乙"}`
	texts, err := ReadLabelled(strings.NewReader(good))
	if err != nil || len(texts) != 2 || texts[0].Issues[0] != "a.x" || !texts[0].Sensitive {
		t.Errorf("read %+v, %v", texts, err)
	}
	if _, err := ReadLabelled(strings.NewReader(good + "\nno\n")); err == nil || !strings.HasPrefix(err.Error(), "line 4: ") {
		t.Errorf("error is %v", err)
	}
}
