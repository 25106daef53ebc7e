package main

import (
	"encoding"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"vane/nlp"
	"vane/nlp/feel"
)

func (a *app) trainCommand() *cobra.Command {
	var samples, posts, tags, out string
	cmd := &cobra.Command{
		Use:   "train",
		Short: "train the models from labelled files",
		Long: `Train makes one of the two compact models. The same files make the same model to
the byte.

With --samples: how a text feels and whether it is a complaint, from reviews labelled
good or bad, CSV with the header source,category,label,text, and if given from posts
labelled {id, text, issues, sensitive}, JSON lines. Use it with nlp.model in the
configuration.

With --tags: a second opinion on the issues that the rules of the taxonomy find, from
posts labelled {id, text, issues}, JSON lines, of which some hundred should be of each
kind of source. Use it with nlp.judge in the configuration; train it again when the
taxonomy has changed much.`,
		Example: `  vane train --samples reviews.csv --posts labelled.jsonl --out model.bin
  vane train --tags labelled.jsonl --out judge.bin`,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case out == "" || (samples == "") == (tags == ""):
				return wrongUse("train needs --out and one of --samples and --tags")
			case tags != "" && posts != "":
				return wrongUse("--posts goes with --samples, not with --tags")
			case tags != "":
				return a.trainTags(tags, out)
			}
			return a.train(samples, posts, out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&samples, "samples", "", "labelled reviews, CSV `FILE`")
	f.StringVar(&posts, "posts", "", "labelled posts, JSONL `FILE`")
	f.StringVar(&tags, "tags", "", "posts labelled with issues, JSONL `FILE`")
	f.StringVar(&out, "out", "", "model `FILE` to write")
	return cmd
}

func (a *app) train(samplesFile, postsFile, out string) error {
	samples, err := readSamples(samplesFile)
	if err != nil {
		return err
	}
	var posts []feel.Post
	if postsFile != "" {
		if posts, err = readFile(postsFile, feel.ReadPosts); err != nil {
			return err
		}
	}
	for i := range posts {
		posts[i].Text = nlp.Fold(posts[i].Text).Text
	}
	model, err := feel.Train(samples, posts, a.trainOptions())
	if err != nil {
		return err
	}
	size, err := writeModel(out, model)
	if err != nil {
		return err
	}
	a.say("%s：%d 字节，训练用 %d 条评价、%d 条信息", out, size, len(samples), len(posts))
	return nil
}

// trainTags makes the model that gives a second opinion on the tags of the rules.
func (a *app) trainTags(file, out string) error {
	posts, err := readFile(file, nlp.ReadLabelled)
	if err != nil {
		return err
	}
	a.cfg.NLP.Judge = noJudge // the rules are what it learns to judge
	analyzer, err := a.analyzer()
	if err != nil {
		return err
	}
	bar := a.bar(1, "训练")
	model, err := nlp.TrainJudge(analyzer, posts, func(done, total int) {
		bar.ChangeMax(total)
		bar.Set(done)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	size, err := writeModel(out, model)
	if err != nil {
		return err
	}
	a.say("%s：%d 字节，训练用 %d 条信息", out, size, len(posts))
	return nil
}

// writeModel writes a model to a file and returns its size.
func writeModel(file string, model encoding.BinaryMarshaler) (int, error) {
	data, err := model.MarshalBinary()
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return 0, fmt.Errorf("write the model: %w", err)
	}
	return len(data), nil
}

// trainOptions draws the progress of a training.
func (a *app) trainOptions() feel.TrainOptions {
	bar := a.bar(1, "训练")
	return feel.TrainOptions{Progress: func(step string, done, total int) {
		bar.Describe("训练 " + step)
		bar.ChangeMax(total)
		bar.Set(done)
	}}
}

// readSamples reads labelled reviews and folds them, as the analyzer folds what the
// model reads.
func readSamples(file string) ([]feel.Sample, error) {
	samples, err := readFile(file, feel.ReadSamples)
	for i := range samples {
		samples[i].Text = nlp.Fold(samples[i].Text).Text
	}
	return samples, err
}

// readFile decodes a file; the error names it.
func readFile[T any](file string, decode func(io.Reader) (T, error)) (T, error) {
	var none T
	f, err := os.Open(file)
	if err != nil {
		return none, fmt.Errorf("open labelled data: %w", err)
	}
	defer closeRead(f)
	v, err := decode(f)
	if err != nil {
		return none, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}
