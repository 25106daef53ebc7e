//go:build linux

// Command soak runs a vane for some minutes or hours as it runs in production: it
// crawls and ingests at half the rate that it reached before, detects every minute, and
// is read by fifty people. It prints how memory grew, how long answers took, and what
// failed.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"vane/test/rig"
)

func main() {
	var s soak
	flag.StringVar(&s.program, "vane", "bin/vane", "the program under test")
	flag.DurationVar(&s.length, "for", 10*time.Minute, "how long to go on")
	flag.DurationVar(&s.measured, "measure", 20*time.Second, "how long to measure the most that is ingested")
	flag.DurationVar(&s.warm, "warm", 0, "how long to leave memory out of the slope; 0: half of -for")
	flag.DurationVar(&s.rest, "rest", quiet, "how long to wait, after the load has ended, for what is left of the memory")
	flag.IntVar(&s.readers, "readers", 50, "people who read the board and the API, each a page every few seconds")
	flag.Float64Var(&s.rate, "rate", 0, "posts a second; 0: half of what was measured")
	flag.Uint64Var(&s.seed, "seed", 1, "`SEED` of the site")
	flag.StringVar(&s.dir, "dir", "", "`DIR` to work in, kept; without it a new one, deleted at the end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := s.run(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "soak: %v\n", err)
		os.Exit(1)
	}
}

// soak is one run.
type soak struct {
	program          string
	measured, length time.Duration
	warm, rest       time.Duration
	readers          int
	rate             float64
	seed             uint64
	dir              string
}

// quiet is longer than the two minutes after which Go collects garbage also where nothing
// is allocated.
const quiet = 150 * time.Second

// readyAfter is how long a vane may take to serve.
const readyAfter = 2 * time.Minute

func (s *soak) run(ctx context.Context) (err error) {
	if s.program, err = filepath.Abs(s.program); err != nil {
		return err
	}
	if s.warm == 0 {
		s.warm = s.length / 2
	}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "vane-soak-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	}
	if s.rate == 0 {
		most, err := s.measure(ctx)
		if err != nil {
			return fmt.Errorf("measure the most that is ingested: %w", err)
		}
		fmt.Printf("the most that was ingested: %.0f posts/s; soaking at half of it\n", most)
		s.rate = most / 2
	}
	return s.soak(ctx)
}

// feeds are the sources left out: a feed names all its posts at once, so that the site
// could not say when they come.
func feeds() []string { return []string{"sample_news"} }

// installation is a running vane and its site.
type installation struct {
	site  *rig.Site
	truth int // posts
	board string
	vane  *rig.Process
	data  string
}

// start starts one on a site of so many posts, answering so many requests a second.
func (s *soak) start(ctx context.Context, name string, posts int, requests float64) (*installation, error) {
	in := &installation{data: filepath.Join(s.dir, name, "data")}
	var err error
	if in.site, err = rig.Serve(ctx, s.seed, posts); err != nil {
		return nil, err
	}
	for _, p := range in.site.Posts() {
		if p.Source != feeds()[0] {
			in.truth++
		}
	}
	in.site.Answer(requests)
	var config string
	config, in.board, err = rig.Config{Dir: filepath.Join(s.dir, name, "config"), Site: in.site.URL, Every: "10s", Detect: "1m", Skip: feeds()}.Write()
	if err != nil {
		return nil, err
	}
	if in.vane, err = rig.Start(s.program, "run", "--config", config, "--data-dir", in.data); err != nil {
		return nil, err
	}
	for start := time.Now(); !strings.Contains(in.vane.Said(), "看板"); {
		if !in.vane.Alive() || time.Since(start) > readyAfter {
			return nil, fmt.Errorf("vane does not serve: %s", in.vane.Said())
		}
		if !rig.Sleep(ctx, 100*time.Millisecond) {
			return nil, ctx.Err()
		}
	}
	return in, nil
}

// end ends it as an operator does.
func (in *installation) end() error {
	in.vane.Signal(syscall.SIGTERM)
	if !in.vane.Ended(time.Minute) {
		in.vane.Kill()
		return errors.New("vane did not end within a minute")
	}
	return in.site.Close()
}

// stored is how many posts are stored.
func (in *installation) stored(ctx context.Context) (uint64, error) {
	return rig.Stored(ctx, filepath.Join(in.data, "clickhouse"))
}

// measure lets a vane crawl as fast as it can.
func (s *soak) measure(ctx context.Context) (perSecond float64, err error) {
	const most = 2500 // posts a second, more than two cores reach
	in, err := s.start(ctx, "measure", int(s.measured.Seconds())*most, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, in.end()) }()
	before, err := in.stored(ctx)
	start := time.Now()
	rig.Sleep(ctx, s.measured)
	after, err2 := in.stored(ctx)
	return float64(after-before) / time.Since(start).Seconds(), cmp.Or(errors.Join(err, err2), ctx.Err())
}

// requestsPerPost of the sources that soak: lists and detail pages, and whole posts.
const requestsPerPost = 0.75

func (s *soak) soak(ctx context.Context) (err error) {
	posts := int(s.rate*s.length.Seconds()*1.3) + 1000
	in, err := s.start(ctx, "soak", posts, s.rate*requestsPerPost)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.end()) }()
	reading, stop := context.WithTimeout(ctx, s.length)
	defer stop()
	people := read(reading, "http://"+in.board, s.readers)
	memory := watch(reading, in)
	people.wait()
	n, err := in.stored(ctx)
	if err != nil {
		return err
	}
	detections := in.detections() // those of the rest do not count
	in.site.Answer(atRest)
	rig.Sleep(ctx, s.rest)
	rest, err := take(ctx, in)
	if err = cmp.Or(context.Cause(ctx), err); err != nil {
		return fmt.Errorf("at rest: %w", err)
	}
	fmt.Printf("%s, %.0f posts/s asked for, %d posts stored (%.0f a second), %d readers\n",
		s.length, s.rate, n, float64(n)/s.length.Seconds(), s.readers)
	memory.print(s.warm, rest)
	fmt.Println("times, by what was asked for")
	detections.print("detection")
	failed := people.print()
	return in.verdict(failed)
}

// atRest is how many requests a second the site answers once the load has ended: none.
const atRest = 1e-6

// verdict prints what vane complained of.
func (in *installation) verdict(failed bool) error {
	errorLines := 0
	for line := range strings.Lines(in.vane.Said()) {
		if strings.Contains(line, "level=ERROR") {
			errorLines++
			fmt.Print("vane says: ", line)
		}
	}
	if !in.vane.Alive() {
		return errors.New("vane ended")
	}
	if failed || errorLines > 0 {
		return errors.New("there were errors")
	}
	fmt.Println("no error: every answer was 200 OK, and vane logged none")
	return nil
}

// detections are how long they took, as vane logs it.
func (in *installation) detections() (took times) {
	for line := range strings.Lines(in.vane.Said()) {
		if _, rest, ok := strings.Cut(line, "hotspots detected"); ok {
			_, text, _ := strings.Cut(strings.TrimSpace(rest), "took=")
			if d, err := time.ParseDuration(text); err == nil {
				took = append(took, d)
			}
		}
	}
	return took
}
