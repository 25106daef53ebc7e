package api

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// A store that hangs holds one asker; the others go when they like.
func TestWaitersLeaveAHangingStore(t *testing.T) {
	hanging, answer := make(chan struct{}), make(chan struct{})
	c := newCache(time.Minute, time.Now, func(context.Context) ([]byte, error) {
		close(hanging)
		<-answer
		return []byte("list"), nil
	})
	first := make(chan error)
	go func() {
		_, err := c.get(context.Background())
		first <- err
	}()
	<-hanging
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.get(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who went away waits on: %v", err)
	}
	close(answer)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if have, err := c.get(gone); err != nil || string(have.body) != "list" {
		t.Errorf("what is in memory is not given: %v", err)
	}
}

func TestFailureIsKeptForASecond(t *testing.T) {
	var asked atomic.Int32
	now := time.Date(2026, 3, 16, 0, 0, 0, 0, time.UTC)
	c := newCache(time.Minute, func() time.Time { return now }, func(context.Context) ([]byte, error) {
		asked.Add(1)
		return nil, errors.New("connection refused")
	})
	for after, want := range map[time.Duration]int32{0: 1, errorsFor / 2: 1} {
		now = now.Add(after)
		if _, err := c.get(t.Context()); err == nil || asked.Load() != want {
			t.Errorf("after %s: %v, asked %d times", after, err, asked.Load())
		}
	}
	now = now.Add(errorsFor)
	if _, err := c.get(t.Context()); err == nil || asked.Load() != 2 {
		t.Errorf("later: %v, asked %d times", err, asked.Load())
	}
}
