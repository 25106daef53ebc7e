package nlp

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vane"
)

// floors are what a set of labelled posts must reach: a little less than it did when
// the rules were last worked on.
type floors struct{ precision, f1, sensitive, voice float64 }

// Posts that were labelled before any rule was run on them, by the rules alone. Half of
// the first round were looked at while rules were written; of the others only the
// scores were. The model of tags has seen them all: TestJudgeHeldOut measures it.
func TestLabelledPosts(t *testing.T) {
	first, second, third, fourth := readLabelledPosts(t)
	rules := shippedAnalyzer(t).WithJudge(nil)
	scoreHalves(t, rules, first, floors{precision: 0.73, f1: 0.69, sensitive: 0.84, voice: 0.79})
	scoreHalves(t, rules, second, floors{precision: 0.68, f1: 0.66, sensitive: 0.82, voice: 0.77})
	scoreHalves(t, rules, third, floors{precision: 0.80, f1: 0.61, sensitive: 0.84, voice: 0.85})
	scoreHalves(t, rules, fourth, floors{precision: 0.72, f1: 0.53, sensitive: 0.74, voice: 0.80})
}

// A model that was trained on three quarters of the labelled posts judges the rest, in
// turn, beside the rules alone.
func TestJudgeHeldOut(t *testing.T) {
	if os.Getenv("VANE_LONG") == "" {
		t.Skip("takes minutes; VANE_LONG=1 runs it")
	}
	first, second, third, fourth := readLabelledPosts(t)
	gold, written := readGold(t), readWrittenPosts(t)
	kinds, lines := readKinds(t)
	rules := shippedAnalyzer(t).WithJudge(nil)
	const folds = 4
	fold := func(p Labelled) int { return int(sha256.Sum256([]byte(p.ID))[2]) % folds }
	var judged [folds]*Analyzer
	for k := range folds {
		train := slices.Clone(lines)
		for _, p := range slices.Concat(gold, first, second, third, fourth, written, kinds) {
			if fold(p) != k {
				train = append(train, p)
			}
		}
		m, err := TrainJudge(rules, train, func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		judged[k] = rules.WithJudge(m)
	}
	byRules := func(Labelled) *Analyzer { return rules }
	byBoth := func(p Labelled) *Analyzer { return judged[fold(p)] }
	for _, set := range []struct {
		name  string
		posts []Labelled
	}{
		{"gold, which the rules were written against", gold},
		{"first round", first},
		{"second round, blind", second},
		{"third round, reviews that were read", third},
		{"fourth round, blind: reviews", fourth},
		{"written", written},
		{"by kind, read while rules were written", half(kinds, 0)},
		{"by kind, only measured", half(kinds, 1)},
		{"second round, blind: sun0769", startingWith(second, "sun0769")},
		{"second round, blind: topics", startingWith(second, "topics")},
		{"second round, blind: zhihu", startingWith(second, "zhihu")},
		{"by kind, only measured: platform", startingWith(half(kinds, 1), "platform")},
		{"by kind, only measured: headline", startingWith(half(kinds, 1), "headline")},
		{"by kind, only measured: forum", startingWith(half(kinds, 1), "forum")},
		{"by kind, only measured: review", startingWith(half(kinds, 1), "review")},
		{"by kind, only measured: paper", startingWith(half(kinds, 1), "paper")},
	} {
		t.Log(set.name)
		logScores(t, byRules, set.posts)
		logScores(t, byBoth, set.posts)
	}
	mix := mixture(slices.Concat(first, second, fourth), half(kinds, 1))
	t.Log("mixed like gold")
	logMixture(t, byRules, mix)
	logMixture(t, byBoth, mix)
}

// share is a group of posts, and how many of the posts of the file that came with the
// project are of its kind.
type share struct {
	name  string
	posts []Labelled
	count float64
}

// mixture is the kinds of posts of that file, stood for by others.
func mixture(blind, kinds []Labelled) []share {
	return []share{
		{"trading platform", startingWith(kinds, "platform"), 61},
		{"city hotline of the south", startingWith(blind, "sun0769"), 65},
		{"questions", startingWith(blind, "zhihu"), 49},
		{"newspapers", startingWith(kinds, "paper"), 15},
		{"hot topics", startingWith(blind, "topics"), 61},
		{"reviews", startingWith(blind, "train.csv"), 19},
		{"city hotline", startingWith(blind, "tipdm"), 24},
		{"forum", startingWith(kinds, "forum"), 11},
	}
}

// logMixture scores groups together, each as much as its share.
func logMixture(t *testing.T, by func(Labelled) *Analyzer, mix []share) {
	t.Helper()
	var right, given, wanted, feels, posts float64
	for _, s := range mix {
		weight := s.count / float64(len(s.posts))
		for _, p := range s.posts {
			m := by(p).AnalyzeText(p.Text)
			for _, tag := range m.Tags {
				if slices.Contains(p.Issues, tag.ID) {
					right += weight
				}
			}
			given += weight * float64(len(m.Tags))
			wanted += weight * float64(len(p.Issues))
			if m.Sensitive == p.Sensitive {
				feels += weight
			}
		}
		posts += s.count
	}
	precision, recall := right/given, right/wanted
	t.Logf("precision %.3f  recall %.3f  micro-F1 %.3f  sensitive %.3f", precision, recall, 2*precision*recall/(precision+recall), feels/posts)
}

func startingWith(posts []Labelled, prefix string) []Labelled {
	return slices.DeleteFunc(slices.Clone(posts), func(p Labelled) bool { return !strings.HasPrefix(p.ID, prefix) })
}

// half is what was looked at of some posts (0) or only measured (1).
func half(posts []Labelled, which byte) []Labelled {
	return slices.DeleteFunc(slices.Clone(posts), func(p Labelled) bool { return sha256.Sum256([]byte(p.ID))[0]&1 != which })
}

// readKinds reads the posts written by kind, and the lines that are only learnt from.
func readKinds(t *testing.T) (kinds, lines []Labelled) {
	t.Helper()
	all := readTestdata(t, "kinds.jsonl")
	lines = startingWith(all, "learn-")
	return all[:len(all)-len(lines)], lines
}

// Posts written for Vane, of every issue, with what only looks like one.
func TestWrittenPosts(t *testing.T) {
	posts := readWrittenPosts(t)
	seen := map[vane.Tag]bool{}
	for _, p := range posts {
		for _, tag := range p.Issues {
			seen[tag] = true
		}
	}
	for _, is := range shippedAnalyzer(t).Issues() {
		if !seen[is.ID] {
			t.Errorf("no post is labelled %s", is.ID)
		}
	}
	scoreHalves(t, shippedAnalyzer(t).WithJudge(nil), posts, floors{precision: 0.82, f1: 0.84, sensitive: 0.90, voice: 0.86})
	kinds, _ := readKinds(t)
	scoreHalves(t, shippedAnalyzer(t).WithJudge(nil), kinds, floors{precision: 0.82, f1: 0.79, sensitive: 0.88, voice: 0.85})
}

func readWrittenPosts(t *testing.T) []Labelled { t.Helper(); return readTestdata(t, "posts.jsonl") }

func readTestdata(t *testing.T, name string) []Labelled {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	posts, err := ReadLabelled(f)
	if err != nil {
		t.Fatal(err)
	}
	return posts
}

// scoreHalves logs the scores of each half, and fails when both together are below
// the floors.
func scoreHalves(t *testing.T, a *Analyzer, posts []Labelled, least floors) {
	t.Helper()
	by := func(Labelled) *Analyzer { return a }
	logScores(t, by, half(posts, 0))
	logScores(t, by, half(posts, 1))
	tags, sensitive, voice := logScores(t, by, posts)
	if tags.Precision < least.precision || tags.MicroF1 < least.f1 || sensitive < least.sensitive || voice < least.voice {
		t.Errorf("below %+v", least)
	}
}

func logScores(t *testing.T, by func(Labelled) *Analyzer, posts []Labelled) (tags TagScore, sensitive, voice float64) {
	t.Helper()
	var mentions []vane.Mention
	feels, speaks := 0, 0
	for _, p := range posts {
		m := by(p).AnalyzeText(p.Text)
		mentions = append(mentions, m)
		if m.Sensitive == p.Sensitive {
			feels++
		}
		if m.Voice == p.Voice {
			speaks++
		}
	}
	next := 0
	tags = ScoreTags(posts, func(string) []vane.TagMatch { next++; return mentions[next-1].Tags })
	sensitive, voice = ratio(feels, len(posts)), ratio(speaks, len(posts))
	t.Logf("n %d  precision %.3f  recall %.3f  micro-F1 %.3f  macro-F1 %.3f  sensitive %.3f  voice %.3f",
		tags.N, tags.Precision, tags.Recall, tags.MicroF1, tags.MacroF1, sensitive, voice)
	return tags, sensitive, voice
}

// readLabelledPosts joins the labels of testdata/labels.tsv with the texts beside the
// project, those of the first round and those of the second.
func readLabelledPosts(t *testing.T) (first, second, third, fourth []Labelled) {
	t.Helper()
	folder := os.Getenv("VANE_DATA")
	if folder == "" {
		t.Skip("VANE_DATA does not name the folder of the posts that were labelled")
	}
	labels, err := os.ReadFile(filepath.Join("testdata", "labels.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]map[string]string{}
	posts := &first
	for line := range strings.Lines(string(labels)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "# second round") {
			posts = &second
		}
		if strings.HasPrefix(line, "# third round") {
			posts = &third
		}
		if strings.HasPrefix(line, "# fourth round") {
			posts = &fourth
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(f) != 5 {
			t.Fatalf("labels.tsv: want file, id, issues, sensitive, voice: %s", line)
		}
		if texts[f[0]] == nil {
			texts[f[0]] = readTexts(t, folder, f[0])
		}
		text, ok := texts[f[0]][f[1]]
		if !ok {
			t.Fatalf("labels.tsv: %s has no post %s", f[0], f[1])
		}
		p := Labelled{ID: f[0] + "/" + f[1], Text: text, Sensitive: f[3] == "1", Voice: vane.Voice(f[4])}
		for tag := range strings.SplitSeq(f[2], ",") {
			if tag != "-" {
				p.Issues = append(p.Issues, vane.Tag(tag))
			}
		}
		*posts = append(*posts, p)
	}
	return first, second, third, fourth
}

// readTexts reads the posts of a file in one of the folders of collected data, by id.
func readTexts(t *testing.T, folder, name string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*", name))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: want one file below %s, got %v, %v", name, folder, files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	read := readTextsJSONL
	if filepath.Ext(name) == ".csv" {
		read = readTextsCSV
	}
	texts, err := read(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return texts
}

func readTextsJSONL(data []byte) (map[string]string, error) {
	texts := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p struct{ ID, Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, err
		}
		between := "。"
		if strings.ContainsAny(p.Title, "?？") {
			between = " "
		}
		texts[p.ID] = strings.TrimSpace(p.Title + between + p.Text)
	}
	return texts, lines.Err()
}

// readTextsCSV reads the column word or text; the id of a post is the number of its
// record, that of the header being 1.
func readTextsCSV(data []byte) (map[string]string, error) {
	texts := map[string]string{}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	column := 0
	for n := 1; ; n++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, err
		}
		if n == 1 {
			for i, name := range record {
				if name == "word" || name == "text" {
					column = i
				}
			}
			continue
		}
		texts[strconv.Itoa(n)] = record[column]
	}
}
