//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"vane/test/rig"
)

const (
	sigterm, sigquit, sigkill = syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGKILL
	sigstop, sigcont          = syscall.SIGSTOP, syscall.SIGCONT
)

// The ways to end. Those with a phase in their name wait for it.
const (
	killVane      = "kill -9 vane"
	killEngine    = "kill -9 engine"
	killBoth      = "kill -9 both"
	killTelling   = "kill -9 vane as it tells an alert"
	killEngTold   = "kill -9 engine as an alert is told"
	termStarting  = "SIGTERM starting"
	termCrawling  = "SIGTERM crawling"
	termTelling   = "SIGTERM telling"
	termEngineOff = "SIGTERM with engine down"
	termTwice     = "SIGTERM twice"
	hang          = "engine hangs 3 s"
	second        = "second vane"
)

// order is the ways in a random order, each once before any comes twice; what is
// killed at random comes more often than the rest.
func order(rng *rand.Rand, rounds int) []string {
	var all []string
	for len(all) < rounds {
		deck := []string{
			killVane, killVane, killEngine, killEngine, killBoth, killTelling, killEngTold, termStarting, termCrawling,
			termTelling, termEngineOff, termTwice, hang, second,
		}
		rng.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
		all = append(all, deck...)
	}
	return all[:rounds]
}

// secondsPerRound is about how long a round crawls before it is hit.
const secondsPerRound = 4

// kill crawls the site while vane and its engine are ended in every way, until the
// rounds are over; then it lets one vane finish.
func (s *suite) kill(ctx context.Context, r *result) error {
	p, err := s.place(ctx, "kill", s.posts, rig.Config{})
	if err != nil {
		return err
	}
	defer p.close()
	rng := s.chance(1)
	const requestsPerPost = 0.75 // some lists hold whole posts
	p.site.Answer(requestsPerPost * float64(s.posts) / float64(s.rounds*secondsPerRound))
	for _, way := range order(rng, s.rounds) {
		if err := p.round(ctx, rng, way, r); err != nil {
			return fmt.Errorf("round %d, %s: %w", r.rounds+1, way, err)
		}
		r.rounds++
	}
	p.site.Answer(0)
	v, err := p.start()
	if err != nil {
		return err
	}
	defer v.Kill()
	err = p.complete(ctx, v, p.engineDir())
	if err == nil {
		err = detected(ctx, v, 2)
	}
	if err == nil {
		err = p.judge(ctx, p.engineDir(), r)
	}
	return errors.Join(err, p.end(v))
}

// round starts a vane and ends it in one way.
func (p *place) round(ctx context.Context, rng *rand.Rand, way string, r *result) error {
	before := p.enginePID()
	v, err := p.start()
	if err != nil {
		return err
	}
	defer v.Kill()
	p.waitFor(ctx, rng, way, v)
	happened, err := p.hit(ctx, rng, way, v)
	if err != nil {
		return err
	}
	if happened {
		r.faults[way]++
	} else {
		r.faults["too early: "+way]++
	}
	if v.Alive() {
		err = p.end(v)
	} else {
		err = p.keep(v)
	}
	return errors.Join(err, p.orphan(ctx, before))
}

// waitFor waits for the phase that the way names, or for some random time.
func (p *place) waitFor(ctx context.Context, rng *rand.Rand, way string, v *rig.Process) {
	const patience = 30 * time.Second
	start := time.Now()
	until := func(ok func() bool) {
		for !ok() && v.Alive() && time.Since(start) < patience && rig.Sleep(ctx, 20*time.Millisecond) {
		}
	}
	switch way {
	case termStarting:
		rig.Sleep(ctx, time.Duration(rng.IntN(1500))*time.Millisecond)
	case killVane, killBoth:
		rig.Sleep(ctx, time.Duration(rng.ExpFloat64()*secondsPerRound*float64(time.Second)))
	default:
		until(func() bool { return p.serves(v) })
		rig.Sleep(ctx, time.Duration(rng.IntN(secondsPerRound*1000))*time.Millisecond)
	}
}

func (p *place) serves(v *rig.Process) bool { return strings.Contains(v.Said(), "看板") }

