package main

import (
	"fmt"
	"os"

	"vane/nlp"
	"vane/nlp/feel"
	"vane/nlp/judge"
	"vane/yamlfile"
)

// analyzer is the analyzer as configured.
func (a *app) analyzer() (*nlp.Analyzer, error) {
	tax, err := a.cfg.taxonomy()
	if err != nil {
		return nil, err
	}
	return a.newAnalyzer(tax)
}

// newAnalyzer is the analyzer of a taxonomy, with the brands and the models.
func (a *app) newAnalyzer(tax nlp.Taxonomy) (*nlp.Analyzer, error) {
	c := a.cfg
	words, err := a.loadWords()
	if err != nil {
		return nil, err
	}
	analyzer, err := nlp.NewFrom(words, tax, c.NLP.Config)
	if err != nil {
		return nil, err
	}
	brands := nlp.Brands{Name: "brands.yaml"}
	if err := yamlfile.Read(c.files, brands.Name, &brands); err != nil {
		return nil, err
	}
	if analyzer, err = analyzer.WithBrands(brands); err != nil {
		return nil, err
	}
	model, err := c.model()
	if err != nil {
		return nil, err
	}
	analyzer = analyzer.WithFeeler(nlp.ModelFeeler{Model: model})
	second, err := c.judge()
	if err != nil {
		return nil, err
	}
	return analyzer.WithJudge(second), nil
}

// noJudge is the value of nlp.judge that leaves the last word to the rules.
const noJudge = "none"

// judge is the configured model of tags; nil for none.
func (c Config) judge() (*judge.Model, error) {
	switch c.NLP.Judge {
	case "":
		return nlp.ShippedJudge()
	case noJudge:
		return nil, nil
	}
	data, err := os.ReadFile(c.NLP.Judge)
	if err != nil {
		return nil, fmt.Errorf("read the model of tags (nlp.judge): %w", err)
	}
	model := new(judge.Model)
	if err := model.UnmarshalBinary(data); err != nil {
		return nil, fmt.Errorf("read the model of tags %s: %w", c.NLP.Judge, err)
	}
	return model, nil
}

// model is the configured sentiment model, or the shipped one.
func (c Config) model() (*feel.Model, error) {
	if c.NLP.Model == "" {
		return feel.Default()
	}
	data, err := os.ReadFile(c.NLP.Model)
	if err != nil {
		return nil, fmt.Errorf("read the sentiment model (nlp.model): %w", err)
	}
	model := new(feel.Model)
	if err := model.UnmarshalBinary(data); err != nil {
		return nil, fmt.Errorf("read the sentiment model %s: %w", c.NLP.Model, err)
	}
	return model, nil
}
