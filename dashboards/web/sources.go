package web

import (
	"context"
	"net/http"
	"time"
)

// Source is how the crawl of one source does.
type Source struct {
	Name    string
	Ended   time.Time // of the last pass, zero if there was none
	Next    time.Time // zero: not scheduled
	Reason  string    // why the last pass ended
	Detail  string
	Today   int  // new posts of this day
	Waiting int  // pages
	Errors  int  // of the last pass
	Flagged bool // its selectors may no longer fit
	Late    bool // what is stored of it may be out of date
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
