package nlp

import (
	"sync/atomic"

	"vane"
)

// Live is an analyzer that is exchanged while it is in use: new rules are compiled
// beside the old ones, and take their place between two posts.
type Live struct {
	current atomic.Pointer[Analyzer]
}

// NewLive begins with a.
func NewLive(a *Analyzer) *Live {
	l := &Live{}
	l.Swap(a)
	return l
}

// Swap puts a in the place of the current analyzer. Posts that are being analysed
// are finished by the one that began them.
func (l *Live) Swap(a *Analyzer) { l.current.Store(a) }

// Current is the analyzer in use.
func (l *Live) Current() *Analyzer { return l.current.Load() }

// Analyze understands a post with the current analyzer.
func (l *Live) Analyze(p vane.Post) vane.Mention { return l.Current().Analyze(p) }
