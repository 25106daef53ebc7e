package feel

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"unicode"
)

// Sample is a text with the label that a person gave it.
type Sample struct {
	Source   string // where it is from, such as shopping; for figures by source
	Category string // what it is about, such as 书籍; for figures by category
	Text     string // folded: simplified, half-width, lower case
	Good     bool
}

// columns of the labelled CSV.
const csvHeader = "source,category,label,text"

// ReadSamples reads CSV with the header source,category,label,text, where label is 1
// for good and 0 for bad. Errors name the line.
func ReadSamples(r io.Reader) ([]Sample, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = 4
	c.ReuseRecord = true
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("read samples: %w", err)
	}
	if got := strings.TrimPrefix(strings.Join(head, ","), "\ufeff"); got != csvHeader {
		return nil, fmt.Errorf("read samples: the first line is %q: write %s", got, csvHeader)
	}
	var samples []Sample
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			return samples, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read samples: %w", err)
		}
		if record[2] != "0" && record[2] != "1" {
			line, _ := c.FieldPos(2)
			return nil, fmt.Errorf("read samples: line %d: label %q: write 1 for good or 0 for bad", line, record[2])
		}
		samples = append(samples, Sample{Source: strings.Clone(record[0]), Category: strings.Clone(record[1]),
			Good: record[2] == "1", Text: strings.Clone(record[3])})
	}
}

// Fold is the fold of n that a text falls into, by its letters alone: copies of one
// text, with other punctuation or case, always fall into the same.
func Fold(text string, n int) int {
	h := fnv.New64a()
	var buf [4]byte
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			_, _ = h.Write(append(buf[:0], string(unicode.ToLower(r))...))
		}
	}
	return int(h.Sum64() >> 20 % uint64(n))
}

// Split parts samples into those outside and those inside fold k of n.
func Split(samples []Sample, k, n int) (train, test []Sample) {
	for _, s := range samples {
		if Fold(s.Text, n) == k {
			test = append(test, s)
		} else {
			train = append(train, s)
		}
	}
	return train, test
}

// ReadProbe reads sentences, one a line: label TAB sentence, # for notes.
func ReadProbe(r io.Reader) ([]Sample, error) {
	var out []Sample
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		label, text, ok := strings.Cut(line, "\t")
		if !ok || (label != "0" && label != "1") {
			return nil, fmt.Errorf("read probe: line %d: write 1 or 0, a tab and the sentence", n)
		}
		out = append(out, Sample{Source: "probe", Text: text, Good: label == "1"})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read probe: %w", err)
	}
	return out, nil
}

// ReadPosts reads posts marked as sensitive or not: JSON lines {id,text,issues,
// sensitive}. A post with issues is Tagged, one without is Untagged.
func ReadPosts(r io.Reader) ([]Post, error) {
	var out []Post
	d := json.NewDecoder(r)
	for {
		var row struct {
			Post
			Issues []string `json:"issues"`
		}
		err := d.Decode(&row)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read posts: post %d: %w", len(out)+1, err)
		}
		row.Tagged = Untagged
		if len(row.Issues) > 0 {
			row.Tagged = Tagged
		}
		out = append(out, row.Post)
	}
}
