//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vane/test/rig"
)

// sample is the memory of the two processes at a moment, in MB: what is resident, and
// what of it is in use. The rest of what is resident waits to be used again: a garbage
// collector and an allocator give back late what they were given, so that a growth which
// is not in what is used ends.
type sample struct {
	at           time.Duration
	vane, engine float64 // resident
	heap         float64 // of vane, that the last garbage collection found in use
	tracked      float64 // that the engine has given to queries, merges and caches
}

type samples []sample

const mb = 1 << 20

// watch samples every second until ctx ends.
func watch(ctx context.Context, in *installation) (all samples) {
	start := time.Now()
	for rig.Sleep(ctx, time.Second) {
		s, err := take(ctx, in)
		if err != nil {
			continue // a process is started again, or has ended, which is said elsewhere
		}
		s.at = time.Since(start)
		all = append(all, s)
	}
	return all
}

func take(ctx context.Context, in *installation) (s sample, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for _, one := range []struct {
		to  *float64
		ask func() (float64, error)
	}{
		{&s.vane, func() (float64, error) { return resident(in.vane.PID()) }},
		{&s.engine, func() (float64, error) { return resident(rig.EnginePID(in.data)) }},
		{&s.heap, func() (float64, error) { return rig.LiveHeap(ctx, in.board) }},
		{&s.tracked, func() (float64, error) { return rig.Tracked(ctx, in.data) }},
	} {
		value, err := one.ask()
		if err != nil {
			return s, err
		}
		*one.to = value / mb
	}
	return s, nil
}

func resident(pid int) (float64, error) {
	n, err := rig.Resident(pid)
	return float64(n), err
}

// print prints what was used after the warm-up, how it grew, and what was left of it at
// rest.
func (all samples) print(warm time.Duration, rest sample) {
	late := slices.DeleteFunc(slices.Clone(all), func(s sample) bool { return s.at < warm })
	if len(late) < 3 {
		fmt.Printf("memory: %d samples after the warm-up of %s are too few for a slope\n", len(late), warm)
		return
	}
	fmt.Printf("memory after the first %s, in which caches and pools fill, of %d samples; at rest: after the load had ended\n", warm, len(late))
	fmt.Printf("%-26s %8s %8s %8s %8s %16s\n", "", "first", "last", "most", "at rest", "slope a minute")
	for _, kind := range []struct {
		name string
		of   func(sample) float64
	}{
		{"vane, resident", func(s sample) float64 { return s.vane }},
		{"vane, live heap", func(s sample) float64 { return s.heap }},
		{"engine, resident", func(s sample) float64 { return s.engine }},
		{"engine, given to queries", func(s sample) float64 { return s.tracked }},
	} {
		most := 0.0
		for _, s := range late {
			most = max(most, kind.of(s))
		}
		fmt.Printf("%-26s %5.0f MB %5.0f MB %5.0f MB %5.0f MB %+13.2f MB\n",
			kind.name, kind.of(late[0]), kind.of(late[len(late)-1]), most, kind.of(rest), slope(late, kind.of)*60)
	}
}

// slope is the growth per second: the median of the slopes between any two samples
// (Theil-Sen), which a merge or a large question of a moment does not turn.
func slope(all samples, of func(sample) float64) float64 {
	var slopes []float64
	for i, a := range all {
		for _, b := range all[i+1:] {
			slopes = append(slopes, (of(b)-of(a))/(b.at-a.at).Seconds())
		}
	}
	slices.Sort(slopes)
	return slopes[len(slopes)/2]
}
