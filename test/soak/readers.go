//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"vane/test/rig"
)

// pages are what people look at.
func pages() []string {
	return []string{
		"/", "/api/hotspots", "/api/trends", "/api/trends?tag=ticketing&step=day", "/api/search?q=%E9%80%80%E6%AC%BE&limit=20",
		"/api/sources", "/api/issues",
	}
}

// pause is how long a person looks at a page, on average.
const pause = 4 * time.Second

// readers are people and what they got.
type readers struct {
	people sync.WaitGroup

	mu     sync.Mutex
	took   map[string]times
	errors map[string]int
}

// read has people read until ctx ends.
func read(ctx context.Context, board string, people int) *readers {
	r := &readers{took: map[string]times{}, errors: map[string]int{}}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: people}}
	for n := range people {
		r.people.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(n), 0)) //nolint:gosec // no secret
			for rig.Sleep(ctx, time.Duration(chance.ExpFloat64()*float64(pause))) {
				r.get(context.WithoutCancel(ctx), client, board, pages()[chance.IntN(len(pages()))]) // who asked waits for the answer
			}
		})
	}
	return r
}

func (r *readers) get(ctx context.Context, client *http.Client, board, page string) {
	start := time.Now()
	problem := ""
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, board+page, nil)
	if err == nil {
		var answer *http.Response
		if answer, err = client.Do(request); err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close() // it was read
			if answer.StatusCode != http.StatusOK {
				problem = answer.Status
			}
		}
	}
	if err != nil {
		problem = err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took[page] = append(r.took[page], time.Since(start))
	if problem != "" {
		r.errors[page+": "+problem]++
	}
}

// wait waits until everybody has gone.
func (r *readers) wait() { r.people.Wait() }

// print prints how long answers took, and reports whether any failed.
func (r *readers) print() (failed bool) {
	for _, page := range pages() {
		name, err := url.QueryUnescape(page)
		if err != nil {
			name = page
		}
		r.took[page].print(name)
	}
	for what, n := range r.errors {
		fmt.Printf("%d times %s\n", n, what)
	}
	return len(r.errors) > 0
}

// times are how long something took, each time.
type times []time.Duration

func (t times) print(name string) {
	if len(t) == 0 {
		fmt.Printf("%-42s  never\n", name)
		return
	}
	slices.Sort(t)
	at := func(share float64) time.Duration {
		return t[int(share*float64(len(t)-1))].Round(time.Millisecond)
	}
	fmt.Printf("%-42s  %6d times, median %8s, p95 %8s, longest %8s\n", name, len(t), at(0.5), at(0.95), at(1))
}
