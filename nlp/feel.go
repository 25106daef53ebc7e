package nlp

import (
	"fmt"

	"vane"
	"vane/nlp/feel"
)

// Feeler says how a folded text feels. It is the seam at which another model, such as
// one trained on a user's own labels, takes the place of the shipped one. Implementers
// must be safe for concurrent use.
type Feeler interface {
	Feel(text string) vane.Sentiment
}

// ModelFeeler feels by a trained model.
type ModelFeeler struct{ Model *feel.Model }

// Feel is the model's score of the text.
func (f ModelFeeler) Feel(text string) vane.Sentiment {
	return vane.Sentiment(f.Model.Score(text).Sentiment)
}

// shippedFeeler is the model in the binary; nlp/feel/MODEL.md describes it.
func shippedFeeler() (Feeler, error) {
	model, err := feel.Default()
	if err != nil {
		return nil, fmt.Errorf("load the sentiment model: %w", err)
	}
	return ModelFeeler{model}, nil
}
