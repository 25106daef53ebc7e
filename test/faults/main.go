//go:build linux

// Command faults is the fault suite: real vane processes crawl a sample site, and are
// killed, cut off, starved and lied to, at moments that a seed decides. At the end every
// post of the site must be stored once, every trend exact, and every alert told once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/rs/zerolog"
)

func main() {
	var s suite
	flag.StringVar(&s.program, "vane", "bin/vane", "the program under test")
	flag.Uint64Var(&s.seed, "seed", uint64(time.Now().UnixNano())%1_000_000, "`SEED` of every choice; a failure is looked at again with the one that was printed")
	flag.IntVar(&s.rounds, "rounds", 5, "rounds of killing; the other faults come a third as often")
	flag.IntVar(&s.posts, "posts", 20_000, "posts of the site that is crawled while vane is killed")
	flag.DurationVar(&s.outage, "outage", 10*time.Second, "how long the line to ClickHouse is bad, on average")
	flag.StringVar(&s.dir, "dir", "", "`DIR` to work in, kept; without it a new one, deleted if nothing fails")
	flag.IntVar(&s.beside, "beside", 3, "scenarios that run side by side; they mostly wait")
	only := flag.String("only", "", "`NAMES` of the scenarios to run, such as kill,network")
	flag.Parse()
	zerolog.SetGlobalLevel(zerolog.Disabled) // toxiproxy tells of every byte
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := s.run(ctx, *only); err != nil {
		fmt.Fprintf(os.Stderr, "faults: %v\n", err)
		os.Exit(1)
	}
}

// suite is one run of the suite.
type suite struct {
	program string
	seed    uint64
	rounds  int
	posts   int
	dir     string
	beside  int
	outage  time.Duration
}

// result is a line of the table.
type result struct {
	scenario string
	rounds   int
	faults   map[string]int
	loss     string // "none", or what is wrong
	failed   bool
	notRun   string // why not
	note     string
	took     time.Duration
}

// scenario is one kind of trouble.
type scenario struct {
	name string
	run  func(context.Context, *result) error
}

func (s *suite) scenarios() []scenario {
	return []scenario{
		{"kill", s.kill}, {"damage", s.damage}, {"network", s.network},
		{"disk: outbox", s.diskOutbox}, {"disk: engine", s.diskEngine}, {"disk: quota", s.diskQuota},
		{"clock", s.clock},
	}
}

func (s *suite) run(ctx context.Context, only string) error {
	named := s.dir != ""
	if !named {
		var err error
		if s.dir, err = os.MkdirTemp("", "vane-faults-"); err != nil {
			return err
		}
	}
	program, err := filepath.Abs(s.program)
	if err != nil {
		return err
	}
	s.program = program
	fmt.Printf("seed %d, %d rounds, %d posts, %s\n", s.seed, s.rounds, s.posts, s.dir)
	failed := false
	var work sync.WaitGroup
	places := make(chan struct{}, max(1, s.beside))
	var all []*result
	for _, sc := range s.scenarios() {
		name, _, _ := strings.Cut(sc.name, ":")
		if only != "" && !strings.Contains(","+only+",", ","+name+",") {
			continue
		}
		r := &result{scenario: sc.name, faults: map[string]int{}, loss: "none"}
		all = append(all, r)
		places <- struct{}{}
		work.Go(func() {
			defer func() { <-places }()
			start := time.Now()
			if err := sc.run(ctx, r); err != nil {
				r.failed, r.loss = true, err.Error()
			}
			r.took = time.Since(start)
			fmt.Printf("%s: %s (%s)\n", r.scenario, r.loss, r.took.Round(time.Second))
		})
	}
	work.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for _, r := range all {
		failed = failed || r.failed
	}
	s.print(all)
	if failed {
		return fmt.Errorf("run again with -seed %d; what the processes wrote is in %s", s.seed, s.dir)
	}
	if named {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// print is the table: a line for each scenario, and under it what was done to it.
func (s *suite) print(all []*result) {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nSCENARIO\tROUNDS\tTIME\tLOSSES")
	for _, r := range all {
		if r.notRun != "" {
			fmt.Fprintf(t, "%s\t0\t\tNOT RUN: %s\n", r.scenario, r.notRun)
			continue
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", r.scenario, r.rounds, r.took.Round(time.Second), strings.ReplaceAll(r.loss, "\n", "; "))
		fmt.Fprintf(t, "\t\t\t%s\n\t\t\t%s\n", counted(r.faults), r.note)
	}
	t.Flush()
}

// chance is a scenario's own stream of it, so that one scenario alone sees the same.
func (s *suite) chance(stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, stream)) //nolint:gosec // the same chance every time is the point
}

// clock is not a fault that this program can inject.
func (s *suite) clock(_ context.Context, r *result) error {
	r.notRun = "a process can't be given another clock without changing the machine's: go test ./crawler ./cmd/vane -run Clock"
	return nil
}

var errStuck = errors.New("nothing more is stored")
