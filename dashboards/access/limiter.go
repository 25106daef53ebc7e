package access

import (
	"hash/maphash"
	"sync/atomic"
	"time"
)

// limiterSlots is the size of a Limiter: 128 KB, and two of a hundred busy clients
// share a slot in one of four installations.
const limiterSlots = 1 << 14

// Limiter lets each key do something Burst times at once, and then once every Every
// (the generic cell rate algorithm, ITU-T I.371: one moment per key is all it needs).
// Its memory is fixed: keys are hashed into slots under a secret seed, and keys that
// share a slot share its rate, so that a flood of keys makes it stricter and never
// laxer.
type Limiter struct {
	every time.Duration
	burst int
	seed  maphash.Seed
	full  [limiterSlots]atomic.Int64 // Unix nanoseconds when the slot will have recovered
}

// NewLimiter allows burst at once and one more every.
func NewLimiter(every time.Duration, burst int) *Limiter {
	return &Limiter{every: every, burst: max(1, burst), seed: maphash.MakeSeed()}
}

// Wait counts one more for the key at the moment now. It is 0 if that is allowed;
// else nothing was counted, and it says how long to wait.
func (l *Limiter) Wait(key string, now time.Time) time.Duration {
	slot := &l.full[maphash.String(l.seed, key)%limiterSlots]
	at := now.UnixNano()
	for {
		before := slot.Load()
		full := max(before, at)
		if ahead := full - at - int64(l.every)*int64(l.burst-1); ahead > 0 {
			return time.Duration(ahead)
		}
		if slot.CompareAndSwap(before, full+int64(l.every)) {
			return 0
		}
	}
}
