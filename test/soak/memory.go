//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"vane/test/rig"
)

// sample is the memory of the two processes at a moment.
type sample struct {
	at           time.Duration
	vane, engine float64 // MB
}

type samples []sample

// watch samples every second until ctx ends.
func watch(ctx context.Context, in *installation) (all samples) {
	start := time.Now()
	for rig.Sleep(ctx, time.Second) {
		const mb = 1 << 20
		vane, err := rig.Resident(in.vane.PID())
		if err != nil {
			return all // it ended, which is said elsewhere
		}
		engine, err := rig.Resident(rig.EnginePID(in.data))
		if err != nil {
			continue // it is started again
		}
		all = append(all, sample{time.Since(start), float64(vane) / mb, float64(engine) / mb})
	}
	return all
}

// print prints what was used, and how it grew. The first third is left out of the
// slope: caches fill.
func (all samples) print() {
	if len(all) < 3 {
		return
	}
	late := all[len(all)/3:]
	for _, process := range []struct {
		name string
		of   func(sample) float64
	}{{"vane", func(s sample) float64 { return s.vane }}, {"engine", func(s sample) float64 { return s.engine }}} {
		most := 0.0
		for _, s := range all {
			most = max(most, process.of(s))
		}
		fmt.Printf("%-6s  %4.0f MB after a third, %4.0f MB at the end, %4.0f MB at most; slope %+.2f MB a minute\n",
			process.name, process.of(late[0]), process.of(late[len(late)-1]), most, slope(late, process.of)*60)
	}
}

// slope is the growth per second, by least squares.
func slope(all samples, of func(sample) float64) float64 {
	var n, x, y, xx, xy float64
	for _, s := range all {
		t := s.at.Seconds()
		n, x, y, xx, xy = n+1, x+t, y+of(s), xx+t*t, xy+t*of(s)
	}
	return (n*xy - x*y) / (n*xx - x*x)
}
