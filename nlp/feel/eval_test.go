package feel

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestReadSamples(t *testing.T) {
	cases := []struct{ text, want string }{
		{"source,category,label,text\ns,c,1,\"好，\n好\"\ns,c,0,坏\n", ""},
		{"\ufeffsource,category,label,text\n", ""},
		{"", "read samples: EOF"},
		{"text,label,a,b\n", "write source,category,label,text"},
		{"source,category,label,text\ns,c,2,好\n", "line 2: label \"2\""},
		{"source,category,label,text\ns,c,1\n", "wrong number of fields"},
	}
	for _, c := range cases {
		_, err := ReadSamples(strings.NewReader(c.text))
		if (c.want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.want)
		}
	}
}

func TestReadPosts(t *testing.T) {
	posts, err := ReadPosts(strings.NewReader(`{"id":"a-1","text":"好","issues":[],"sensitive":false}
{"id":"a-2","text":"坏","issues":["x.y"],"sensitive":true}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(posts) != 2 || posts[0].Tagged != Untagged || posts[1].Tagged != Tagged || !posts[1].Sensitive {
		t.Errorf("read %+v", posts)
	}
	if _, err := ReadPosts(strings.NewReader("{}\n{")); err == nil || !strings.Contains(err.Error(), "post 2") {
		t.Errorf("error %v, want post 2", err)
	}
}

func TestReadProbeErrors(t *testing.T) {
	if _, err := ReadProbe(strings.NewReader("# note\n1 好\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v, want line 2", err)
	}
}

// TestCopiesStayTogether: copies with other marks and case fall into one fold.
func TestCopiesStayTogether(t *testing.T) {
	for _, pair := range [][2]string{{"很好，OK", "很好ok！！"}, {"快递 很快", "快递很快。"}} {
		if Fold(pair[0], 1000) != Fold(pair[1], 1000) {
			t.Errorf("%q and %q are parted", pair[0], pair[1])
		}
	}
	samples := someSamples(t)
	train, test := Split(samples, 2, 5)
	if len(train)+len(test) != len(samples) || len(test) < len(samples)/10 {
		t.Errorf("split %d into %d and %d", len(samples), len(train), len(test))
	}
}

// TestReport checks the measures on answers that can be counted by hand.
func TestReport(t *testing.T) {
	samples := []Sample{
		{Source: "a", Category: "x", Text: "1", Good: true},
		{Source: "a", Category: "x", Text: "2", Good: true},
		{Source: "a", Category: "y", Text: "3", Good: false},
		{Source: "b", Category: "y", Text: "4", Good: false},
		{Source: "b", Category: "y", Text: "5", Good: true},
	}
	said := map[string]Score{"1": {0.8, 0.9}, "2": {0.8, 0.9}, "3": {-0.4, 0.7}, "4": {0.2, 0.6}, "5": {0.6, 0.8}}
	r := EvalSentiment(samples, func(text string) Score { return said[text] })
	near := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s is %.4f, want %.4f", name, got, want)
		}
	}
	near("accuracy", r.Accuracy, 4.0/5)
	near("macro F1", r.MacroF1, (6.0/7+2.0/3)/2)
	near("ECE", r.ECE, (2*0.1+0.3+0.6+0.2)/5)
	near("accuracy at 80", r.Sure, 1)
	near("source b", r.BySource["b"], 1.0/2)
	near("category y", r.ByCategory["y"], 2.0/3)
	if empty := EvalSentiment(nil, nil); empty.N != 0 || empty.Accuracy != 0 {
		t.Errorf("of nothing: %+v", empty)
	}
}

func TestEvalSensitiveByKind(t *testing.T) {
	r := EvalSensitive(somePosts(), func(p Post) (bool, float32) { return strings.HasPrefix(p.ID, "a"), 0.9 })
	if r.N != 4 || r.Accuracy != 1 || r.ByCategory["a"] != 1 || r.ByCategory["b"] != 1 {
		t.Errorf("%+v", r)
	}
}

func TestLeaveOneOutNeverShowsTheCategory(t *testing.T) {
	samples := []Sample{{Category: "x", Text: "x", Good: true}, {Category: "y", Text: "y"}, {Category: "z", Text: "z", Good: true}}
	r, err := LeaveOneOut(samples, func(train []Sample) (Scorer, error) {
		seen := ""
		for _, s := range train {
			seen += s.Category
		}
		return func(text string) Score {
			if strings.Contains(seen, text) {
				t.Errorf("%s was trained on", text)
			}
			return Score{Sentiment: 1}
		}, nil
	})
	if err != nil || r.N != 3 || math.Abs(r.Accuracy-2.0/3) > 1e-9 {
		t.Errorf("%+v, error %v", r, err)
	}
	broken := errors.New("no")
	if _, err := LeaveOneOut(samples, func([]Sample) (Scorer, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestBaselines(t *testing.T) {
	samples := someSamples(t)
	naive, err := FitNaiveBayes(samples[:300])
	if err != nil {
		t.Fatal(err)
	}
	words, err := LexiconScorer()
	if err != nil {
		t.Fatal(err)
	}
	for name, scorer := range map[string]Scorer{"naive Bayes": naive, "lexicon": words} {
		if r := EvalSentiment(samples[300:], scorer); r.Accuracy < 0.7 {
			t.Errorf("%s: accuracy %.2f", name, r.Accuracy)
		}
	}
}
