package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"vane/dashboards/access"
	"vane/dashboards/ask"
)

// mostBodyBytes is more than a change needs.
const mostBodyBytes = 64 << 10

// changing is [operation] of what analysts change.
func changing(id, path, summary string, extra ...int) huma.Operation {
	op := operation(id, path, summary, append(extra, http.StatusBadRequest, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)...)
	op.Method, op.MaxBodyBytes, op.Responses = http.MethodPost, mostBodyBytes, nil
	op.DefaultStatus = http.StatusOK
	return op
}

// Place is where a page of a list begins.
type Place struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"entries of a page"`
	After string `query:"after" maxLength:"120" doc:"the page behind this place, which the page before says as next"`
}

// correctionInput is an analyst's judgement of a post.
type correctionInput struct {
	Body struct {
		Post        string    `json:"post" pattern:"^[0-9a-f]{32}$" maxLength:"32" doc:"32 hexadecimal digits"`
		Fingerprint string    `json:"fingerprint,omitempty" maxLength:"20" doc:"of the text that was judged, as /api/posts/{id} tells it: refused if the post was edited since"`
		Tags        *[]string `json:"tags,omitempty" maxItems:"10" doc:"all issues of the post, as /api/issues lists them; as they are without it"`
		Sentiment   *string   `json:"sentiment,omitempty" enum:"negative,neutral,positive"`
		Sensitive   *bool     `json:"sensitive,omitempty" doc:"whether it is 吐槽类信息"`
	}
}

// registerWords declares the words that wait for a decision.
func (a *API) registerWords(api huma.API) {
	huma.Register(api, operation("words", "/api/words", "words that emerge and wait for a decision, and the decisions so far"),
		func(ctx context.Context, in *struct {
			Limit int `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"words, most telling first"`
		}) (*answer[ask.Words], error) {
			body, err := a.Desk.EmergingWords(ctx, in.Limit)
			return answerOf(a, "words", body, err)
		})
}

// registerCorrections declares what analysts hold of posts.
func (a *API) registerCorrections(api huma.API) {
	huma.Register(api, operation("corrections", "/api/corrections", "what analysts corrected, newest first, a page at a time"),
		func(ctx context.Context, in *Place) (*answer[ask.Corrections], error) {
			body, err := a.Desk.Corrections(ctx, in.After, in.Limit)
			return answerOf(a, "corrections", body, err)
		})
	op := changing("correct", "/api/corrections", "correct the issues, the feeling and 吐槽类信息 of a post")
	op.Middlewares = huma.Middlewares{needs(api, access.Analyst)}
	huma.Register(api, op, func(ctx context.Context, in *correctionInput) (*answer[ask.Correction], error) {
		b := in.Body
		body, err := a.Desk.Correct(ctx, ask.CorrectionOrder{Post: b.Post, Fingerprint: b.Fingerprint, Tags: b.Tags, Sentiment: b.Sentiment, Sensitive: b.Sensitive})
		return answerOf(a, "correct", body, err)
	})
}
