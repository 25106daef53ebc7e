//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"vane/storage/engine"
	"vane/test/rig"
)

// remote is a ClickHouse of its own, behind a line that can be bad.
type remote struct {
	dir  string // data directory of the vane that runs it
	s    *suite
	vane *rig.Process
	line *toxiproxy.Proxy
}

// remote starts one. dir is where it keeps its data.
func (s *suite) remote(ctx context.Context, dir string) (*remote, error) {
	rem := &remote{dir: dir, s: s}
	if err := rem.start(ctx); err != nil {
		return nil, err
	}
	address, err := url.Parse(rem.dsn())
	if err != nil {
		return nil, err
	}
	quiet := zerolog.Nop()
	server := &toxiproxy.ApiServer{Collection: toxiproxy.NewProxyCollection(), Metrics: toxiproxy.NewMetricsContainer(nil), Logger: &quiet}
	rem.line = toxiproxy.NewProxy(server, "clickhouse", "127.0.0.1:0", address.Host)
	return rem, rem.line.Start()
}

func (rem *remote) engineDir() string { return filepath.Join(rem.dir, "clickhouse") }

// start starts the engine, again on the same port.
func (rem *remote) start(ctx context.Context) (err error) {
	if rem.vane, err = rig.Start(rem.s.program, "engine", "--data-dir", rem.dir); err != nil {
		return err
	}
	for rem.vane.Alive() && rem.dsn() == "" {
		if !rig.Sleep(ctx, 100*time.Millisecond) {
			return ctx.Err()
		}
	}
	if !rem.vane.Alive() {
		return fmt.Errorf("vane engine ended with %d: %s", rem.vane.Code(), lastLine(rem.vane.Said()))
	}
	return nil
}

// dsn is the engine's own address; "" while it does not answer.
func (rem *remote) dsn() string {
	dsn, err := engine.Attach(rem.engineDir())
	if err != nil {
		return ""
	}
	return dsn
}

// through is the engine's address at the other end of the line.
func (rem *remote) through() string {
	address, err := url.Parse(rem.dsn())
	if err != nil {
		return ""
	}
	address.Host = rem.line.Listen
	return address.String()
}

func (rem *remote) close() {
	rem.line.Stop()
	if rem.vane == nil { // it could not be started again
		return
	}
	rem.vane.Signal(sigterm)
	if !rem.vane.Ended(30 * time.Second) {
		rem.vane.Kill()
	}
}

// trouble is a way in which a line is bad; toxics are toxiproxy's. No toxics: nobody
// answers.
type trouble struct {
	name   string
	toxics []string
}

const down, crash = "unreachable", "kill -9 engine and vane engine"

func troubles() []trouble {
	both := func(kind, attributes string) []string {
		return []string{
			fmt.Sprintf(`{"name": "up", "type": %q, "stream": "upstream", "attributes": %s}`, kind, attributes),
			fmt.Sprintf(`{"name": "down", "type": %q, "stream": "downstream", "attributes": %s}`, kind, attributes),
		}
	}
	return []trouble{
		{down, nil},
		{"half-open", both("timeout", `{"timeout": 0}`)},
		{"answers lost", both("timeout", `{"timeout": 0}`)[1:]},
		{"slow", both("latency", `{"latency": 400, "jitter": 300}`)},
		{"64 KB/s", both("bandwidth", `{"rate": 64}`)},
		{"cut after 40 KB", both("limit_data", `{"bytes": 40000}`)[:1]},
		{"reset", both("reset_peer", `{"timeout": 100}`)},
		{"in slices", both("slicer", `{"average_size": 200, "size_variation": 100, "delay": 200}`)},
		{crash, nil},
	}
}

// suffer puts the line into trouble for a while.
func (rem *remote) suffer(ctx context.Context, t trouble, d time.Duration) error {
	switch {
	case t.name == crash:
		rem.vane.Kill() // and its engine ends with it
		rig.Sleep(ctx, d)
		return rem.start(ctx)
	case t.toxics == nil:
		rem.line.Stop()
		rig.Sleep(ctx, d)
		return rem.line.Start()
	}
	for _, toxic := range t.toxics {
		if _, err := rem.line.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			return fmt.Errorf("make the line %s: %w", t.name, err)
		}
	}
	rig.Sleep(ctx, d)
	rem.line.Toxics.ResetToxics(ctx)
	return nil
}

