package crawler

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// diskPoll is how often it is looked whether a disk that was too full has room again.
const diskPoll = 5 * time.Second

// room is how much the outbox holds, and how much it and its disk may.
type room struct {
	posts, bytes       atomic.Int64
	maxPosts, maxBytes atomic.Int64
	minFree            atomic.Int64
	free               func() (int64, error) // bytes left on the disk
}

func newRoom(free func() (int64, error)) *room {
	r := &room{free: free}
	r.bound(DefaultConfig())
	r.minFree.Store(0) // until a configuration says so
	return r
}

// bound sets the bounds.
func (r *room) bound(cfg Config) {
	r.maxPosts.Store(int64(cfg.OutboxMax))
	r.maxBytes.Store(cfg.OutboxBytes)
	r.minFree.Store(cfg.MinFree)
}

// add notes posts that were put in the outbox; negative ones were taken out.
func (r *room) add(posts, bytes int64) {
	r.posts.Add(posts)
	r.bytes.Add(bytes)
}

// full says why no more may be put in the outbox, "" if more may. What waits to be
// stored makes room by itself, a disk does not.
func (r *room) full() (why string) {
	posts, bytes := r.posts.Load(), r.bytes.Load()
	switch {
	case posts >= r.maxPosts.Load():
		return fmt.Sprintf("outbox is full: %d posts wait to be stored (crawler.outbox_max)", posts)
	case bytes >= r.maxBytes.Load():
		return fmt.Sprintf("outbox is full: %s wait to be stored (crawler.outbox_bytes)", megabytes(bytes))
	default:
		return r.low()
	}
}

// low says that the disk is nearly full, "" if it is not.
func (r *room) low() (why string) {
	least := r.minFree.Load()
	if least == 0 {
		return ""
	}
	left, err := r.free()
	switch {
	case err != nil:
		return fmt.Sprintf("disk can't be asked for its room: %v", err)
	case left < least:
		return fmt.Sprintf("disk is nearly full: %s are left, less than %s (crawler.min_free_bytes): free some space", megabytes(left), megabytes(least))
	default:
		return ""
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", n>>20) }

// Paused says why nothing is collected just now, though passes may be running: the
// outbox is full, or the disk nearly is. "" is the usual case. A state that is only read
// does not know what waits in the outbox: it tells of the disk alone.
func (s *State) Paused() string { return s.room.full() }

// Limit bounds the outbox as configured, also for a state that is only read.
func (s *State) Limit(cfg Config) { s.room.bound(cfg) }

// waitForRoom waits until posts may be put in the outbox, or ctx ends. It tells why it
// waits, once for each reason, before it does.
func (s *State) waitForRoom(ctx context.Context, tell func(why string)) error {
	waits := false
	for {
		freed := s.freed()
		why := s.room.full()
		if why == "" {
			return ctx.Err()
		}
		if !waits {
			tell(why)
			waits = true
		}
		poll := time.NewTimer(diskPoll)
		select {
		case <-freed:
		case <-poll.C:
		case <-ctx.Done():
		}
		poll.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
