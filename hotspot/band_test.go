package hotspot

import (
	"math"
	"testing"
)

// Known quantiles of the Poisson and the negative binomial distribution.
func TestBandOfAnHour(t *testing.T) {
	for _, c := range []struct {
		name      string
		h         hourCount
		low, high float64
	}{
		{"nothing expected", hourCount{}, 0, 0},
		{"a quiet night, Poisson", hourCount{mean: 0.1, variance: 0.1}, 0, 1},
		{"four, Poisson", hourCount{mean: 4, variance: 4}, 1, 8},
		{"four, of twice the variance", hourCount{mean: 4, variance: 8}, 0, 11},
		{"twenty, Poisson", hourCount{mean: 20, variance: 20}, 12, 29},
		{"a large series", hourCount{mean: 10000, variance: 10000 + 0.02*1e8}, 7221, 12779},
	} {
		if low, high := c.h.band(); low != c.low || high != c.high {
			t.Errorf("%s: %v to %v, want %v to %v", c.name, low, high, c.low, c.high)
		}
	}
}

// The chain of a hotspot tells of every hour whether it was usual.
func TestChainKnowsTheUsual(t *testing.T) {
	e := detect(rhythm("ticketing.pillar_seat", 6, 7, between(72, 48, 5)))[0]
	for _, h := range e.chain() {
		if h.Expected < h.Low || math.Floor(h.Expected) > h.High {
			t.Errorf("%v is not from %v to %v", h.Expected, h.Low, h.High)
		}
		if inside := !h.At.Before(e.Window.From) && h.At.Before(e.Window.To); !inside && h.Voices > h.High+2 {
			t.Errorf("%v voices at %v, outside the episode", h.Voices, h.At)
		}
	}
}
