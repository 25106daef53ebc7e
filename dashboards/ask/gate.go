package ask

import (
	"context"
	"fmt"
	"time"

	"vane/dashboards/access"
)

const (
	// burstSeconds of the rate may be used at once.
	burstSeconds = 5
	// mostQuestions are asked of the store at one time; the board and the ingest need
	// connections too.
	mostQuestions = 6
	// questionTimeout ends a question that takes too long.
	questionTimeout = 20 * time.Second
)

// Gate bounds how much is asked: of each asker by a rate, and of all by the number of
// questions at one time.
type Gate struct {
	rate   int
	limit  *access.Limiter // nil: no limit
	places chan struct{}
	now    func() time.Time
}

// NewGate lets an asker ask rate questions a second; 0 is no limit.
func NewGate(rate int, now func() time.Time) *Gate {
	g := &Gate{rate: rate, places: make(chan struct{}, mostQuestions), now: now}
	if rate > 0 {
		g.limit = access.NewLimiter(time.Second/time.Duration(rate), rate*burstSeconds)
	}
	return g
}

// Busy says that a question has to wait.
type Busy struct {
	Own  bool // because of the asker's own questions, not those of others
	Wait time.Duration
	says string
}

func (b Busy) Error() string { return b.says }

// Enter waits for a place for a question of who asks in ctx. The question is asked in
// the context that it gives, and leave is called at its end. The error is a [Busy].
func (g *Gate) Enter(ctx context.Context) (limited context.Context, leave func(), err error) {
	who := access.From(ctx)
	if g.limit != nil {
		if wait := g.limit.Wait(who.Name+" "+who.Address.String(), g.now()); wait > 0 {
			return nil, nil, Busy{Own: true, Wait: wait, says: fmt.Sprintf("more than %d questions a second: wait and ask again", g.rate)}
		}
	}
	limited, cancel := context.WithTimeout(ctx, questionTimeout)
	select {
	case g.places <- struct{}{}:
		return limited, func() { <-g.places; cancel() }, nil
	case <-limited.Done():
		cancel()
		return nil, nil, Busy{Wait: time.Second, says: "too many questions are being answered: ask again"}
	}
}
