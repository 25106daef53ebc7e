package crawler

import (
	"context"
	"sync"
)

// hostsAtOnce is how many hosts that take all they can get are asked at one time: one
// that is slow to answer, or a few of them, must not keep the others waiting.
const hostsAtOnce = 8

// slots bounds how much is done at one time, over all passes: requests to one host,
// requests in all, and pages that are being read, which costs processor time.
type slots struct {
	reading  chan struct{}
	asking   chan struct{}
	ofOneMax int

	mu    sync.Mutex
	ofOne map[string]*hostSlots
}

// hostSlots are the requests to one host.
type hostSlots struct {
	asking chan struct{}
	users  int // who has or wants a slot; without any it is dropped
}

func newSlots(workers int) *slots {
	return &slots{
		reading:  make(chan struct{}, workers),
		asking:   make(chan struct{}, hostsAtOnce*workers),
		ofOneMax: workers,
		ofOne:    map[string]*hostSlots{},
	}
}

// read waits until a page may be read.
func (s *slots) read(ctx context.Context) (done func(), err error) {
	if err := takeSlot(ctx, s.reading); err != nil {
		return nil, err
	}
	return func() { <-s.reading }, nil
}

// ask waits until a host may get a request. The host's own slots come first, so that
// those who wait for a slow host hold none that others could have.
func (s *slots) ask(ctx context.Context, host string) (done func(), err error) {
	own := s.enter(host)
	if err := takeSlot(ctx, own.asking); err != nil {
		s.leave(host, own)
		return nil, err
	}
	if err := takeSlot(ctx, s.asking); err != nil {
		<-own.asking
		s.leave(host, own)
		return nil, err
	}
	return func() {
		<-s.asking
		<-own.asking
		s.leave(host, own)
	}, nil
}

func (s *slots) enter(host string) *hostSlots {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.ofOne[host]
	if own == nil {
		own = &hostSlots{asking: make(chan struct{}, s.ofOneMax)}
		s.ofOne[host] = own
	}
	own.users++
	return own
}

func (s *slots) leave(host string, own *hostSlots) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if own.users--; own.users == 0 {
		delete(s.ofOne, host)
	}
}

func takeSlot(ctx context.Context, slots chan struct{}) error {
	if err := ctx.Err(); err != nil {
		return err // even if there is room: what is waiting when a pass is stopped is not begun
	}
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