// hit does it, and reports whether there was something to hit.
func (p *place) hit(ctx context.Context, rng *rand.Rand, way string, v *rig.Process) (bool, error) {
	switch way {
	case killVane:
		p.kill(v)
	case killEngine:
		return p.signalEngine(sigkill), p.goesOn(ctx, v)
	case killBoth:
		ok := p.signalEngine(sigkill)
		p.kill(v)
		return ok, nil
	case killTelling:
		return p.whenTold(ctx, v, func() { p.kill(v) }), nil
	case killEngTold:
		return p.whenTold(ctx, v, func() { p.signalEngine(sigkill) }), p.goesOn(ctx, v)
	case termTelling:
		return p.whenTold(ctx, v, func() { v.Signal(sigterm) }), nil
	case termEngineOff:
		ok := p.signalEngine(sigkill)
		rig.Sleep(ctx, time.Duration(rng.IntN(500))*time.Millisecond)
		return ok, nil // the round ends with SIGTERM
	case termTwice:
		v.Signal(sigterm)
		rig.Sleep(ctx, time.Duration(rng.IntN(200))*time.Millisecond)
		v.Signal(sigterm) // which ends it at once
		v.Ended(30 * time.Second)
	case hang:
		ok := p.signalEngine(sigstop)
		rig.Sleep(ctx, 3*time.Second)
		p.signalEngine(sigcont)
		return ok, p.goesOn(ctx, v)
	case second:
		return true, p.refused(v)
	}
	return true, nil
}

// goesOn wants vane to live on, and gives it a moment to start its engine again.
func (p *place) goesOn(ctx context.Context, v *rig.Process) error {
	rig.Sleep(ctx, 3*time.Second)
	if !v.Alive() {
		return errors.Join(fmt.Errorf("vane ended with %d when its engine did: %s", v.Code(), lastLine(v.Said())), p.keep(v))
	}
	return nil
}

// whenTold does something at the moment when an alert has come in and vane does not
// know yet that it has.
func (p *place) whenTold(ctx context.Context, v *rig.Process, do func()) bool {
	const patience = 20 * time.Second
	done := make(chan struct{})
	p.inbox.WhenTold(func() { do(); close(done) })
	select {
	case <-done:
		return true
	case <-ctx.Done():
	case <-time.After(patience): // there is nothing to tell
	}
	p.inbox.WhenTold(nil)
	return !v.Alive()
}

// refused wants a second vane on the data directory to say why it can't, and the first
// not to mind.
func (p *place) refused(v *rig.Process) error {
	if !v.Alive() {
		return fmt.Errorf("vane ended with %d: %s", v.Code(), lastLine(v.Said()))
	}
	text, err := os.ReadFile(p.config)
	if err != nil {
		return err
	}
	other := filepath.Join(filepath.Dir(p.config), "second.yaml") // with a port of its own
	if err := os.WriteFile(other, []byte(strings.Replace(string(text), p.board, "127.0.0.1:0", 1)), 0o600); err != nil {
		return err
	}
	for _, command := range []string{"run", "crawl sample_forum"} {
		args := append(strings.Fields(command), "--config", other, "--data-dir", p.data)
		code, said, err := rig.Run(time.Minute, p.s.program, args...)
		if err != nil {
			return err
		}
		if code != 1 || !strings.Contains(said, "in use by process "+strconv.Itoa(v.PID())) {
			return fmt.Errorf("a second vane %s ended with %d: %s", command, code, lastLine(said))
		}
	}
	return nil
}

// enginePID is the process that runs ClickHouse, as its own status file says; 0: none
// did yet.
func (p *place) enginePID() int { return rig.EnginePID(p.data) }

// signalEngine reports whether there was an engine.
func (p *place) signalEngine(s syscall.Signal) bool {
	pid := p.enginePID()
	return pid > 0 && syscall.Kill(pid, s) == nil
}

// orphan wants the engine of a vane that is gone to be gone too. before is the one that
// was there before it.
func (p *place) orphan(ctx context.Context, before int) error {
	const most = 20 * time.Second
	for start := time.Now(); ; {
		pid := p.enginePID()
		if pid == 0 || pid == before {
			return nil
		}
		if time.Since(start) > most {
			return fmt.Errorf("the engine's process %d outlived its vane by %s", pid, most)
		}
		if !rig.Sleep(ctx, 50*time.Millisecond) {
			return ctx.Err()
		}
	}
}
