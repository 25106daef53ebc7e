package feel

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dataDir is where the real data lies beside the project.
func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("VANE_DATA")
	if dir == "" {
		t.Skip("VANE_DATA is not set: it names the folder with sentiment/train.csv and gold/tags_dev.jsonl")
	}
	return dir
}

func realSamples(t testing.TB) []Sample {
	t.Helper()
	f, err := os.Open(filepath.Join(dataDir(t), "sentiment", "train.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	samples, err := ReadSamples(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range samples {
		samples[i].Text = strings.ToLower(samples[i].Text)
	}
	return samples
}

func realPosts(t testing.TB) []Post {
	t.Helper()
	f, err := os.Open(filepath.Join(dataDir(t), "gold", "tags_dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	posts, err := ReadPosts(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range posts {
		posts[i].Text = strings.ToLower(posts[i].Text)
	}
	return posts
}

// probe is the sentences of a file of testdata.
func probe(t testing.TB, name string) []Sample {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	samples, err := ReadProbe(f)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

// folds is how many of the five folds TestHeldOut leaves out in turn.
func folds() int {
	if os.Getenv("VANE_LONG") != "" {
		return 5
	}
	return 1
}

// TestHeldOut trains on four fifths of the real reviews and judges the last: what the
// shipped model, which has seen all of them, can no longer show.
func TestHeldOut(t *testing.T) {
	samples := realSamples(t)
	for k := range folds() {
		r, err := HeldOut(samples, k, 5, TrainOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("fold %d: %+v", k, r.Report)
		t.Logf("fold %d: lexicon alone %.4f, naive Bayes %.4f", k, r.Lexicon.Accuracy, r.NaiveBayes.Accuracy)
		if r.Accuracy < 0.92 || r.BySource["shopping"] < 0.93 || r.BySource["takeaway"] < 0.885 || r.ECE > 0.03 {
			t.Errorf("fold %d is worse than it was", k)
		}
		if r.Accuracy < r.NaiveBayes.Accuracy || r.NaiveBayes.Accuracy < r.Lexicon.Accuracy {
			t.Errorf("fold %d: the model is not above the baselines", k)
		}
	}
}

// TestLeaveOneOut takes minutes and runs with VANE_LONG only.
func TestLeaveOneOut(t *testing.T) {
	if os.Getenv("VANE_LONG") == "" {
		t.Skip("VANE_LONG is not set: twelve trainings take minutes")
	}
	r, err := LeaveOneOut(realSamples(t), FitModel)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", r)
	if r.Accuracy < 0.87 {
		t.Errorf("mean over categories is %.4f", r.Accuracy)
	}
}

// TestCrossSensitive judges each fifth of the marked posts by weights learnt on the
// others, with the tags of people, with tags of which one in seven is wrong, and with
// none.
func TestCrossSensitive(t *testing.T) {
	posts := realPosts(t)
	m := shippedModel(t)
	hints := []struct {
		name  string
		least float64
		hint  func(Post) Hint
	}{
		{"the tags of people", 0.90, func(p Post) Hint { return p.Tagged }},
		{"one tag in seven wrong", 0.84, func(p Post) Hint {
			if Fold(p.ID+p.Text, 7) == 3 {
				return -p.Tagged
			}
			return p.Tagged
		}},
		{"no tags", 0.78, func(Post) Hint { return NoHint }},
	}
	for _, c := range hints {
		r := m.CrossSensitive(posts, c.hint)
		t.Logf("%s: %+v", c.name, r)
		if r.Accuracy < c.least {
			t.Errorf("%s: accuracy %.4f, want %.2f", c.name, r.Accuracy, c.least)
		}
	}
}
