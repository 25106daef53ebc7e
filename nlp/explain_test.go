package nlp

import (
	"flag"
	"fmt"
	"strings"
	"testing"
)

var explainText = flag.String("explain", "", "text whose words, hits and tags TestExplain prints")

// TestExplain shows a writer of rules what the engine sees in a text:
//
//	go test ./nlp -run TestExplain -v -explain='柱子票挡住了'
func TestExplain(t *testing.T) {
	if *explainText == "" {
		t.Skip("no text given with -explain")
	}
	a := shippedAnalyzer(t)
	f := Fold(*explainText)
	tokens := a.segmenter.Segment(f.Text)
	var words []string
	for _, tok := range tokens {
		words = append(words, fmt.Sprintf("%s(%.0f)", f.Text[tok.From:tok.To], tok.Freq))
	}
	t.Logf("words: %s", strings.Join(words, "|"))
	e := newEvaluation(a.rules, defaultMaxWords)
	e.begin(f.Text, tokens, nil)
	for _, h := range e.hits {
		note := ""
		if e.straddled(h) {
			note = "  dropped: a word of the text goes over its edge"
		} else if e.negated(h) {
			note = "  negated (counts for terms and negatable words only)"
		}
		t.Logf("hit %s%s", f.Text[h.from:h.to], note)
	}
	for _, m := range a.AnalyzeText(*explainText).Tags {
		t.Logf("TAG %s by %s at %q", m.ID, m.Rule, m.Text)
	}
}
