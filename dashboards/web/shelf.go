package web

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	// freshFor is how long a page is shown as it is: hotspots change every ten minutes.
	freshFor = 5 * time.Second
	// staleFor is how long a page is shown while it is made anew in the background; its
	// frame says as of when it is.
	staleFor = time.Minute
	// mostKept pages: some megabytes.
	mostKept = 200
)

// shelf keeps what pages show for a moment: many people look at few pages, and who asks
// again after some seconds does not wait for the store.
type shelf struct {
	now func() time.Time

	mu    sync.Mutex
	pages map[string]*kept
	round int // goes on when everything is thrown away
}

type kept struct {
	page   any
	at     time.Time
	making bool // anew, in the background
}

func newShelf(now func() time.Time) *shelf { return &shelf{now: now, pages: map[string]*kept{}} }

// shelfKey is what a page depends on: its address, its language, and who may change what
// is on it.
func shelfKey(r *http.Request) string {
	return fmt.Sprintf("%s %t %s", languageOf(r), mayChange(r), r.URL.RequestURI())
}

// get is what a page shows, and since when.
func (s *shelf) get(ctx context.Context, key string, load func(context.Context) (any, error)) (page any, at time.Time, err error) {
	s.mu.Lock()
	have, now := s.pages[key], s.now()
	if have != nil && now.Sub(have.at) <= staleFor {
		if now.Sub(have.at) > freshFor && !have.making {
			have.making = true
			go s.again(context.WithoutCancel(ctx), key, load, s.round)
		}
		page, at = have.page, have.at // read while the lock is held
		s.mu.Unlock()
		return page, at, nil
	}
	round := s.round
	s.mu.Unlock()
	if page, err = load(ctx); err == nil {
		s.put(key, page, now, round)
	}
	return page, now.UTC(), err
}

// again makes a page anew. If it can't be, the next who asks after staleFor learns why.
func (s *shelf) again(ctx context.Context, key string, load func(context.Context) (any, error), round int) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	at := s.now()
	var page any
	err := safely(func() (err error) {
		page, err = load(ctx)
		return err
	})
	if err == nil {
		s.put(key, page, at, round)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.pages[key]; have != nil {
		have.making = false
	}
}

// put keeps a page, unless something was changed since it was begun.
func (s *shelf) put(key string, page any, at time.Time, round int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if round != s.round {
		return
	}
	if len(s.pages) >= mostKept {
		s.dropOld()
	}
	s.pages[key] = &kept{page: page, at: at.UTC()}
}

// dropOld drops what is stale, or else everything.
func (s *shelf) dropOld() {
	for key, have := range s.pages {
		if s.now().Sub(have.at) > staleFor {
			delete(s.pages, key)
		}
	}
	if len(s.pages) >= mostKept {
		clear(s.pages)
	}
}

// clear throws everything away.
func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.round++
	clear(s.pages)
}
