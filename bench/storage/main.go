// Command storage measures how Vane's tables bear up under millions of posts.
//
//	go run ./bench/storage [-posts 5000000,50000000] [-cut 110] [-dir DIR] FILE.jsonl...
//	go run ./bench/storage -dir DIR -posts 5000000,50000000
//
// The files have a post a line: {"title": …, "text": …}; their texts are repeated. For
// each number of posts it starts an embedded engine in a folder of its own, makes the
// posts in SQL (generate.sql), counts their hours and days ahead, and asks, through the
// same methods that Vane uses, what Vane asks. It prints a table in Markdown. With -dir
// what is built stays there: asked again, it is not made again, and a build that was
// interrupted goes on; -make 20000000 asks those twenty million that are there already.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"vane/storage"
	"vane/storage/engine"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "engine" { // this program is its own engine
		fmt.Fprintln(os.Stderr, engine.Serve(os.Args[2:]))
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "storage:", err)
		os.Exit(1)
	}
}

// choices are the flags.
type choices struct {
	rounds    int
	dir       string
	memory    int64
	cut       int
	most      uint64
	onlyBuild bool
	only      *regexp.Regexp
	texts     []text
}

func run(ctx context.Context) (err error) {
	var c choices
	list := flag.String("posts", "5000000", "numbers of posts, with commas between them")
	flag.IntVar(&c.rounds, "rounds", 40, "how often each question is asked")
	flag.StringVar(&c.dir, "dir", "", "folder where stores stay, to be asked again; empty: a temporary one")
	flag.Int64Var(&c.memory, "memory", 4<<30, "bytes that the engine may use")
	flag.IntVar(&c.cut, "cut", 0, "how many characters of title and of text to take; 0: all")
	flag.Uint64Var(&c.most, "make", 0, "make only so many of the posts, the newest; 0: all")
	flag.BoolVar(&c.onlyBuild, "build", false, "build the stores under -dir, and ask nothing")
	c.only = regexp.MustCompile("")
	flag.Func("ask", "regular expression of the questions to ask", func(s string) (err error) {
		c.only, err = regexp.Compile(s)
		return err
	})
	flag.Parse()
	sizes, err := numbers(*list)
	if err != nil {
		return err
	}
	if c.texts, err = readTexts(flag.Args(), c.cut); err != nil {
		return err
	}
	if c.dir == "" {
		if c.dir, err = os.MkdirTemp("", "vane-bench-storage-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.dir)) }()
	}
	var t table
	for _, n := range sizes {
		if err := c.measure(ctx, n, &t); err != nil {
			return fmt.Errorf("with %d posts: %w", n, err)
		}
	}
	t.print(os.Stdout)
	return nil
}

func numbers(list string) (sizes []uint64, err error) {
	for size := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(size), 10, 64)
		if err != nil || n < 1000 {
			return nil, fmt.Errorf("-posts %q: write numbers of at least 1000", size)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

// bench is an engine full of posts.
type bench struct {
	choices
	dir    string
	built  built
	engine *engine.Engine
	store  *storage.Store
	table  *table
}

// measure makes n posts, if they are not there, and asks about them.
func (c choices) measure(ctx context.Context, n uint64, t *table) (err error) {
	b := &bench{choices: c, dir: filepath.Join(c.dir, fmt.Sprint("posts-", n)), table: t}
	if err := b.open(ctx, n); err != nil {
		return errors.Join(err, b.close())
	}
	defer func() { err = errors.Join(err, b.close()) }()
	steps := []func(context.Context) error{b.build}
	if !c.onlyBuild {
		steps = append(steps, b.readCorpus, b.rollup, b.describe, b.ask, b.insert, b.memoryUsed)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// open starts the engine of a store and brings its tables up to date.
func (b *bench) open(ctx context.Context, n uint64) error {
	var err error
	if b.built, err = readBuilt(b.dir, n, b.choices); err != nil {
		return err
	}
	cfg := engine.DefaultConfig()
	cache, err := engine.DefaultCacheDir()
	if err != nil {
		return err
	}
	if cfg.Library, err = engine.FindLibrary(cache); err != nil {
		return fmt.Errorf("%w; run make engine", err)
	}
	cfg.DataDir, cfg.MemoryBytes = filepath.Join(b.dir, "engine"), b.memory
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if b.engine, err = engine.Start(ctx, cfg, log); err != nil {
		return err
	}
	if b.store, err = storage.Open(ctx, storage.Config{DSN: b.engine.DSN()}, log); err != nil {
		return err
	}
	_, err = b.store.Migrate(ctx)
	return err
}

func (b *bench) close() (err error) {
	if b.store != nil {
		err = b.store.Close()
	}
	if b.engine != nil {
		err = errors.Join(err, b.engine.Close())
	}
	return err
}
