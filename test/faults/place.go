//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"vane"
	"vane/storage"
	"vane/test/rig"
)

// place is an installation under test: a site, a folder, and what must come out.
type place struct {
	s      *suite
	dir    string
	data   string // data directory
	config string
	board  string
	site   *rig.Site
	inbox  *rig.Inbox
	truth  *rig.Truth
	runs   int

	mu     sync.Mutex
	killed []time.Time // when vane was killed -9

	wounded string // folder of the part that was damaged last
}

// place makes one. Its engine is embedded unless the configuration names another.
func (s *suite) place(ctx context.Context, name string, posts int, cfg rig.Config) (p *place, err error) {
	p = &place{s: s, dir: filepath.Join(s.dir, name)}
	p.data = filepath.Join(p.dir, "data")
	if p.site, err = rig.Serve(ctx, s.seed, posts); err != nil {
		return nil, err
	}
	if p.inbox, err = rig.OpenInbox(ctx); err != nil {
		return nil, err
	}
	if p.truth, err = rig.NewTruth(p.site.Posts()); err != nil {
		return nil, err
	}
	cfg.Dir, cfg.Site, cfg.Inbox = filepath.Join(p.dir, "config"), p.site.URL, p.inbox.URL
	if cfg.Every == "" {
		cfg.Every = "2s"
	}
	if cfg.Detect == "" {
		cfg.Detect = "5s"
	}
	p.config, p.board, err = cfg.Write()
	return p, err
}

// close ends what the place serves.
func (p *place) close() { _ = errors.Join(p.site.Close(), p.inbox.Close()) }

// args are the arguments of a command on this place.
func (p *place) args(command ...string) []string {
	return append(command, "--config", p.config, "--data-dir", p.data)
}

// start starts vane run.
func (p *place) start() (*rig.Process, error) { return rig.Start(p.s.program, p.args("run")...) }

// end ends a vane as an operator does, and wants it to go in time and in peace.
func (p *place) end(v *rig.Process) error {
	const most = 60 * time.Second
	v.Signal(sigterm)
	if !v.Ended(most) {
		v.Signal(sigquit)
		v.Ended(most)
		return errors.Join(fmt.Errorf("vane still ran %s after it was asked to end", most), p.keep(v))
	}
	if code := v.Code(); code != 0 && !strings.Contains(v.Said(), "interrupted") {
		return errors.Join(fmt.Errorf("vane ended with %d: %s", code, lastLine(v.Said())), p.keep(v))
	}
	return p.keep(v)
}

// keep writes what a process said into the folder, and looks for a crash in it.
func (p *place) keep(v *rig.Process) error {
	p.runs++
	file := filepath.Join(p.dir, "run-"+strconv.Itoa(p.runs)+".log")
	if err := os.WriteFile(file, []byte(v.Said()), 0o600); err != nil {
		return err
	}
	for _, sign := range []string{"panic:", "fatal error:", "DATA RACE"} {
		if strings.Contains(v.Said(), sign) {
			return fmt.Errorf("%s in %s", sign, file)
		}
	}
	return nil
}

func (p *place) engineDir() string { return filepath.Join(p.data, "clickhouse") }

// complete waits until every post is stored. It gives up when nothing came for long.
func (p *place) complete(ctx context.Context, v *rig.Process, engineDir string) error {
	const patience = 2 * time.Minute
	most, since := uint64(0), time.Now()
	for time.Since(since) < patience {
		if !rig.Sleep(ctx, 500*time.Millisecond) {
			return ctx.Err()
		}
		if v != nil && !v.Alive() {
			return fmt.Errorf("vane ended by itself with %d: %s", v.Code(), lastLine(v.Said()))
		}
		n, err := rig.Stored(ctx, engineDir)
		if err != nil {
			continue // it is starting
		}
		if n >= uint64(p.truth.Len()) {
			return nil
		}
		if n > most {
			most, since = n, time.Now()
		}
	}
	return fmt.Errorf("%w: %d of %d posts after %s without progress", errStuck, most, p.truth.Len(), patience)
}

// detected waits until so many more detections have ended.
func detected(ctx context.Context, v *rig.Process, more int) error {
	const sign, patience = "hotspots detected", 3 * time.Minute
	start, want := time.Now(), strings.Count(v.Said(), sign)+more
	for strings.Count(v.Said(), sign) < want {
		if time.Since(start) > patience {
			return fmt.Errorf("no detection within %s", patience)
		}
		if !rig.Sleep(ctx, 200*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}

// judge compares what is stored with the truth, posts and trends.
func (p *place) judge(ctx context.Context, engineDir string, r *result) error {
	st, err := rig.OpenStore(ctx, engineDir)
	if err != nil {
		return err
	}
	defer st.Close()
	losses, err := p.truth.Compare(ctx, st)
	if err != nil {
		return err
	}
	if !losses.None() {
		r.failed, r.loss = true, losses.String()
	}
	return p.judgeAlerts(ctx, st, r)
}

// judgeAlerts wants every firing told, and told once.
func (p *place) judgeAlerts(ctx context.Context, st *storage.Store, r *result) error {
	alerts, err := st.Alerts(ctx, time.Now().AddDate(0, -2, 0))
	if err != nil {
		return err
	}
	told := p.inbox.Told()
	var fired, lost, doubled, excused int
	for _, a := range alerts {
		if a.Fired.IsZero() {
			continue
		}
		fired++
		firing, over := told[line(a, "firing")], told[line(a, "over")]
		if len(firing)+len(over) == 0 {
			lost++
		}
		for _, times := range [][]time.Time{firing, over} {
			for i := range max(0, len(times)-1) {
				if p.killedAt(times[i]) {
					excused++
				} else {
					doubled++
				}
			}
		}
	}
	r.note = strings.TrimSpace(fmt.Sprintf("%s %d alerts fired, each told; %d told again because vane was killed between telling and remembering", r.note, fired, excused))
	if lost > 0 || doubled > 0 {
		r.failed = true
		r.loss = fmt.Sprintf("%s; alerts: %d not told, %d told again", r.loss, lost, doubled)
	}
	return nil
}

// killedAt reports whether vane was killed before it could remember what it told then:
// it can't have both, not to tell again and to be sure that it told.
func (p *place) killedAt(told time.Time) bool {
	const note = 2 * time.Second // that it takes to write it down, on a busy machine
	return slices.ContainsFunc(p.killed, func(at time.Time) bool { return !at.Before(told) && at.Sub(told) < note })
}

// kill kills vane and remembers when.
func (p *place) kill(v *rig.Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v.Kill()
	p.killed = append(p.killed, time.Now())
}

func line(a vane.Alert, state string) string {
	return fmt.Sprintf("%s|%s|%s|%d|%s", a.Tag, a.By, a.Part, a.Since.UnixMilli(), state)
}

// counted is 3 kill vane, 2 kill engine.
func counted(faults map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		parts = append(parts, fmt.Sprintf("%d %s", faults[name], name))
	}
	return strings.Join(parts, ", ")
}

// lastLine is the last thing that a process said.
func lastLine(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	return lines[len(lines)-1]
}
