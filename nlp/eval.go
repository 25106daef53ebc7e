package nlp

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"vane"
)

// Labelled is a text that a person has labelled.
type Labelled struct {
	ID        string     `json:"id"`
	Text      string     `json:"text"`
	Issues    []vane.Tag `json:"issues"`
	Sensitive bool       `json:"sensitive"`
	Voice     vane.Voice `json:"voice"`
}

// ReadLabelled reads JSON lines. Its error names the line.
func ReadLabelled(r io.Reader) ([]Labelled, error) {
	var texts []Labelled
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			var l Labelled
			if err := json.Unmarshal(line, &l); err != nil {
				return nil, fmt.Errorf("line %d: not a JSON object {id, text, issues, sensitive}: %w", n, err)
			}
			texts = append(texts, l)
		}
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
}

// TagScore is how well tags meet labels.
//
//	precision = hit / (hit + wrong)     recall = hit / (hit + missed)
//	F1 = 2·hit / (2·hit + wrong + missed), micro over all, macro the mean over tags
type TagScore struct {
	N         int                   `json:"n"`
	Precision float64               `json:"precision"`
	Recall    float64               `json:"recall"`
	MicroF1   float64               `json:"micro_f1"`
	MacroF1   float64               `json:"macro_f1"` // over the tags that a label or an answer has
	Tags      map[vane.Tag]TagCount `json:"tags"`
	Errors    []TagError            `json:"errors"`
}

// TagCount counts the answers about one tag.
type TagCount struct {
	Hit    int     `json:"hit"`
	Wrong  int     `json:"wrong"`  // given without a label
	Missed int     `json:"missed"` // labelled and not given
	F1     float64 `json:"f1"`
}

// TagError is a wrong or a missed tag.
type TagError struct {
	ID     string   `json:"id"`
	Tag    vane.Tag `json:"tag"`
	Missed bool     `json:"missed"`         // else wrong
	Rule   string   `json:"rule,omitempty"` // that gave a wrong one
	Found  string   `json:"found,omitempty"`
	Text   string   `json:"text"`
}

// f1 is 0 where nothing was hit.
func (c TagCount) f1() float64 {
	if c.Hit == 0 {
		return 0
	}
	return 2 * float64(c.Hit) / float64(2*c.Hit+c.Wrong+c.Missed)
}

// ScoreTags compares the tags that tag gives with the labels.
func ScoreTags(gold []Labelled, tag func(text string) []vane.TagMatch) TagScore {
	s := TagScore{N: len(gold), Tags: map[vane.Tag]TagCount{}, Errors: []TagError{}}
	count := func(id vane.Tag, add TagCount) {
		c := s.Tags[id]
		s.Tags[id] = TagCount{Hit: c.Hit + add.Hit, Wrong: c.Wrong + add.Wrong, Missed: c.Missed + add.Missed}
	}
	for _, l := range gold {
		got := tag(l.Text)
		for _, m := range got {
			if slices.Contains(l.Issues, m.ID) {
				count(m.ID, TagCount{Hit: 1})
				continue
			}
			count(m.ID, TagCount{Wrong: 1})
			s.Errors = append(s.Errors, TagError{ID: l.ID, Tag: m.ID, Rule: m.Rule, Found: m.Text, Text: l.Text})
		}
		for _, want := range l.Issues {
			if !hasTag(got, want) {
				count(want, TagCount{Missed: 1})
				s.Errors = append(s.Errors, TagError{ID: l.ID, Tag: want, Missed: true, Text: l.Text})
			}
		}
	}
	s.summarise()
	return s
}

// summarise fills in the ratios from the counts.
func (s *TagScore) summarise() {
	var sum TagCount
	for _, id := range slices.Sorted(maps.Keys(s.Tags)) {
		c := s.Tags[id]
		c.F1 = c.f1()
		s.Tags[id] = c
		s.MacroF1 += c.F1 / float64(len(s.Tags))
		sum = TagCount{Hit: sum.Hit + c.Hit, Wrong: sum.Wrong + c.Wrong, Missed: sum.Missed + c.Missed}
	}
	s.Precision = ratio(sum.Hit, sum.Hit+sum.Wrong)
	s.Recall = ratio(sum.Hit, sum.Hit+sum.Missed)
	s.MicroF1 = sum.f1()
	slices.SortStableFunc(s.Errors, func(a, b TagError) int { return cmp.Compare(a.Tag, b.Tag) })
}

// ClassScore is how well a yes-or-no answer meets labels.
type ClassScore struct {
	N          int                      `json:"n"`
	Accuracy   float64                  `json:"accuracy"`
	MacroF1    float64                  `json:"macro_f1"` // mean F1 of yes and no
	ByCategory map[string]CategoryScore `json:"by_category"`
}

// CategoryScore is the accuracy over one kind of text.
type CategoryScore struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
}

// ScoreClass compares answers with labels, all and by category.
func ScoreClass(categories []string, labels, answers []bool) ClassScore {
	s := ClassScore{N: len(labels), ByCategory: map[string]CategoryScore{}}
	var yes, no TagCount
	right := map[string]int{}
	for i, label := range labels {
		c := s.ByCategory[categories[i]]
		c.N++
		s.ByCategory[categories[i]] = c
		switch {
		case label && answers[i]:
			yes.Hit++
		case label:
			yes.Missed, no.Wrong = yes.Missed+1, no.Wrong+1
		case answers[i]:
			yes.Wrong, no.Missed = yes.Wrong+1, no.Missed+1
		default:
			no.Hit++
		}
		if label == answers[i] {
			right[categories[i]]++
		}
	}
	for name, c := range s.ByCategory {
		c.Accuracy = ratio(right[name], c.N)
		s.ByCategory[name] = c
	}
	s.Accuracy = ratio(yes.Hit+no.Hit, len(labels))
	s.MacroF1 = (yes.f1() + no.f1()) / 2
	return s
}

// ScoreSensitive compares Mention.Sensitive with the labels; a category is a voice.
func (a *Analyzer) ScoreSensitive(gold []Labelled) ClassScore {
	var categories []string
	var labels, answers []bool
	for _, l := range gold {
		categories = append(categories, string(l.Voice))
		labels = append(labels, l.Sensitive)
		answers = append(answers, a.AnalyzeText(l.Text).Sensitive)
	}
	return ScoreClass(categories, labels, answers)
}

// SubstringTags is what plain keyword tools do, to compare with: a tag is given when
// one of its terms stands anywhere in the text, whatever is around it.
func (t Taxonomy) SubstringTags(text string) []vane.TagMatch {
	text = Fold(text).Text
	var matches []vane.TagMatch
	for _, file := range t {
		for _, issue := range file.Issues {
			i := slices.IndexFunc(issue.Terms, func(term string) bool { return strings.Contains(text, Fold(term).Text) })
			if i >= 0 {
				matches = append(matches, vane.TagMatch{ID: vane.Tag(issue.ID), Name: issue.Zh, Rule: issue.Terms[i]})
			}
		}
	}
	return matches
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
