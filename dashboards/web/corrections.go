package web

import (
	"context"
	"fmt"
	"net/http"

	"vane/dashboards/ask"
)

// correctionsPage is what templates/corrections.html shows.
type correctionsPage struct {
	ask.Corrections
	More string // address of the next page, "" if there is none
}

func (b *Board) corrections(ctx context.Context, r *http.Request) (any, error) {
	if b.Desk == nil || b.Desk.Corrector == nil {
		return correctionsPage{}, nil
	}
	list, err := b.Desk.Corrections(ctx, r.FormValue("after"), 0)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	page := correctionsPage{Corrections: list}
	if list.Next != "" {
		page.More = withValue(r.URL, "after", list.Next)
	}
	return page, nil
}
