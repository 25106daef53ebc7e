package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"vane/nlp"
	"vane/nlp/feel"
)

func (a *app) trainCommand() *cobra.Command {
	var samples, posts, out string
	cmd := &cobra.Command{
		Use:   "train",
		Short: "train the sentiment model from labelled files",
		Long: `Train makes the compact model that says how a text feels and whether it is a
complaint: from reviews labelled good or bad, CSV with the header
source,category,label,text, and if given from posts labelled {id, text, issues,
sensitive}, JSON lines. The same files make the same model to the byte. Use it with
nlp.model in the configuration.`,
		Example: "  vane train --samples reviews.csv --posts labelled.jsonl --out model.bin",
		RunE: func(*cobra.Command, []string) error {
			if samples == "" || out == "" {
				return wrongUse("train needs --samples and --out")
			}
			return a.train(samples, posts, out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&samples, "samples", "", "labelled reviews, CSV `FILE`")
	f.StringVar(&posts, "posts", "", "labelled posts, JSONL `FILE`")
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
	data, err := model.MarshalBinary()
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, data, 0o600); err != nil {
		return fmt.Errorf("write the model: %w", err)
	}
	a.say("%s：%d 字节，训练用 %d 条评价、%d 条信息", out, len(data), len(samples), len(posts))
	return nil
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