// network has one vane live through every trouble on the line to its ClickHouse while
// it crawls. It must end up with every post, and with no more open files and goroutines
// than a vane that has just started.
func (s *suite) network(ctx context.Context, r *result) error {
	rem, err := s.remote(ctx, filepath.Join(s.dir, "network", "remote"))
	if err != nil {
		return err
	}
	defer rem.close()
	p, err := s.place(ctx, "network", s.posts/4, rig.Config{DSN: rem.through()})
	if err != nil {
		return err
	}
	defer p.close()
	v, err := p.start()
	if err != nil {
		return err
	}
	defer v.Kill()
	if err := p.says(ctx, v, "看板"); err != nil { // a vane that can't reach its ClickHouse at the start says so and ends
		return err
	}
	rounds := max(len(troubles()), s.rounds)
	p.site.Answer(0.75 * float64(s.posts/4) / (float64(rounds) * s.outage.Seconds() * 1.2))
	if err := p.sufferAll(ctx, s.chance(2), rem, v, rounds, r); err != nil {
		return errors.Join(err, p.keep(v))
	}
	p.site.Answer(0)
	if err := p.complete(ctx, v, rem.engineDir()); err != nil {
		return errors.Join(err, p.keep(v))
	}
	if err := detected(ctx, v, 2); err != nil {
		return errors.Join(err, p.keep(v))
	}
	if err := p.judge(ctx, rem.engineDir(), r); err != nil {
		return err
	}
	return errors.Join(p.compareLeaks(ctx, v, r), p.keep(v))
}

func (p *place) sufferAll(ctx context.Context, rng *rand.Rand, rem *remote, v *rig.Process, rounds int, r *result) error {
	list, longest := troubles(), time.Duration(0)
	for range rounds {
		if r.rounds%len(list) == 0 {
			rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		t := list[r.rounds%len(list)]
		rig.Sleep(ctx, time.Duration(rng.IntN(3000))*time.Millisecond)
		if err := rem.suffer(ctx, t, time.Duration((0.3+rng.Float64())*float64(p.s.outage))); err != nil {
			return err
		}
		took, err := p.recovers(ctx, rem, v)
		if err != nil {
			return fmt.Errorf("after %s: %w", t.name, err)
		}
		if took > longest {
			longest = took
			r.note = fmt.Sprintf("stored again %s after %s at the latest;", took.Round(time.Second), t.name)
		}
		r.rounds++
		r.faults[t.name]++
		if !v.Alive() {
			return fmt.Errorf("vane ended with %d of %s: %s", v.Code(), t.name, lastLine(v.Said()))
		}
	}
	return nil
}

// recovers waits until posts are stored again, and says how long that took.
func (p *place) recovers(ctx context.Context, rem *remote, v *rig.Process) (time.Duration, error) {
	const patience = 5 * time.Minute
	start := time.Now()
	before, known := uint64(0), false
	for v.Alive() && time.Since(start) < patience {
		n, err := rig.Stored(ctx, rem.engineDir())
		if err == nil && (known && n > before || n >= uint64(p.truth.Len())) {
			return time.Since(start), nil
		}
		if err == nil && !known {
			before, known = n, true
		}
		if !rig.Sleep(ctx, 500*time.Millisecond) {
			return 0, ctx.Err()
		}
	}
	return 0, fmt.Errorf("%w for %s", errStuck, time.Since(start).Round(time.Second))
}

// compareLeaks compares a vane that has been through much with a fresh one on the same
// data. Both are given time to let go of what they had open.
func (p *place) compareLeaks(ctx context.Context, old *rig.Process, r *result) error {
	files, goroutines, err := p.counts(ctx, old)
	if err != nil {
		return err
	}
	fresh, err := p.start()
	if err != nil {
		return err
	}
	defer fresh.Kill()
	freshFiles, freshGoroutines, err := p.counts(ctx, fresh)
	if err != nil {
		return err
	}
	// A pool may keep its connections, which is not a leak: it is bounded.
	const pool = 20
	r.note += fmt.Sprintf("; %d files and %d goroutines after it, a fresh vane has %d and %d", files, goroutines, freshFiles, freshGoroutines)
	if files > freshFiles+pool || goroutines > freshGoroutines+pool {
		r.failed, r.loss = true, r.loss+"; files or goroutines leak"
	}
	return nil
}

// counts lets vane detect twice in peace, counts what it has open, and ends it.
func (p *place) counts(ctx context.Context, v *rig.Process) (files, goroutines int, err error) {
	if err := detected(ctx, v, 2); err != nil {
		return 0, 0, errors.Join(err, p.keep(v))
	}
	if files, err = rig.Files(v.PID()); err != nil {
		return 0, 0, err
	}
	goroutines, err = v.Goroutines(30 * time.Second)
	return files, goroutines, err
}
