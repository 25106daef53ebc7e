//go:build unix

package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"vane"
	"vane/nlp"
)

// The rows of the table that are ours, and gse's.
const (
	gseRow     = "gse Segment()"
	segmentRow = "vane: segment"
	chainRow   = "vane: whole chain, all understood"
)

// measureOurs goes over the texts in turn with gse, the segmenter and the whole chain,
// so that what else the machine does hits all alike.
func measureOurs(posts []vane.Post, texts []string, rounds int) ([]row, error) {
	tax, err := taxonomy()
	if err != nil {
		return nil, fmt.Errorf("read taxonomy: %w", err)
	}
	analyzer, err := nlp.New(tax, nlp.DefaultConfig())
	if err != nil {
		return nil, err
	}
	model, err := nlp.ShippedJudge()
	if err != nil {
		return nil, err
	}
	analyzer = analyzer.WithJudge(model)
	words, err := nlp.LoadWords()
	if err != nil {
		return nil, err
	}
	segmenter, err := nlp.NewSegmenter(words, nil)
	if err != nil {
		return nil, err
	}
	gse, err := nlp.NewReferenceSegmenter(nil)
	if err != nil {
		return nil, err
	}
	return inTurn(rounds, []way{
		{gseRow, func() { segmentAll(gse, texts) }},
		{segmentRow, func() { segmentAll(segmenter, texts) }},
		{chainRow, func() {
			for _, p := range posts {
				analyzer.Analyze(p)
			}
		}},
	}), nil
}

func segmentAll(s nlp.Segmenter, texts []string) {
	var tokens []nlp.Token
	for _, text := range texts {
		tokens = s.AppendTokens(tokens[:0], text)
	}
}

// way is one way to go over all texts.
type way struct {
	name string
	do   func()
}

func inTurn(rounds int, ways []way) []row {
	rows := make([]row, len(ways))
	for range rounds {
		for i, w := range ways {
			start := cpuSeconds()
			w.do()
			rows[i].name = w.name
			rows[i].seconds = append(rows[i].seconds, cpuSeconds()-start)
		}
	}
	return rows
}

// cpuSeconds is the processor time that the program has used, collecting garbage
// included.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

//go:embed jieba.py
var jiebaScript string

var errNoJieba = errors.New("no python3 has jieba")

// measureJieba cuts the texts with jieba, in a process of its own.
func measureJieba(texts []string, rounds int) ([]row, error) {
	python, err := pythonWithJieba()
	if err != nil {
		return nil, err
	}
	in, err := json.Marshal(map[string]any{"texts": texts, "rounds": rounds})
	if err != nil {
		return nil, err
	}
	var out, complaints bytes.Buffer
	cmd := exec.Command(python, "-c", jiebaScript) //nolint:noctx,gosec // one of two fixed names; it ends with its texts
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &complaints
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("run jieba: %w: %s", err, complaints.Bytes())
	}
	var said struct {
		Version string
		Modes   map[string]struct{ Seconds []float64 }
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		return nil, fmt.Errorf("read what jieba measured: %w", err)
	}
	var rows []row
	for _, mode := range []string{"no HMM", "HMM"} {
		rows = append(rows, row{fmt.Sprintf("jieba %s (Python), %s", said.Version, mode), said.Modes[mode].Seconds})
	}
	return rows, nil
}

// pythonWithJieba is the python that the system's packages are for, or the first one
// in the path.
func pythonWithJieba() (string, error) {
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(python, "-c", "import jieba").Run() == nil { //nolint:noctx,gosec // one of two fixed names; a moment
			return python, nil
		}
	}
	return "", errNoJieba
}
