package rig

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"vane/crawler/samplesite"
)

// ageOfNewest keeps the newest post older than an hour, so that every date the site
// shows is exact to its precision, whenever it is read.
const ageOfNewest = 2 * time.Hour

// Site is the sample site on loopback, answering as fast as it is told to.
type Site struct {
	*samplesite.Site
	URL string

	server *http.Server
	mu     sync.Mutex
	next   time.Time     // when the next answer may be given
	every  time.Duration // between two answers; 0: at once
}

// Serve serves a site of some posts, the same ones for the same seed.
func Serve(ctx context.Context, seed uint64, posts int) (*Site, error) {
	s := &Site{Site: samplesite.New(time.Now().Add(-ageOfNewest), seed, posts)}
	s.Clock = time.Now
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the sample site: %w", err)
	}
	pages := s.Handler()
	s.URL = "http://" + listener.Addr().String()
	s.server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.turn(r.Context()) {
			pages.ServeHTTP(w, r)
		}
	})}
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // the site is this program's own
		}
	}()
	return s, nil
}

// Close ends the site.
func (s *Site) Close() error { return s.server.Close() }

// Answer sets how many requests are answered in a second; 0 is as many as come.
func (s *Site) Answer(perSecond float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.every = 0
	if perSecond > 0 {
		s.every = time.Duration(float64(time.Second) / perSecond)
	}
}

// turn waits until a request may be answered, and reports whether who asks still waits.
func (s *Site) turn(ctx context.Context) bool {
	s.mu.Lock()
	now := time.Now()
	if s.next.Before(now) {
		s.next = now
	}
	wait := s.next.Sub(now)
	s.next = s.next.Add(s.every)
	s.mu.Unlock()
	return Sleep(ctx, wait)
}

// Sleep waits for d and reports whether ctx lasted that long.
func Sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
