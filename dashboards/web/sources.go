package web

import (
	"context"
	"net/http"
	"time"
)

// Source is how the crawl of one source does.
type Source struct {
	Name    string    `json:"name"`
	Ended   time.Time `json:"ended,omitzero"` // of the last pass, zero if there was none
	Next    time.Time `json:"next,omitzero"`  // zero: not scheduled
	Reason  string    `json:"reason"`         // why the last pass ended
	Detail  string    `json:"detail"`
	Today   int       `json:"posts_today"`   // new posts of this day
	Waiting int       `json:"pages_waiting"` // pages
	Errors  int       `json:"errors"`        // of the last pass
	Flagged bool      `json:"flagged"`       // its selectors may no longer fit
	Late    bool      `json:"late"`          // what is stored of it may be out of date
}

type sourcesPage struct{ Sources []Source }

func (b *Board) sources(ctx context.Context, _ *http.Request) (any, error) {
	all, err := b.health(ctx)
	return sourcesPage{all}, err
}

// health is how the sources do; a board beside no crawler knows of none.
func (b *Board) health(ctx context.Context) ([]Source, error) {
	if b.Sources == nil {
		return nil, nil
	}
	return b.Sources(ctx)
}
