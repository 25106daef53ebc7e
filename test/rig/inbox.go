package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Inbox is a receiver of alerts, told as lines of [Config.alerts].
type Inbox struct {
	URL string

	server *http.Server
	mu     sync.Mutex
	told   map[string][]time.Time // of each line
	notify func()                 // called, once, when the next message has come in
}

// OpenInbox listens on loopback.
func OpenInbox(ctx context.Context) (*Inbox, error) {
	in := &Inbox{told: map[string][]time.Time{}}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the receiver of alerts: %w", err)
	}
	in.URL = "http://" + listener.Addr().String()
	in.server = &http.Server{Handler: http.HandlerFunc(in.take), ReadHeaderTimeout: time.Minute}
	go func() {
		if err := in.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // the receiver is this program's own
		}
	}()
	return in, nil
}

// Close ends it.
func (in *Inbox) Close() error { return in.server.Close() }

func (in *Inbox) take(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Message string `json:"message"`
	}
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for line := range strings.Lines(message.Message) {
		if line = strings.TrimSpace(line); line != "" {
			in.told[line] = append(in.told[line], time.Now())
		}
	}
	if in.notify != nil {
		go in.notify()
		in.notify = nil
	}
}

// WhenTold has f called, once, when the next message has come in; nil: nothing is.
func (in *Inbox) WhenTold(f func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.notify = f
}

// Told is when each line came.
func (in *Inbox) Told() map[string][]time.Time {
	in.mu.Lock()
	defer in.mu.Unlock()
	told := make(map[string][]time.Time, len(in.told))
	for line, times := range in.told {
		told[line] = append([]time.Time(nil), times...)
	}
	return told
}
