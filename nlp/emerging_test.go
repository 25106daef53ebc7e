package nlp

import "testing"

func TestKnows(t *testing.T) {
	a := shippedAnalyzer(t)
	for word, want := range map[string]bool{"演唱会": true, "柱子票": true, "墙根票": true, "天板票": false, "丽发新城": false, "柱": true} {
		if got := a.Knows(word); got != want {
			t.Errorf("Knows(%s) = %v", word, got)
		}
	}
	if terms := a.Terms(); !terms["柱子票"] || terms["天板票"] {
		t.Error("terms are not those of the taxonomy")
	}
}
