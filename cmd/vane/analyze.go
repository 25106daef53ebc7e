package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"vane"
)

func (a *app) analyzeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "analyze [FILE]",
		Short: "show how texts are understood",
		Long: `Analyze reads texts, one a line, or JSON objects {"id", "text"}, from FILE or from
standard input, and writes for each a JSON line: its tags with the rule and the span
that gave them, sentiment, whether it is sensitive (吐槽类信息), voice, entities,
words, and the text as it would be stored. Spans count characters of redacted_text.`,
		Example: `  echo 花八百块买到柱子票 | vane analyze
  vane analyze complaints.jsonl > understood.jsonl`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			in, name := a.in, "standard input"
			if len(args) == 1 {
				f, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("open the texts: %w", err)
				}
				defer closeRead(f)
				in, name = f, args[0]
			}
			return a.analyze(in, name)
		},
	}
}

// understood is one answer of analyze.
type understood struct {
	ID           string          `json:"id,omitempty"`
	Tags         []vane.TagMatch `json:"tags"`
	Sentiment    vane.Sentiment  `json:"sentiment"`
	Sensitive    bool            `json:"sensitive"`
	Voice        vane.Voice      `json:"voice"`
	Entities     vane.Entities   `json:"entities"`
	Words        []string        `json:"words"`
	RedactedText string          `json:"redacted_text"`
}

// longestLine of an input; longer ones are an error that names the line.
const longestLine = 4 << 20

func (a *app) analyze(in io.Reader, name string) error {
	analyzer, err := a.analyzer()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.out)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	n := 0
	for lines.Scan() {
		n++
		id, text, err := textOf(lines.Text())
		if err != nil {
			return errors.Join(fmt.Errorf("%s:%d: %w", name, n, err), out.Flush())
		}
		if text == "" {
			continue
		}
		if err := answers.Encode(understand(analyzer, id, text)); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return errors.Join(fmt.Errorf("%s:%d: %w", name, n+1, err), out.Flush())
	}
	return out.Flush()
}

// textOf reads a line: a JSON object, or else the text itself.
func textOf(line string) (id, text string, err error) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "{") {
		return "", line, nil
	}
	var object struct {
		ID   any    `json:"id"`
		Text string `json:"text"`
	}
	if err := json.Unmarshal([]byte(line), &object); err != nil {
		return "", "", fmt.Errorf("not a JSON object with id and text: %w", err)
	}
	if object.ID != nil {
		id = fmt.Sprint(object.ID)
	}
	return id, object.Text, nil
}

func understand(analyzer vane.Analyzer, id, text string) understood {
	m := analyzer.Analyze(vane.Post{Text: text})
	u := understood{
		ID: id, Tags: m.Tags, Sentiment: m.Sentiment, Sensitive: m.Sensitive, Voice: m.Voice,
		Entities: m.Entities, Words: m.Words, RedactedText: m.Text,
	}
	if u.Tags == nil {
		u.Tags = []vane.TagMatch{}
	}
	if u.Words == nil {
		u.Words = []string{}
	}
	return u
}

// closeRead closes a file that was only read, which can't lose anything.
func closeRead(f *os.File) { _ = f.Close() }
