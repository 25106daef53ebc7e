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

// Why is the reason of the last pass in the board's words; one that is not known here
// stays as it is.
func (s Source) Why() string {
	switch s.Reason {
	case "done":
		return "正常"
	case "seen":
		return "没有新信息"
	case "budget":
		return "达到上限，余下待续"
	case "error":
		return "出错"
	case "robots":
		return "robots.txt 不允许"
	case "blocked":
		return "被网站拒绝"
	case "cancelled", "killed":
		return "中断"
	}
	return s.Reason
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
